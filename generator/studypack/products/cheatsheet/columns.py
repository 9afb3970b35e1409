"""Fit blocks into the columns of one page, given their measured heights in points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SECTION_GAP, LINE_GAP = 10.0, 1.0
"""The most points by which the gap above a block may grow to fill its column: above a question, and inside of one."""


class Block(NamedTuple):
    """A part of the sheet that is not broken between columns.

    Attributes:
        key: identifies the block.
        height: the height of the block itself.
        heading: the height of the topic heading above the block if it is the first of its topic, otherwise 0.
        gap: the most points by which the gap above it may grow.
        named: whether the question's name is above it, because its head is on another page; `height` includes it.
    """

    key: str
    height: float
    heading: float = 0.0
    gap: float = SECTION_GAP
    named: bool = False

    @property
    def total(self) -> float:
        """The height including the heading."""
        return self.height + self.heading


def columns(blocks: Sequence[Block], heights: Sequence[float]) -> list[list[Block]] | None:
    """Fill columns of these heights, in points, from left to right with the blocks in order.

    Returns:
        the blocks of each column that was begun, or None if they do not fit.
    """
    filled: list[list[Block]] = [[]]
    room = heights[0]
    for block in blocks:
        while block.total > room:
            if len(filled) == len(heights):
                return None
            room = heights[len(filled)]
            filled.append([])
        filled[-1].append(block)
        room -= block.total
    return filled


def balanced(blocks: Sequence[Block], heights: Sequence[float]) -> list[list[Block]] | None:
    """Like `columns`, but with as much room left at the foot of every column as the order allows, to half a point."""
    best = columns(blocks, heights)
    if best is None:
        return None
    low, high = 0.0, max(heights)
    while high - low > 0.5:
        middle = (low + high) / 2
        tried = columns(blocks, [height - middle for height in heights])
        if tried is None:
            high = middle
        else:
            best, low = tried, middle
    return best


def gaps(column: Sequence[Block], spare: float) -> list[float]:
    """Return by how much the gap above each block of a column grows, to distribute spare points; 0 for the first."""
    most = [0.0, *(block.gap for block in column[1:])]
    share = min(1.0, max(0.0, spare) / sum(most)) if sum(most) else 0.0
    return [gap * share for gap in most]
