"""Crop marks: where they are, and where not."""

from __future__ import annotations

import pytest
from studypack.pdf.crop_marks import CROSS, INWARD, OFFSET, Area, crop_marks

SIZE = (600.0, 800.0)


def _cells(columns: int, rows: int, margin: float, gutter: float = 0.0) -> list[Area]:
    width = (SIZE[0] - 2 * margin - (columns - 1) * gutter) / columns
    height = (SIZE[1] - 2 * margin - (rows - 1) * gutter) / rows
    return [
        Area(left, bottom, left + width, bottom + height)
        for left in (margin + n * (width + gutter) for n in range(columns))
        for bottom in (margin + n * (height + gutter) for n in range(rows))
    ]


def _lengths(marks: tuple[tuple[float, ...], ...]) -> list[float]:
    return sorted(round(abs(x1 - x0) + abs(y1 - y0), 2) for x0, y0, x1, y1 in marks)


def _inside(cells: list[Area], at: tuple[float, float]) -> bool:
    return any(c.left - 0.1 < at[0] < c.right + 0.1 and c.bottom - 0.1 < at[1] < c.top + 0.1 for c in cells)


@pytest.mark.parametrize("gutter", [0.0, 20.0])
def test_marks_beside_areas_are_outside_them(gutter: float) -> None:
    """In margins and gutters, no point of a mark touches an area."""
    cells = _cells(2, 3, 50, gutter)
    marks = crop_marks(cells, SIZE)
    beside = [m for m in marks if not _inside(cells, ((m[0] + m[2]) / 2, (m[1] + m[3]) / 2))]
    for x0, y0, x1, y1 in beside:
        assert not _inside(cells, (x0, y0))
        assert not _inside(cells, (x1, y1))
    assert len(beside) == len(marks) - (0 if gutter else 2 * 4)


def test_four_areas_meet_in_a_cross() -> None:
    """Where four areas meet, short arms lie on the cuts."""
    marks = crop_marks(_cells(2, 2, 50), SIZE)
    cross = [m for m in marks if (m[0], m[1]) == (300.0, 400.0)]
    assert _lengths(tuple(cross)) == [round(CROSS, 2)] * 4


def test_areas_up_to_the_edge_are_marked_there() -> None:
    """Where areas fill the paper, marks begin at its edges, on the cuts alone."""
    marks = crop_marks(_cells(2, 2, 0), SIZE)
    assert _lengths(marks) == [round(CROSS, 2)] * 4 + [round(INWARD, 2)] * 4


def test_marks_end_with_the_paper() -> None:
    """A mark is no longer than its margin, and a margin without room for one has none."""
    (length,) = set(_lengths(crop_marks(_cells(1, 1, 10), SIZE)))
    assert length == pytest.approx(10 - OFFSET, abs=0.01)
    assert crop_marks(_cells(1, 1, 3), SIZE) == ()
