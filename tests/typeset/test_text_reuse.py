"""Text that is shaped once: fewer lines are made by Pango, and WeasyPrint's pages are the same."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable

import pytest
import weasyprint
from studypack.typeset import line_fitting
from studypack.typeset.layout import lay_out, write
from studypack.typeset.text_reuse import KNOWN, reuse
from weasyprint.draw import text
from weasyprint.layout import inline
from weasyprint.text import line_break

WORDS = "Some words of different lengths, incomprehensibilities among them, that need a few lines. " * 4
STYLES = """@page { size: 90mm 70mm; margin: 8mm }
html { font: 8pt 'Source Serif'; overflow-wrap: break-word; hyphens: auto }
.row { display: table; table-layout: fixed; break-inside: avoid } .row > * { display: table-cell }
pre { white-space: pre-wrap } .a { letter-spacing: 1pt } .b { word-spacing: 2pt } .c { text-align: justify }
.d { font-variant: small-caps; font-feature-settings: 'ss01' } .e { width: 3em } .f { text-decoration: underline }
.g { columns: 2 } .h { white-space: nowrap; overflow: hidden; text-overflow: ellipsis } .i { overflow-wrap: normal }
p::first-line { font-weight: 700 } .k { block-ellipsis: auto; max-lines: 2 }
.l { line-clamp: 1 }"""
DOCUMENT = "<html lang='en'><title>t</title>" + "".join(
    f"<p class='{name}'>{WORDS} <code>x = 1</code></p><div class=row><p>{WORDS}<p>y</div>" for name in "abcdefghik"
)
DOCUMENT += "<p dir='rtl'>مرحبا بالعالم، هذه جملة طويلة بعض الشيء لكي تحتاج إلى أكثر من سطر واحد في العمود الضيق</p>"
DOCUMENT += "<p class=k>one two\u2028three four\u2029five<p class=l>one two\u2028three</p>"
DOCUMENT += (
    "<p>in\xadcom\xadpre\xadhen\xadsi\xadble <br> a\u2028b c\u2029d</p><pre>def f():\n\treturn 1  # text\n\n\nend</pre>"
)
DOCUMENT += "<svg width='80' height='20'><text y='12' font-size='9' font-family='Inter'>drawn</text></svg>"


def _written() -> bytes:
    return write(lay_out(DOCUMENT, STYLES)).pdf


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what takes away what the program adds to WeasyPrint."""

    def take_away() -> None:
        monkeypatch.setattr(line_break, "Layout", line_break.Layout.__mro__[2])
        monkeypatch.setattr(inline, "split_first_line", inline.split_first_line.__wrapped__)
        monkeypatch.setattr(text, "draw_first_line", inspect.unwrap(text.draw_first_line))

    return take_away


def test_pages_are_those_of_weasyprint(alone: Callable[[], None]) -> None:
    """The bytes are the same: spaced letters and words, code, hyphens, columns, rows, from right to left."""
    reused = _written()
    alone()
    assert _written() == reused


def test_fewer_lines_are_shaped(monkeypatch: pytest.MonkeyPatch, alone: Callable[[], None]) -> None:
    """Texts are set a fifth less often."""
    lay_out("", "")
    monkeypatch.setattr(line_fitting, "_is_simple", lambda *_: False)
    monkeypatch.setattr(inline, "get_next_linebox", inline.get_next_linebox.__wrapped__)
    seen: list[str] = []
    monkeypatch.setattr(line_break.Layout, "set_text", _counted(line_break.Layout.set_text, seen))
    _written()
    reused = len(seen)
    seen.clear()
    alone()
    monkeypatch.setattr(line_break.Layout, "set_text", _counted(line_break.Layout.set_text, seen))
    _written()
    assert reused < len(seen) * 0.8


def _counted(method: Callable[..., None], seen: list[str]) -> Callable[..., None]:
    def counted(layout: object, text: str, justify: bool = False) -> None:
        seen.append(text)
        method(layout, text, justify)

    return counted


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.ModuleType("line_break")
    reuse(other, other, other, "71.0")
    assert not hasattr(other, "Layout")
    assert weasyprint.__version__.startswith(KNOWN)
