"""The outline, page labels and destinations of a PDF. Clause numbers refer to ISO 32000-2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, NumberTree, OutlineItem


class Label(NamedTuple):
    """From page `start` (counted from 0), pages are labelled from 1 again in this style (12.4.2)."""

    start: int
    style: Literal["roman", "arabic"]


class Frame(NamedTuple):
    """A rectangle on a page, counted from 0; its sides are in points from the page's lower left corner."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


class Entry(NamedTuple):
    """An entry of the outline: its title, the anchor or the frame to which it leads, and its child entries."""

    title: str
    anchor: str | Frame
    children: tuple[Entry, ...] = ()


class Place(NamedTuple):
    """A point of a page object, in points from the page's lower left corner."""

    page: Any
    x: float
    y: float


def destination(place: Place) -> Array:
    """Return the explicit destination of a place (12.3.2.2)."""
    return Array([place.page, Name.XYZ, round(place.x, 2), round(place.y, 2), 0])


def _framed(pages: Sequence[Any], frame: Frame) -> Array:
    return Array([pages[frame.page], Name.FitR, *(round(side, 2) for side in frame[1:])])


def add_labels(book: pikepdf.Pdf, labels: Sequence[Label]) -> None:
    """Label the pages (12.4.2)."""
    styles = {"roman": Name.r, "arabic": Name.D}
    numbers = NumberTree.new(book)
    for label in labels:
        numbers[label.start] = Dictionary(S=styles[label.style])
    book.Root.PageLabels = numbers.obj


def add_outline(book: pikepdf.Pdf, entries: Sequence[Entry], places: Mapping[str, Place], pages: Sequence[Any]) -> None:
    """Write the outline (12.3.3); its anchors are names of places, and its frames are on these page objects."""
    with book.open_outline() as outline:
        outline.root.extend(_outline_item(entry, places, pages) for entry in entries)
    book.Root.PageMode = Name.UseOutlines


def _outline_item(entry: Entry, places: Mapping[str, Place], pages: Sequence[Any]) -> OutlineItem:
    to = entry.anchor
    item = OutlineItem(entry.title, _framed(pages, to) if isinstance(to, Frame) else destination(places[to]))
    item.children = [_outline_item(child, places, pages) for child in entry.children]
    item.is_closed = True  # so that all topics are visible at once
    return item
