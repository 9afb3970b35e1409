"""Lay out HTML and CSS as PDF pages with WeasyPrint.

WeasyPrint gets strings, and a fetcher that provides only the program's fonts (`font:Inter/normal/400`), the files of
the current question set (`set:figures/x.svg`) and those of the theme (`theme:x.woff2`). It cannot access other files
or the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from studypack.errors import ContentError, Diagnostic, StudypackError
from studypack.shelf import Content
from studypack.text.markdown import NUMBERED
from studypack.text.runs import Held
from studypack.typeset.engine import collected, fetcher_of, html_class, weasyprint_module
from studypack.typeset.font_embedding import new_configuration, undate
from studypack.typeset.fonts import font_face_rules
from studypack.typeset.formula_ink import ink_formulas
from studypack.typeset.formulas import with_formulas
from studypack.typeset.listings import SPACED, number_lines
from studypack.typeset.tag_pruning import join_plain_spans, scope_headers, tag_formulas

WITHIN: Final = "html { overflow-wrap: break-word } table.tight :is(td, th), .long { overflow-wrap: anywhere }"
"""Rules that keep words of any length on the page in every theme; `studypack.text.markdown` sets the classes."""

LINK: Final = "studypack:"
"""The scheme of links to elements in any part: WeasyPrint keeps them, and binding turns them into internal links."""

POINTS_PER_PIXEL: Final = 0.75
"""CSS pixels are 1/96 inch, and PDF points 1/72 inch."""

MOST_SHEETS: Final = 16
"""The parsed style sheets that a process keeps for each theme: parsing those of a handbook takes 40 ms."""

_ENGINE: Final = threading.RLock()
"""Held while a thread lays out or writes: documents share Pango's font map, which only one thread may use at a time.

A font map for each thread would not help, because WeasyPrint holds the interpreter's lock nearly all the time: four
chapters in two threads took 5.0 to 5.6 s and 189 MB that way, and 4.3 s and 174 MB with this lock.
"""

_LONG_TEXT: Final = re.compile(r"(?<=>)[^<]{2001,}(?=<)")
_PIECE: Final = re.compile(r"[^<]{1,2000}(?:[\s、。]|$)")
_STARTED: Final = re.compile(r'<ol start="(\d+)"')
_LANGUAGE: Final = re.compile(r'<html[^>]* lang="([^"]*)"')
_NOTES: Final = re.compile(r"[:@]\s*(?:foot)?note\b|\bnote-(?:area|call|marker)")
"""Declarations and rules of notes at the foot of pages."""
_FONTS: Final = (".ttf", ".otf", ".woff", ".woff2")


class Anchor(NamedTuple):
    """The position of an element with an id: its page, from 0, and points from the top left corner of the page."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages that were laid out.

    Attributes:
        count: the number of pages.
        anchors: the position of each element with an id, or of its first piece if it is broken across pages.
        warnings: WeasyPrint's warnings, without duplicates.
        document: WeasyPrint's own document, to be used only by `write` and `filled`.
        fonts: addresses of the theme's fonts.
    """

    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...]
    document: Any = field(repr=False)
    fonts: tuple[str, ...] = ()

    def between(self, first: int, last: int) -> Pages:
        """Return the pages from `first` up to, but not including, `last`, counted from 0."""
        if (first, last) == (0, self.count):
            return self
        anchors = {n: a._replace(page=a.page - first) for n, a in self.anchors.items() if first <= a.page < last}
        document = self.document.copy(self.document.pages[first:last])
        return Pages(last - first, anchors, self.warnings, document, self.fonts)


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that were written as a PDF, as a value that can be sent between processes and cached.

    Attributes:
        file: a PDF of these pages alone.
        count: the number of pages.
        anchors: the position of each element with an id.
        warnings: WeasyPrint's warnings, without duplicates.
        held: what its HTML contains for each of the job's owners, by id.
        rest: how the part that continues it begins, as plain values; empty if the part is the end of its text.
        links: the ids of elements in any part that its links lead to.
    """

    file: Content
    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)
    rest: tuple[Any, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def pdf(self) -> bytes:
        """The bytes of its file."""
        return bytes(self.file)

    def dumps(self) -> bytes:
        """Return the part as bytes: a line of JSON, then the PDF."""
        anchors = {name: [anchor.page, *(round(n, 3) for n in anchor[1:])] for name, anchor in self.anchors.items()}
        head = {"count": self.count, "anchors": anchors, "warnings": self.warnings}
        head |= {"held": self.held, "rest": self.rest, "links": self.links}
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + self.pdf

    @classmethod
    def loads(cls, content: bytes) -> Part:
        """Return the part that `dumps` wrote.

        Raises:
            ValueError: the bytes are something else.
        """
        head, _, pdf = content.partition(b"\n")
        try:
            read = json.loads(head)
            anchors = {name: Anchor(*values) for name, values in read["anchors"].items()}
            held = {key: Held(text, tuple(pictures)) for key, (text, pictures) in read["held"].items()}
            rest = tuple(tuple(each) if isinstance(each, list) else each for each in read["rest"])
            return cls(pdf, int(read["count"]), anchors, tuple(read["warnings"]), held, rest, tuple(read["links"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a part") from error


def lay_out(html: str, css: str | Sequence[str], files: Mapping[str, bytes] | None = None) -> Pages:
    """Lay out an HTML document.

    Args:
        html: a whole document.
        css: its style sheets, as one text or several; the rules for fonts are added. Those that one process has parsed
            are not parsed again.
        files: the content of files by address: `theme:` addresses with their scheme, and `set:` addresses without it,
            as paths in the question set.

    Raises:
        BuildError: WeasyPrint's system libraries are missing, or a picture cannot be drawn.
        ContentError: a font of the theme is damaged.
    """
    fetcher = fetcher_of(files or {})
    theirs = tuple(name for name in files or {} if name.startswith("theme:") and Path(name).suffix in _FONTS)
    with _ENGINE, _usable(theirs), collected() as warnings:
        lang = _LANGUAGE.search(html)
        sheets = _sheets(_theme_key(files or {}), os.getpid(), lang[1] if lang else "")
        written = [css] if isinstance(css, str) else css
        own = [sheets.parsed(sheet, fetcher) for sheet in written]
        warnings += [message for _, said in own for message in said]
        source = html_class(notes=any(map(_NOTES.search, written)))(
            string=_numbered(_in_pieces(with_formulas(html))), base_url="set:", url_fetcher=fetcher
        )
        document = source.render(stylesheets=[sheets.faces, *(sheet for sheet, _ in own)], font_config=sheets.fonts)
        for page in document.pages:
            ink_formulas(page._page_box)
        if NUMBERED in html:
            number_lines([page._page_box for page in document.pages])
    anchors: dict[str, Anchor] = {}
    for number, page in enumerate(document.pages):
        for name, corners in page.anchors.items():
            x, y, right, bottom = (pixels * POINTS_PER_PIXEL for pixels in corners)
            anchors.setdefault(name, Anchor(number, x, y, right - x, bottom - y))
    return Pages(len(document.pages), anchors, tuple(dict.fromkeys(warnings)), document, theirs)


def _in_pieces(document: str) -> str:
    """Return an HTML document whose very long texts are divided into spans.

    For some lines WeasyPrint lays out all that is left of a text, once for each soft hyphen in it: 7,200 characters
    with many marks took 105 s, and 9 s in spans. Line breaks are the same.
    """
    head, body, rest = document.partition("<body")
    return head + body + _LONG_TEXT.sub(lambda text: _PIECE.sub(r"<span>\g<0></span>", text[0]), rest)


def _numbered(document: str) -> str:
    """Return an HTML document with the first numbers of its lists as styles, which WeasyPrint wants."""
    return _STARTED.sub(lambda ol: f'{ol[0]} style="counter-reset: list-item {int(ol[1]) - 1}"', document)


def filled(pages: Pages) -> list[float]:
    """Return how far down each page is filled, as a fraction of the height of its content area."""
    shares = []
    for page in pages.document.pages:
        box = page._page_box  # WeasyPrint has no public API for a page's boxes
        top = box.content_box_y()
        shares.append(max(0.0, max(_bottoms(box), default=top) - top) / box.height)
    return shares


def _bottoms(box: Any) -> Iterator[float]:
    """Yield the bottom of each line, cell, picture and empty box in the flow, in pixels from the top of the page."""
    for child in getattr(box, "children", ()):
        kind = type(child).__name__
        if kind in {"MarginBox", "AbsolutePlaceholder"} or not hasattr(child, "position_y"):
            continue
        if kind in {"LineBox", "TableCellBox"} or not getattr(child, "children", ()):
            yield child.position_y + child.margin_height()
        else:
            yield from _bottoms(child)


def write(pages: Pages, *, tagged: bool = True) -> Part:
    """Write pages as a separate PDF with the title and language of the HTML.

    It has no file identifier: pydyf would make all objects a second time for that, and binding gives the book its own.

    Raises:
        BuildError: a picture cannot be drawn.
        ContentError: a font of the theme is damaged.
    """
    with _ENGINE, _usable(pages.fonts), collected() as warnings:
        pdf = pages.document.write_pdf(pdf_tags=tagged, finisher=_finish)
    targets = (target for page in pages.document.pages for _, target, *_ in page.links)
    links = sorted({target.removeprefix(LINK) for target in targets if target.startswith(LINK)})
    warned = tuple(dict.fromkeys([*pages.warnings, *warnings]))
    return Part(pdf, pages.count, pages.anchors, warned, links=tuple(links))


@contextmanager
def _usable(fonts: Sequence[str]) -> Iterator[None]:
    """Name the theme's fonts where the engine fails on them: what their tables lead to shows when they are embedded."""
    try:
        yield
    except (StudypackError, MemoryError, OSError):
        raise
    except Exception as error:  # whatever a damaged table leads to
        if not fonts:
            raise
        names = ", ".join(name.removeprefix("theme:") for name in fonts)
        what, why = f"the pages cannot be set with the theme's fonts ({names})", f"{type(error).__name__}: {error}"
        raise ContentError(Diagnostic(None, what, why, "one of them is damaged: replace it")) from error


def _theme_key(files: Mapping[str, bytes]) -> str:
    """Return a key that identifies a theme's files, or an empty string if there are none."""
    own = [(name, hashlib.sha256(content).hexdigest()) for name, content in sorted(files.items()) if ":" in name]
    return repr(own) if own else ""


class _Sheets:
    """The font configuration that all documents of one process and theme share, and the style sheets parsed with it."""

    def __init__(self) -> None:
        self.fonts = new_configuration()
        self._parsed: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self.faces, _ = self.parsed(f"{WITHIN}\n{SPACED}\n{font_face_rules()}", fetcher_of({}))

    def parsed(self, css: str, fetcher: Any) -> tuple[Any, tuple[str, ...]]:
        """Return a style sheet, and what WeasyPrint says of it. One that was parsed before is not parsed again."""
        if css not in self._parsed:
            with collected() as warnings:
                made = weasyprint_module().CSS(string=css, url_fetcher=fetcher, font_config=self.fonts)
            while len(self._parsed) >= MOST_SHEETS:
                del self._parsed[next(iter(self._parsed))]
            self._parsed[css] = made, tuple(warnings)
        return self._parsed[css]


@lru_cache(maxsize=8)
def _sheets(theme: str, process: int, lang: str) -> _Sheets:
    """Return what documents of a theme and a language share in a process.

    A forked process needs its own, because WeasyPrint assumes that a font whose file exists is registered. A language
    needs its own, because Pango keeps for each font how wide a missing glyph is, and derives that from a sample text of
    the language that comes first: pages would depend on what the process has typeset before.
    """
    return _Sheets()


def _finish(document: Any, pdf: Any) -> None:
    """Modify a PDF before WeasyPrint writes it."""
    tag_formulas(pdf)
    scope_headers(pdf)
    join_plain_spans(pdf)
    undate(document, pdf)
