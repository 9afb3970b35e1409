"""Lines that WeasyPrint 70 lays out again, copied from the first time.

What is kept whole and does not fit a page is laid out to the end of the page, and once more on the next one; columns
are laid out for each height that is tried. The lines are the same each time, only elsewhere. The pages are the same but
for the rounding of numbers: what was 72 may be 71.999999999.

When the pages are laid out, all that was kept for that is released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; others lay out lines as they do."""


def reuse_lines(inline: Any, version: str) -> None:
    """Let WeasyPrint's module `layout.inline` copy lines. Calling it again changes nothing.

    Args:
        inline: the module.
        version: that of WeasyPrint.
    """
    if version.startswith(KNOWN) and not hasattr(inline.get_next_linebox, "__wrapped__"):
        inline.get_next_linebox = _copied(inline.get_next_linebox, inline.boxes)


def release(document: Any, version: str) -> None:
    """Let WeasyPrint's module `document` release what was needed to lay out pages. Calling it again changes nothing.

    The context of a layout refers to itself, so it would be kept, with all the boxes that it leads to, until the
    garbage collector finds them: that took a tenth of the time of layout.
    """
    if not version.startswith(KNOWN) or hasattr(document.layout_document, "__wrapped__"):
        return
    lay_out = document.layout_document

    @wraps(lay_out)
    def layout_document(html: Any, root_box: Any, context: Any) -> Iterator[Any]:
        """Yield the pages of a document."""
        yield from lay_out(html, root_box, context)
        vars(context).clear()

    document.layout_document = layout_document


def _copied(lay_out: Callable[..., Any], boxes: Any) -> Callable[..., Any]:
    """Return a function that copies lines of text which are far from floats and like no other first line."""

    @wraps(lay_out)
    def get_next_linebox(
        context: Any, linebox: Any, y: float, bottom: float, skip: Any, block: Any, *more: Any
    ) -> tuple[Any, Any]:
        """Return the next line, and what is behind it."""
        if context.excluded_shapes or more[2] or more[3]:
            return lay_out(context, linebox, y, bottom, skip, block, *more)  # type: ignore[no-any-return]
        kept = vars(context).setdefault("laid_out", {})
        key = id(linebox), _frozen(skip), block.width, linebox.text_indent
        x = block.content_box_x()
        if key in kept:
            _, line, rest, offset = kept[key]
            linebox.position_y = y
            made = line.deepcopy()
            vars(made).pop("block_ellipsis", None)
            made.translate(x + offset - line.position_x, y - line.position_y)
            made.position_y = y  # not rounded: where pages end depends on it
            return made, rest
        line, rest = lay_out(context, linebox, y, bottom, skip, block, *more)
        if line is not None and _is_text(line, boxes):
            kept[key] = linebox, line, rest, line.position_x - x
        return line, rest

    return get_next_linebox


def _frozen(skip: Any) -> Any:
    """Return where a line begins as a key."""
    return skip and tuple((index, _frozen(inner)) for index, inner in skip.items())


def _is_text(box: Any, boxes: Any) -> bool:
    """Return whether all boxes in a box are text and elements with text, in the flow."""
    return all(
        isinstance(child, boxes.TextBox)
        or (type(child) is boxes.InlineBox and not child.is_leader and _is_text(child, boxes))
        for child in box.children
    )
