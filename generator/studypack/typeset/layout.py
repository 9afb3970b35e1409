"""Lay out HTML and CSS as PDF pages with WeasyPrint.

WeasyPrint gets strings, and a fetcher that provides only the program's fonts (`font:Inter/normal/400`), the files of
the current question set (`set:figures/x.svg`) and those of the theme (`theme:x.woff2`). It cannot access other files
or the network.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

from studypack.errors import BuildError, ContentError, Diagnostic, StudypackError
from studypack.text.runs import Held
from studypack.typeset.column_balancing import quicken
from studypack.typeset.font_embedding import new_configuration, undate, unpacked
from studypack.typeset.fonts import FACES, font_bytes, font_face_rules
from studypack.typeset.formulas import coloured, formula_svg, with_formulas
from studypack.typeset.glyph_texts import keep_texts
from studypack.typeset.line_breaking import mend
from studypack.typeset.tag_pruning import join_plain_spans, scope_headers, tag_formulas

WITHIN: Final = "html { overflow-wrap: break-word } table.tight :is(td, th), .long { overflow-wrap: anywhere }"
"""Rules that keep words of any length on the page in every theme; `studypack.text.markdown` sets the classes."""

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
_FONTS: Final = (".ttf", ".otf", ".woff", ".woff2")
_TYPES: Final = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".gif": "image/png", ".webp": "image/png",  # already PNG or JPEG; WeasyPrint uses the content
    ".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2",
}  # fmt: skip  # a table


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
        pdf: a PDF of these pages alone.
        count: the number of pages.
        anchors: the position of each element with an id.
        warnings: WeasyPrint's warnings, without duplicates.
        held: what its HTML contains for each of the job's owners, by id.
        rest: how the part that continues it begins, as plain values; empty if the part is the end of its text.
    """

    pdf: bytes
    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)
    rest: tuple[Any, ...] = ()

    def dumps(self) -> bytes:
        """Return the part as bytes: a line of JSON, then the PDF."""
        anchors = {name: [anchor.page, *(round(n, 3) for n in anchor[1:])] for name, anchor in self.anchors.items()}
        head = {"count": self.count, "anchors": anchors, "warnings": self.warnings}
        head |= {"held": self.held, "rest": self.rest}
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
            return cls(pdf, int(read["count"]), anchors, tuple(read["warnings"]), held, rest)
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
    weasyprint = _weasyprint()
    fetcher = _fetcher(files or {})
    theirs = tuple(name for name in files or {} if name.startswith("theme:") and Path(name).suffix in _FONTS)
    with _ENGINE, _usable(theirs), _collected() as warnings:
        lang = _LANGUAGE.search(html)
        sheets = _sheets(_theme_key(files or {}), os.getpid(), lang[1] if lang else "")
        own = [sheets.parsed(sheet, fetcher) for sheet in ([css] if isinstance(css, str) else css)]
        warnings += [message for _, said in own for message in said]
        source = weasyprint.HTML(
            string=_numbered(_in_pieces(with_formulas(html))), base_url="set:", url_fetcher=fetcher
        )
        document = source.render(stylesheets=[sheets.faces, *(sheet for sheet, _ in own)], font_config=sheets.fonts)
        for page in document.pages:
            _ink_formulas(page._page_box)
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


def _ink_formulas(box: Any) -> None:
    """Let the formulas below a box be drawn in the colour of their text: pictures do not inherit any."""
    for child in getattr(box, "children", ()):
        element: Any = getattr(child, "element", None)
        source = element.get("src", "") if element is not None and element.tag == "img" else ""
        if hasattr(child, "replacement") and (svg := formula_svg(source)) is not None:
            child.replacement = _Inked(svg, child.replacement)
        _ink_formulas(child)


class _Inked:
    """A formula as WeasyPrint draws pictures, in the colour of the style that it is drawn with."""

    def __init__(self, svg: bytes, picture: Any) -> None:
        self._svg, self._picture = svg, picture

    def __getattr__(self, name: str) -> Any:
        return getattr(self._picture, name)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw the formula."""
        from weasyprint.images import SVGImage

        red, green, blue = (round(255 * part) for part in style["color"].to("srgb").coordinates)
        tree = ElementTree.fromstring(coloured(self._svg, f"#{red:02x}{green:02x}{blue:02x}"))  # noqa: S314 - our own drawing
        SVGImage(tree, "tex:", None, None).draw(stream, width, height, style)


def write(pages: Pages, *, tagged: bool = True) -> Part:
    """Write pages as a separate PDF with the title and language of the HTML.

    Raises:
        BuildError: a picture cannot be drawn.
        ContentError: a font of the theme is damaged.
    """
    identifier = hashlib.sha256(repr(sorted(pages.anchors.items())).encode()).digest()[:16]
    with _ENGINE, _usable(pages.fonts), _collected() as warnings:
        pdf = pages.document.write_pdf(pdf_identifier=identifier, pdf_tags=tagged, finisher=_finish)
    return Part(pdf, pages.count, pages.anchors, tuple(dict.fromkeys([*pages.warnings, *warnings])))


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


@cache
def _weasyprint() -> Any:
    try:
        import weasyprint
    except OSError as error:
        raise BuildError(
            Diagnostic(
                None,
                "WeasyPrint's system libraries are missing",
                str(error).splitlines()[0],
                "install Pango and HarfBuzz (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
                "libharfbuzz-subset0; macOS: brew install pango)",
            )
        ) from error
    from weasyprint.layout import column, inline
    from weasyprint.pdf import fonts

    mend(inline)
    quicken(column, weasyprint.__version__)
    keep_texts(fonts, weasyprint.__version__)
    return weasyprint


def _theme_key(files: Mapping[str, bytes]) -> str:
    """Return a key that identifies a theme's files, or an empty string if there are none."""
    own = [(name, hashlib.sha256(content).hexdigest()) for name, content in sorted(files.items()) if ":" in name]
    return repr(own) if own else ""


class _Sheets:
    """The font configuration that all documents of one process and theme share, and the style sheets parsed with it."""

    def __init__(self) -> None:
        self.fonts = new_configuration()
        self._parsed: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self.faces, _ = self.parsed(f"{WITHIN}\n{font_face_rules()}", _fetcher({}))

    def parsed(self, css: str, fetcher: Any) -> tuple[Any, tuple[str, ...]]:
        """Return a style sheet, and what WeasyPrint says of it. One that was parsed before is not parsed again."""
        if css not in self._parsed:
            with _collected() as warnings:
                made = _weasyprint().CSS(string=css, url_fetcher=fetcher, font_config=self.fonts)
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


def _fetcher(files: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Provides our fonts and the files of the set and the theme, and never accesses the disk or the network."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, name = url.partition(":")
            if url in FACES:
                return URLFetcherResponse(url, font_bytes(url))
            if (formula := formula_svg(url)) is not None:
                return URLFetcherResponse(url, formula, {"Content-Type": _TYPES[".svg"]})
            key = name if scheme == "set" else url
            key = key if key in files else unquote(key)  # WeasyPrint percent-encodes addresses
            if scheme in {"set", "theme"} and key in files:
                kind = _TYPES[Path(key).suffix.lower()]
                return URLFetcherResponse(url, unpacked(files[key]), {"Content-Type": kind})
            raise ValueError(f"not a file of this question set: {url}")

    return Fetcher()


_WARNINGS: Final[ContextVar[list[str] | None]] = ContextVar("warnings", default=None)
"""Collects the warnings of the current layout; None outside a layout and in other threads."""


_NOT_DRAWN: Final = re.compile(
    r"Failed to (?:load image at|render SVG image) ['\"]?set:(.*?)['\"]?(?:: .*)?$", re.DOTALL
)
"""WeasyPrint's warning about a picture of the set that it leaves out."""


def _divert(record: logging.LogRecord) -> bool:
    """Collect a warning of the current layout; pass all other records on to their handlers."""
    warnings = _WARNINGS.get()
    if warnings is not None and record.levelno >= logging.WARNING:
        message = record.getMessage()
        if not message.startswith(".notdef glyph"):  # the check of the set names them, with file and line
            warnings.append(message)
    return warnings is None


logging.getLogger("weasyprint").addFilter(_divert)


@contextmanager
def _collected() -> Iterator[list[str]]:
    """Collect WeasyPrint's warnings instead of writing them to stderr."""
    warnings: list[str] = []
    before = _WARNINGS.set(warnings)
    try:
        yield warnings
    finally:
        _WARNINGS.reset(before)
    missing = [unquote(match[1]) for text in warnings if (match := _NOT_DRAWN.match(text))]
    if missing:
        why = "WeasyPrint cannot read it"
        remedy = "export it again, or convert it to PNG"
        raise BuildError(
            *(Diagnostic(None, f'the picture "{name}" cannot be drawn', why, remedy) for name in dict.fromkeys(missing))
        )
