"""Read finished PDFs back with PDFium, which is independent of the engine that wrote them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

import pypdfium2

from studypack.pdf.page_digests import Digests, digests_of
from studypack.shelf import Content, opened
from studypack.typeset.geometry import FOOT_MM, HEAD_MM, points

PDFIUM: Final = threading.RLock()
"""Held while a thread reads: PDFium is not thread-safe (pypdfium2's manual, "Incompatibility with Threading")."""


GROUP: Final = 10
"""The sections whose texts one job reads."""
AT_ONCE: Final = 8 * 1024 * 1024
"""The bytes of a file after which it is opened again: PDFium keeps what it has read of a page, and all its pictures."""


class Section(NamedTuple):
    """The pages' content from one entry of the outline to the next.

    Attributes:
        title: the title of the entry.
        text: the text as PDFium reads it.
        depth: the depth of the entry, 0 at the top level.
    """

    title: str
    text: str
    depth: int = 0


class _Place(NamedTuple):
    """The destination of an outline entry: its page, from 0, and points from the foot and left edge of the page."""

    title: str
    page: int
    y: float
    x: float = 0.0
    depth: int = 0


class _Area(NamedTuple):
    """A rectangle on a page, which is counted from 0, in points from the left edge and foot of the page."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


Areas = tuple[list[_Place], list[list[_Area]]]
"""The entries of an outline, and the areas from each to the next."""


@dataclass(frozen=True)
class PlacesJob:
    """Reads where the sections of a document are.

    Attributes:
        pdf: the document.
        digest: that of its outline.
    """

    here: ClassVar = True
    pdf: Content
    digest: str

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the places depend, except the program."""
        return ["places", self.digest]

    def run(self) -> Areas:
        """Return the entries of the outline, and their areas."""
        with PDFIUM, pypdfium2.PdfDocument(opened(self.pdf)) as document:
            return _areas(document)

    def dumps(self, result: Areas) -> bytes:
        """Serialize entries and areas as JSON."""
        return json.dumps(result).encode()

    def loads(self, content: bytes) -> Areas:
        """Return the entries and areas that `dumps` serialized. Raises any exception if the content is invalid."""
        places, areas = json.loads(content)
        return [_Place(*place) for place in places], [[_Area(*area) for area in each] for each in areas]


class _Reader:
    """Reads the texts of a document, which is opened when it is needed.

    Args:
        pdf: the file.
        some: how many times it is read before it is opened again, so that PDFium forgets what it keeps.
    """

    def __init__(self, pdf: Content, some: int) -> None:
        self._pdf, self._some = pdf, some
        self._document: pypdfium2.PdfDocument | None = None
        self._left = 0

    def texts(self, areas: Sequence[Sequence[_Area]]) -> list[str]:
        """Return the text of these areas."""
        with PDFIUM:
            if not self._left:
                self.close()
                self._document, self._left = pypdfium2.PdfDocument(opened(self._pdf)), self._some
            self._left -= 1
            return _texts(self._document, areas)

    def close(self) -> None:
        """Close the document."""
        with PDFIUM:
            if self._document is not None:
                self._document.close()


@dataclass(frozen=True)
class TextsJob:
    """Reads the text of some sections.

    Attributes:
        reader: reads the document.
        areas: the areas of each section.
        digests: the digests of the document's pages.
    """

    here: ClassVar = True
    reader: _Reader
    areas: Sequence[Sequence[_Area]]
    digests: Sequence[str]

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the texts depend, except the program: what the pages draw, and where."""
        return ["texts", repr([[(self.digests[area.page], area[1:]) for area in each] for each in self.areas])]

    def run(self) -> list[str]:
        """Return the text of each section."""
        return self.reader.texts(self.areas)

    def dumps(self, result: list[str]) -> bytes:
        """Serialize the texts as JSON."""
        return json.dumps(result).encode()

    def loads(self, content: bytes) -> list[str]:
        """Return the texts that `dumps` serialized. Raises any exception if the content is invalid."""
        texts: list[str] = json.loads(content)
        if len(texts) != len(self.areas) or not all(isinstance(text, str) for text in texts):
            raise ValueError("not the texts of these sections")
        return texts


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page, in the order in which it was drawn."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def sections(pdf: Content, submit: Callable[[Any], Future[Any]] | None = None) -> list[Section]:
    """Return the text below each entry of the outline, without running heads and folios.

    Args:
        pdf: the file.
        submit: submits the jobs that read it, which need not read again what was read before.
    """
    digests = _digests_of(pdf) if submit else None
    if submit is None or digests is None:
        with PDFIUM, pypdfium2.PdfDocument(opened(pdf)) as document:
            places, areas = _areas(document)
            return _read(places, _texts(document, areas))
    places, areas = submit(PlacesJob(pdf, digests.outline)).result()
    groups, texts = list(_groups(places)), list[str]()
    reader = _Reader(pdf, -(-len(groups) * AT_ONCE // len(pdf)))
    with closing(reader):
        for first, end in groups:
            texts += submit(TextsJob(reader, areas[first:end], digests.pages)).result()
    return _read(places, texts)


def _digests_of(pdf: Content) -> Digests | None:
    """Return digests of the file; None if it is damaged, so that all of it is read."""
    try:
        return digests_of(pdf)
    except ValueError:
        return None


def _areas(document: pypdfium2.PdfDocument) -> Areas:
    places = _places(document)
    ends = [*((place.page, place.y) for place in places[1:]), (len(document) - 1, 0.0)]
    return places, [_between(document, place, *end) for place, end in zip(places, ends, strict=True)]


def _groups(places: Sequence[_Place]) -> Iterator[tuple[int, int]]:
    """Yield the bounds of groups of sections that are read at a time; a new chapter begins a new one."""
    first = 0
    for number, place in enumerate(places):
        if number > first and (place.depth == 0 or number - first == GROUP):
            yield first, number
            first = number
    yield first, len(places)


def sheet_sections(pdf: bytes) -> list[Section]:
    """Return the text below each entry of the outline on pages with columns, down to the next entry in the column."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        places = _places(document)
        areas = []
        for place in places:
            beside = [other for other in places if other.page == place.page]
            right = min((p.x for p in beside if p.x > place.x), default=document[place.page].get_width())
            floor = max((p.y for p in beside if p.x == place.x and p.y < place.y), default=0.0)
            areas.append([_Area(place.page, place.x - 1, floor, right - 1, place.y + 1)])
        return _read(places, _texts(document, areas))


def beginnings(pdf: bytes) -> list[tuple[str, int, float]]:
    """Return the title, page (from 0) and points above the page's foot of each entry of the outline."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [(place.title, place.page, place.y) for place in _places(document)]


def framed_sections(pdf: bytes) -> list[Section]:
    """Return the text within the rectangle that each entry of the outline leads to (12.3.2.2, FitR)."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        found = []
        for entry in document.get_toc():
            destination = entry.get_dest()
            area = _Area(destination.get_index(), *destination.get_view()[1][:4])
            found.append((_Place(entry.get_title(), area.page, area.top, area.left, entry.level), area))
        by_page = sorted(range(len(found)), key=lambda n: found[n][1].page)
        texts = dict(zip(by_page, _texts(document, [[found[n][1]] for n in by_page]), strict=True))
        return [Section(place.title, texts[n], place.depth) for n, (place, _) in enumerate(found)]


def _places(document: pypdfium2.PdfDocument) -> list[_Place]:
    places = []
    for bookmark in document.get_toc():
        destination = bookmark.get_dest()
        view = destination.get_view()[1]
        x, y = view[:2] if len(view) > 1 else (0.0, 0.0)
        places.append(_Place(bookmark.get_title(), destination.get_index(), y, x, bookmark.level))
    return places


def _between(document: pypdfium2.PdfDocument, start: _Place, last_page: int, end_y: float) -> list[_Area]:
    """Return the areas from `start` to `end_y` on the last page, in points from the foot."""
    head, foot = points(HEAD_MM), points(FOOT_MM)
    areas = []
    for number in range(start.page, last_page + 1):
        width, height = document.get_page_size(number)
        top = start.y + 1 if number == start.page else height - head
        bottom = end_y if number == last_page else foot
        if top > bottom:
            areas.append(_Area(number, 0, max(bottom, foot), width, top))
    return areas


def _read(places: Sequence[_Place], texts: Sequence[str]) -> list[Section]:
    """Return the sections that begin at these places and have these texts."""
    return [Section(place.title, text, place.depth) for place, text in zip(places, texts, strict=True)]


def _texts(document: pypdfium2.PdfDocument, areas: Sequence[Sequence[_Area]]) -> list[str]:
    """Return the text of these areas; consecutive areas on the same page share one reading of the page."""
    number, page, made = -1, None, []
    for each in areas:
        texts = []
        for area in each:
            if page is None or area.page != number:
                number, page = area.page, document[area.page].get_textpage()
            texts.append(page.get_text_bounded(*area[1:]))
        made.append("\n".join(texts))
    return made
