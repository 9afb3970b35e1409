"""HTML and CSS to PDF pages, by WeasyPrint.

WeasyPrint gets strings, and a fetcher that knows the program's fonts (`font:Inter/normal/400`), the files of the
question set at hand (`set:figures/x.svg`) and those of the theme (`theme:x.woff2`), and nothing else: no other file,
no socket.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from studypack.errors import BuildError, Diagnostic
from studypack.text.runs import Held
from studypack.typeset.font_embedding import new_configuration, undate, unpacked
from studypack.typeset.fonts import FACES, font_bytes, font_face_rules
from studypack.typeset.tag_pruning import join_plain_spans

WITHIN: Final = "html { overflow-wrap: break-word } table.tight :is(td, th), .long { overflow-wrap: anywhere }"
"""What keeps words of any length on the page, whatever a theme does; see `studypack.text.markdown` for tables."""

POINTS_PER_PIXEL: Final = 0.75
"""CSS pixels are 1/96 inch, PDF points 1/72."""

_ENGINE: Final = threading.RLock()
"""Held by the thread that lays out or writes: documents share Pango's font map, which two threads must not use at once.

A font map for each thread gains nothing, as WeasyPrint holds the interpreter's lock nearly all of the time: four
chapters in two threads took 5.0 to 5.6 s and 189 MB, with this lock 4.3 s and 174 MB.
"""

_TYPES: Final = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".gif": "image/png", ".webp": "image/png",  # by now PNG or JPEG; the typesetter looks at the content
    ".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2",
}  # fmt: skip  # a table to read


class Anchor(NamedTuple):
    """Where an element with an id came to stand: page from 0; points from the page's top left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages that were laid out.

    Attributes:
        count: how many pages.
        anchors: where each element with an id came to stand; of a broken one its first piece.
        warnings: what WeasyPrint had to say, without repetitions.
        document: WeasyPrint's own document, for `write` and `filled` alone.
    """

    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...]
    document: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """Pages that were written: a value that processes can exchange and a cache can keep.

    Attributes:
        pdf: a PDF of these pages alone.
        count: how many pages.
        anchors: where each element with an id came to stand.
        warnings: what WeasyPrint had to say, without repetitions.
        held: what its HTML holds of each question that it was asked for, by id.
    """

    pdf: bytes
    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)

    def dumps(self) -> bytes:
        """Return the part as bytes: a line of JSON, then the PDF."""
        anchors = {name: [anchor.page, *(round(n, 3) for n in anchor[1:])] for name, anchor in self.anchors.items()}
        head = {"count": self.count, "anchors": anchors, "warnings": self.warnings, "held": self.held}
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + self.pdf

    @classmethod
    def loads(cls, content: bytes) -> Part:
        """Return the part that `dumps` wrote.

        Raises:
            ValueError: it is something else.
        """
        head, _, pdf = content.partition(b"\n")
        try:
            read = json.loads(head)
            anchors = {name: Anchor(*values) for name, values in read["anchors"].items()}
            held = {key: Held(text, tuple(pictures)) for key, (text, pictures) in read["held"].items()}
            return cls(pdf, int(read["count"]), anchors, tuple(read["warnings"]), held)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a part") from error


def lay_out(html: str, css: str, files: Mapping[str, bytes] | None = None) -> Pages:
    """Lay out an HTML document.

    Args:
        html: a whole document.
        css: its style sheets; fonts are added.
        files: what `set:` addresses (path in the question set) and `theme:` addresses mean, as bytes; the keys of
            the latter carry their scheme.

    Raises:
        BuildError: WeasyPrint's system libraries are missing, or a picture cannot be drawn.
    """
    weasyprint = _weasyprint()
    fetcher = _fetcher(files or {})
    with _ENGINE, _collected() as warnings:
        fonts, faces = _fonts(_theme_key(files or {}), os.getpid())
        own = weasyprint.CSS(string=css, url_fetcher=fetcher, font_config=fonts)
        source = weasyprint.HTML(string=html, base_url="set:", url_fetcher=fetcher)
        document = source.render(stylesheets=[faces, own], font_config=fonts)
    anchors: dict[str, Anchor] = {}
    for number, page in enumerate(document.pages):
        for name, corners in page.anchors.items():
            x, y, right, bottom = (pixels * POINTS_PER_PIXEL for pixels in corners)
            anchors.setdefault(name, Anchor(number, x, y, right - x, bottom - y))
    return Pages(len(document.pages), anchors, tuple(dict.fromkeys(warnings)), document)


def filled(pages: Pages) -> list[float]:
    """Return for each page how far down it is filled, as a share of its content's height."""
    shares = []
    for page in pages.document.pages:
        box = page._page_box  # WeasyPrint has no public way to the boxes of a page
        top = box.content_box_y()
        shares.append(max(0.0, max(_bottoms(box), default=top) - top) / box.height)
    return shares


def _bottoms(box: Any) -> Iterator[float]:
    """Yield where lines, cells, pictures and empty boxes in the flow end, in pixels from the head of the page."""
    for child in getattr(box, "children", ()):
        kind = type(child).__name__
        if kind in {"MarginBox", "AbsolutePlaceholder"} or not hasattr(child, "position_y"):
            continue
        if kind in {"LineBox", "TableCellBox"} or not getattr(child, "children", ()):
            yield child.position_y + child.margin_height()
        else:
            yield from _bottoms(child)


def write(pages: Pages, *, tagged: bool = True) -> Part:
    """Write pages as a PDF of their own; title and language are those of the HTML.

    Raises:
        BuildError: a picture cannot be drawn.
    """
    identifier = hashlib.sha256(repr(sorted(pages.anchors.items())).encode()).digest()[:16]
    with _ENGINE, _collected() as warnings:
        pdf = pages.document.write_pdf(pdf_identifier=identifier, pdf_tags=tagged, finisher=_finish)
    return Part(pdf, pages.count, pages.anchors, tuple(dict.fromkeys([*pages.warnings, *warnings])))


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
    return weasyprint


def _theme_key(files: Mapping[str, bytes]) -> str:
    """Return what tells the fonts of one theme from those of another; empty without a theme's files."""
    own = [(name, hashlib.sha256(content).hexdigest()) for name, content in sorted(files.items()) if ":" in name]
    return repr(own) if own else ""


@lru_cache(maxsize=8)
def _fonts(theme: str, process: int) -> tuple[Any, Any]:
    """Return the font configuration that all documents of a process and a theme share, and its style sheet.

    A forked process makes its own: WeasyPrint takes a font whose file exists for one that it has registered.
    """
    configuration = new_configuration()
    rules = f"{WITHIN}\n{font_face_rules()}"
    return configuration, _weasyprint().CSS(string=rules, url_fetcher=_fetcher({}), font_config=configuration)


def _finish(document: Any, pdf: Any) -> None:
    """Do what is to be done to a PDF before WeasyPrint writes it."""
    join_plain_spans(pdf)
    undate(document, pdf)


def _fetcher(files: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Knows fonts, the set's files and the theme's; asks neither the disk nor the network for anything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, name = url.partition(":")
            if url in FACES:
                return URLFetcherResponse(url, font_bytes(url))
            key = name if scheme == "set" else url
            key = key if key in files else unquote(key)  # WeasyPrint writes spaces and letters as addresses have them
            if scheme in {"set", "theme"} and key in files:
                kind = _TYPES[Path(key).suffix.lower()]
                return URLFetcherResponse(url, unpacked(files[key]), {"Content-Type": kind})
            raise ValueError(f"not a file of this question set: {url}")

    return Fetcher()


_WARNINGS: Final[ContextVar[list[str] | None]] = ContextVar("warnings", default=None)
"""Where the warnings of the layout at hand go; None outside of one, and in other threads."""


_NOT_DRAWN: Final = re.compile(
    r"Failed to (?:load image at|render SVG image) ['\"]?set:(.*?)['\"]?(?:: .*)?$", re.DOTALL
)
"""What WeasyPrint says of a picture of the set that it leaves out."""


def _divert(record: logging.LogRecord) -> bool:
    """Keep a warning for the layout at hand; let all others go on to their handlers."""
    warnings = _WARNINGS.get()
    if warnings is not None and record.levelno >= logging.WARNING:
        message = record.getMessage()
        if not message.startswith(".notdef glyph"):  # the check of the set names them, with file and line
            warnings.append(message)
    return warnings is None


logging.getLogger("weasyprint").addFilter(_divert)


@contextmanager
def _collected() -> Iterator[list[str]]:
    """Collect WeasyPrint's warnings instead of letting them go to stderr."""
    warnings: list[str] = []
    before = _WARNINGS.set(warnings)
    try:
        yield warnings
    finally:
        _WARNINGS.reset(before)
    missing = [unquote(match[1]) for text in warnings if (match := _NOT_DRAWN.match(text))]
    if missing:
        why = "the program that sets the pages cannot read it"
        remedy = "export it again, or convert it to PNG"
        raise BuildError(
            *(Diagnostic(None, f'the picture "{name}" cannot be drawn', why, remedy) for name in dict.fromkeys(missing))
        )
