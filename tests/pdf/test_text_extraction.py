"""Text extraction: in several threads, of which only one may call PDFium at a time, and from large files."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdfium2
import pytest
from studypack.pdf import text_extraction
from studypack.pdf.binding import Entry, Info, Leaves, bind
from studypack.pdf.text_extraction import page_texts, sections
from studypack.products.interface import run_here
from studypack.typeset.layout import lay_out, write


def test_one_thread_at_a_time_uses_pdfium(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents that are read in several threads wait for each other and are read correctly."""
    open_now, most = [0], [0]

    class Counted(pypdfium2.PdfDocument):  # type: ignore[misc]
        def __enter__(self) -> Any:
            open_now[0] += 1
            most[0] = max(most[0], open_now[0])
            time.sleep(0.02)
            return super().__enter__()

        def __exit__(self, *error: object) -> None:
            open_now[0] -= 1
            super().__exit__(*error)

    pdf = write(lay_out("<p>Text.</p>", "")).pdf
    monkeypatch.setattr(pypdfium2, "PdfDocument", Counted)
    with ThreadPoolExecutor(4) as threads:
        texts = list(threads.map(lambda _: page_texts(pdf), range(8)))
    assert texts == [["Text."]] * 8
    assert most == [1]


def test_a_large_file_is_opened_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts are the same however often the file is opened, which frees what PDFium keeps of it."""
    names = [f"s{number}" for number in range(25)]
    html = "".join(f"<section id={name} style='break-before: page'>Text {name}.</section>" for name in names)
    part = write(lay_out(f'<html lang="en"><title>t</title><body>{html}', ""))
    pdf = bind([Leaves(part)], Info("t", "en"), [Entry(name, name) for name in names])
    opened = []

    class Counted(pypdfium2.PdfDocument):  # type: ignore[misc]
        def __init__(self, *given: Any) -> None:
            opened.append(self)
            super().__init__(*given)

    monkeypatch.setattr(pypdfium2, "PdfDocument", Counted)
    monkeypatch.setattr(text_extraction, "GROUP", 5)
    whole = sections(pdf, run_here)
    assert [section.text.strip() for section in whole] == [f"Text {name}." for name in names]
    few = len(opened)
    monkeypatch.setattr(text_extraction, "AT_ONCE", 1)
    opened.clear()
    assert sections(pdf, run_here) == whole
    assert len(opened) > few
