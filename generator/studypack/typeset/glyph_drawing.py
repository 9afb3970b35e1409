"""Lines of text written from pieces that are known: what WeasyPrint 70 writes for a glyph, it writes again and again.

It goes through the glyphs of each line, asks Pango for each one's place, and writes it with the space behind it. For a
glyph of a font with a certain width that is always the same. Lines with glyphs that are not known yet, with pictures,
and with glyphs above or below the line are drawn by WeasyPrint, so the bytes are its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; others draw as they do."""

_GLYPH: Final = struct.Struct("Iiii4x")
"""Pango's `PangoGlyphInfo`: the glyph, its width, its offsets to the right and up, and flags."""

_SIZED: Final = 14802
"""The first version of Pango that knows the size of its fonts."""

_SPECIAL: Final = 0x0FFFFFFF
"""From here on glyphs are not those of a font: an empty one, and characters that no font has."""


def draw_pieces(text: Any, version: str) -> None:
    """Let WeasyPrint's module `draw.text` draw lines from known pieces. Calling it again changes nothing."""
    if not version.startswith(KNOWN) or hasattr(text.draw_first_line, "__wrapped__"):
        return
    if text.pango.pango_version() >= _SIZED:
        text.draw_first_line = _drawn(text.draw_first_line, text)


class _Pieces(dict[tuple[int, int, int, int], str]):
    """What is written for glyphs of a font in a size, by their `PangoGlyphInfo`."""

    def __init__(self, font: Any, size: float, unit: float) -> None:
        super().__init__()
        self._font, self._size, self._unit = font, size, unit

    def __missing__(self, info: tuple[int, int, int, int]) -> str:
        """Return what is written for a glyph that WeasyPrint has drawn before.

        Raises:
            LookupError: WeasyPrint must draw it.
        """
        glyph, width, right, up = info
        if up or glyph >= _SPECIAL or glyph not in self._font.to_unicode:
            raise LookupError
        offset = right / self._size
        kerning = self._font.widths[glyph] + offset - width * 1000 * self._unit / self._size
        made = f"{f'>{-offset}<' if offset else ''}{glyph:04x}{f'>{int(kerning)}<' if kerning else ''}"
        self[info] = made
        return made


def _drawn(draw: Callable[..., Any], text: Any) -> Callable[..., Any]:
    """Return a function that draws lines from pieces."""
    ffi, pango = text.ffi, text.pango

    def runs(stream: Any, layout: Any) -> Iterator[tuple[tuple[Any, Any, float], str]]:
        """Yield the font of each run of a line, as Pango and WeasyPrint have it, its size, and what is written."""
        pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
        run = pango.pango_layout_get_line_readonly(layout.layout, 0).runs[0]
        while run != ffi.NULL:
            glyphs = run.data.glyphs
            count = glyphs.num_glyphs - (layout.surplus if run.next == ffi.NULL else 0)
            if not count:
                return
            of = run.data.item.analysis.font
            font, size = stream.add_font(of)
            if font.bitmap or font.png or font.svg or font.colr:
                raise LookupError
            pieces = vars(font).setdefault("pieces", {}).setdefault(size, _Pieces(font, size, text.FROM_UNITS))
            infos = _GLYPH.iter_unpack(ffi.buffer(glyphs.glyphs, count * _GLYPH.size))
            yield (of, font, size), f"<{''.join(map(pieces.__getitem__, infos))}>".removesuffix("<>")
            run = run.next

    @wraps(draw)
    def draw_first_line(stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
        """Draw a line of text, and return the pictures among its glyphs."""
        if overflow == "ellipsis" or ellipsis != "none" or not box.text.strip() or box.style["font_size"] < 1e-6:
            return draw(stream, box, overflow, ellipsis, matrix)
        try:
            found = list(runs(stream, box.pango_layout))
        except LookupError:
            return draw(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        for (_, font, size), own in groupby(found, itemgetter(0)):
            stream.set_font_size(font.hash, size)
            stream.show_text("".join(written for _, written in own))
        return []

    return draw_first_line
