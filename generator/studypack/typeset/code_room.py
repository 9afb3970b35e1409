"""The room that a line of code has on the handbook's pages, measured in a theme's own style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, NamedTuple

from studypack.errors import StudypackError
from studypack.text.markdown import code_block
from studypack.typeset.geometry import CUE_MM, GAP_MM, MEASURE, Paper, points
from studypack.typeset.themes import OWN, Theme

_SHEETS: Final = (
    "themes/print.css", "themes/markdown.css", "themes/code.css", "handbook/handbook.css", "handbook/page.css.j2",
    "handbook/options.css.j2",
)  # fmt: skip  # the sheets of a chapter, in their order
_STYLED: Final = re.compile(r"\bpre\b|\bcode\b|--mono|font-face|font-size|exhibit|figure|\*|\bhtml\b|\bbody\b|:root\b")
"""What a style sheet says that may change how wide code is; without it there is nothing to measure."""
_PROBE: Final = 20
"""Columns of the code that is measured."""


class CodeRoom(NamedTuple):
    """The width inside a block of code, that of a column, and by how much a listing is wider, in points."""

    width: float
    column: float
    listing: float = 0.0


OURS: Final = CodeRoom(MEASURE - 2 * 7.0, 7.8 * 0.6)
"""Without a theme: `pre` in handbook.css has a padding of 7 pt, and JetBrains Mono at 7.8 pt is 0.6 em wide."""
OURS_LARGE: Final = CodeRoom(OURS.width, 9.5 * 0.6, points(CUE_MM + GAP_MM))
"""The same in large print, where it is set at 9.5 pt, and listings take both columns (options.css.j2)."""


@cache
def code_room(theme: Theme = OWN, *, large: bool = False) -> CodeRoom:
    """Return the room for code in a theme. Ours is a constant; a theme whose style touches it is typeset.

    Args:
        theme: the theme.
        large: whether the book is in large print.

    Where nothing can be typeset, our own room is returned: the build says what is wrong.
    """
    ours = OURS_LARGE if large else OURS
    if not any(name in (*_SHEETS, "theme.css") and _STYLED.search(css) for name, css in theme.texts.items()):
        return ours
    from studypack.typeset.layout import POINTS_PER_PIXEL, lay_out
    from studypack.typeset.templating import stylesheet

    values = {"page": Paper.A4.page.values(simplex=False), "look": {"fresh": False, "large": large}}
    try:
        css = stylesheet(*_SHEETS, theme=theme, values=values)
        figure = f'<figure class="exhibit listing">{code_block("0" * _PROBE)}</figure>'
        column = f'<div style="margin-inline-start: var(--beside)">{figure}</div>'  # the text is beside the cues
        html = f'<!doctype html><html lang="en" dir="ltr"><title>T</title><body>{column}</body></html>'
        pages = lay_out(html, css, theme.assets)
    except StudypackError:
        return ours
    boxes = [box for page in pages.document.pages for box in _boxes(page._page_box)]  # not public, as in `filled`
    rooms = [box.width for box in boxes if box.element_tag == "pre" and hasattr(box, "width")]
    widths = [box.width / len(box.text) for box in boxes if getattr(box, "text", "").startswith("0")]
    if not rooms or not widths or widths[0] <= 0:  # hidden
        return ours
    return CodeRoom(rooms[0] * POINTS_PER_PIXEL, widths[0] * POINTS_PER_PIXEL, ours.listing)


def _boxes(box: Any) -> Iterator[Any]:
    """Yield a box and all boxes in it."""
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)
