"""Which page goes where in booklets and with several pages on a side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from studypack.pdf.arrangements import Arrangement, Layout, Side, booklet_sides, sheets_of
from studypack.pdf.imposition import Sheet
from studypack.typeset.geometry import points

A4 = points(210), points(297)
LETTER = points(215.9), points(279.4)


def _folded(sides: list[Side], signature: int) -> Iterator[int | None]:
    """Yield the pages in the order in which a reader turns them, once the sheets are folded into each other."""
    sheets = list(zip(sides[::2], sides[1::2], strict=True))
    per = signature // 4 or len(sheets)
    for first in range(0, len(sheets), per):
        nested = sheets[first : first + per]
        for front, back in nested:  # the right half of each sheet, from the outermost to the innermost
            yield from (front.right, back.left)
        for front, back in reversed(nested):  # and back through the left halves
            yield from (back.right, front.left)


@pytest.mark.parametrize("count", range(1, 34))
@pytest.mark.parametrize("signature", [0, 4, 8, 16])
def test_a_folded_booklet_has_its_pages_in_order(count: int, signature: int) -> None:
    """Folded and nested, the pages follow each other, and the blank ones are the last."""
    sides = list(booklet_sides(count, signature))
    whole = -(-count // 4) * 4
    assert list(_folded(sides, signature)) == [n if n < count else None for n in range(whole)]
    assert len(sides) * 2 == whole


def test_sheets_count_from_the_outside() -> None:
    """Creep is counted from the outermost sheet of each signature."""
    assert [side.around for side in booklet_sides(24, 16)] == [0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 1, 1]


def _boxes(sheet: Sheet, page: tuple[float, float]) -> dict[int, tuple[float, ...]]:
    """Return left, bottom, right and top of each page on a sheet, in millimetres."""
    return {
        p.page: tuple(round(n / points(1), 1) for n in (p.x, p.y, p.x + p.scale * page[0], p.y + p.scale * page[1]))
        for p in sheet.placed
    }


def test_a4_becomes_a5() -> None:
    """Two A4 pages lie side by side on a turned A4 sheet, each as large as A5."""
    front, back = sheets_of(4, A4, Arrangement())
    assert (round(front.size[0] / points(1)), round(front.size[1] / points(1))) == (297, 210)
    assert _boxes(front, A4) == {3: (0.0, 0.0, 148.5, 210.0), 0: (148.5, 0.0, 297.0, 210.0)}
    assert _boxes(back, A4) == {1: (0.0, 0.0, 148.5, 210.0), 2: (148.5, 0.0, 297.0, 210.0)}


def test_letter_becomes_half_letter() -> None:
    """Letter pages meet at the fold, and are centred in the height of the sheet."""
    front, _ = sheets_of(4, LETTER, Arrangement())
    left, bottom, right, top = _boxes(front, LETTER)[0]
    assert (left, right) == pytest.approx((139.7, 279.4), abs=0.1)
    assert bottom == pytest.approx(215.9 - top, abs=0.1)


def test_inner_sheets_move_to_the_fold() -> None:
    """Each sheet inside another one has its pages nearer to the fold by the thickness of the paper."""
    for number, sheet in enumerate(sheets_of(16, A4, Arrangement(creep=0.5))):
        moved = 0.5 * (number // 2)
        left, right = sorted(_boxes(sheet, A4).values())
        assert (left[0], right[0]) == pytest.approx((moved, 148.5 - moved), abs=0.1)


def test_pages_of_other_scripts_run_to_the_left() -> None:
    """Where text runs from right to left, a booklet opens at the other side, and rows begin on the right."""
    front, _ = sheets_of(4, A4, Arrangement(to_left=True))
    assert _boxes(front, A4)[0][0] == 0.0
    (sheet,) = sheets_of(4, A4, Arrangement(Layout.FOUR_UP, to_left=True))
    assert {number: (box[0] > 1, box[1] > 1) for number, box in _boxes(sheet, A4).items()} == {
        0: (True, True), 1: (False, True), 2: (True, False), 3: (False, False),
    }  # fmt: skip  # whether a page is right and above


def test_backs_may_be_upside_down() -> None:
    """For a printer that flips on the long edge, the backs are turned: what is on the left is then on the right."""
    front, back = sheets_of(4, A4, Arrangement(turn_backs=True))
    assert not any(placed.turned for placed in front.placed)
    assert all(placed.turned for placed in back.placed)
    assert _boxes(back, A4)[1][0] == 148.5


@pytest.mark.parametrize(
    ("layout", "page", "shape"),
    [
        (Layout.TWO_UP, A4, (297, 210)),
        (Layout.TWO_UP, A4[::-1], (210, 297)),
        (Layout.FOUR_UP, A4, (210, 297)),
        (Layout.FOUR_UP, A4[::-1], (297, 210)),
    ],
)
def test_paper_is_turned_if_pages_become_larger(
    layout: Layout, page: tuple[float, float], shape: tuple[int, int]
) -> None:
    """The sheet lies or stands as the pages need it; they stay in the order of reading."""
    sheets = sheets_of(5, page, Arrangement(layout))
    assert tuple(round(side / points(1)) for side in sheets[0].size) == shape
    assert [placed.page for sheet in sheets for placed in sheet.placed] == list(range(5))
    boxes = list(_boxes(sheets[0], page).values())
    assert boxes == sorted(boxes, key=lambda box: (-box[1], box[0]))


def test_pages_are_never_enlarged() -> None:
    """On a sheet with room to spare pages keep their size, in its middle, and crop marks are around them."""
    page = points(148), points(210)
    front, _ = sheets_of(4, page, Arrangement(paper="sra3", marks=True))
    assert [placed.scale for placed in front.placed] == pytest.approx([1.0, 1.0])
    left, bottom, right, top = _boxes(front, page)[3]
    assert (left, right, bottom, top) == (77.0, 225.0, 55.0, 265.0)
    assert len(front.marks) == 10  # two at each corner, and one at each end of the fold


def test_marks_have_room() -> None:
    """With crop marks, pages become smaller where they would fill the sheet; no mark is on a page."""
    (sheet,) = sheets_of(4, A4, Arrangement(Layout.FOUR_UP, marks=True))
    boxes = _boxes(sheet, A4).values()
    assert min(box[0] for box in boxes) >= 8
    assert min(box[1] for box in boxes) >= 8
    outside = [mark for mark in sheet.marks if max(abs(mark[0] - mark[2]), abs(mark[1] - mark[3])) > points(3)]
    assert len(outside) == 12
