"""Finished exams read back and proved again, by what `exam.json` says of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from studypack.bounded import read_bounded
from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.workflows import exam_file
from studypack.workflows.exam_proof import Asked, expected, proved
from studypack.workflows.verify import limit, read_apart

REMEDY: Final = "print the exam again (--again)"


def verify_exam(folder: Path) -> dict[str, tuple[int, int]]:
    """Prove that each file of an exam matches `exam.json`, and that papers and keys have every question.

    Returns:
        for each document, how many questions were found on all papers, and how many it should have.

    Raises:
        BuildError: with everything that is missing or different.
    """
    exam = exam_file.read(folder / exam_file.FILE)
    problems: list[Diagnostic] = []
    results: dict[str, tuple[int, int]] = {}
    for name, entry in exam["files"].items():
        wanted = expected(exam, name)
        reading = ExamReading(folder / name, entry["sha256"], wanted)
        found, said = read_apart(reading, Location(str(reading.path))) if wanted else reading.run()
        problems += (each._replace(where=Location(str(reading.path)), remedy=REMEDY) for each in said)
        if wanted:
            results[name] = found, sum(len(paper.questions) for paper in wanted)
    if problems:
        raise BuildError(*problems)
    return results


@dataclass(frozen=True)
class ExamReading:
    """Reads a file of an exam and proves it, as a job of a worker.

    Attributes:
        path: the file.
        sha256: what its content must have.
        wanted: the papers that it must contain; without any, it is only compared.
    """

    path: Path
    sha256: str
    wanted: tuple[Asked, ...]

    def run(self) -> tuple[int, list[Diagnostic]]:
        """Return how many questions were found, and what is wrong."""
        try:
            content = read_bounded(self.path, linked=False)
        except OSError as error:
            return 0, [Diagnostic(None, "cannot be read", error.strerror or str(error))]
        if hashlib.sha256(content).hexdigest() != self.sha256:
            return 0, [Diagnostic(None, "differs from what was printed", "its hash is not the one in exam.json")]
        if not self.wanted:
            return 0, []
        limit()
        try:
            return proved(content, self.wanted)
        except MemoryError:
            raise
        except StudypackError as error:
            return 0, list(error.diagnostics)
        except Exception as error:  # a forged file: readers of PDF may raise anything
            return 0, [Diagnostic(None, "cannot be read", f"{type(error).__name__}: {error}")]

    def dumps(self, result: tuple[int, Iterable[Diagnostic]]) -> bytes:
        """Return what was found as bytes, without the file's place."""
        found, problems = result
        return json.dumps({"found": found, "problems": [problem[1:] for problem in problems]}).encode()
