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
    """Return the values for the template, and the style rules that position its contents.

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
    rules += [f"body {{ counter-reset: folio {sheets[0].number - 1} }}"]
    rules += [f".at-left .line {{ left: {outer}mm; right: {inner}mm }}"]
    rules += [f".at-right .line {{ left: {inner}mm; right: {outer}mm }}"]
    leaves = []
    for place, sheet in enumerate(sheets):
        right_hand = (sheet.number % 2 == 1 or simplex) != rtl
        named = sheet.left and sheet.right not in ("", sheet.left)
        over = (sheet.left, sheet.right) if named else (title, sheet.left)
        heads = " · ".join(dict.fromkeys(filter(None, over)))  # a topic may have the book's title
        leaves.append(
            {
                "side": "right" if right_hand else "left",
                "head": "" if sheet.bare else sheet.right if sheet.number % 2 and sheet.right else heads,
                "folio": "" if sheet.bare else "roman" if sheet.roman else "arabic",
                "thumb": None if sheet.thumb is None else str(sheet.thumb + 1),
                "refs": [(n, "ref") for _, n in sheet.refs] + [(n, "ref ordinal") for _, n in sheet.ordinals],
            }
        )
        rules += _placed(place, sheet)
    rules += _thumbs(sheets, count, min(_LAST_THUMB, height - _BELOW_THUMBS))
    return {"leaves": leaves}, "\n".join(rules)


def _placed(place: int, sheet: Sheet) -> list[str]:
    return [
        f"#ref-{place}-{n} {{ left: {a.x:.2f}pt; top: {a.y:.2f}pt; width: {a.width:.2f}pt; height: {a.height:.2f}pt }}"
        for n, (a, _) in enumerate((*sheet.refs, *sheet.ordinals))
    ]


def _thumbs(sheets: Sequence[Sheet], count: int, last: float) -> list[str]:
    """Return the rules that position the thumb marks of these pages, one below the other down to `last`."""
    step = min(_THUMB + 4, (last - _FIRST_THUMB) / max(1, count - 1))
    used = sorted({sheet.thumb for sheet in sheets if sheet.thumb is not None})
    height = min(_THUMB, step)
    return [f".thumb-{n + 1} {{ top: {_FIRST_THUMB + n * step:.2f}mm; height: {height:.2f}mm }}" for n in used]
