"""Where cards lie on a sheet: card sizes, label stock, the backs that mirror the fronts, and the order of cards.

Sizes in the tables are in millimetres. Areas are in points from the lower left corner of a sheet.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from studypack.pdf.crop_marks import Area
from studypack.typeset.geometry import Paper, points

SPARE: Final = 3.0
"""Millimetres of paper, in one direction, that are shared out to the cards instead of being cut off as a sliver."""


class Stock(NamedTuple):
    """Cards or labels that the paper is already divided into, in millimetres.

    Attributes:
        paper: the paper.
        columns, rows: the number of cards in each direction.
        pitch: the distance from one card to the next, across and down.
        margin: the distance of the first card from the left and upper edges of the paper.
    """

    paper: Paper
    columns: int
    rows: int
    pitch: tuple[float, float]
    margin: tuple[float, float]


class CardSize(enum.StrEnum):
    """The sizes of cards by their names on the command line. A new size, or new stock, is one line in this table."""

    across: float
    down: float
    stock: Stock | None

    A6 = "a6", 148.0, 105.0
    A7 = "a7", 105.0, 74.0
    A8 = "a8", 74.0, 52.0
    INDEX = "3x5in", 127.0, 76.2
    BUSINESS = "85x55", 85.0, 55.0
    AVERY_5371 = "avery-5371", 88.9, 50.8, Stock(Paper.LETTER, 2, 5, (88.9, 50.8), (19.05, 12.7))
    AVERY_5388 = "avery-5388", 127.0, 76.2, Stock(Paper.LETTER, 1, 3, (127.0, 76.2), (44.45, 25.4))
    AVERY_5389 = "avery-5389", 152.4, 101.6, Stock(Paper.LETTER, 1, 2, (152.4, 114.3), (31.75, 31.75))
    AVERY_8373 = "avery-8373", 88.9, 50.8, Stock(Paper.LETTER, 2, 4, (101.6, 63.5), (12.7, 19.05))
    AVERY_C32011 = "avery-c32011", 85.0, 54.0, Stock(Paper.A4, 2, 5, (95.0, 54.0), (15.0, 13.5))
    AVERY_C32015 = "avery-c32015", 85.0, 54.0, Stock(Paper.A4, 2, 4, (91.0, 60.0), (17.0, 31.5))
    SIGEL_LP800 = "sigel-lp800", 85.0, 55.0, Stock(Paper.A4, 2, 5, (95.0, 55.0), (15.0, 10.0))

    def __new__(cls, word: str, across: float = 0.0, down: float = 0.0, stock: Stock | None = None) -> Self:
        """Create a member with its word as value; type checkers also take the look-up by a word for this call."""
        member = str.__new__(cls, word)
        member._value_, member.across, member.down, member.stock = word, across, down, stock
        return member


class Flip(enum.StrEnum):
    """The edge of the paper around which the printer turns the sheet."""

    LONG = "long"
    SHORT = "short"


class Order(enum.StrEnum):
    """How the cards follow each other: along each sheet, or through the piles that a cut through all sheets gives."""

    SHEET = "sheet"
    STACK = "stack"


@dataclass(frozen=True, slots=True)
class Grid:
    """The cards of one side of a sheet.

    Attributes:
        size: width and height of the sheet in points.
        fronts: the areas of the cards in reading order.
        backs: the areas of their backs, in the same order.
        cut: whether the cards are to be cut, and crop marks are needed.
    """

    size: tuple[float, float]
    fronts: tuple[Area, ...]
    backs: tuple[Area, ...]
    cut: bool

    @property
    def card(self) -> tuple[float, float]:
        """Width and height of a card in points."""
        first = self.fronts[0]
        return first.right - first.left, first.top - first.bottom


def grid(card: CardSize, paper: Paper, flip: Flip, *, to_left: bool = False) -> Grid:
    """Return where cards lie on a sheet.

    Args:
        card: the size of a card; stock has its own paper.
        paper: the paper of other cards. It is turned if more of them fit on it so.
        flip: how the printer turns the sheet.
        to_left: whether reading order runs from right to left.
    """
    paper = card.stock.paper if card.stock else paper
    size, stock, across, down = _stock(card, paper)
    width, height = size
    areas = []
    for row in range(stock.rows):
        for column in range(stock.columns)[:: -1 if to_left else 1]:
            left, top = stock.margin[0] + column * stock.pitch[0], stock.margin[1] + row * stock.pitch[1]
            corners = (left, height - top - down, left + across, height - top)
            areas.append(Area(*map(points, corners)))
    paper_size = points(width), points(height)
    # The printer turns the sheet around one of its edges: around an upright one, left and right change places, around
    # a level one top and bottom. The back is upright for a reader who has turned the sheet in this way.
    upright = (flip is Flip.LONG) == (height > width)
    backs = tuple(_mirrored(area, paper_size, upright=upright) for area in areas)
    return Grid(paper_size, tuple(areas), backs, card.stock is None)


def _stock(card: CardSize, paper: Paper) -> tuple[tuple[float, float], Stock, float, float]:
    """Return the size of the sheet, how it is divided, and width and height of a card, all in millimetres."""
    portrait = paper.page.width, paper.page.height
    if card.stock:
        return portrait, card.stock, card.across, card.down
    size = max((portrait, portrait[::-1]), key=lambda size: _count(size, card))
    columns, rows = int(size[0] / card.across), int(size[1] / card.down)
    across, left = _shared(size[0], columns, card.across)
    down, top = _shared(size[1], rows, card.down)
    return size, Stock(paper, columns, rows, (across, down), (left, top)), across, down


def _count(size: tuple[float, float], card: CardSize) -> int:
    return int(size[0] / card.across) * int(size[1] / card.down)


def _shared(whole: float, count: int, each: float) -> tuple[float, float]:
    """Return the size of a card in one direction and the margin before the first; what is little is shared out."""
    spare = whole - count * each
    return (whole / count, 0.0) if spare < SPARE else (each, spare / 2)


def _mirrored(area: Area, size: tuple[float, float], *, upright: bool) -> Area:
    if upright:
        return Area(size[0] - area.right, area.bottom, size[0] - area.left, area.top)
    return Area(area.left, size[1] - area.top, area.right, size[1] - area.bottom)


def sheets(cards: int, places: int, order: Order) -> Iterator[list[int | None]]:
    """Yield for each sheet the number of the card in each place; None where a place stays empty.

    Args:
        cards: the number of cards.
        places: the number of cards on a sheet.
        order: along each sheet, or through the piles.
    """
    count = -(-cards // places)
    for sheet in range(count):
        numbers: Sequence[int] = range(sheet * places, (sheet + 1) * places)
        if order is Order.STACK:
            numbers = range(sheet, places * count, count)
        yield [number if number < cards else None for number in numbers]
