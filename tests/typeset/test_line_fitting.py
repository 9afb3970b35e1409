"""Lines whose ends are found by what Pango has measured: the pages are those of trying."""

from __future__ import annotations

import types

import pytest
import weasyprint
from studypack.typeset import line_fitting
from studypack.typeset.layout import lay_out, write
from studypack.typeset.line_fitting import KNOWN, fit
from weasyprint.layout import inline
from weasyprint.text import line_break

WORDS = (
    "Incomprehensibilities, “quoted” words and well-known compounds; 3 × 4, 1:1 or 2–3 % of an r, a T. → A/B? Dr. Foo"
    " said: write-ahead logs (and replicas) need over-the-counter throughput, characteristically."
    " Gaps \xa0 of \xa0 spaces \xa0 that \xa0 do \xa0 not \xa0 break."
)
STYLES = """@page { size: 130mm 400mm; margin: 5mm }
html { font: 8pt/10pt 'Source Serif'; hyphens: auto; overflow-wrap: break-word; hyphenate-limit-zone: 8% }
b { font: 700 8pt Inter } .sans { font-family: Inter } .mono { font-family: 'JetBrains Mono' }
.zone { hyphenate-limit-zone: 0; hyphenate-limit-chars: 5 2 2 } .whole { hyphens: manual }
.moved { margin: 3pt; text-indent: 9pt }"""
DOCUMENT = "<html lang='{lang}'><title>t</title>" + "".join(
    f"<p class='{kind}' style='width: {width}pt'>{WORDS} <b>{WORDS[:40]}</b> {WORDS[20:]}"
    for width in range(90, 330, 16)
    for kind in ("serif", "sans", "mono", "zone", "whole")
)


def _written(lang: str) -> bytes:
    return write(lay_out(DOCUMENT.format(lang=lang), STYLES)).pdf


@pytest.mark.parametrize("lang", ["en", "de", "x-none"])
def test_pages_are_those_of_weasyprint(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are the same in columns of many widths, with hyphens and without, in several faces."""
    fitted = _written(lang)
    monkeypatch.setattr(line_fitting, "_is_simple", lambda *_: False)
    assert _written(lang) == fitted


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_lines_beside_floats_and_without(direction: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are the same where floats are beside lines, where none are, and where text goes to the left."""
    floats = "<p>before<div style='float: left; width: 60pt'>float</div><div style='float: right'>r</div>"
    html = f"<html lang='en' dir='{direction}'><title>t</title>{floats}<p class=moved>{WORDS * 3}"
    fitted = write(lay_out(html, STYLES)).pdf
    monkeypatch.setattr(inline, "avoid_collisions", inline.avoid_collisions.__wrapped__)
    assert write(lay_out(html, STYLES)).pdf == fitted


def test_less_text_is_shaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pango gets three fifths of the letters that WeasyPrint has it shape."""
    lay_out("", "")
    seen: list[int] = []
    set_text = line_break.Layout.set_text

    def counted(layout: object, text: str, justify: bool = False) -> None:
        seen.append(len(text))
        set_text(layout, text, justify)

    monkeypatch.setattr(line_break.Layout, "set_text", counted)
    _written("en")
    fitted = sum(seen)
    seen.clear()
    monkeypatch.setattr(line_fitting, "_is_simple", lambda *_: False)
    _written("en")
    assert fitted < sum(seen) * 0.6


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.ModuleType("inline")
    fit(other, other, "71.0")
    assert not vars(other).keys() - vars(types.ModuleType("inline")).keys()
    assert weasyprint.__version__.startswith(KNOWN)
