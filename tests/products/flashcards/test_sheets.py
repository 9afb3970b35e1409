"""Where cards lie on sheets: sizes, papers, flips, stock and orders, before anything is typeset."""

from __future__ import annotations

import pytest
from studypack.pdf.crop_marks import Area
from studypack.products.flashcards.sheets import CardSize, Flip, Grid, Order, grid, sheets
from studypack.typeset.geometry import Paper, points


def _mm(value: float) -> float:
    return value / points(1)


def _overlap(one: Area, other: Area) -> bool:
    return (
        min(one.right, other.right) - max(one.left, other.left) > 0.01
        and min(one.top, other.top) - max(one.bottom, other.bottom) > 0.01
    )


@pytest.mark.parametrize(
    ("size", "paper", "count", "level"),
    [
        ("a6", Paper.A4, 4, True),
        ("a7", Paper.A4, 8, False),
        ("a8", Paper.A4, 16, True),
        ("85x55", Paper.A4, 10, False),
        ("3x5in", Paper.A4, 4, True),
        ("a7", Paper.LETTER, 6, False),
        ("a8", Paper.LETTER, 12, True),
        ("85x55", Paper.LETTER, 10, False),
        ("3x5in", Paper.LETTER, 4, True),
        ("avery-5388", Paper.A4, 3, False),
    ],
)
def test_as_many_cards_as_fit(size: str, paper: Paper, count: int, level: bool) -> None:
    """Each paper holds as many cards as it can, turned if that helps; stock brings its own paper."""
    on = grid(CardSize(size), paper, Flip.LONG)
    assert len(on.fronts) == count
    assert (on.size[0] > on.size[1]) is level


@pytest.mark.parametrize("size", CardSize)
@pytest.mark.parametrize("flip", Flip)
@pytest.mark.parametrize("paper", Paper)
def test_cards_are_whole_and_apart(size: CardSize, flip: Flip, paper: Paper) -> None:
    """On both sides, no card is smaller than its size, none overlaps another, and none leaves the paper."""
    on = grid(size, paper, flip)
    for areas in (on.fronts, on.backs):
        for n, area in enumerate(areas):
            assert _mm(area.right - area.left) >= size.across - 0.01
            assert _mm(area.top - area.bottom) >= size.down - 0.01
            assert area.left >= -0.01
            assert area.bottom >= -0.01
            assert area.right <= on.size[0] + 0.01
            assert area.top <= on.size[1] + 0.01
            assert not any(_overlap(area, other) for other in areas[:n])


def _behind(on: Grid, flip: Flip) -> list[Area]:
    """Return where the backs are seen from the front, if the sheet is turned around an edge of this kind."""
    width, height = on.size
    upright = (flip is Flip.LONG) == (height > width)  # the edge in the direction of the page's height
    if upright:
        return [Area(width - a.right, a.bottom, width - a.left, a.top) for a in on.backs]
    return [Area(a.left, height - a.top, a.right, height - a.bottom) for a in on.backs]


@pytest.mark.parametrize("size", ["a7", "a8", "avery-8373"])
@pytest.mark.parametrize("flip", Flip)
def test_a_back_is_behind_its_front(size: str, flip: Flip) -> None:
    """Turned around the edge that the option names, each back covers its own front, upright and turned paper alike."""
    on = grid(CardSize(size), Paper.A4, flip)
    for front, back in zip(on.fronts, _behind(on, flip), strict=True):
        assert back == pytest.approx(front, abs=points(0.1))


def test_sliver_is_shared_out() -> None:
    """Paper that is only a little larger than its cards leaves no sliver: four A7 cards are as high as A4."""
    on = grid(CardSize.A7, Paper.A4, Flip.LONG)
    assert (_mm(on.card[0]), _mm(on.card[1])) == pytest.approx((105.0, 74.25))


def test_stock_is_as_in_the_table() -> None:
    """A label sheet's first card is at its margins, the next ones a pitch away."""
    on = grid(CardSize.AVERY_C32015, Paper.LETTER, Flip.LONG)
    first, beside, below = on.fronts[:3]
    assert (_mm(first.left), _mm(on.size[1] - first.top)) == pytest.approx((17.0, 31.5))
    assert (_mm(beside.left - first.left), _mm(first.top - below.top)) == pytest.approx((91.0, 60.0))


def test_cards_of_other_scripts_run_to_the_left() -> None:
    """Where text runs from right to left, the first card is on the right."""
    on = grid(CardSize.A7, Paper.A4, Flip.LONG, to_left=True)
    assert on.fronts[0].left > on.fronts[1].left


@pytest.mark.parametrize("count", [1, 7, 8, 9, 17])
@pytest.mark.parametrize("order", Order)
def test_each_card_has_one_place(count: int, order: Order) -> None:
    """Every card is on one sheet, and no sheet is used without need."""
    made = list(sheets(count, 8, order))
    assert len(made) == -(-count // 8)
    assert sorted(n for sheet in made for n in sheet if n is not None) == list(range(count))
    assert all(len(sheet) == 8 for sheet in made)


@pytest.mark.parametrize("count", [7, 9, 30])
def test_cut_piles_collate(count: int) -> None:
    """In the order of stacks, the piles that a cut gives, laid on each other, are all cards in order."""
    made = list(sheets(count, 8, Order.STACK))
    piled = [sheet[place] for place in range(8) for sheet in made]
    assert [n for n in piled if n is not None] == list(range(count))
