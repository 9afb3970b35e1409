"""Code is tagged, meaningless Spans are removed from the structure tree, and every text keeps its place in it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pydyf
import pytest
from studypack.typeset.layout import lay_out, write
from studypack.typeset.tag_pruning import join_plain_spans

HTML = """<html lang="en"><head><title>T</title></head><body>
<h1 id="a">A heading</h1>
<p>A paragraph <span>with <span>a span</span></span> and <a href="#a">a <span>link</span></a>, long enough
for more than one line of this page: one two three four five six seven eight nine ten eleven.</p>
<ul><li>Use <code>a</code> <code>b</code> <em>in <span>a</span> row</em></li></ul>
<div>Use <code>one two three four five six seven eight nine ten eleven twelve thirteen</code></div>
<pre><code><span>def</span> <span>f</span>(<span>x</span>):

    <span>return</span> <span>x</span></code></pre>
<table><tr><th>Head</th></tr><tr><td><span>Cell</span></td></tr></table>
</body></html>"""


def _elements(element: Any) -> Iterator[Any]:
    yield element
    for kid in element.get("/K", ()):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _elements(kid)


def _named(root: Any, name: str) -> list[Any]:
    return [element for element in _elements(root) if str(element.get("/S", "")) == name]


@pytest.fixture(scope="module")
def document() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(write(lay_out(HTML, "@page { size: 70mm 200mm; margin: 5mm }")).pdf)) as pdf:
        yield pdf


def test_a_paragraph_holds_its_text_itself(document: pikepdf.Pdf) -> None:
    """The lines and nested spans of a paragraph become its own marked contents, in order, around the link."""
    paragraph, *_ = _named(document.Root.StructTreeRoot, "/P")
    kinds = ["text" if isinstance(kid, int) else str(kid.S) for kid in paragraph.K]
    assert kinds.count("/Link") == len(kinds) - kinds.count("text") == 1
    texts = [kid for kid in paragraph.K if isinstance(kid, int)]
    assert len(texts) > 5
    assert texts == sorted(texts)
    (cell,) = _named(document.Root.StructTreeRoot, "/TD")
    assert [type(kid) for kid in cell.K] == [int]


def test_a_listing_is_one_code_in_a_paragraph(document: pikepdf.Pdf) -> None:
    """The tokens of all lines, a blank one among them, belong to one Code."""
    listing = _named(document.Root.StructTreeRoot, "/Code")[-1]
    assert [type(kid) for kid in listing.K] == [int] * 10
    assert str(listing.P.S) == "/P"
    assert [kid.objgen for kid in listing.P.K] == [listing.objgen]


def test_code_in_a_text_is_code(document: pikepdf.Pdf) -> None:
    """Each code is one element, also where it is broken across lines, and those around a space are two."""
    *codes, _ = _named(document.Root.StructTreeRoot, "/Code")
    assert [len(code.K) for code in codes] == [1, 1, 4]
    assert [str(code.P.S) for code in codes] == ["/LBody", "/LBody", "/P"]
    assert codes[0].P.objgen == codes[1].P.objgen != codes[2].P.objgen


def test_adjacent_texts_of_an_inline_element_are_one_span(document: pikepdf.Pdf) -> None:
    """An element that may not contain text directly keeps one Span for adjacent pieces."""
    (inside,) = [e for e in _named(document.Root.StructTreeRoot, "/Span") if str(e.P.S) == "/NonStruct"]
    assert len(inside.K) == 3


def test_every_text_is_held_by_what_the_page_says(document: pikepdf.Pdf) -> None:
    """For each marked content of a page, the parent tree has the element with that number among its kids."""
    root = document.Root.StructTreeRoot
    held = {kid: e.objgen for e in _elements(root) if "/K" in e for kid in e.K if isinstance(kid, int)}
    (page,) = document.pages
    assert len(document.pages) == 1
    named = list(root.ParentTree.Nums)[2 * int(page.obj.StructParents) + 1]
    assert {number: element.objgen for number, element in enumerate(named)} == held
    assert len(held) > 15


def test_a_link_keeps_its_span_where_it_has_an_annotation(document: pikepdf.Pdf) -> None:
    """An element that owns an annotation is kept, and the parent tree points to it."""
    root = document.Root.StructTreeRoot
    references = [kid for e in _elements(root) if "/K" in e for kid in e.K if isinstance(kid, pikepdf.Dictionary)]
    annotations = [kid.Obj for kid in references if "/Obj" in kid]
    entries = dict(zip(map(int, list(root.ParentTree.Nums)[::2]), list(root.ParentTree.Nums)[1::2], strict=True))
    assert annotations
    for annotation in annotations:
        holder = entries[int(annotation.StructParent)]
        assert any(
            isinstance(k, pikepdf.Dictionary) and "/Obj" in k and k.Obj.objgen == annotation.objgen for k in holder.K
        )


def test_a_pdf_without_tags_stays_as_it_is() -> None:
    """A PDF of artifacts has no structure tree and is left unchanged."""
    made = pydyf.PDF()
    before = list(made.objects)
    join_plain_spans(made)
    assert made.objects == before
