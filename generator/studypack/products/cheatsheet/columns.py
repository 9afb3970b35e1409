"""Fit blocks into the columns of one page, given their measured heights in points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Block(NamedTuple):
    """A part of the sheet that is not broken between columns.

    Attributes:
        key: identifies the block.
        height: the height of the block itself.
        heading: the height of the topic heading above the block if it is the first of its topic, otherwise 0.
    """

    key: str
    height: float
    heading: float = 0.0

    @property
    def total(self) -> float:
        """The height including the heading."""
        return self.height + self.heading


def columns(blocks: Sequence[Block], count: int, height: float) -> list[list[Block]] | None:
    """Fill at most `count` columns of `height` points from left to right with the blocks in order.

    Returns:
        the blocks of each column, or None if they do not fit.
    """
    filled: list[list[Block]] = [[]]
    room = height
    for block in blocks:
        if block.total > room:
            if block.total > height or len(filled) == count:
                return None
            filled.append([])
            room = height
        filled[-1].append(block)
        room -= block.total
    return filled


def balanced(blocks: Sequence[Block], count: int, height: float) -> list[list[Block]] | None:
    """Like `columns`, but with heights as equal as the order allows, to within half a point."""
    best = columns(blocks, count, height)
    if best is None:
        return None
    low, high = 0.0, height
    while high - low > 0.5:
        middle = (low + high) / 2
        tried = columns(blocks, count, middle)
        if tried is None:
            low = middle
        else:
            best, high = tried, middle
    return best
