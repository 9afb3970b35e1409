"""Lines of code that are wider than their column in print."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from studypack.checks.texts import Text
from studypack.errors import Diagnostic
from studypack.questions.positions import Positions
from studypack.typeset.geometry import MEASURE

CODE_PADDING: Final = 7.0
"""Points on either side of a code block (`pre` in handbook.css)."""
CODE_ADVANCE: Final = 7.8 * 0.6
"""Points of a column: JetBrains Mono at 7.8 pt, whose glyphs are all 0.6 em wide."""
_INSETS: Final = {"bullet_list": 14.0, "ordered_list": 14.0, "blockquote": 60.0}
"""Points that a block takes from the measure of what is in it (handbook.css; a quote's are WeasyPrint's own)."""


def wide_blocks(text: Text, positions: Positions) -> Iterator[Diagnostic]:
    """Yield each line of code in a text that does not fit, with its place."""
    inset = text.written.inset
    for token in text.tokens:
        inset += token.nesting * _INSETS.get(token.type.removesuffix("_open").removesuffix("_close"), 0.0)
        if token.type in ("fence", "code_block"):
            for number, what, *why in wide_lines(token.content, inset):
                first = (token.map or [0])[0] + (token.type == "fence")
                where = positions.line(text.path, first + number - 1, text.where)
                yield Diagnostic(where, f"line {number} of the code in {text.name} is {what}", *why)


def wide_lines(code: str, inset: float = 0.0) -> Iterator[tuple[int, str, str, str]]:
    """Yield number, what, why and remedy of each line that is wider than the measure less `inset` points."""
    fit = int((MEASURE - 2 * CODE_PADDING - inset) / CODE_ADVANCE)
    for number, line in enumerate(code.split("\n"), 1):
        if (columns := _columns(line)) > fit:
            blanks = _columns(line.rstrip()) <= fit
            remedy = "delete the blanks at its end" if blanks else "break it where it reads well"
            yield number, f"{columns} columns wide", f"{fit} fit the handbook's measure", remedy


def _columns(line: str) -> int:
    """Return the width of a line of code: East Asian wide characters take two columns, combining marks none.

    A blank at the end hangs into the margin; WeasyPrint 70 gives further ones a line of their own.
    """
    line = line.expandtabs(8).removesuffix(" ")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.combining(c) == 0 for c in line)
