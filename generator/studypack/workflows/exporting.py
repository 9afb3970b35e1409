"""A set or a selection of it, written as a file of another format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studypack.exporters import exporter
from studypack.questions.loader import load
from studypack.questions.selection import Criteria, select
from studypack.storage.atomic import write_file


@dataclass(frozen=True, slots=True)
class Export:
    """What was written.

    Attributes:
        format: the exporter's name.
        questions: how many.
        losses: sentences on what of the set the file does not hold.
    """

    format: str
    questions: int
    losses: tuple[str, ...]


def export(path: Path, criteria: Criteria, output: Path, to: str = "") -> Export:
    """Write a set as a file of another format.

    Args:
        path: the question set.
        criteria: what to select of it.
        output: the file; one that exists is replaced.
        to: the format's name; empty to go by the file's ending.

    Raises:
        StudypackError: with every problem of the set; or no such format, or nothing selected, or no room.
    """
    chosen = exporter(to, output.name)
    selected = select(load(path).question_set, criteria)
    made = chosen.write(selected)
    write_file(output, made.content)
    return Export(chosen.name, len(selected.questions), made.losses)
