"""Text extraction in several threads, of which only one may call PDFium at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pypdfium2
import pytest
from studypack.pdf.text_extraction import page_texts
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
