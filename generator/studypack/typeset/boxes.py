"""What WeasyPrint's boxes tell about a layout beyond its public interface; used on `Pages.document` alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studypack.typeset.layout import POINTS_PER_PIXEL, Pages


def overhangs(pages: Pages) -> dict[str, float]:
    """Return, for each block with an id, how far text or cells inside it reach beyond its sides, in points."""
    found: dict[str, float] = {}
    for page in pages.document.pages:
        for box in _blocks(page._page_box):
            left, right = box.position_x, box.position_x + box.margin_width()
            edges = [edge for inside in _contents(box) for edge in (left - inside[0], inside[1] - right)]
            found[box.element.get("id")] = max([0.0, *edges]) * POINTS_PER_PIXEL
    return found


def _children(box: Any) -> Iterator[Any]:
    return (child for child in getattr(box, "children", ()) if hasattr(child, "position_x"))


def _blocks(box: Any) -> Iterator[Any]:
    """Yield the boxes below a box whose elements have an id; what is inside of them is theirs."""
    for child in _children(box):
        element = getattr(child, "element", None)
        if type(child).__name__ == "BlockBox" and element is not None and element.get("id"):
            yield child
        else:
            yield from _blocks(child)


def _contents(box: Any) -> Iterator[tuple[float, float]]:
    """Yield the left and right edges of texts and table cells in a box, in pixels."""
    for child in _children(box):
        if type(child).__name__ in {"TextBox", "TableCellBox"}:
            yield child.position_x, child.position_x + child.width
        yield from _contents(child)
