"""Small PDFs for tests, written without a typesetter."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

A4 = (595.28, 841.89)


def numbered(
    count: int, size: tuple[float, float] = A4, change: Callable[[pikepdf.Pdf], Any] = lambda _: None, **save: Any
) -> bytes:
    """Return a PDF whose pages show their numbers: `page 1`, `page 2` and so on, 40 points from the lower left corner.

    Args:
        count: the number of pages.
        size: width and height of all pages in points.
        change: changes the document before it is saved.
        save: settings for pikepdf's `save`.
    """
    with pikepdf.new() as book:
        font = book.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        for number in range(1, count + 1):
            page = book.add_blank_page(page_size=size)
            page.obj.Resources = Dictionary(Font=Dictionary(F=font))
            page.obj.Contents = book.make_stream(f"BT /F 20 Tf 40 40 Td (page {number}) Tj ET".encode())
        change(book)
        saved = io.BytesIO()
        book.save(saved, **save)
    return saved.getvalue()


def box(*sides: float) -> Array:
    """Return a rectangle."""
    return Array(list(sides))
