"""Check for lines of code that are too wide for the printed page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from studypack.checks.texts import Text
from studypack.errors import Diagnostic
from studypack.questions.positions import Positions
from studypack.typeset.code_room import OURS, CodeRoom

_INSETS: Final = {"bullet_list": 14.0, "ordered_list": 14.0, "blockquote": 60.0}
"""How much a block narrows its content, in points (from handbook.css, or WeasyPrint's default for quotations)."""
_ROUNDING: Final = 0.01
"""Points by which a measured width may be too small."""


def wide_blocks(text: Text, positions: Positions, room: CodeRoom = OURS) -> Iterator[Diagnostic]:
    """Yield a warning for each line of code in a text that does not fit into the room that a theme leaves for it."""
    inset = text.written.inset
    for token in text.tokens:
        inset += token.nesting * _INSETS.get(token.type.removesuffix("_open").removesuffix("_close"), 0.0)
        if token.type in ("fence", "code_block"):
            for number, what, *why in wide_lines(token.content, room, inset):
                first = (token.map or [0])[0] + (token.type == "fence")
                where = positions.line(text.path, first + number - 1, text.where)
                yield Diagnostic(where, f"line {number} of the code in {text.name} is {what}", *why)


def wide_lines(code: str, room: CodeRoom = OURS, inset: float = 0.0) -> Iterator[tuple[int, str, str, str]]:
    """Yield the number, what, why and remedy of each line that is wider than the room minus `inset` points."""
    fit = int((room.width - inset + _ROUNDING) / room.column)
    for number, line in enumerate(code.split("\n"), 1):
        if (columns := _columns(line)) > fit:
            blanks = _columns(line.rstrip()) <= fit
            remedy = "delete the spaces at its end" if blanks else "break it at a suitable place"
            yield number, f"{columns} columns wide", f"the handbook has room for {fit}", remedy


def _columns(line: str) -> int:
    """Return the width of a line of code: East Asian wide characters take two columns, and combining marks none.

    One space at the end hangs into the margin; WeasyPrint 70 moves any further ones to a new line.
    """
    line = line.expandtabs(8).removesuffix(" ")
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else unicodedata.combining(c) == 0 for c in line)
