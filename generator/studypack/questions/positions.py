"""Where the values of a loaded set were written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from studypack.errors import Location
from studypack.questions.fields import Path

SET: Final = ""
"""The owner of what belongs to no question: titles, introduction, topics, glossary."""


@dataclass(frozen=True, slots=True)
class Positions:
    """Places in files, by paths that begin with an owner: a question's id, or `SET`.

    Attributes:
        values: where each value begins.
        literal: paths of texts whose line breaks are those of the file.
    """

    values: Mapping[Path, Location] = field(default_factory=dict)
    literal: Collection[Path] = frozenset()

    def value(self, path: Path, otherwise: Location) -> Location:
        """Return where the value at a path begins; of its nearest known parent if it has no place of its own."""
        while len(path) > 1 and path not in self.values:
            path = path[:-1]
        return self.values.get(path, otherwise)

    def line(self, path: Path, number: int, otherwise: Location) -> Location:
        """Return where a line (from 0) of the text at a path is; the text's beginning where its lines are folded."""
        where = self.value(path, otherwise)
        return Location(where.file, where.line + 1 + number) if path in self.literal else where
