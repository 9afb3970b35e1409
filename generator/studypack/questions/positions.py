"""The positions of the values of a loaded set in its files."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from studypack.errors import Location
from studypack.questions.fields import Path

SET: Final = ""
"""The owner of values that belong to no question: titles, introduction, topics and glossary."""


@dataclass(frozen=True, slots=True)
class Positions:
    """Positions in files, by paths that begin with an owner: a question's id, or `SET`.

    Attributes:
        values: the position where each value begins.
        literal: the paths of texts that have the same line breaks as the file.
    """

    values: Mapping[Path, Location] = field(default_factory=dict)
    literal: Collection[Path] = frozenset()

    def value(self, path: Path, otherwise: Location) -> Location:
        """Return where the value at a path begins, or its nearest parent that has a position."""
        while len(path) > 1 and path not in self.values:
            path = path[:-1]
        return self.values.get(path, otherwise)

    def line(self, path: Path, number: int, otherwise: Location) -> Location:
        """Return where a line (from 0) of the text at a path is, or where the text begins if its lines are folded."""
        where = self.value(path, otherwise)
        return Location(where.file, where.line + 1 + number) if path in self.literal else where
