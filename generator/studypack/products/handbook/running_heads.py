"""What is laid over the handbook's pages: running heads, folios, thumb marks, and page numbers in chapter openers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from studypack.questions.model import QuestionSet
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.typeset.geometry import Paper
from studypack.typeset.layout import Anchor

_FIRST_THUMB, _LAST_THUMB, _THUMB = 30.0, 230.0, 13.0
"""Millimetres from the head to the first and last thumb mark, and the height of one."""
_BELOW_THUMBS: Final = 49.0
"""The minimum distance of the last thumb mark from the bottom of the page, in millimetres."""

_LONG: Final = 45
"""The characters of a running head from which on it might be longer than the line; it is cut there. A line has room for
49 characters as wide as they are high, such as W and Chinese ones, in large print."""

_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip  # a table


class Sheet(NamedTuple):
    """What a page shows outside its text.

    Attributes:
        number: the page's number.
        roman: whether it is printed so.
        left, right: running heads of a page with an even and of one with an odd number; where text runs from right
            to left, the latter are the left-hand pages.
        thumb: place of the chapter in the book, from 0; None outside of chapters.
        refs: page numbers to print, and where.
        ordinals: numbers of chapters to print in their openers, and where.
        bare: nothing at all, as on the title page.
    """

    number: int
    roman: bool
    left: str
    right: str
    thumb: int | None
    refs: tuple[tuple[Anchor, int], ...] = ()
    bare: bool = False
    ordinals: tuple[tuple[Anchor, int], ...] = ()


def overlay_values(
    sheets: Sequence[Sheet], selected: QuestionSet, paper: Paper, *, simplex: bool
) -> tuple[dict[str, Any], str]:
    """Return the values for the template, and style rules, which are the same for all pages of a book.

    Args:
        sheets: consecutive pages.
        selected: the questions of the book.
        paper: the paper size.
        simplex: whether only one side of the paper is printed.
    """
    count = len(selected.topics)
    rtl = language(selected.header.language).direction == "rtl"
    title = plain(selected.header.title, lang=selected.header.language)
    inner, outer = paper.page.margins(simplex=simplex)
    width, height = paper.page.width, paper.page.height
    rules = [f"@page {{ size: {width}mm {height}mm; margin: 0 }}", f".leaf {{ width: {width}mm; height: {height}mm }}"]
    rules += [f".at-left .line {{ left: {outer}mm; right: {inner}mm }}"]
    rules += [f".at-right .line {{ left: {inner}mm; right: {outer}mm }}"]
    last = min(_LAST_THUMB, height - _BELOW_THUMBS)
    leaves = []
    for sheet in sheets:
        right_hand = (sheet.number % 2 == 1 or simplex) != rtl
        named = sheet.left and sheet.right not in ("", sheet.left)
        over = (sheet.left, sheet.right) if named else (title, sheet.left)
        heads = " · ".join(dict.fromkeys(filter(None, over)))  # a topic may have the book's title
        head = "" if sheet.bare else sheet.right if sheet.number % 2 and sheet.right else heads
        leaves.append(
            {
                "side": "right" if right_hand else "left",
                "head": head,
                "long": len(head) > _LONG,
                "folio": "" if sheet.bare else roman(sheet.number) if sheet.roman else str(sheet.number),
                "thumb": None if sheet.thumb is None else str(sheet.thumb + 1),
                "mark": "" if sheet.thumb is None else _mark(sheet.thumb, count, last),
                "refs": [
                    *((number, "ref", _box(anchor)) for anchor, number in sheet.refs),
                    *((number, "ref ordinal", _box(anchor)) for anchor, number in sheet.ordinals),
                ],
            }
        )
    return {"leaves": leaves}, "\n".join(rules)


def roman(number: int) -> str:
    """Return a number of pages in small Roman letters."""
    made = ""
    for value, letters in _ROMAN:
        made += letters * (number // value)
        number %= value
    return made


def _box(anchor: Anchor) -> str:
    """Return the declarations that place something on an anchor."""
    left, top, width, height = anchor[1:]
    return f"left: {left:.2f}pt; top: {top:.2f}pt; width: {width:.2f}pt; height: {height:.2f}pt"


def _mark(thumb: int, count: int, last: float) -> str:
    """Return the declarations that place the thumb mark of a chapter, one below the other down to `last`."""
    step = min(_THUMB + 4, (last - _FIRST_THUMB) / max(1, count - 1))
    return f"top: {_FIRST_THUMB + thumb * step:.2f}mm; height: {min(_THUMB, step):.2f}mm"
