"""HTML and CSS to PDF pages: the only module that knows WeasyPrint.

WeasyPrint gets strings, and a fetcher that knows the program's fonts (`font:Inter/normal/400`), the files of the
question set at hand (`set:figures/x.svg`) and those of the theme (`theme:x.woff2`), and nothing else: no other file,
no socket.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from studypack.errors import BuildError, Diagnostic
from studypack.typeset.fonts import FACES, font_bytes, font_face_rules
from studypack.typeset.tag_pruning import join_plain_spans

EPOCH: Final = "1577836800"
"""The modification time that fontTools writes into subsets of fonts: 2020-01-01, seconds."""

WITHIN: Final = "html { overflow-wrap: break-word } table.tight :is(td, th) { overflow-wrap: anywhere }"
"""What keeps words of any length on the page, whatever a theme does; see `studypack.text.markdown` for tight tables."""

POINTS_PER_PIXEL: Final = 0.75
"""CSS pixels are 1/96 inch, PDF points 1/72."""

_TYPES: Final = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
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
    """

    pdf: bytes
    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...] = ()

    def dumps(self) -> bytes:
        """Return the part as bytes: a line of JSON, then the PDF."""
        anchors = {name: [anchor.page, *(round(n, 3) for n in anchor[1:])] for name, anchor in self.anchors.items()}
        head = {"count": self.count, "anchors": anchors, "warnings": self.warnings}
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
            return cls(pdf, int(read["count"]), anchors, tuple(read["warnings"]))
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
        BuildError: WeasyPrint's system libraries are missing.
    """
    weasyprint = _weasyprint()
    fetcher = _fetcher(files or {})
    with _collected() as warnings:
        fonts, faces = _fonts(_theme_key(files or {}))
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
    """Write pages as a PDF of their own; title and language are those of the HTML."""
    identifier = hashlib.sha256(repr(sorted(pages.anchors.items())).encode()).digest()[:16]
    with _collected() as warnings, _fixed_time():
        pdf = pages.document.write_pdf(
            pdf_identifier=identifier, pdf_tags=tagged, finisher=lambda _, made: join_plain_spans(made)
        )
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


@cache
def _fonts(theme: str) -> tuple[Any, Any]:
    """Return the font configuration that all documents of this process and theme share, and its style sheet."""
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    faces = weasyprint.CSS(string=f"{WITHIN}\n{font_face_rules()}", url_fetcher=_fetcher({}), font_config=configuration)
    return configuration, faces


def _fetcher(files: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Knows fonts, the set's files and the theme's; asks neither the disk nor the network for anything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, name = url.partition(":")
            if url in FACES:
                return URLFetcherResponse(url, font_bytes(url))
            key = name if scheme == "set" else url
            if scheme in {"set", "theme"} and key in files:
                kind = _TYPES[Path(name).suffix.lower()]
                return URLFetcherResponse(url, files[key], {"Content-Type": kind})
            raise ValueError(f"not a file of this question set: {url}")

    return Fetcher()


class _Collector(logging.Handler):
    """Keeps what a logger says."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def _collected() -> Iterator[list[str]]:
    """Collect WeasyPrint's warnings instead of letting them go to stderr."""
    logger = logging.getLogger("weasyprint")
    collector = _Collector()
    handlers, logger.handlers = logger.handlers, [collector]
    propagate, logger.propagate = logger.propagate, False
    try:
        yield collector.messages
    finally:
        logger.handlers, logger.propagate = handlers, propagate


@contextmanager
def _fixed_time() -> Iterator[None]:
    """Let subsets of fonts carry a fixed time: fontTools writes the clock's otherwise."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = EPOCH
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
