"""Pages of finished PDFs as pictures, as PDFium draws them, and where questions begin on them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from studypack.pdf.pictures import page_picture, page_sizes
from studypack.pdf.text_extraction import beginnings

WIDEST: Final = 2_000
"""Pixels of a page's width."""


def described(pdf: bytes, questions: Mapping[str, str]) -> dict[str, Any]:
    """Return the sizes of a document's pages in points, and where questions begin.

    Args:
        pdf: the document.
        questions: the ids of questions by their numbers and by their words.

    Returns:
        `pages`: width and height of each; `places`: for each entry of the outline the id of its question, which is
        empty for others, its page (from 0) and the distance from the page's top in points.
    """
    sizes = page_sizes(pdf)
    places = []
    for title, page, y in beginnings(pdf):
        number, _, words = title.partition(" ")
        key = questions.get(number) or questions.get(words) or ""
        places.append([key, page, round(sizes[page][1] - y, 1)])
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
