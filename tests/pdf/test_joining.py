"""Documents joined for the printer."""

from __future__ import annotations

from pathlib import Path

from studypack.pdf.joining import join
from studypack.typeset.layout import lay_out, write

from tests.pdf_reading import outline, page_labels, page_sizes, page_texts


def test_each_document_begins_on_a_front(tmp_path: Path) -> None:
    """An odd number of pages is completed by a blank one of the same size; the outline has each document's title."""
    html = "<html lang='en'><title>T</title><p id='a'><a href='#a'>one {}</a></p><p style='break-before: page'>two</p>"
    for name, page, text in (("a", "A4", html), ("b", "letter", html.partition("<p style")[0]), ("c", "A5", html)):
        part = write(lay_out(text.format(name), f"@page {{ size: {page} }}"))
        (tmp_path / f"{name}.pdf").write_bytes(part.pdf)
    documents = [(f"Title {name}", tmp_path / f"{name}.pdf") for name in "abc"]
    joined = join(documents)
    assert [text.strip() for text in page_texts(joined)] == ["one a", "two", "one b", "", "one c", "two"]
    assert page_sizes(joined) == {(210, 297), (216, 279), (148, 210)}
    assert outline(joined) == [(0, "Title a"), (0, "Title b"), (0, "Title c")]
    assert len(page_labels(joined)) == 6
    assert joined == join(documents)
    assert b"/Annots" not in joined
