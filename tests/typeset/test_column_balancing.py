"""Balanced columns: WeasyPrint's first attempt is better, and its pages are the same."""

from __future__ import annotations

import types

import pytest
import weasyprint
from studypack.typeset.column_balancing import KNOWN, quicken
from studypack.typeset.layout import lay_out, write
from weasyprint.layout import block, column

CSS = (
    "@page { size: 120mm 90mm; margin: 8mm } body { font-size: 8pt } .list { columns: 3; column-gap: 4mm }"
    ".list div { break-inside: avoid; margin-bottom: 4pt } .plain div { margin: 0 } .above div { margin: 5pt 0 0 }"
)


def _document(kind: str, entries: int) -> str:
    rows = "".join(f"<div>{'word ' * (3 + number * 7 % 19)}</div>" for number in range(entries))
    return f'<html lang="en"><title>t</title><body><p>Above.</p><div class="list {kind}">{rows}</div><p>Below.</p>'


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return a list that grows by one with each column that is set."""
    lay_out("<p>x</p>", "")  # patches what it patches
    seen: list[object] = []
    original = block.block_box_layout

    def counting(context: object, box: object, *args: object, **more: object) -> object:
        if getattr(box, "is_column", False):
            seen.append(box)
        return original(context, box, *args, **more)

    monkeypatch.setattr(block, "block_box_layout", counting)
    return seen


@pytest.mark.parametrize("kind", ["", "plain", "above"])
@pytest.mark.parametrize("entries", [1, 2, 23, 60])
def test_the_pages_are_those_of_weasyprint(
    kind: str, entries: int, attempts: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are the same with and without, in any number of columns and pages, and it takes fewer attempts."""
    document = _document(kind, entries)
    quick = write(lay_out(document, CSS)).pdf
    taken = len(attempts)
    monkeypatch.delattr(column, "sum")
    assert write(lay_out(document, CSS)).pdf == quick
    assert taken <= len(attempts) - taken


def test_a_list_takes_few_attempts(attempts: list[object]) -> None:
    """A page and its last columns are set a few times, where WeasyPrint alone takes some twenty."""
    lay_out(_document("", 23), CSS)
    assert len(attempts) <= 30


def test_another_version_is_left_as_it_is() -> None:
    """Only the minor version that was read is changed."""
    other = types.ModuleType("column")
    quicken(other, "71.0")
    assert not hasattr(other, "sum")
    assert weasyprint.__version__.startswith(KNOWN)
    assert hasattr(column, "sum")
