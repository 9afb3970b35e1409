"""Lines that are copied where they are laid out again: the pages are WeasyPrint's."""

from __future__ import annotations

import gc
import io
import re
import types
from unittest.mock import Mock

import pikepdf
import pytest
import weasyprint
from studypack.typeset.layout import lay_out, write
from studypack.typeset.line_reuse import KNOWN, release, reuse_lines
from weasyprint.layout import LayoutContext, inline

WORDS = "Some words of <b>different <i>lengths</i></b>, incomprehensibilities and <code>x = 1</code> among them; "
STYLES = """@page { size: 90mm 60mm; margin: 6mm 6mm 6mm 13mm } @page :left { margin: 6mm 13mm 6mm 6mm }
html { font: 8pt 'Source Serif'; hyphens: auto; orphans: 2; widows: 3 }
.row { display: table; table-layout: fixed; break-inside: avoid }
.row > * { display: table-cell; vertical-align: bottom }
.c { columns: 2 } .j { text-align: justify; text-indent: 9pt } .r { position: relative; top: 2pt; left: 3pt }
.f { float: footnote } .k { block-ellipsis: auto; max-lines: 2 } .a::first-line { font-weight: 700 }
.s b { border: 0.3pt solid; padding: 1pt } .i em { display: inline-block; width: 20pt } .x { float: left; width: 20pt }
.l a::after { content: leader('.') ' end' } .m { break-inside: avoid } th { border: 1pt solid }"""
PIECES = {
    "row": f"<div class=row><p>{WORDS * 2}</p><p>{WORDS}</p></div>",
    "columns": f"<div class=c><p>{WORDS * 5}</div>",
    "justified": f"<div class=m><p class=j>{WORDS * 3}</div>",
    "moved": f"<div class=m><p>{WORDS}<span class=r>moved {WORDS}</span></div>",
    "note": f"<div class=m><p>{WORDS}<span class=f>noted</span> {WORDS}</div>",
    "clamped": f"<div class=m><p class=k>{WORDS * 3}<p class=a>{WORDS * 2}</div>",
    "bordered": f"<div class='m s'><p>{WORDS * 2}</div>",
    "inline": f"<div class='m i'><p>{WORDS}<em>block</em> {WORDS}</div>",
    "float": f"<div class=m><p><span class=x>float</span>{WORDS * 2}</div>",
    "leader": f"<div class='m l'><p><a>entry</a><p><a>{WORDS}</a></div>",
    "table": f"<table><thead><tr><th>{WORDS}</thead>" + f"<tr><td>{WORDS * 2}" * 9 + "</table>",
    "right": f"<div class=m dir=rtl><p>مرحبا بالعالم، هذه جملة طويلة بعض الشيء {WORDS}</div>",
}  # fmt: skip  # a list to read


def _drawn(html: str) -> list[list[bytes]]:
    """Return what each page draws, with numbers to a thousandth of a point."""
    pdf = pikepdf.open(io.BytesIO(write(lay_out(html, STYLES)).pdf))
    number = re.compile(rb"-?\d+\.\d*")
    return [number.sub(lambda n: b"%.3f" % float(n[0]), page.Contents.read_bytes()).split(b"\n") for page in pdf.pages]


@pytest.mark.parametrize("kind", PIECES)
def test_pages_are_those_of_weasyprint(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same is drawn where lines go to the next page with what they are in, and in balanced columns."""
    html = "<html lang='en'><title>t</title>" + "".join(f"<p>{WORDS * n}{PIECES[kind]}" for n in range(1, 6))
    lay_out("", "")
    copied = _drawn(html)
    monkeypatch.setattr(inline, "get_next_linebox", inline.get_next_linebox.__wrapped__)
    assert _drawn(html) == copied


def test_lines_are_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that do not fit their pages are broken into lines once: a fifth of the lines are copies."""
    lay_out("", "")
    html = "<html lang='en'><title>t</title>" + PIECES["row"] * 12
    split = Mock(side_effect=inline.split_inline_box)
    monkeypatch.setattr(inline, "split_inline_box", split)
    lay_out(html, STYLES)
    copied = split.call_count
    split.reset_mock()
    monkeypatch.setattr(inline, "get_next_linebox", inline.get_next_linebox.__wrapped__)
    lay_out(html, STYLES)
    assert copied < split.call_count * 0.8


def test_what_a_layout_needed_is_released() -> None:
    """When pages are laid out, their context is gone, and the boxes with the pages, without the garbage collector."""
    lay_out("", "")
    gc.collect()
    gc.disable()
    try:
        pages = lay_out("<html lang='en'><title>t</title>" + PIECES["row"] * 3, STYLES)
        assert not [each for each in gc.get_objects() if isinstance(each, LayoutContext)]
        del pages
        assert not [each for each in gc.get_objects() if isinstance(each, inline.boxes.LineBox)]
    finally:
        gc.enable()


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.ModuleType("inline")
    reuse_lines(other, "71.0")
    release(other, "71.0")
    assert not hasattr(other, "get_next_linebox")
    assert not hasattr(other, "layout_document")
    assert weasyprint.__version__.startswith(KNOWN)
