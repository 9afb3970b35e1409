"""Blocks in columns: nothing overflows, is reordered or is lost."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from studypack.products.cheatsheet.columns import LINE_GAP, SECTION_GAP, Block, balanced, columns, gaps

HEIGHTS = st.floats(1, 100, allow_nan=False, width=32)
BLOCKS = st.lists(
    st.builds(Block, st.text(min_size=1, max_size=3), HEIGHTS, st.sampled_from([0.0, 0.0, 12.5])), max_size=25
)
COUNTS = st.integers(1, 5)
ROOMS = st.floats(20, 400, allow_nan=False, width=32)
SLACK = 1e-6
"""Points that adding up heights as floating-point numbers may differ: less than any printer shows."""


def _height(column: list[Block]) -> float:
    return sum(block.total for block in column)


def test_columns_are_filled_from_left_to_right() -> None:
    """A block goes on where the last one ended, and begins a new column only when it must."""
    a, b, c = Block("a", 30), Block("b", 20, 10), Block("c", 50)
    assert columns([a, b, c], [60, 60]) == [[a, b], [c]]
    assert columns([a, b, c], [59, 59, 59]) == [[a], [b], [c]]


def test_a_heading_takes_room() -> None:
    """A block that brings its topic's heading along needs the height of both."""
    assert columns([Block("a", 50, 10)], [60]) is not None
    assert columns([Block("a", 50, 10)], [59]) is None


@pytest.mark.parametrize(
    ("blocks", "count"), [([Block("a", 61)], 3), ([Block("a", 40), Block("b", 40), Block("c", 40)], 2)]
)
def test_what_does_not_fit_is_said_not_cut(blocks: list[Block], count: int) -> None:
    """A block above a column's height, or one more than the columns hold, gives no columns at all."""
    assert columns(blocks, [60] * count) is None
    assert balanced(blocks, [60] * count) is None


def test_columns_of_unequal_height() -> None:
    """Wide exhibits stand below the last columns: what does not fit there goes into the first, or nowhere."""
    a, b, c = Block("a", 40), Block("b", 20), Block("c", 20)
    assert columns([a, b, c], [60, 20, 20]) == [[a, b], [c]]
    assert columns([a, a], [60, 20, 40]) == [[a], [], [a]]
    assert columns([b, a, a], [60, 20, 20]) is None


def test_gaps_share_what_is_left() -> None:
    """Above a question a gap grows more than inside of one, none grows beyond its limit, and the first has none."""
    column = [Block("a", 10), Block("b", 10, 0.0, LINE_GAP), Block("c", 10)]
    assert gaps(column, 100) == [0.0, LINE_GAP, SECTION_GAP]
    half = gaps(column, (LINE_GAP + SECTION_GAP) / 2)
    assert half == [0.0, LINE_GAP / 2, SECTION_GAP / 2]
    assert gaps(column[:1], 5) == [0.0]


def test_without_blocks_there_is_one_empty_column() -> None:
    """Nothing fits everywhere."""
    assert columns([], [60, 60, 60]) == [[]]
    assert balanced([], [60, 60, 60]) == [[]]


@given(BLOCKS, COUNTS, ROOMS)
@settings(max_examples=100, deadline=None)
def test_nothing_overflows_and_nothing_is_lost(blocks: list[Block], count: int, room: float) -> None:
    """Either way of filling keeps to the columns and their height, and has every block once, in its order."""
    for filled in (columns(blocks, [room] * count), balanced(blocks, [room] * count)):
        assume(filled is not None)
        assert filled is not None
        assert len(filled) <= count
        assert all(_height(column) <= room + SLACK for column in filled)
        assert [block for column in filled for block in column] == blocks
        assert all(filled) or not blocks


@given(BLOCKS, COUNTS, ROOMS)
@settings(max_examples=100, deadline=None)
def test_balancing_never_makes_a_column_higher(blocks: list[Block], count: int, room: float) -> None:
    """The highest balanced column is at most as high as the highest one filled greedily; both fit or neither."""
    greedy, even = columns(blocks, [room] * count), balanced(blocks, [room] * count)
    assert (greedy is None) == (even is None)
    if greedy is not None and even is not None:
        assert max(map(_height, even)) <= max(map(_height, greedy)) + SLACK


@given(st.lists(st.integers(1, 40), min_size=1, max_size=12), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_balancing_is_the_best_to_half_a_point(heights: list[int], count: int) -> None:
    """No way to break the sequence has a highest column that is lower by more than half a point."""
    blocks = [Block(str(n), float(height)) for n, height in enumerate(heights)]
    even = balanced(blocks, [1000.0] * count)
    assert even is not None
    assert max(map(_height, even)) <= _lowest(heights, count) + 0.5


def _lowest(heights: list[int], count: int) -> int:
    """Return the least possible height of the highest column, by trying every break."""
    if count == 1:
        return sum(heights)
    return min(max(sum(heights[:cut]), _lowest(heights[cut:], count - 1)) for cut in range(len(heights) + 1))
