"""Highlighted code has as few boxes as its look needs, and looks the same."""

from __future__ import annotations

import pypdfium2
import pytest
from studypack.text.markdown import code_block
from studypack.typeset.code_spans import styled_spans
from studypack.typeset.layout import lay_out, write
from studypack.typeset.templating import stylesheet

CSS = stylesheet("themes/print.css", "themes/markdown.css", "themes/code.css", "handbook/handbook.css")
SOURCE = """@cached  # until <it> & "that" change
def total(values: list[int], start=0) -> int:
    '''Return the sum of `values`.'''
    return start + sum(v ** 2 for v in values if v != 1.5e3 and not v & 1)
"""


def _letters(html: str) -> list[tuple[str, float, float]]:
    """Return each letter on a page with the left and lower edges of its box, in points."""
    page = f"@page {{ size: 150mm 40mm; margin: 5mm }} {CSS}"
    with pypdfium2.PdfDocument(write(lay_out(f'<html lang="en"><title>t</title>{html}', page)).pdf) as document:
        text = document[0].get_textpage()
        found = [(text.get_text_range(n, 1), *text.get_charbox(n)[:2]) for n in range(text.count_chars())]
    return [each for each in found if each[0].strip()]


def test_code_looks_the_same_with_fewer_spans() -> None:
    """Each character is where it was, to a twentieth of a point, and there are less than two thirds of the spans."""
    html = str(code_block(SOURCE, language="python"))
    fewer = styled_spans(html, CSS)
    for before, after in zip(_letters(html), _letters(fewer), strict=True):
        assert before[0] == after[0]
        assert before[1:] == pytest.approx(after[1:], abs=0.05)
    assert fewer.count("<span") < html.count("<span") * 2 / 3


def test_spans_that_a_rule_selects_stay() -> None:
    """Neighbours of one class become one span; others keep theirs, whatever is in them."""
    html = '<pre><code><span class="c-k">if</span><span class="c-k">&lt;</span><span class="c-n">x</span></code></pre>'
    joined = '<pre><code><span class="c-k">if&lt;</span>'
    assert styled_spans(html, ".c-k { color: red }") == f"{joined}x</code></pre>"
    assert styled_spans(html, ".c-k, .c-n { color: red }") == f'{joined}<span class="c-n">x</span></code></pre>'
    assert styled_spans(html, "p { color: red }") == "<pre><code>if&lt;x</code></pre>"


@pytest.mark.parametrize(
    "rule", ["pre span { }", "pre > * { }", "[class^=c-] { }", "code :first-child { }", "span { }"]
)
def test_a_theme_that_selects_them_otherwise_keeps_all(rule: str) -> None:
    """Rules that select spans by anything but their classes would meet fewer of them."""
    html = str(code_block(SOURCE, language="python"))
    assert styled_spans(html, rule) == html


def test_what_is_not_code_is_left_as_it_is() -> None:
    """Marks of the index and labels are spans too."""
    html = '<p><span id="index:lock:one">lock</span> <span class="number">Q1</span></p>'
    assert styled_spans(html, CSS) == html
