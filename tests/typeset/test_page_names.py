"""Named pages, found along the first and last boxes: the pages are WeasyPrint's."""

from __future__ import annotations

import types

import pytest
import weasyprint
from studypack.typeset import page_names
from studypack.typeset.layout import lay_out, write
from studypack.typeset.page_names import KNOWN, find_names
from weasyprint.formatting_structure import boxes

STYLES = """@page { size: 60mm 40mm; margin: 6mm } @page wide { size: 90mm 40mm } @page tall { size: 60mm 70mm }
.w { page: wide } .t { page: tall } .f { float: left } .a { position: absolute } table.w td { border: 1pt solid }"""
PIECES = (
    "<div><p>one<p class=w>two</div>", "<div><p class=t>three<p>four</div>", "<p class='f t'>float<p>five",
    "<p class='a w'>six<p>seven", "<table class=w><tr><td>eight</table>",
    "<section class=t><div><p>nine</div></section>",
    "<div class=w><section><p class=t>ten<p>eleven</section></div>",
)  # fmt: skip  # a list to read
DOCUMENT = "<html lang='en'><title>t</title>" + "".join(a + b for a in PIECES for b in PIECES)


def test_pages_are_those_of_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are the same for names on first and last boxes, in boxes, on tables, floats, and out of the flow."""
    found = lay_out(DOCUMENT, STYLES)
    names = {page._page_box.page_type.name for page in found.document.pages}
    assert names == {"", "wide", "tall"}
    monkeypatch.setattr(boxes.ParentBox, "page_values", vars(page_names.page_values)["__wrapped__"])
    assert write(lay_out(DOCUMENT, STYLES)).pdf == write(found).pdf


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.ModuleType("boxes")
    find_names(other, "71.0")
    assert not hasattr(other, "ParentBox")
    assert weasyprint.__version__.startswith(KNOWN)
    assert page_names.page_values is boxes.ParentBox.page_values
