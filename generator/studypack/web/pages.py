"""Pages of finished PDFs as pictures, as PDFium draws them, and where questions begin on them."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any, Final

from studypack.pdf.pictures import page_picture, page_sizes
from studypack.pdf.text_extraction import beginnings

WIDEST: Final = 2_000
"""Pixels of a page's width."""


def described(pdf: bytes) -> dict[str, Any]:
    """Return the sizes of a document's pages in points, and where the entries of its outline begin.

    Returns:
        `pages`: width and height of each; `places`: title, page (from 0) and distance from the page's top in points.
    """
    sizes = page_sizes(pdf)
    places = [[title, page, round(sizes[page][1] - y, 1)] for title, page, y in beginnings(pdf)]
    return {"pages": sizes, "places": places}


@lru_cache(maxsize=256)
def picture(pdf: bytes, number: int, width: int) -> bytes:
    """Return a page as PNG.

    Args:
        pdf: the document.
        number: of the page, from 0.
        width: in pixels.

    Raises:
        IndexError: there is no such page.
    """
    made = io.BytesIO()
    page_picture(pdf, number, max(40, min(width, WIDEST))).save(made, "PNG", compress_level=1)
    return made.getvalue()
