"""Paper sizes and the position of text on the page, in millimetres and in points derived from them."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from typing import Final, Self

MEASURE_MM: Final = 126.0
"""The width of the handbook's text column, the same on every paper so that lines break alike."""

CUE_MM, GAP_MM = 44.0, 6.0
"""The width of the cue column, which is before the text column on every page, and the space between the two."""

BLOCK_MM: Final = CUE_MM + GAP_MM + MEASURE_MM
"""The width of both columns."""

HEAD_MM, FOOT_MM = 19.5, 20.0
"""The space that running heads and folios need at the edges of a page; head and foot margins must be at least that."""

_COVER_MM: Final = 138.0
"""The width of the title page's text."""
_NOTES_TITLE_MM: Final = 10.3
"""The height of the title of a notes page, with the space below it (`.notes .title` in handbook.css)."""
_NOTES_LINE_MM: Final = 8.11
"""The height of a line for notes: 8 mm, and a rule of 0.3 pt (`.notes .ruled`)."""


_RECALLED_MM: Final = 21.5
"""The height of a question on a recall page with two lines of its own and one to write on (`.recall .entry`)."""
_RECALL_LINE_MM: Final = 8.11
"""The height of a line to write on (`.recall .ruled`)."""


def points(mm: float) -> float:
    """Convert millimetres to points of 1/72 inch."""
    return mm / 25.4 * 72


MEASURE: Final = math.floor(points(MEASURE_MM))
"""The measure in whole points, rounded down so that anything of this width fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageGeometry:
    """The page geometry of one paper size. All lengths are in millimetres.

    Attributes:
        width, height: the size of the paper.
        inner: the margin at the binding; the outer margin is what remains beside the two columns.
        head, foot: the margins above and below the text.
    """

    width: float
    height: float
    inner: float
    head: float
    foot: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in points."""
        return round(points(self.width), 2), round(points(self.height), 2)

    @property
    def note_lines(self) -> int:
        """The number of lines on a notes page."""
        return int((self.height - self.head - self.foot - _NOTES_TITLE_MM) / _NOTES_LINE_MM)

    def recalls(self, count: int, more: float = 0.0) -> bool:
        """Return whether a recall page has room for `count` questions, and for stimuli and choices `more` mm high."""
        return count * _RECALLED_MM + more <= self._between

    def recall_lines(self, count: int, more: float = 0.0) -> int:
        """Return the number of lines below each of `count` questions on a recall page, which has room for them."""
        return max(1, int(((self._between - more) / max(1, count) - _RECALLED_MM) / _RECALL_LINE_MM) + 1)

    @property
    def _between(self) -> float:
        """The height of a recall page below its title."""
        return self.height - self.head - self.foot - _NOTES_TITLE_MM

    def margins(self, *, simplex: bool) -> tuple[float, float]:
        """Return the inner and outer margins, which are equal in one-sided printing."""
        if simplex:
            return self._beside(BLOCK_MM), self._beside(BLOCK_MM)
        return self.inner, round(self.width - BLOCK_MM - self.inner, 2)

    def values(self, *, simplex: bool, left: bool = False) -> dict[str, float]:
        """Return the value `page` of `handbook/page.css.j2`.

        Args:
            simplex: whether one side of the paper is printed.
            left: whether the part's first page is bound as a left-hand page.
        """
        inner, outer = self.margins(simplex=simplex)
        inner, outer = (outer, inner) if left else (inner, outer)
        return {
            "width": self.width,
            "height": self.height,
            "head": self.head,
            "foot": self.foot,
            "inner": inner,
            "outer": outer,
            "cue": CUE_MM,
            "gap": GAP_MM,
            "cover": self._beside(_COVER_MM),
        }

    def _beside(self, measure: float) -> float:
        """Return the margin on either side of centred text."""
        return round((self.width - measure) / 2, 2)


class Paper(enum.StrEnum):
    """The paper sizes by their names on the command line. A new size is one line in this table."""

    page: PageGeometry

    A4 = "a4", PageGeometry(width=210, height=297, inner=22, head=22, foot=23)
    LETTER = "letter", PageGeometry(width=215.9, height=279.4, inner=24, head=20, foot=22)

    def __new__(cls, word: str, *page: PageGeometry) -> Self:
        """Create a member with its word as value; type checkers also take the look-up `Paper("a4")` for this call."""
        member = str.__new__(cls, word)
        member._value_, (member.page,) = word, page
        return member
