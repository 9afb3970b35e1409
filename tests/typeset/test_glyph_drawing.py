"""Lines that are drawn from known pieces: WeasyPrint draws few, and the bytes are its own."""

from __future__ import annotations

import inspect
import types
from typing import Any

import pytest
import weasyprint
from studypack.typeset.glyph_drawing import KNOWN, draw_pieces
from studypack.typeset.layout import lay_out, write
from weasyprint.draw import text

STYLES = """@page { size: 120mm 70mm; margin: 8mm } html { font: 9pt 'Source Serif' }
code { font-family: 'JetBrains Mono' }
.a { letter-spacing: 1pt } .b { text-align: justify } .c { font-feature-settings: 'sups' }
.d { text-decoration: underline }
.e { text-overflow: ellipsis; overflow: hidden; white-space: nowrap } .f { font: 600 7pt Inter } .g { font-size: 0 }"""
TEXTS = "".join(
    f"<p class={name}>Some words with <code>code == 1</code>, “fi”, an <em>a\u0301\u0302</em> and ✅ \u2060 AVAVA. " * 3
    for name in "abcdefg"
)
DOCUMENT = f"<html lang=en><title>t</title>{TEXTS * 2}<p dir=rtl>مرحبا بالعالم \U0001f9ff<svg width=80 height=20>"
DOCUMENT += "<text y=12 font-size=9 font-family=Inter>drawn \U0001f9ff</text></svg>"


def _written() -> bytes:
    return write(lay_out(DOCUMENT, STYLES)).pdf


def test_pages_are_those_of_weasyprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are the same: spaced letters, ligatures, accents, figures, from right to left, a missing glyph."""
    drawn = _written()
    monkeypatch.setattr(text, "draw_first_line", inspect.unwrap(text.draw_first_line))
    assert _written() == drawn


def test_weasyprint_draws_few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """It draws those with the first of the glyphs."""
    lay_out("", "")
    drawn: list[str] = []
    first_line = inspect.unwrap(text.draw_first_line)

    def counted(stream: object, box: Any, *rest: object) -> object:
        drawn.append(box.text)
        return first_line(stream, box, *rest)

    made = types.SimpleNamespace(**(vars(text) | {"draw_first_line": counted}))
    draw_pieces(made, weasyprint.__version__)
    monkeypatch.setattr(text, "draw_first_line", made.draw_first_line)
    write(lay_out(f"<html lang=en><title>t</title>{'<p>Some words in a line.</p>' * 9}", STYLES))
    assert drawn == ["Some words in a line."]


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    draw_pieces(types.SimpleNamespace(), "71.0")
    assert weasyprint.__version__.startswith(KNOWN)
