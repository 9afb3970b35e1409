"""Lengths and backgrounds that are kept with a style: fewer are resolved, and WeasyPrint's pages are the same."""

from __future__ import annotations

import types
from collections.abc import Iterator

import pytest
import weasyprint
from studypack.typeset.box_lengths import KNOWN, keep_lengths
from studypack.typeset.layout import lay_out, write
from weasyprint import layout
from weasyprint.layout import percent

STYLES = """@page { size: 90mm 70mm; margin: 8mm 10% } p { margin: 2pt 5% }
ul { padding-left: 8pt; width: calc(50% + 9pt) }
li { box-sizing: border-box; padding: 1pt; border: 1pt solid; min-height: 4em; height: 2em; max-width: 90% }
.a { border-collapse: collapse } td { border: 1pt solid; padding: 2pt } div { float: left; margin: auto; width: 30% }
em { display: inline-block; margin: auto 2pt; width: 20pt } .f { display: flex } .g { display: grid }
b { background: currentcolor } i { border-radius: 3pt; border: 1pt solid; display: inline-block }
u { background: #ff00 } s { border-radius: 0 4pt; background: #eee } q { visibility: hidden; background: red }
th { background: #ddd }
h1 { background: linear-gradient(red, blue) } h2 { border-image: linear-gradient(red, blue) 1; border: 2pt solid }
body { background: #fafafa }"""
ITEMS = "<ul><li>one <em>two</em><li>three</ul><div>beside</div><p>text</p>"
TABLES = "".join(f"<table class={name}><tr><td>one<td>two<tr><td colspan=2>three</table>" for name in "ab")
BACKGROUNDS = "<p><b>b</b><i>i</i><u>u</u><s>s</s><q>q</q><table><tr><th>x<td>y</table><h1>h</h1><h2>h</h2>"
DOCUMENT = (
    f"<html lang='en'><title>t</title>{ITEMS * 4}{TABLES}{BACKGROUNDS}<section class=f>{ITEMS}</section>"
    f"<section class=g>{ITEMS}"
)


def _written() -> bytes:
    return write(lay_out(DOCUMENT, STYLES)).pdf


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list of the lengths that are resolved."""
    lay_out("", "")
    seen: list[str] = []
    resolve = percent.resolve_one_percentage

    def counted(box: object, name: str, refer_to: object) -> None:
        seen.append(name)
        resolve(box, name, refer_to)

    monkeypatch.setattr(percent, "resolve_one_percentage", counted)
    return seen


@pytest.fixture
def alone() -> Iterator[None]:
    """Take away what the program adds to WeasyPrint."""
    modules = [each for each in vars(layout).values() if hasattr(each, "resolve_percentages")]
    kept = percent.resolve_percentages
    bared = layout.background.layout_box_backgrounds
    layout.background.layout_box_backgrounds = bared.__wrapped__
    for module in modules:
        module.resolve_percentages = kept.__wrapped__
    yield
    layout.background.layout_box_backgrounds = bared
    for module in modules:
        module.resolve_percentages = kept


def test_pages_are_those_of_weasyprint(resolved: list[str], request: pytest.FixtureRequest) -> None:
    """The bytes are the same with percentages, sums, shared borders, flexible boxes, grids, and any background."""
    kept = _written()
    count = len(resolved)
    resolved.clear()
    request.getfixturevalue("alone")
    assert _written() == kept
    assert count < len(resolved) / 2


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    keep_lengths(types.ModuleType("layout"), "71.0")
    assert weasyprint.__version__.startswith(KNOWN)
