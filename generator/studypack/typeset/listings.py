"""Listings as books print them: blank lines at half height, breaks at blank lines, and line numbers beside the code.

The numbers are drawn as outlines, in an artifact: no text that is copied, read aloud or searched contains them.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import Any, Final

from studypack.text.markdown import CODE, NUMBERED
from studypack.typeset.fonts import font_bytes

SPACED: Final = "pre > div + div { margin-top: .64em }"
"""The rule for paragraphs of code in every theme: the space between two is half a line."""

TOGETHER: Final = 8
"""Lines that a listing that breaks has at least on either page."""

_FONT: Final = "font:JetBrains-Mono/normal/400"
_GREY: Final = 0.373
"""The lightness of the numbers, as that of `--quiet` in print.css: 6.4:1 on white."""
_SIZE: Final = 0.95
"""The size of the numbers as a share of the code's: 7.4 pt, and 9 pt in large print."""
_APART: Final = 4.0
"""Pixels between numbers and code."""
_UNITS, _WIDTH = 1000, 600
"""Units of the font in its size, and the width of a digit in them."""
_OPERATORS: Final = {"_moveTo": " m ", "_lineTo": " l ", "_curveToOne": " c ", "_closePath": "h "}
"""Those of PDF, by what fontTools calls in a pen."""
_FIRST: Final = "data-line"
"""The attribute with the number of a paragraph's first line."""

_CODE: Final = re.compile(rf"<pre class='({CODE}[^']*)'><code>(.*?)</code></pre>", re.DOTALL)
_TAG: Final = re.compile("<[^>]*>")


def in_paragraphs(html: str) -> str:
    """Return a document in which each paragraph of code is an element, and blank lines are none.

    Classes say where two blank lines are (`far`), and where a listing must not break (`kept`).
    """
    return _CODE.sub(_divided, html)


def _divided(code: re.Match[str]) -> str:
    lines = code[2].split("\n")
    made: list[str] = []
    first = blank = 0
    for said, group in groupby(lines, _said):
        text = "\n".join(group)
        if text.count("<span") != text.count("</span"):  # an element with a blank line
            return code[0]
        count = text.count("\n") + 1
        if said:
            kept = first < TOGETHER or len(lines) - first < TOGETHER
            names = " ".join(name for name, on in (("far", blank > 1), ("kept", kept)) if on and made)
            made.append(f'<div class="{names}" {_FIRST}="{first + 1}"><code>{text}</code></div>')
        first, blank = first + count, 0 if said else count
    return f"<pre class='{code[1]}'>{''.join(made)}</pre>" if made else code[0]


def _said(line: str) -> bool:
    """Return whether a line of HTML has anything but white space."""
    return bool(_TAG.sub("", line).strip())


def number_lines(pages: Sequence[Any]) -> None:
    """Let numbered listings be drawn with numbers beside them, or in their padding if there is room.

    Args:
        pages: the boxes of a document's pages, in order, because listings go on.
    """
    done: dict[Any, tuple[int, int]] = {}
    for page in pages:
        for listing in _listings(page):
            blocks = [box for box in listing.children if box.element_tag == "div"]
            numbers = [number for block in blocks for number in _numbers(block, done)]
            if blocks:
                _end_with_code(page, listing, blocks[-1].children[-1])
            if numbers and blocks[0].background is None:
                blocks[0].background = _background(page, _Numbers(page, listing, numbers))


def _listings(box: Any) -> Iterator[Any]:
    """Yield the boxes of numbered listings below a box."""
    for child in getattr(box, "children", ()):
        if getattr(child, "element_tag", "") == "pre" and NUMBERED in child.element.get("class", ""):
            yield child
        elif type(child).__name__ != "LineBox":
            yield from _listings(child)


def _end_with_code(page: Any, listing: Any, line: Any) -> None:
    """Let the tint of a listing that goes on end with its last line; WeasyPrint draws it to the foot of the page."""
    from weasyprint.layout.background import layout_box_backgrounds

    height = line.position_y + line.height - listing.content_box_y()
    if height < listing.height:
        listing.height = height
        layout_box_backgrounds(page, listing, None, layout_children=False)


def _numbers(block: Any, done: dict[Any, tuple[int, int]]) -> Iterator[tuple[int, float]]:
    """Yield the number of each line of a paragraph of code, and its baseline; a line that goes on has none.

    Args:
        block: the paragraph's box on one page.
        done: for each paragraph its line that goes on, and what was set of it.
    """
    code = block.element
    lengths = [_letters(line) for line in "".join(code.itertext()).split("\n")]
    line, letters = done.get(code, (0, 0))
    for box in block.children:
        texts = [each for each in box.descendants() if hasattr(each, "text")]
        if not letters and texts:
            yield int(code.get(_FIRST)) + line, texts[0].position_y + texts[0].baseline
        letters += sum(_letters(each.text) for each in texts)
        if line < len(lengths) and letters >= lengths[line]:
            line, letters = line + 1, 0
    done[code] = line, letters


def _letters(text: str) -> int:
    """Return how many characters of a line are sure to be set: not spaces, nor hyphens where a line may break."""
    return len("".join(text.replace("\N{SOFT HYPHEN}", "").split()))


def _background(page: Any, picture: Any) -> Any:
    """Return a background with this picture, which may be drawn anywhere on its page."""
    from tinycss2.color5 import parse_color
    from weasyprint.layout.background import Background, BackgroundLayer

    once, nowhere = ("no-repeat", "no-repeat"), (0, 0, 0, 0)
    everywhere = (0, 0, page.margin_width(), page.margin_height(), *((0, 0),) * 4)
    layer = BackgroundLayer(picture, (1, 1), (0, 0), once, True, nowhere, nowhere, [everywhere])
    return Background(parse_color("transparent"), [layer], page.style)


class _Numbers:
    """The numbers of a listing on one page, as a picture of WeasyPrint's."""

    def __init__(self, page: Any, listing: Any, numbers: Sequence[tuple[int, float]]) -> None:
        self._listing, self._numbers = weakref.ref(listing), numbers  # the listing has these as its background
        self._rtl = page.style["direction"] == "rtl"

    def draw(self, stream: Any, *_: Any) -> None:
        """Draw the numbers in the listing's padding, or beside it where the cues are."""
        box: Any = self._listing()
        scale = _SIZE * box.style["font_size"] / _UNITS
        inside = box.padding_left > 2 * _APART + 3 * _WIDTH * scale
        right = box.content_box_x() - 2 * _APART if inside else box.border_box_x() - _APART
        stream.stream.append(f"{_GREY} g")
        for number, baseline in self._numbers:
            digits = str(number)
            beside = box.border_box_x() + box.border_width() + _APART
            x = beside if self._rtl and not inside else right - len(digits) * _WIDTH * scale
            with stream.stacked():
                stream.transform(a=scale, d=-scale, e=round(x, 2), f=round(baseline, 2))
                stream.stream.append(f"1 0 0 1 {_WIDTH} 0 cm ".join(map(digit_outline, digits)))


@cache
def digit_outline(digit: str) -> str:
    """Return the operators that draw a digit, in units of its font (8.5.2 and 8.5.3 of ISO 32000-2)."""
    from fontTools.pens.basePen import BasePen
    from fontTools.ttLib import TTFont

    written: list[str] = []

    def writes(operator: str) -> Callable[..., None]:
        return lambda _, *points: written.append(" ".join(f"{x:.0f} {y:.0f}" for x, y in points) + operator)

    font = TTFont(BytesIO(font_bytes(_FONT)))
    glyphs = font.getGlyphSet()
    pen = type("Pen", (BasePen,), {name: writes(operator) for name, operator in _OPERATORS.items()})
    glyphs[font.getBestCmap()[ord(digit)]].draw(pen(glyphs))
    return "".join(written) + "f "
