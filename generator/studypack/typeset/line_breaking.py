"""Lines that are full to the last space.

If a run of text fits its line and only the space behind it does not, Pango 1.50 breaks the run after its first word.
That happens wherever an element follows the text: `… ends with <code>x</code>`. WeasyPrint expects the space to hang
beyond the line, as CSS Text 3, section 4.1.2, has it.
"""

from __future__ import annotations

from typing import Any, Final

NARROWEST: Final = 0.2
"""The mean width of letters in em below which no run of text fits more of them than its line has room for."""


def mend(inline: Any) -> None:
    """Make WeasyPrint's module `layout.inline` keep such a run on its line. Calling it again changes nothing."""
    if getattr(inline.split_first_line, "mended", False):
        return
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
