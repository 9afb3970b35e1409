"""Line breaks that WeasyPrint 70 and Pango 1.50 do not find.

If a run of text fits its line and only the space behind it does not, Pango breaks the run after its first word. That
happens wherever an element follows the text: `… ends with <code>x</code>`. WeasyPrint expects the space to hang beyond
the line, as CSS Text 3, section 4.1.2, has it.

In a line whose only child is an element, as that of `<pre><code>` is, WeasyPrint takes each run of text for the first
one. `overflow-wrap` then breaks a word that the line has no room for, although a space is in front of it, and the word
should begin a new line (CSS Text 3, section 5.5).
"""

from __future__ import annotations

import re
from typing import Any, Final

NARROWEST: Final = 0.2
"""The mean width of letters in em below which no run of text fits more of them than its line has room for."""

_OPPORTUNITY: Final = re.compile(r"\S[ \t]")
"""A space behind a word; the indentation of code does not count."""


def mend(inline: Any) -> None:
    """Make WeasyPrint's module `layout.inline` break lines so. Calling it again changes nothing."""
    if getattr(inline.split_first_line, "mended", False):
        return
    _keep_full_lines(inline)
    _keep_words(inline)


def _keep_full_lines(inline: Any) -> None:
    """Keep a run on its line that fits without the space at its end."""
    split = inline.split_first_line

    def split_first_line(text: str, style: Any, context: Any, width: float | None, *args: Any, **more: Any) -> Any:
        """Return the first line of a text, with all of it if that fits without the space at its end."""
        found = split(text, style, context, width, *args, **more)
        resume_index = found[2]
        if resume_index is None or width is None or not text.endswith(" ") or style["white_space"] != "normal":
            return found
        if len(text) * NARROWEST * style["font_size"] > width:
            return found
        whole = split(text.rstrip(" "), style, context, width, *args, **more)[2] is None
        return split(text, style, context, None, *args, **more) if whole else found

    split_first_line.mended = True  # type: ignore[attr-defined]
    inline.split_first_line = split_first_line


def _keep_words(inline: Any) -> None:
    """Keep a word whole that can begin a new line."""
    split = inline.split_text_box
    place = inline.split_inline_level
    line = _Line()

    def split_text_box(context: Any, box: Any, width: float, skip: int, is_line_start: bool = True) -> Any:
        """Return what of a text fits a line."""
        return split(context, box, width, skip, is_line_start=is_line_start and not line.can_break)

    def split_inline_level(context: Any, box: Any, x: float, *args: Any) -> Any:
        """Return what of a box fits a line."""
        if not hasattr(box, "text"):
            return place(context, box, x, *args)
        line.reach(args[4], box.position_y, x)
        found = place(context, box, x, *args)
        line.can_break = False
        line.add(x, getattr(found[0], "text", ""))
        return found

    inline.split_text_box = split_text_box
    inline.split_inline_level = split_inline_level


class _Line:
    """The texts that a line has so far, by their positions.

    Attributes:
        can_break: whether the line can be broken in front of the place that was reached.
    """

    def __init__(self) -> None:
        self.can_break = False
        self._at: tuple[int, float] = (0, 0.0)
        self._texts: list[tuple[float, str]] = []

    def reach(self, block: Any, y: float, x: float) -> None:
        """Go to a place: what is in other lines, or behind it, is no longer in front of it."""
        at = (id(block), y)
        self._texts = [(left, text) for left, text in self._texts if left < x] if at == self._at else []
        self._at = at
        self.can_break = _OPPORTUNITY.search("".join(text for _, text in self._texts)) is not None

    def add(self, x: float, text: str) -> None:
        """Add a text at a place."""
        self._texts.append((x, text))
