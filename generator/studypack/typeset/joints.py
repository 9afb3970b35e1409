"""Where one part of a long text ends and the next goes on, so that the pages are those of a single document.

A part's last page is not full, so it is left to the next part, which begins with the item that continues there. If
that item begins further up, on a page that the earlier part has kept, the next part lays it out again at the same
height, below an empty space, and drops the pages that it shares with the earlier part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from studypack.typeset.layout import POINTS_PER_PIXEL, Pages

AT_EDGE: Final = 3.0
"""Points from the edge of the text area within which an item is at the edge: entries have a little padding."""

_COMPARED: Final = 200
"""Characters of a page that both parts must begin alike."""


class Joint(NamedTuple):
    """Where a part begins.

    Attributes:
        item: the number of its first item in the whole text.
        shared: pages at its beginning that belong to the part before it.
        top: the height of the empty space above the first item, in points.
        words: what its own first page begins with, as the part before it has seen; empty if nothing is to be compared.
        late: exhibits that the part before it has moved behind the follow-up questions.
        loose: exhibits that the part before it has allowed to break.
    """

    item: int = 0
    shared: int = 0
    top: float = 0.0
    words: str = ""
    late: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()


WHOLE: Final = Joint()
"""The beginning of a text."""


class _Place(NamedTuple):
    """Where an item begins: its page, from 0, and points from the top and from the near edge of the text area."""

    item: int
    page: int
    top: float
    side: float


def cut(pages: Pages, items: Sequence[str], joint: Joint) -> tuple[int, Joint | None]:
    """Find the last page at whose beginning the next part can go on.

    Args:
        pages: the pages of a part.
        items: the names of its items in order: `data-item` or `id` of their elements.
        joint: how the part begins.

    Returns:
        the number of pages from the beginning that are complete, and how the next part begins (without exhibits); only
        those that the part shares, and None, if no page of its own is complete.
    """
    places = _places(pages, items)
    if len(places) < len(items):  # a theme's template, which has other names
        return joint.shared, None
    for last in range(pages.count - 1, joint.shared, -1):
        at = next((place for place in places if place.page == last), None)
        if at is not None and at.top < AT_EDGE and at.side < AT_EDGE:
            return last, Joint(joint.item + at.item, words=beginning(pages, last))
        before = [place for place in places if place.page < last]
        if before and before[-1].side < AT_EDGE and not _in_columns(pages, last):
            item, page, top, _ = before[-1]
            return last, Joint(joint.item + item, last - page, top, beginning(pages, last))
    return joint.shared, None


def beginning(pages: Pages, number: int) -> str:
    """Return the first characters on a page."""
    found = ""
    for text in _texts(pages.document.pages[number]._page_box):
        found += text
        if len(found) >= _COMPARED:
            break
    return found[:_COMPARED]


def joins(pages: Pages, joint: Joint) -> bool:
    """Return whether a part's own first page begins as the part before it has seen."""
    if joint.shared >= pages.count:
        return False
    here = beginning(pages, joint.shared)
    return here.startswith(joint.words) if len(here) > len(joint.words) else joint.words.startswith(here)


def _places(pages: Pages, items: Sequence[str]) -> list[_Place]:
    """Return where each item begins, in order; an item that is on no page is missing."""
    numbers = {name: number for number, name in enumerate(items)}
    found: dict[int, _Place] = {}
    for page, laid in enumerate(pages.document.pages):
        area = laid._page_box  # WeasyPrint has no public API for a page's boxes
        for box in _boxes(area):
            element = box.element
            name = element.get("data-item") or element.get("id") if element is not None else None
            number = numbers.get(name) if name else None
            if number is not None and number not in found:
                top = box.border_box_y() - area.content_box_y()
                side = box.border_box_x() - area.content_box_x()
                if box.style["direction"] == "rtl":
                    side = area.width - side - box.border_width()
                found[number] = _Place(number, page, top * POINTS_PER_PIXEL, side * POINTS_PER_PIXEL)
    return [found[number] for number in sorted(found)]


def _in_columns(pages: Pages, number: int) -> bool:
    """Return whether any text of a page is in columns, where nothing can be left out above an item."""
    return any(getattr(box, "is_column", False) for box in _boxes(pages.document.pages[number]._page_box))


def _boxes(box: Any) -> Iterator[Any]:
    """Yield the blocks below a box, in order."""
    for child in getattr(box, "children", ()):
        if type(child).__name__ not in {"MarginBox", "AbsolutePlaceholder", "LineBox"} and hasattr(child, "element"):
            yield child
            yield from _boxes(child)


def _texts(box: Any) -> Iterator[str]:
    if isinstance(text := getattr(box, "text", None), str):
        yield text
    for child in getattr(box, "children", ()):
        if type(child).__name__ not in {"MarginBox", "AbsolutePlaceholder"}:
            yield from _texts(child)
