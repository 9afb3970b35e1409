"""HTML and CSS to PDF pages: the only module that knows WeasyPrint.

WeasyPrint gets strings, and a fetcher that knows the program's fonts (`font:Inter/normal/400`) and the files of the
question set at hand (`set:figures/x.svg`), and nothing else: no other file, no socket.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from generator.errors import BuildError, Diagnostic
from generator.fonts import FACES, font_bytes, font_face_rules

EPOCH: Final = "1577836800"
"""The modification time that fontTools writes into subsets of fonts: 2020-01-01, seconds."""

POINTS_PER_PIXEL: Final = 0.75
"""CSS pixels are 1/96 inch, PDF points 1/72."""

_TYPES: Final = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


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
        document: WeasyPrint's own document, for `write` alone.
    """

    count: int
    anchors: Mapping[str, Anchor]
    warnings: tuple[str, ...]
    document: Any = field(repr=False)


def lay_out(html: str, css: str, files: Mapping[str, bytes] | None = None) -> Pages:
    """Lay out an HTML document.

    Args:
        html: a whole document.
        css: its style sheets; fonts are added.
        files: what `set:` addresses mean: path in the question set to bytes.

    Raises:
        BuildError: WeasyPrint's system libraries are missing.
    """
    weasyprint = _weasyprint()
    fetcher = _fetcher(files or {})
    with _collected() as warnings:
        fonts, faces = _fonts()
        own = weasyprint.CSS(string=css, url_fetcher=fetcher, font_config=fonts)
        source = weasyprint.HTML(string=html, base_url="set:", url_fetcher=fetcher)
        document = source.render(stylesheets=[faces, own], font_config=fonts)
    anchors: dict[str, Anchor] = {}
    for number, page in enumerate(document.pages):
        for name, corners in page.anchors.items():
            x, y, right, bottom = (pixels * POINTS_PER_PIXEL for pixels in corners)
            anchors.setdefault(name, Anchor(number, x, y, right - x, bottom - y))
    return Pages(len(document.pages), anchors, tuple(dict.fromkeys(warnings)), document)


def write(parts: list[Pages], *, tagged: bool = True) -> tuple[bytes, tuple[str, ...]]:
    """Write the pages of all parts as one PDF: links and outline run through it.

    Title, language and the other document information are those of the first part's HTML.

    Returns:
        the PDF, and what WeasyPrint had to say while it wrote.
    """
    pages = [page for part in parts for page in part.document.pages]
    document = parts[0].document.copy(pages)
    identifier = hashlib.sha256(repr([sorted(part.anchors.items()) for part in parts]).encode()).digest()[:16]
    with _collected() as warnings, _fixed_time():
        pdf = document.write_pdf(pdf_identifier=identifier, pdf_tags=tagged)
    return pdf, tuple(dict.fromkeys(warnings))


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


@cache
def _fonts() -> tuple[Any, Any]:
    """Return the font configuration that all documents of this process share, and its style sheet."""
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    faces = weasyprint.CSS(string=font_face_rules(), url_fetcher=_fetcher({}), font_config=configuration)
    return configuration, faces


def _fetcher(files: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Fetcher(URLFetcher):  # type: ignore[misc]
        """Knows fonts and the set's files; asks neither the disk nor the network for anything else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _, name = url.partition(":")
            if url in FACES:
                return URLFetcherResponse(url, font_bytes(url))
            if scheme == "set" and name in files:
                kind = _TYPES[Path(name).suffix.lower()]
                return URLFetcherResponse(url, files[name], {"Content-Type": kind})
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
