"""Tables of people: a row for each, whose columns say what is made for them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from studypack.bounded import read_bounded
from studypack.errors import ContentError, Diagnostic, Location, SelectionError, StudypackError, listed, suggestion
from studypack.importers.tables import Row, rows_of
from studypack.questions.loader import shown
from studypack.questions.meaning import resolved
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria

LARGEST: Final = 100_000_000
"""Bytes of a table; 100,000 rows have some 10,000,000."""
LONGEST_NAME: Final = 200
"""Characters of a person's name."""

_HEADS: Final = {
    "name": "name participant student candidate owner person",
    "code": "code paper-code number",
    "seed": "seed",
    "topics": "topics topic",
    "levels": "levels level",
    "tags": "tags tag",
    "ids": "ids id questions-ids",
    "packs": "packs pack",
    "count": "count questions n",
    "blueprint": "blueprint",
    "products": "products product",
    "paper": "paper paper-size",
}
"""The names of columns, by what they mean."""
SELECTING: Final = ("topics", "levels", "tags", "ids", "packs")
"""The columns that select questions."""


@dataclass(frozen=True, slots=True)
class Person:
    """A row of a table.

    Attributes:
        where: the row's place.
        name: the person's name; empty if the row has none.
        cells: what else the row has, by meaning; only cells that are not empty.
    """

    where: Location
    name: str
    cells: Mapping[str, str] = field(default_factory=dict)

    def number(self, column: str, least: int | None = None) -> int | None:
        """Return the whole number in a column; None if the cell is empty.

        Raises:
            ContentError: it is no number, or a smaller one.
        """
        cell = self.cells.get(column)
        if cell is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,18}", cell) or (least is not None and int(cell) < least):
            what = "a whole number" if least is None else f"a whole number from {least}"
            raise ContentError(
                self.problem(column, f'"{cell[:60]}" is not {what}', "", "correct the cell, or empty it")
            )
        return int(cell)

    def words(self, column: str) -> tuple[str, ...]:
        """Return the words in a column: separated by semicolons, bars or lines, or else by commas."""
        cell = self.cells.get(column, "")
        separator = r"[;|\n]" if re.search(r"[;|\n]", cell) else ","
        return tuple(filter(None, map(str.strip, re.split(separator, cell))))

    def problem(self, column: str, what: str, why: str = "", remedy: str = "") -> Diagnostic:
        """Return a diagnostic for a cell."""
        return Diagnostic(self.where, f"row {self.where.line}, column {column}: {what}", why, remedy)


@dataclass(frozen=True, slots=True)
class People:
    """A table of people.

    Attributes:
        rows: one person after the other, as they are read.
        remarks: sentences on what of the table is not used, and on characters that look broken.
    """

    rows: Iterator[Person]
    remarks: tuple[str, ...] = ()


def people(path: Path, columns: Collection[str]) -> People:
    """Read a table: CSV in any encoding and with any delimiter, or a sheet of Excel or OpenDocument.

    Args:
        path: the file.
        columns: the columns that the caller understands, by meaning.

    Raises:
        ContentError: it cannot be read, or has no column of names. The rows raise it too: a row is beyond the limits.
    """
    name = shown(path)
    try:
        content = read_bounded(path, LARGEST)
    except OSError as error:
        what = Diagnostic(Location(name), "cannot be read", error.strerror or str(error), "name a table of people")
        raise ContentError(what) from error
    table, broken = rows_of(path.name, content)
    rows = (row for row in table if any(cell.strip() for cell in row.cells))
    head = next(rows, None)
    if head is None:
        raise ContentError(
            Diagnostic(Location(name), "the table is empty", "", "write a head and a row for each person")
        )
    places, remarks = _columns(name, head, columns)
    said = [f"{each.where}: {each.why}" for each in broken]
    return People((_person(name, row, places) for row in rows), (*remarks, *said))


def _columns(name: str, head: Row, columns: Collection[str]) -> tuple[dict[str, int], list[str]]:
    """Return the place of each column by its meaning, and remarks on columns that are not used."""
    words = {word: key for key, known in _HEADS.items() if key in columns for word in known.split()}
    places: dict[str, int] = {}
    unused = []
    for place, cell in enumerate(head.cells):
        word = re.sub(r"[\s_]+", "-", cell.strip().casefold())
        if (key := words.get(word)) and key not in places:
            places[key] = place
        elif word:
            near = suggestion(word, words)
            unused.append(f"{cell.strip()} ({near})" if near else cell.strip())
    if "name" not in places and "code" not in places:
        why = f"its columns are {listed(cell.strip() for cell in head.cells)}"
        remedy = f"write the names of columns into the first row: {listed(columns)}"
        raise ContentError(Diagnostic(Location(name, head.line), "the table has no column of names", why, remedy))
    return places, [f"{name}: columns that are not used: {listed(unused)}"] if unused else []


def _person(name: str, row: Row, places: Mapping[str, int]) -> Person:
    cells = {key: row.cells[place].strip() for key, place in places.items() if place < len(row.cells)}
    own = " ".join(cells.pop("name", "").split())
    return Person(Location(name, row.line), own[:LONGEST_NAME], {key: cell for key, cell in cells.items() if cell})


def criteria_of(person: Person, base: Criteria, whole: QuestionSet) -> Criteria:
    """Return what a row selects: its own words, and the command's where it has none.

    Raises:
        ContentError: with every word that the set does not have, and the row and the column of each.
    """
    problems: list[Diagnostic] = []
    found: dict[str, tuple[str, ...]] = {}
    for kind in SELECTING:
        if words := person.words(kind):
            found[kind] = words
            try:
                resolved(whole, Criteria(**{kind: words}))  # type: ignore[arg-type]  # the fields of these names are all tuples
            except SelectionError as error:
                problems += [person.problem(kind, each.what, each.why, each.remedy) for each in error.diagnostics]
    if problems:
        raise ContentError(*problems)
    return replace(base, **found)  # type: ignore[arg-type]  # likewise


def placed(person: Person, error: StudypackError) -> Iterator[Diagnostic]:
    """Yield the problems of an error, with the row where they have no place."""
    for each in error.diagnostics:
        what = each.what if each.where else f"row {person.where.line}: {each.what}"
        yield each._replace(where=each.where or person.where, what=what)
