"""Shared styles: WeasyPrint computes fewer, and its pages are the same."""

from __future__ import annotations

import types
from collections.abc import Iterator

import pytest
import weasyprint
from studypack.typeset.layout import lay_out, write
from studypack.typeset.style_sharing import KNOWN, share
from weasyprint import css
from weasyprint.layout import inline
from weasyprint.text import fonts, line_break

STYLES = (
    "@page { size: 100mm 70mm; margin: 12mm } @page :left { margin-left: 20mm }"
    "@page :first { @bottom-center { content: 'first' } } @page { @top-right { content: counter(page) } }"
    "html { font-size: 8pt; counter-reset: n } article { border-top: 1px solid; break-inside: avoid }"
    "article + article { margin-top: 9pt } .odd { color: #030; font-family: 'JetBrains Mono' } h2::before"
    "{ counter-increment: n; content: counter(n) '. ' } li::after { content: ' ' attr(data-x) } p { font-size: 1.2em }"
    "#a3 p { font-weight: 700 } a::after { content: target-counter(attr(href), page) }"
)
FIGURE = "<svg width='80' height='20'><text y='12' font-size='9' font-family='Inter, serif'>drawn</text></svg>"
DOCUMENT = "<html lang='en'><title>t</title><nav>{links}</nav>{articles}{figure}</html>".format(
    figure=FIGURE,
    links="".join(f"<a href='#a{n}'>to {n}</a> " for n in range(9)),
    articles="".join(
        f"<article id='a{n}' class='{'odd' if n % 2 else 'even'}'><h2 id='h{n}'>Head {n}</h2><p>Some <b>text</b> here."
        f"<ul><li data-x='{n}'>one</li><li style='color: red'>two</li></ul></article>"
        for n in range(9)
    ),
)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the properties that are computed."""
    lay_out("<p>x</p>", "")  # patches what it patches
    seen: list[str] = []
    original = css.ComputedStyle.__missing__

    def counting(style: object, key: str) -> object:
        seen.append(key)
        return original(style, key)

    monkeypatch.setattr(css.ComputedStyle, "__missing__", counting)
    return seen


@pytest.fixture
def alone() -> Iterator[None]:
    """Take away what the program adds to WeasyPrint."""
    lay_out("<p>x</p>", "")
    kept = css.StyleFor, line_break.strut, inline.strut, line_break.get_font_description
    css.StyleFor = css.StyleFor.__mro__[1]
    line_break.strut = inline.strut = line_break.strut.__closure__[0].cell_contents
    line_break.get_font_description = fonts.get_font_description
    yield
    css.StyleFor, line_break.strut, inline.strut, line_break.get_font_description = kept


def _written() -> bytes:
    return write(lay_out(DOCUMENT, STYLES)).pdf


@pytest.fixture
def shared() -> bytes:
    """Return the pages of the document with shared styles."""
    return _written()


def test_pages_are_those_of_weasyprint(shared: bytes, alone: None) -> None:
    """The bytes are the same: ids, links to pages, numbers, attributes, styles of their own, boxes in the margins."""
    assert _written() == shared


def test_fewer_properties_are_computed(computed: list[str], request: pytest.FixtureRequest) -> None:
    """Half at most, for elements with ids and the pages they are on."""
    _written()
    shared = len(computed)
    computed.clear()
    request.getfixturevalue("alone")
    _written()
    assert shared < len(computed) / 2


def test_documents_share_styles(computed: list[str], request: pytest.FixtureRequest) -> None:
    """The second document with the same style sheets computes a third at most, and its pages are WeasyPrint's."""
    other = DOCUMENT.replace("even", "odd").replace("lang='en'", "lang='de'")
    lay_out(other, STYLES)
    computed.clear()
    lay_out(other.replace("Some", "Other"), STYLES)
    second = len(computed)
    pdf = write(lay_out(other, STYLES)).pdf
    computed.clear()
    request.getfixturevalue("alone")
    assert write(lay_out(other, STYLES)).pdf == pdf
    assert second < len(computed) / 3


def test_a_root_that_clips_is_not_shared(request: pytest.FixtureRequest) -> None:
    """WeasyPrint takes `overflow` from the root for the page, so a second document must have it as well."""
    styles = STYLES + "html { overflow: hidden }"
    pdfs = [write(lay_out(DOCUMENT, styles)).pdf for _ in range(2)]
    request.getfixturevalue("alone")
    assert pdfs == [write(lay_out(DOCUMENT, styles)).pdf] * 2


def test_notes_at_the_foot_keep_their_rules() -> None:
    """A theme that floats notes to the foot of the page gets the marks that WeasyPrint gives them."""
    html = "<html lang='en'><title>t</title><p>Text<span class='n'>said below</span>.</p></html>"
    boxes = lay_out(html, ".n { float: footnote }").document.pages[0]._page_box.descendants()
    assert {"span::footnote-call", "span::footnote-marker"} <= {box.element_tag for box in boxes}


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.ModuleType("css")
    share(other, other, other, "71.0")
    assert not hasattr(other, "StyleFor")
    assert weasyprint.__version__.startswith(KNOWN)
