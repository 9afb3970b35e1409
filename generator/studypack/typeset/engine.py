"""WeasyPrint as it is used here: loaded when needed first, mended, given files only by us, its warnings collected."""

from __future__ import annotations

import ctypes.util
import logging
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from studypack.errors import BuildError, Diagnostic
from studypack.typeset.box_lengths import keep_lengths
from studypack.typeset.column_balancing import quicken
from studypack.typeset.font_embedding import unpacked
from studypack.typeset.fonts import FACES, font_bytes
from studypack.typeset.formulas import formula_svg
from studypack.typeset.glyph_drawing import draw_pieces
from studypack.typeset.glyph_texts import keep_texts
from studypack.typeset.html_patterns import keep_patterns
from studypack.typeset.line_breaking import mend
from studypack.typeset.line_fitting import fit
from studypack.typeset.line_reuse import release, reuse_lines
from studypack.typeset.page_names import find_names
from studypack.typeset.stream_compression import compress_faster
from studypack.typeset.style_sharing import KNOWN, share, without_notes
from studypack.typeset.tag_pruning import tag_code
from studypack.typeset.text_reuse import reuse

_TYPES: Final = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".gif": "image/png", ".webp": "image/png",  # already PNG or JPEG; WeasyPrint uses the content
    ".ttf": "font/ttf", ".otf": "font/otf", ".woff": "font/woff", ".woff2": "font/woff2",
}  # fmt: skip  # a table


_LOADING: Final = threading.Lock()
"""Held while a thread loads WeasyPrint: others wait, so that it is changed once, and `find_library` is restored."""


@contextmanager
def _without_search() -> Iterator[None]:
    """Let libraries be found on Linux by their file names alone, which WeasyPrint tries after names of other systems.

    For each of those, Python would run a compiler, a linker and ldconfig to search for it: 0.25 s in all. Meanwhile
    other threads do not find libraries by a search either.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    found = ctypes.util.find_library
    ctypes.util.find_library = lambda _: None  # type: ignore[assignment]  # it is called with one name
    try:
        yield
    finally:
        ctypes.util.find_library = found


def weasyprint_module() -> Any:
    """Return the module `weasyprint`.

    Raises:
        BuildError: its system libraries are missing.
    """
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Any:
    try:
        with _without_search():
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
    import pydyf
    from weasyprint import css, document, layout
    from weasyprint.draw import text
    from weasyprint.formatting_structure import boxes
    from weasyprint.pdf import fonts, tags
    from weasyprint.text import line_break

    keep_patterns(weasyprint.tinyhtml5.inputstream)
    compress_faster(pydyf)
    fit(layout.inline, line_break, weasyprint.__version__)
    mend(layout.inline)
    quicken(layout.column, weasyprint.__version__)
    keep_texts(fonts, weasyprint.__version__)
    draw_pieces(text, weasyprint.__version__)
    share(css, layout.inline, line_break, weasyprint.__version__)
    keep_lengths(layout, weasyprint.__version__)
    find_names(boxes, weasyprint.__version__)
    reuse_lines(layout.inline, weasyprint.__version__)
    release(document, weasyprint.__version__)
    reuse(line_break, layout.inline, text, weasyprint.__version__)
    tag_code(tags)
    return weasyprint


@cache
def html_class(*, notes: bool) -> Any:
    """Return the class `weasyprint.HTML`; without notes at the foot of pages it has no rules for them."""
    module = weasyprint_module()
    if notes or not module.__version__.startswith(KNOWN):
        return module.HTML
    own = [without_notes(sheet) for sheet in module.HTML._ua_stylesheets(None)]

    return type("Source", (module.HTML,), {"_ua_stylesheets": lambda *_: own})


def fetcher_of(files: Mapping[str, bytes]) -> Any:
    """Return what fetches our fonts and these files for WeasyPrint, by address, and nothing else."""
    weasyprint_module()  # says so if its libraries are missing
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
def collected() -> Iterator[list[str]]:
    """Collect WeasyPrint's warnings instead of writing them to stderr.

    Raises:
        BuildError: a picture of the set was left out.
    """
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
