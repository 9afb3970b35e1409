"""Pages of finished PDFs as pictures, drawn by PDFium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from studypack.pdf.text_extraction import PDFIUM

if TYPE_CHECKING:
    from PIL import Image


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Return the width and height of each page in points."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [(round(page.get_width(), 1), round(page.get_height(), 1)) for page in document]


def page_picture(pdf: bytes, number: int, width: int) -> Image.Image:
    """Return a page as a picture.

    Args:
        pdf: the document.
        number: of the page, from 0.
        width: of the picture in pixels.

    Raises:
        IndexError: there is no such page.
    """
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        if not 0 <= number < len(document):
            raise IndexError(number)
        page = document[number]
        made: Image.Image = page.render(scale=width / page.get_width()).to_pil()
        return made
