"""Text that WeasyPrint 70 lets Pango shape again and again, shaped once: its pages are the same, byte for byte.

A line is often asked for again: when a row does not fit a page and goes to the next one, or when columns are balanced.
The lines of a document are kept until it is laid out. Pango's object for a line is set up anew for each attempt, and
once more when the line is drawn; here it is copied from the first one of its style, and drawn as it was laid out.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; others shape as they do."""

_NAME: Final = "KeptLayout"
_SPECIAL: Final = re.compile("[\0\t\n\v\f\r\x85\u2028\u2029]")
"""What ends a line, needs tab stops, or is left out: texts with it are set as WeasyPrint sets them."""


def reuse(line_break: Any, inline: Any, drawing: Any, version: str) -> None:
    """Let WeasyPrint's modules `text.line_break` and `layout.inline` shape less. Calling it again changes nothing.

    Args:
        line_break: the first of them.
        inline: the second.
        drawing: the module `draw.text`.
        version: that of WeasyPrint.
    """
    if not version.startswith(KNOWN) or line_break.Layout.__name__ == _NAME:
        return
    line_break.ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *source);")
    line_break.Layout = _kept(_copied(line_break), line_break.pango)
    inline.split_first_line = _remembered(inline.split_first_line)
    drawing.draw_first_line = _clamped(drawing.draw_first_line)


def _copied(line_break: Any) -> Any:
    """Return a `Layout` that is copied from the first one of its style."""
    ffi, gobject, pango = line_break.ffi, line_break.gobject, line_break.pango

    class CopiedLayout(line_break.Layout):  # type: ignore[misc]
        """Pango's object for a line of text.

        Attributes:
            plain: whether a text has no attributes of its own, because its letters and words are not spaced.
            drawn: whether WeasyPrint draws it.
            surplus: the spaces at its end that are not drawn, if it is a line of a longer text.
        """

        drawn = False
        surplus = 0

        def setup(self, style: Any) -> None:
            """Set up for a style."""
            if not hasattr(style, "first_layout"):
                style.first_layout = type(self).__new__(type(self))
                style.first_layout.begin(style)
            self.__dict__.update(vars(style.first_layout))
            self.layout: Any = ffi.gc(pango.pango_layout_copy(self.layout), gobject.g_object_unref)

        def begin(self, style: Any) -> None:
            """Set up as WeasyPrint does, with what it would add to each text: no hyphens where a word is broken."""
            super().setup(style)
            self.plain = style["letter_spacing"] in ("normal", 0) and not style["word_spacing"]
            if self.plain and style["overflow_wrap"] in ("anywhere", "break-word"):
                attributes = pango.pango_layout_get_attributes(self.layout)
                if attributes == ffi.NULL:
                    attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
                pango.pango_attr_list_change(attributes, pango.pango_attr_insert_hyphens_new(False))
                pango.pango_layout_set_attributes(self.layout, attributes)

        def get_first_line(self) -> Any:
            """Return the line that WeasyPrint draws, and where the next one begins."""
            if self.drawn and self.surplus:
                self.surplus = 0
                pango.pango_layout_set_width(self.layout, -1)
                self.set_text(self.text)
            return super().get_first_line()

    return CopiedLayout


def _kept(copied: Any, pango: Any) -> Any:
    """Return a `Layout` that is drawn as it was laid out."""

    class KeptLayout(copied):  # type: ignore[misc]
        """Pango's object for a line of text, which is released when it has been drawn."""

        def set_text(self, text: str, justify: bool = False) -> None:
            """Set the text, as one paragraph if it is one: WeasyPrint draws it so, and a change would shape it anew."""
            plain = self.plain and not _SPECIAL.search(text) and not (justify and self.justification_spacing)
            pango.pango_layout_set_single_paragraph_mode(self.layout, plain)
            if plain:
                self.text = text
                pango.pango_layout_set_text(self.layout, text.encode(), -1)
            else:
                super().set_text(text, justify)

        def reactivate(self, style: Any) -> None:
            """Prepare for drawing; words that are spaced for that are set anew."""
            self.drawn = True
            if not hasattr(self, "layout") or self.style is not style or self.justification_spacing:
                self.surplus = 0
                super().reactivate(style)

        def deactivate(self) -> None:
            """Release Pango's object, but not before it has been drawn."""
            if self.drawn:
                super().deactivate()

        def afresh(self) -> None:
            """Set up for drawing as WeasyPrint does."""
            self.surplus = 0
            self.set_text = super().set_text  # type: ignore[method-assign]  # also for what it sets afterwards
            super().reactivate(self.style)

        def passed_on(self) -> Any:
            """Return a copy, which takes over Pango's object, to be drawn for another box."""
            made = copy.copy(self)
            made.drawn, self.drawn = False, True
            if hasattr(self, "layout"):
                self.deactivate()
            return made

    return KeptLayout


def _clamped(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that draws the last line of a clamped block from the text that it then gets."""

    @wraps(draw)
    def draw_first_line(stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
        if ellipsis != "none" or (overflow == "ellipsis" and box.pango_layout.surplus):
            box.pango_layout.afresh()
        return draw(stream, box, overflow, ellipsis, matrix)

    return draw_first_line


def _remembered(split: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that remembers with the context of a layout how its texts were split."""

    @wraps(split)
    def split_first_line(text: str, style: Any, context: Any, width: float | None, *args: Any, **more: Any) -> Any:
        """Return the first line of a text."""
        lines = vars(context).setdefault("lines", {})
        key = id(style), text, width, args, *more.values()
        if key in lines:
            layout, *rest = lines[key]
            lines[key] = layout.passed_on(), *rest
        else:
            lines[key] = split(text, style, context, width, *args, **more)
        return lines[key]

    return split_first_line
