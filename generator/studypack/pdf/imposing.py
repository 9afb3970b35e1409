"""Any PDF imposed on sheets for printing. Clause numbers refer to ISO 32000-2."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

import pikepdf

from studypack.errors import BuildError, Diagnostic, counted
from studypack.pdf.arrangements import Arrangement, sheets_of
from studypack.pdf.imposition import impose, page_size
from studypack.typeset.geometry import points

MOST_PAGES: Final = 20_000
"""The most pages of a PDF."""
TOLERANCE: Final = points(1)
"""By how much the sizes of pages may differ and still count as equal."""
_SMALLEST: Final = 1.0
"""The least width and height of a page in points."""
_HEADER: Final = 1024
"""Bytes at the beginning of a file in which readers look for `%PDF-`."""
_KEPT: Final = {"/Type", "/Pages", "/Version", "/Extensions", "/OCProperties", "/OutputIntents", "/Lang"}
"""Entries of the catalogue that an imposed document keeps: what decides how its pages look (7.7.2)."""


@dataclass(frozen=True, slots=True)
class Imposition:
    """An imposed PDF.

    Attributes:
        content: its bytes.
        pages: the number of pages that were imposed.
        sides: the number of sides of sheets.
        size: width and height of a sheet in points.
        scale: the size of the pages relative to their own.
        repaired: whether the PDF was damaged, and some of it may be missing.
    """

    content: bytes
    pages: int
    sides: int
    size: tuple[float, float]
    scale: float
    repaired: bool


def imposed(content: bytes, arrangement: Arrangement) -> Imposition:
    """Impose a PDF. What leads to its pages (outline, links, tags) is dropped, annotations are printed.

    Raises:
        BuildError: it is not a PDF, or encrypted, or broken, or its pages differ in size.
    """
    if b"%PDF-" not in content[:_HEADER]:
        raise _refused("is not a PDF", "it does not begin like one", "print or export it as PDF first")
    try:
        with pikepdf.open(io.BytesIO(content)) as book:
            return _imposed(book, arrangement)
    except pikepdf.PasswordError as error:
        raise _refused("is encrypted", "it cannot be opened without its password", "save a copy without it") from error
    except (pikepdf.PdfError, pikepdf.DeletedObjectError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise _refused("is damaged", " ".join(str(error).split())[:200], "export or print it as PDF again") from error


def _imposed(book: pikepdf.Pdf, arrangement: Arrangement) -> Imposition:
    if not book.allow.print_lowres:
        raise _refused("may not be printed", "its owner does not allow it", "ask them for another copy")
    count = len(book.pages)
    if not 0 < count <= MOST_PAGES:
        raise _refused(f"has {counted(count, 'page')}", f"at least 1 and at most {MOST_PAGES:,} can be imposed")
    size = _one_size([page_size(page) for page in book.pages])
    if arrangement.to_left is None:
        preferences = book.Root.get("/ViewerPreferences", pikepdf.Dictionary())
        arrangement = replace(arrangement, to_left=preferences.get("/Direction") == pikepdf.Name.R2L)  # 12.2
    sheets = sheets_of(count, size, arrangement)
    repaired = bool(book.get_warnings())
    if "/AcroForm" in book.Root:
        book.generate_appearance_streams()
    book.flatten_annotations("print")
    impose(book, sheets)
    for key in set(book.Root.keys()) - _KEPT:
        del book.Root[key]
    saved = io.BytesIO()
    book.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    scale = sheets[0].placed[0].scale
    return Imposition(saved.getvalue(), count, len(sheets), sheets[0].size, scale, repaired)


def _one_size(sizes: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the size of all pages.

    Raises:
        BuildError: they differ, or a page has none.
    """
    first = sizes[0]
    if min(min(size) for size in sizes) < _SMALLEST:
        number = next(n for n, size in enumerate(sizes, 1) if min(size) < _SMALLEST)
        raise _refused(f"has no area on page {number}", "its boxes are empty", "export or print it as PDF again")
    rounded = [_in_mm(size) if not _alike(size, first) else _in_mm(first) for size in sizes]
    if len(set(rounded)) > 1:
        runs = [(name, [n for n, _ in run]) for name, run in groupby(enumerate(rounded, 1), key=lambda each: each[1])]
        shown = [f"{_pages(numbers)} {name}" for name, numbers in runs[:4]] + (["…"] if len(runs) > 4 else [])
        remedy = "print it to a PDF of one size first, or split it"
        raise _refused("has pages of different sizes", ", ".join(shown), remedy)
    return first


def _alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(abs(a - b) <= TOLERANCE for a, b in zip(one, other, strict=True))


def _in_mm(size: tuple[float, float]) -> str:
    width, height = (round(side / points(1)) for side in size)
    return f"{width} × {height} mm"


def _pages(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"page {numbers[0]} is"
    return f"pages {numbers[0]} to {numbers[-1]} are"


def _refused(what: str, why: str = "", remedy: str = "") -> BuildError:
    return BuildError(Diagnostic(None, what, why, remedy))
