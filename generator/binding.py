"""Typeset parts to one PDF: links and outline through all of it, page labels, and the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

import pikepdf

from generator.typesetting import Pages, write


@dataclass(frozen=True, slots=True)
class Label:
    """From page `start` (from 0) on, pages are labelled anew from 1 in this style (ISO 32000-1, 12.4.2)."""

    start: int
    style: Literal["roman", "arabic"]


def bind(parts: list[Pages], labels: list[Label]) -> tuple[bytes, tuple[str, ...]]:
    """Bind the parts in their order.

    Args:
        parts: pages, from front to back.
        labels: how the pages are numbered; the first begins at page 0.

    Returns:
        the PDF, and what the typesetter had to say while it wrote.
    """
    pdf, said = write(parts)
    return finish(pdf, labels), said


def finish(pdf: bytes, labels: list[Label]) -> bytes:
    """Return the PDF with page labels, opened with its outline shown, saved small and always the same."""
    styles = {"roman": pikepdf.Name.r, "arabic": pikepdf.Name.D}
    with pikepdf.open(io.BytesIO(pdf)) as document:
        numbers: list[object] = []
        for label in labels:
            numbers += [label.start, pikepdf.Dictionary(S=styles[label.style])]
        document.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array(numbers))
        if "/Outlines" in document.Root:
            document.Root.PageMode = pikepdf.Name.UseOutlines
        document.remove_unreferenced_resources()
        saved = io.BytesIO()
        document.save(
            saved,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            deterministic_id=True,
        )
    return saved.getvalue()
