"""Finished products read back by engines that did not make them: PDFs by PDFium, decks by SQLite."""

from __future__ import annotations

import html
import io
import re
import sqlite3
import zipfile
from contextlib import closing
from typing import Final, NamedTuple

import pypdfium2

FURNITURE_MM: Final = (19.5, 20.0)
"""Millimetres at the head and the foot of a page that hold running heads and folios (templates/handbook/page-*.css)."""

_POINTS_PER_MM: Final = 72 / 25.4


class Section(NamedTuple):
    """What stands on the pages from one entry of the outline to the next."""

    title: str
    text: str


class DeckNote(NamedTuple):
    """A note of a deck: its key within the set, its number (`Q7`), its words, and its place among the new cards."""

    key: str
    number: str
    text: str
    due: int


class _Place(NamedTuple):
    """Where an outline entry leads: page from 0, points from the page's foot."""

    title: str
    page: int
    y: float


def outline_titles(pdf: bytes) -> list[str]:
    """Return the titles of the outline's entries, in their order, whatever their depth."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [place.title for place in _places(document)]


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, in the order in which it was drawn."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def sections(pdf: bytes) -> list[Section]:
    """Return what stands below each entry of the outline, without running heads and folios."""
    with pypdfium2.PdfDocument(pdf) as document:
        places = _places(document)
        ends = [*((place.page, place.y) for place in places[1:]), (len(document) - 1, 0.0)]
        return [Section(place.title, _between(document, place, *end)) for place, end in zip(places, ends, strict=True)]


def _places(document: pypdfium2.PdfDocument) -> list[_Place]:
    places = []
    for bookmark in document.get_toc():
        destination = bookmark.get_dest()
        view = destination.get_view()[1]
        places.append(_Place(bookmark.get_title(), destination.get_index(), view[1] if len(view) > 1 else 0.0))
    return places


def _between(document: pypdfium2.PdfDocument, start: _Place, last_page: int, end_y: float) -> str:
    """Return the text from `start` to the height `end_y` (points from the foot) of the last page."""
    head, foot = (mm * _POINTS_PER_MM for mm in FURNITURE_MM)
    words = []
    for number in range(start.page, last_page + 1):
        page = document[number]
        width, height = page.get_size()
        top = start.y + 1 if number == start.page else height - head
        bottom = end_y if number == last_page else foot
        if top > bottom:
            words.append(page.get_textpage().get_text_bounded(0, max(bottom, foot), width, top))
    return "\n".join(words)


def deck_notes(apkg: bytes) -> list[DeckNote]:
    """Return the notes of an Anki package of ours, in the order of their new cards."""
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        collection = archive.read("collection.anki2")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(collection)
        rows = connection.execute(
            "SELECT notes.flds, min(cards.due) FROM notes JOIN cards ON cards.nid = notes.id"
            " GROUP BY notes.id ORDER BY min(cards.due), notes.id"
        ).fetchall()
    notes = []
    for fields, due in rows:
        key, number, *rest = fields.split("\x1f")
        words = html.unescape(re.sub(r"<[^>]*>", " ", " ".join(rest[3:])))  # without set, topic and level
        notes.append(DeckNote(key.partition("/")[2], number, words, due))
    return notes
