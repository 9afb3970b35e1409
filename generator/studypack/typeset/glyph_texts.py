"""The text of glyphs of which WeasyPrint first draws a combined one.

A letter and its accents may be several glyphs of one cluster, of which the last gets the text and the others none.
WeasyPrint keeps the first text that it finds for a glyph of a font, so after an “a” below an accent that has a glyph of
its own, no “a” could be searched for or copied. Here it keeps the first one that is not empty.
Texts are written in the order of their glyphs, not in that of their use, so that the same letters make the same font.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for."""


class _Texts(dict[int, str]):
    """The text of each glyph, which contains only glyphs that have one."""

    def __contains__(self, glyph: object) -> bool:
        return bool(self.get(glyph))  # type: ignore[call-overload]  # any object may be asked for

    def items(self) -> list[tuple[int, str]]:  # type: ignore[override]  # WeasyPrint only goes through them
        return sorted(super().items())


def keep_texts(fonts: Any, version: str) -> None:
    """Let the fonts of WeasyPrint's module `pdf.fonts` look for a text until they have one."""
    if not version.startswith(KNOWN):
        return
    made = fonts.Font.__init__

    @wraps(made)
    def init(font: Any, *arguments: Any, **named: Any) -> None:
        made(font, *arguments, **named)
        font.to_unicode = _Texts(font.to_unicode)

    fonts.Font.__init__ = init
