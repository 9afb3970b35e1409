"""Finished products read back by engines that did not make them: PDFs by PDFium, decks by SQLite."""

from __future__ import annotations

import ctypes
import html
import io
import re
import sqlite3
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, Final, NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

FURNITURE_MM: Final = (19.5, 20.0)
"""Millimetres at the head and the foot of a page that hold running heads and folios (templates/handbook/page-*.css)."""

_POINTS_PER_MM: Final = 72 / 25.4

_GAP: Final = 0.1
"""Two glyphs of a line with more than this share of their height between them belong to two words."""

_REACH: Final = 0.35
"""A vowel mark that stands for its whole letter is at most this share of its height above or below the line."""


class Section(NamedTuple):
    """What stands on the pages from one entry of the outline to the next.

    Attributes:
        title: of the entry.
        text: as PDFium reads it.
        drawn: its words as they are drawn, each from left to right: PDFium guesses the order of text from right to
            left, and parts its words at vowel marks. Letters that share a glyph stand in either order.
    """

    title: str
    text: str
    drawn: str = ""


class DeckNote(NamedTuple):
    """A note of a deck: its key within the set, its number (`Q7`) and its words."""

    key: str
    number: str
    text: str


class _Place(NamedTuple):
    """Where an outline entry leads: page from 0, points from the page's foot, and from its left edge."""

    title: str
    page: int
    y: float
    x: float = 0.0


class _Glyph(NamedTuple):
    """A character: where its baseline begins, how far it reaches, and how high its line is, in points."""

    y: float
    x: float
    right: float
    height: float
    character: str


class _Area(NamedTuple):
    """A rectangle of a page (from 0), in points from the page's left edge and foot."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


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
        areas = [_between(document, place, *end) for place, end in zip(places, ends, strict=True)]
        return _read(pdf, document, places, areas)


def sheet_sections(pdf: bytes) -> list[Section]:
    """Return what stands on a single page of columns below each entry of the outline, down to the column's next."""
    with pypdfium2.PdfDocument(pdf) as document:
        places = [place for place in _places(document) if place.page == 0]
        edges = [*sorted({place.x for place in places}), document[0].get_width()]
        areas = []
        for place in places:
            right = edges[edges.index(place.x) + 1]
            floor = max((p.y for p in places if p.x == place.x and p.y < place.y), default=0.0)
            areas.append([_Area(0, place.x - 1, floor, right - 1, place.y + 1)])
        return _read(pdf, document, places, areas)


def _places(document: pypdfium2.PdfDocument) -> list[_Place]:
    places = []
    for bookmark in document.get_toc():
        destination = bookmark.get_dest()
        view = destination.get_view()[1]
        x, y = view[:2] if len(view) > 1 else (0.0, 0.0)
        places.append(_Place(bookmark.get_title(), destination.get_index(), y, x))
    return places


def _between(document: pypdfium2.PdfDocument, start: _Place, last_page: int, end_y: float) -> list[_Area]:
    """Return the areas from `start` to the height `end_y` (points from the foot) of the last page."""
    head, foot = (mm * _POINTS_PER_MM for mm in FURNITURE_MM)
    areas = []
    for number in range(start.page, last_page + 1):
        width, height = document.get_page_size(number)
        top = start.y + 1 if number == start.page else height - head
        bottom = end_y if number == last_page else foot
        if top > bottom:
            areas.append(_Area(number, 0, max(bottom, foot), width, top))
    return areas


def _read(
    pdf: bytes, document: pypdfium2.PdfDocument, places: Sequence[_Place], areas: Sequence[Sequence[_Area]]
) -> list[Section]:
    """Return the sections that begin at these places and fill these areas."""
    texts = _texts(document, areas)
    to_left = {area.page for text, each in zip(texts, areas, strict=True) if is_rtl(text) for area in each}
    glyphs = _glyphs(pdf, to_left) if to_left else {}
    made = []
    for place, text, each in zip(places, texts, areas, strict=True):
        drawn = "".join(_drawn(glyphs[area.page], area) for area in each) if is_rtl(text) else ""
        made.append(Section(place.title, text, drawn))
    return made


def _texts(document: pypdfium2.PdfDocument, areas: Sequence[Sequence[_Area]]) -> list[str]:
    """Return the text of these areas; one page is read at a time, and once where those that share it follow it."""
    number, page, made = -1, None, []
    for each in areas:
        texts = []
        for area in each:
            if page is None or area.page != number:
                number, page = area.page, document[area.page].get_textpage()
            texts.append(page.get_text_bounded(*area[1:]))
        made.append("\n".join(texts))
    return made


def is_rtl(text: str) -> bool:
    """Tell whether the text holds a letter that runs from right to left (bidirectional classes R and AL)."""
    return any(unicodedata.bidirectional(c) in {"R", "AL"} for c in text)


def _glyphs(pdf: bytes, numbers: Iterable[int]) -> dict[int, list[_Glyph]]:
    """Return the characters that are drawn on each of these pages, without those that PDFium adds."""
    made: dict[int, list[_Glyph]] = {}
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    with pypdfium2.PdfDocument(_named_by_fonts(pdf)) as document:
        for number in numbers:
            text, made[number] = document[number].get_textpage(), []
            for place in range(text.count_chars()):
                pdfium.FPDFText_GetCharOrigin(text, place, x, y)
                pdfium.FPDFText_GetLooseCharBox(text, place, box)
                character = chr(pdfium.FPDFText_GetUnicode(text, place))
                if not character.isspace() or (box.right > box.left and not pdfium.FPDFText_IsGenerated(text, place)):
                    made[number].append(_Glyph(round(y.value, 1), x.value, box.right, box.top - box.bottom, character))
    return made


def _named_by_fonts(pdf: bytes) -> bytes:
    """Return the PDF with glyphs of text from right to left named as their fonts name them.

    WeasyPrint 70 names a glyph after the letters of the first place where it stands: a vowel mark there becomes its
    letter with the mark, and that letter nothing, in the whole document.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for font in document.objects:
            if isinstance(font, pikepdf.Dictionary) and font.get("/Encoding") == pikepdf.Name("/Identity-H"):
                names = _names(font.DescendantFonts[0].FontDescriptor)
                if any(map(is_rtl, names.values())):
                    known = {glyph: text for glyph, text in _known(font.ToUnicode.read_bytes()).items() if text}
                    unknown = dict.fromkeys(range(1, max(names) + 1), "\u200c")  # nothing, but not the end of a word
                    font.ToUnicode = document.make_stream(_to_unicode(unknown | known | names))
        saved = io.BytesIO()
        document.save(saved)
    return saved.getvalue()


def _names(descriptor: Any) -> dict[int, str]:
    """Return what an embedded font's own table calls its glyphs of scripts from right to left, and their marks."""
    from fontTools.ttLib import TTFont, TTLibError

    program = descriptor.get("/FontFile2", descriptor.get("/FontFile3"))
    try:
        font = TTFont(io.BytesIO(program.read_bytes()))
        table = font.getBestCmap() or {}
    except (AttributeError, KeyError, TTLibError):
        return {}
    letters = {code: unicodedata.normalize("NFKC", chr(code)) for code in sorted(table, reverse=True)}
    right = {code: text for code, text in letters.items() if is_rtl(text) or unicodedata.combining(text[-1])}
    return {font.getGlyphID(table[code]): text for code, text in right.items()}


def _known(to_unicode: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]*)>", to_unicode.partition(b"endcodespacerange")[2])
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _to_unicode(names: Mapping[int, str]) -> bytes:
    """Return a ToUnicode CMap (ISO 32000-2, 9.10.3)."""
    lines = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(names.items())]
    groups = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    body = "\n".join(f"{len(g)} beginbfchar\n" + "\n".join(g) + "\nendbfchar" for g in groups)
    head = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /Named def\n/CMapType 2 def\n"
    space = "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
    return f"{head}{space}{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend".encode()


def _drawn(glyphs: Sequence[_Glyph], area: _Area) -> str:
    """Return the words of an area, line by line from its head, each line from left to right."""
    inside = [g for g in glyphs if area.left <= g.x <= area.right and area.bottom <= g.y <= area.top]
    baselines = Counter(glyph.y for glyph in inside)
    lines: dict[float, list[_Glyph]] = defaultdict(list)
    for glyph in inside:
        near = [y for y in baselines if abs(y - glyph.y) <= _REACH * glyph.height]
        lines[max(near, key=lambda y: (baselines[y], y))].append(glyph)
    return "".join(f"{_in_words(line)}\n" for _, line in sorted(lines.items(), reverse=True))


def _in_words(line: Sequence[_Glyph]) -> str:
    """Return a line's characters from left to right, with a space where its glyphs stand apart."""
    made, before = "", None
    for glyph in sorted(line, key=lambda g: g.x):
        if before and glyph.x - before.right > _GAP * min(glyph.height, before.height):
            made += " "
        made += glyph.character
        before = glyph if not before or glyph.right > before.right else before
    return made


def deck_notes(apkg: bytes) -> list[DeckNote]:
    """Return the notes of an Anki package of ours, in the order in which they were written: the handbook's."""
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        collection = archive.read("collection.anki2")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(collection)
        rows = connection.execute("SELECT flds FROM notes ORDER BY id").fetchall()
    notes = []
    for (fields,) in rows:
        key, number, *rest = fields.split("\x1f")
        words = html.unescape(re.sub(r"<[^>]*>", " ", " ".join(rest[5:])))  # without what tells where it stands
        notes.append(DeckNote(key.partition("/")[2], number, words))
    return notes
