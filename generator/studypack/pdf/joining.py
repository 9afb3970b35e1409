"""Finished documents joined into one for the printer; each begins on the front of a sheet."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pikepdf
from pikepdf import OutlineItem


def join(documents: Iterable[tuple[str, Path]]) -> bytes:
    """Join PDFs in their order. Links and tags are left out: the result is for paper.

    Args:
        documents: paths, each with its title in the outline.

    Raises:
        OSError: a file cannot be read.
        pikepdf.PdfError: a file is not a PDF.
    """
    with ExitStack() as opened, pikepdf.new() as book:
        with book.open_outline() as outline:
            for title, path in documents:
                document = opened.enter_context(pikepdf.open(path))
                outline.root.append(OutlineItem(title, len(book.pages)))
                _append(book, document)
        return _saved(book)


def _append(book: pikepdf.Pdf, document: pikepdf.Pdf) -> None:
    """Append a document's pages, and a blank one if its last sheet has only one."""
    for page in document.pages:
        for key in ("/Annots", "/StructParents", "/B"):
            if key in page.obj:
                del page.obj[key]
        book.pages.append(page)
    if len(document.pages) % 2:
        left, bottom, right, top = (float(side) for side in book.pages[-1].mediabox)
        book.add_blank_page(page_size=(right - left, top - bottom))


def _saved(book: pikepdf.Pdf) -> bytes:
    saved = io.BytesIO()
    modes = pikepdf.ObjectStreamMode
    book.save(saved, object_stream_mode=modes.generate, compress_streams=True, deterministic_id=True)
    return saved.getvalue()
