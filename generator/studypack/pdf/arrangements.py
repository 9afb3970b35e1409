"""Which page goes where when a document is imposed: as a booklet to fold and staple, or several pages on each side.

Page numbers count from 0. Lengths are in points unless they say millimetres.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from studypack.pdf.crop_marks import Area, crop_marks
from studypack.pdf.imposition import Placed, Sheet
from studypack.typeset.geometry import points

ROOM_FOR_MARKS: Final = points(8)
"""The margin of a sheet in which crop marks are."""
PAPERS: Final = {
    "a3": (297.0, 420.0), "a4": (210.0, 297.0), "a5": (148.0, 210.0), "sra3": (320.0, 450.0),
    "letter": (215.9, 279.4), "legal": (215.9, 355.6), "tabloid": (279.4, 431.8),
}  # fmt: skip  # a table
"""Width and height of sheets in millimetres."""


class Layout(enum.StrEnum):
    """How pages are imposed."""

    BOOKLET = "booklet"
    TWO_UP = "2-up"
    FOUR_UP = "4-up"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How to impose a document.

    Attributes:
        layout: a booklet, or so many pages on each side.
        paper: a name in `PAPERS`; empty for sheets as large as the pages.
        signature: how many pages are folded into each other, a multiple of four; 0 for all.
        creep: millimetres by which each folded sheet pushes out the one inside it: the thickness of the paper.
        marks: whether crop marks are drawn; pages leave room for them.
        to_left: whether reading order runs from right to left; None where that is as the document says.
        turn_backs: whether the backs are upside down, for a printer that flips on the long edge.
    """

    layout: Layout = Layout.BOOKLET
    paper: str = ""
    signature: int = 0
    creep: float = 0.0
    marks: bool = False
    to_left: bool | None = None
    turn_backs: bool = False


class Side(NamedTuple):
    """One side of a sheet of a booklet: its left and right page, None for a blank one, and the sheets around it."""

    left: int | None
    right: int | None
    around: int


def booklet_sides(count: int, signature: int = 0) -> Iterator[Side]:
    """Yield the sides of a booklet's sheets, front and back in turn, the outermost sheet of each signature first.

    Args:
        count: the number of pages; blank ones complete the last signature.
        signature: pages of a signature, a multiple of four; 0 for one signature of all pages.
    """
    whole = -(-count // 4) * 4
    length = min(signature, whole) or whole
    for first in range(0, whole, length):
        last = min(first + length, whole) - 1
        for sheet in range((last - first + 1) // 4):
            pages = (last - 2 * sheet, first + 2 * sheet, first + 2 * sheet + 1, last - 2 * sheet - 1)
            outer_left, outer_right, inner_left, inner_right = (page if page < count else None for page in pages)
            yield Side(outer_left, outer_right, sheet)
            yield Side(inner_left, inner_right, sheet)


def sheets_of(count: int, page: tuple[float, float], arrangement: Arrangement) -> list[Sheet]:
    """Return the sides of the sheets.

    Args:
        count: the number of pages.
        page: their width and height.
        arrangement: how to impose them.
    """
    if arrangement.layout is Layout.BOOKLET:
        return list(_booklet(count, page, arrangement))
    return list(_several(count, page, arrangement))


def _booklet(count: int, page: tuple[float, float], arrangement: Arrangement) -> Iterator[Sheet]:
    paper = _paper(page, arrangement)
    size = max(paper), min(paper)
    cells = _cells(size, (2, 1), page, arrangement)
    marks = crop_marks(cells, size) if arrangement.marks else ()
    for number, side in enumerate(booklet_sides(count, arrangement.signature)):
        inward = points(arrangement.creep) * side.around
        pages = (side.right, side.left) if arrangement.to_left else (side.left, side.right)
        placed = [
            Placed(of, cell.left + shift, cell.bottom, _scale(cell, page))
            for of, cell, shift in zip(pages, cells, (inward, -inward), strict=True)
            if of is not None
        ]
        if arrangement.turn_backs and number % 2:
            placed = [_turned(each, page, size) for each in placed]
        yield Sheet(size, tuple(placed), marks)


def _turned(placed: Placed, page: tuple[float, float], size: tuple[float, float]) -> Placed:
    """Return where a page is if its sheet is turned upside down."""
    right, top = placed.x + placed.scale * page[0], placed.y + placed.scale * page[1]
    return placed._replace(x=size[0] - right, y=size[1] - top, turned=True)


def _several(count: int, page: tuple[float, float], arrangement: Arrangement) -> Iterator[Sheet]:
    paper = _paper(page, arrangement)
    shapes = [(2, 2)] if arrangement.layout is Layout.FOUR_UP else [(2, 1), (1, 2)]
    choices = [(size, shape) for shape in shapes for size in (paper, paper[::-1])]
    size, shape = max(choices, key=lambda choice: _scale(_cells(choice[0], choice[1], page, arrangement)[0], page))
    cells = _cells(size, shape, page, arrangement)
    marks = crop_marks(cells, size) if arrangement.marks else ()
    for first in range(0, count, len(cells)):
        numbers = range(first, min(first + len(cells), count))
        placed = (
            Placed(n, cell.left, cell.bottom, _scale(cell, page)) for n, cell in zip(numbers, cells, strict=False)
        )
        yield Sheet(size, tuple(placed), marks)


def _paper(page: tuple[float, float], arrangement: Arrangement) -> tuple[float, float]:
    """Return width and height of a sheet, upright."""
    if arrangement.paper:
        width, height = PAPERS[arrangement.paper]
        return points(width), points(height)
    return min(page), max(page)


def _cells(
    size: tuple[float, float], shape: tuple[int, int], page: tuple[float, float], arrangement: Arrangement
) -> list[Area]:
    """Return the areas of the pages on a sheet in reading order: side by side, together in the middle of the sheet.

    Pages are reduced to the room that there is, and never enlarged.
    """
    columns, rows = shape
    margin = ROOM_FOR_MARKS if arrangement.marks else 0.0
    scale = min(1.0, (size[0] - 2 * margin) / (columns * page[0]), (size[1] - 2 * margin) / (rows * page[1]))
    across, down = scale * page[0], scale * page[1]
    left, top = (size[0] - columns * across) / 2, (size[1] + rows * down) / 2
    order: Sequence[int] = range(columns)[
        :: -1 if arrangement.to_left and arrangement.layout is not Layout.BOOKLET else 1
    ]
    return [
        Area(left + column * across, top - (row + 1) * down, left + (column + 1) * across, top - row * down)
        for row in range(rows)
        for column in order
    ]


def _scale(cell: Area, page: tuple[float, float]) -> float:
    return (cell.right - cell.left) / page[0]
