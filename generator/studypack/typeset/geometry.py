"""Paper sizes, and where text stands on their pages: in millimetres, with points worked out from them."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import Final, Self

MEASURE_MM: Final = 126.0
"""The width of the handbook's text, on every paper: lines break alike."""

HEAD_MM, FOOT_MM = 19.5, 20.0
"""What running heads and folios take from the edges of a page; no paper's margins at head and foot are narrower."""

_COVER_MM: Final = 138.0
"""The width of the title page's text."""
_CONTENTS_MM: Final = 152.0
"""The width of the contents, where one side of the paper is printed."""

_NOTES_TITLE_MM: Final = 10.3
"""The title of a page for notes, with the space below it (`.notes .title` of handbook.css)."""
_NOTES_LINE_MM: Final = 8.11
"""A line for notes: 8 mm and its rule of 0.3 pt (`.notes .ruled`)."""


def points(mm: float) -> float:
    """Return millimetres in points of 1/72 inch."""
    return mm / 25.4 * 72


MEASURE: Final = math.floor(points(MEASURE_MM))
"""Whole points of the measure: what has that width is sure to fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageGeometry:
    """The pages of one paper. All lengths are in millimetres.

    Attributes:
        width, height: of the paper.
        inner: the margin at the binding; what it leaves beside the measure is the outer margin, for the pencil.
        head, foot: the margins above and below the text.
        contents_outer: the outer margin of the contents, which are set wider than the text.
    """

    width: float
    height: float
    inner: float
    head: float
    foot: float
    contents_outer: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return round(points(self.width), 2), round(points(self.height), 2)

    @property
    def note_lines(self) -> int:
        """How many lines a page for notes has."""
        return int((self.height - self.head - self.foot - _NOTES_TITLE_MM) / _NOTES_LINE_MM)

    def margins(self, *, simplex: bool) -> tuple[float, float]:
        """Return the inner and the outer margin; equal ones where one side of the paper is printed."""
        if simplex:
            return self._beside(MEASURE_MM), self._beside(MEASURE_MM)
        return self.inner, round(self.width - MEASURE_MM - self.inner, 2)

    def values(self, *, simplex: bool) -> dict[str, float]:
        """Return what `handbook/page.css.j2` knows as `page`."""
        inner, outer = self.margins(simplex=simplex)
        contents = self._beside(_CONTENTS_MM) if simplex else None
        return {
            "width": self.width,
            "height": self.height,
            "head": self.head,
            "foot": self.foot,
            "inner": inner,
            "outer": outer,
            "contents_inner": contents or inner,
            "contents_outer": contents or self.contents_outer,
            "cover": self._beside(_COVER_MM),
        }

    def _beside(self, measure: float) -> float:
        """Return the margin on either side of text in the middle of the page."""
        return round((self.width - measure) / 2, 2)


class Paper(enum.StrEnum):
    """The paper that a product is set for, by its word on the command line. A new size is one line of this table."""

    page: PageGeometry

    A4 = "a4", PageGeometry(width=210, height=297, inner=26, head=24, foot=26, contents_outer=27)
    LETTER = "letter", PageGeometry(width=215.9, height=279.4, inner=27, head=20, foot=23, contents_outer=30)

    def __new__(cls, word: str, *page: PageGeometry) -> Self:
        """Return the member with this word as its value; type checkers take `Paper("a4")`, a look-up, for this call."""
        member = str.__new__(cls, word)
        member._value_, (member.page,) = word, page
        return member
