"""Tables: CSV, TSV, Excel and OpenDocument sheets, with a head or without."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Final, NamedTuple

from studypack.errors import ContentError, Diagnostic, Location, listed, suggestion
from studypack.importers import own_table, sheets
from studypack.importers.column_names import NAMES, key_of
from studypack.importers.columns import columns_of, draft_of
from studypack.importers.decoding import damage, decoded
from studypack.importers.draft import Draft, Reading, Skipped, Wishes
from studypack.importers.html_cells import without_html
from studypack.importers.question_words import unnumbered_all
from studypack.importers.sheets import MAX_CELL, MAX_COLUMNS, MAX_ROWS

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 60
_LONGEST_SHOWN: Final = 30
"""Characters of a cell in a message."""
_SHEETS: Final = (".xlsx", ".xlsm", ".ods")


class Row(NamedTuple):
    """A row of a table: its line or number from 1, and its cells."""

    line: int
    cells: list[str]


class _Tables:
    name = "table"
    suffixes = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".ods")
    summary = "tables: CSV, TSV, XLSX and ODS"
    mapped = NAMES

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the name alone, as any text may be one column."""
        if content.startswith(b"PK") and any(
            mark in content for mark in (b"xl/workbook.xml", b"opendocument.spreadsheet")
        ):
            return 0.9  # whatever it is called
        if PurePath(name).suffix.lower() in _SHEETS:
            return 0.9 if content.startswith(b"PK") else 0.3
        return 0.7 if name.lower().endswith(self.suffixes) and not content.startswith(b"PK") else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the rows of a table as questions.

        Raises:
            ContentError: no column of questions is found, a wished one is not there, or a limit is exceeded.
        """
        table, warned = rows_of(name, content)
        filled = [row for row in table if any(cell.strip() for cell in row.cells)]
        if not filled:
            raise ContentError(Diagnostic(Location(name), "the table is empty", "", "choose another file"))
        head, body = _head(filled, wishes.columns)
        if own_table.is_ours(head) and not wishes.columns:
            drafts = [own_table.draft_of(head, row.cells, Location(name, row.line)) for row in body]
            return self._reading(name, drafts, _unused(head, body, own_table.known(head)), warned)
        places = columns_of(head, [row.cells for row in body[:200]], _checked(name, head, filled, wishes.columns))
        if "question" not in places:
            raise ContentError(_unknown(name, head, filled))
        drafts = [draft_of(head, row.cells, places, Location(name, row.line)) for row in _from_one(head, body, places)]
        unused = _unused(head, body, {place for found in places.values() for place in found})
        return self._reading(name, without_html(_without_numbers(drafts)), unused, warned)

    def _reading(
        self, name: str, drafts: Sequence[Draft], unused: Sequence[str], warned: tuple[Skipped, ...]
    ) -> Reading:
        skipped = [Skipped(each.where, "a row without a question") for each in drafts if not each.question.strip()]
        kept = tuple(draft for draft in drafts if draft.question.strip())
        if unused:
            why = f"columns without a key: {listed(unused)}; --map KEY=COLUMN takes them"
            skipped.insert(0, Skipped(Location(name), why))
        if not kept:
            raise ContentError(Diagnostic(Location(name), "no row has a question", "", "choose its column with --map"))
        return Reading(self.name, kept, {}, tuple(skipped), warned)


def _without_numbers(drafts: Sequence[Draft]) -> list[Draft]:
    asked = unnumbered_all([draft.question for draft in drafts])
    return [replace(draft, question=text) for draft, text in zip(drafts, asked, strict=True)]


def rows_of(name: str, content: bytes) -> tuple[Iterator[Row], tuple[Skipped, ...]]:
    """Return the rows of a table of any kind, one after the other, and where its characters look broken.

    Args:
        name: the file's name, for locations.
        content: delimited text in any encoding, or a sheet of Excel or OpenDocument.

    Raises:
        ContentError: it is no table, or beyond the limits; while the rows are read.
    """
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        read, others = sheets.rows(name, content)
        unread = f"other sheets are not read: {listed(others)}; save each as a file of its own"
        return (Row(line, cells) for line, cells in read), (Skipped(Location(name), unread),) if others else ()
    text, encoding = decoded(name, content)
    if (lines := text.count("\n")) > MAX_ROWS:
        raise ContentError(Diagnostic(Location(name), f"{lines} lines", f"the limit is {MAX_ROWS}", "split the file"))
    return _rows(name, text), damage(name, text, encoding)


def _from_one(head: list[str], body: list[Row], places: Mapping[str, list[int]]) -> list[Row]:
    """Return the rows with the numbers of right choices counted from 1, where the table counts them from 0."""
    marks = places.get("correct") or (places.get("answer") if "choices" in places else None) or []
    if len(marks) != 1 or "choices" not in places:
        return body
    place = marks[0]
    said = [row.cells[place].strip() for row in body if place < len(row.cells)]
    index = place < len(head) and "index" in head[place].lower()
    if not (all(each.isdecimal() or not each for each in said) and ("0" in said or index)):
        return body
    return [
        row._replace(cells=[str(int(c) + 1) if n == place and c.strip() else c for n, c in enumerate(row.cells)])
        for row in body
    ]


def _unused(head: list[str], body: list[Row], used: Collection[int]) -> list[str]:
    """Return the names, or the numbers from 1, of the columns that hold something and belong to no key."""
    filled = {n for row in body for n, cell in enumerate(row.cells) if n not in used and cell.strip()}
    return [head[n] if n < len(head) and head[n] else str(n + 1) for n in sorted(filled)]


def _rows(name: str, text: str) -> Iterator[Row]:
    """Yield the rows of delimited text.

    Raises:
        ContentError: a row or a cell is beyond the limits, or the quotes do not close.
    """
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(name, text))
    line, begun = 1, False
    try:
        for cells in reader:
            if len(cells) > MAX_COLUMNS:
                why = f"the limit is {MAX_COLUMNS}"
                raise ContentError(Diagnostic(Location(name, line), f"a row has {len(cells)} columns", why, "split it"))
            if cells and (begun or not re.match(r"#\w+:", cells[0])):  # such lines in front are for a program
                begun = True
                yield Row(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        large = "field larger" in str(error)
        what = f"a cell has more than {MAX_CELL} characters" if large else f"not a table: {error}"
        remedy = "close its quotation mark, or shorten it" if large else "check the quotation marks"
        raise ContentError(Diagnostic(Location(name, line), what, "", remedy)) from error


def _delimiter(name: str, text: str) -> str:
    """Return the character that gives the most even rows of two cells or more."""
    if name.lower().endswith((".tsv", ".tab")):
        return "\t"
    sample = "\n".join(text[:200_000].split("\n")[:_SAMPLE_LINES])
    rated = []
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        common = max(set(widths), key=widths.count, default=1)
        rated.append((common > 1, widths.count(common) / max(1, len(widths)) if common > 1 else 0.0, common, delimiter))
    return max(rated, key=lambda each: each[:3], default=(False, 0.0, 1, ","))[3] or ","


def _head(rows: list[Row], wished: Mapping[str, str]) -> tuple[list[str], list[Row]]:
    """Return the names of the columns, and the other rows; where there is no head, the names are empty."""
    first = [cell.strip() for cell in rows[0].cells]
    known = sum(bool(key_of(cell)) for cell in first)
    named = any(column.strip().lower() in (cell.lower() for cell in first) for column in wished.values())
    short = len(rows) > 1 and all(cell and len(cell) <= 40 and "?" not in cell for cell in first)  # a name
    telling = known >= 1 and (known >= len(first) / 3 or key_of(first[0]) == "question")
    if (
        named
        or (telling and short)
        or (known > 1)
        or (short and len(first) > 2 and len(set(first)) == len(first) and known)
    ):
        return first, rows[1:]
    return [], rows


def _checked(name: str, head: list[str], rows: Sequence[Row], wished: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the places, from 0, of the columns that the user named.

    Raises:
        ContentError: a key or a column does not exist.
    """
    width = max(len(row.cells) for row in rows)
    problems: list[Diagnostic] = []
    found: dict[str, list[int]] = {}
    lowered = [each.lower() for each in head]
    for key, column in wished.items():
        if key not in NAMES:
            continue  # of every format's keys; said elsewhere
        if column.lower() in lowered:
            found.setdefault(key, []).append(lowered.index(column.lower()))
        elif column.isdecimal() and 0 < int(column) <= width:
            found.setdefault(key, []).append(int(column) - 1)
        else:
            why = f"there are {listed(head)}" if head else f"there are {width} columns without names"
            problems.append(
                Diagnostic(Location(name), f'no column "{column}"', why, suggestion(column, head) or "give its number")
            )
    if problems:
        raise ContentError(*problems)
    return found


def _unknown(name: str, head: Sequence[str], rows: Sequence[Row]) -> Diagnostic:
    first = [cell.strip().replace("\n", " ")[:_LONGEST_SHOWN] for cell in rows[0].cells]
    named = all(cell and not cell.isdecimal() for cell in first) and len(set(first)) == len(first)  # a head, perhaps
    shown = head or (first if named else [f"{number} ({cell})" for number, cell in enumerate(first, 1) if cell])
    one, two = (shown[0], shown[1]) if (head or named) and len(shown) > 1 else ("1", "2")
    remedy = f'name the columns: --map "question={one}" --map "answer={two}"'
    return Diagnostic(Location(name), "which column holds the questions?", f"its columns are {listed(shown)}", remedy)


IMPORTER: Final = _Tables()
