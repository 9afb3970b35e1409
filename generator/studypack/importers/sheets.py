"""Rows of Excel and OpenDocument sheets; hostile until read: sizes are looked at before anything is unpacked."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

from studypack import bounded
from studypack.errors import ContentError, Diagnostic, Location
from studypack.importers.archives import MOST_FILES

_Rows = Iterator[tuple[int, list[str]]]
"""Numbers and cells of a sheet's rows."""

MAX_COLUMNS: Final = 500
MAX_ROWS: Final = 50_000
MAX_CELL: Final = 100_000
"""Characters of a cell: those of a text in a question set."""
MAX_UNPACKED: Final = 100_000_000
"""Bytes of a file's sheets, their texts and pictures."""
MAX_ELEMENTS: Final = 500_000
"""Elements of a file's sheets and texts: a cell takes two or three; openpyxl reads 50,000 to 100,000 in a second."""
_PIECE: Final = 1 << 20
_TOLD: Final = (ValueError, bounded.TooManyFilesError)
"""Errors that say themselves what is wrong."""
_OLD: Final = b"\xd0\xcf\x11\xe0"
"""How files of Office before 2007 begin, and encrypted ones."""
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def rows(name: str, content: bytes) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    """Return number and cells of each row of the first sheet that has some, and the names of others that have some.

    Raises:
        ContentError: the file is damaged or encrypted, or a limit is exceeded.
    """
    if content.startswith(_OLD):
        why = "it is encrypted, or of a version before 2007"
        raise ContentError(Diagnostic(Location(name), "the sheet cannot be read", why, "save it as .xlsx"))
    try:
        with bounded.archive(content, MOST_FILES) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > MAX_UNPACKED:
                why = f"the limit is {MAX_UNPACKED}"
                raise ContentError(
                    Diagnostic(Location(name), f"it unpacks to {unpacked} bytes", why, "split the sheet")
                )
            if _elements(archive) > MAX_ELEMENTS:
                what, why = "the sheets have too many cells", f"the limit is {MAX_ELEMENTS} elements of XML"
                raise ContentError(Diagnostic(Location(name), what, why, "split them"))
            names = set(archive.namelist())
            made = _excel(content) if "content.xml" not in names else _open_document(archive.read("content.xml"))
            return _first(name, made)
    except ContentError:
        raise
    except Exception as error:  # readers of archives and sheets raise whatever they meet
        kind = type(error)
        why = str(error) if kind in _TOLD else f"it is damaged or encrypted ({kind.__name__})"
        raise ContentError(
            Diagnostic(Location(name), "the sheet cannot be read", why, "save it again, or as CSV")
        ) from error


def _first(name: str, made: Iterable[tuple[str, _Rows]]) -> tuple[list[tuple[int, list[str]]], tuple[str, ...]]:
    """Return the rows of the first sheet that has some, and the names of the others."""
    found: list[tuple[int, list[str]]] = []
    others: list[str] = []
    for title, read in made:
        if found:
            others += [title] if any(cells for _, cells in read) else []
        else:
            found = _limited(name, read)
    return found, tuple(others)


def _elements(archive: zipfile.ZipFile) -> int:
    """Return how many elements the sheets and their texts have, without keeping them."""
    count = 0
    for info in archive.infolist():
        if info.filename == "content.xml" or info.filename.startswith(("xl/worksheets/sheet", "xl/sharedStrings")):
            with archive.open(info) as file:
                while count <= MAX_ELEMENTS and (piece := file.read(_PIECE)):
                    count += piece.count(b"<") - piece.count(b"</")
    return count


def _limited(name: str, read: _Rows) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    for number, cells in read:
        if not cells:  # programs write empty rows down to the last one that there can be
            continue
        longest = max(map(len, cells))
        if len(cells) > MAX_COLUMNS or longest > MAX_CELL or len(found) == MAX_ROWS:
            what = f"row {number} has {len(cells)} columns, and its longest cell {longest} characters"
            why = f"the limits are {MAX_ROWS} rows, {MAX_COLUMNS} columns, {MAX_CELL} characters"
            raise ContentError(Diagnostic(Location(name, number), what, why, "split the sheet"))
        found.append((number, cells))
    return found


def _excel(content: bytes) -> Iterator[tuple[str, _Rows]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what only Excel itself shows
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                yield str(sheet.title), _excel_rows(sheet)
        finally:
            book.close()


def _excel_rows(sheet: Any) -> _Rows:
    sheet.reset_dimensions()  # a file may say that it has every row and column that there can be
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        filled = max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)
        yield number, _trimmed([_shown(cell) for cell in row[:filled]])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _open_document(xml: bytes) -> Iterator[tuple[str, _Rows]]:
    from lxml import etree

    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ValueError("it declares entities or a document type of its own")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(xml, parser)
    for number, sheet in enumerate(root.iter(f"{_TABLE}table"), 1):
        yield sheet.get(f"{_TABLE}name", str(number)), _open_document_rows(sheet)


def _open_document_rows(sheet: Any) -> _Rows:
    number = 1
    for row in sheet.iter(f"{_TABLE}table-row"):
        cells = _trimmed(list(_cells(row)))
        yield number, cells
        number += int(row.get(f"{_TABLE}number-rows-repeated", "1")) if not cells else 1


def _cells(row: Any) -> Iterator[str]:
    count = 0
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        repeated = min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), MAX_COLUMNS + 1 - count)
        text = "\n".join("".join(paragraph.itertext()) for paragraph in cell.findall(f"{_TEXT}p"))
        text = text or cell.get(f"{_OFFICE}value", "")
        for _ in range(repeated):
            yield text
        count += repeated


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
