"""Fitting blocks into the columns of one page: pure arithmetic on measured heights, in points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Block(NamedTuple):
    """What is not broken between columns.

    Attributes:
        key: what it is.
        height: of the block itself.
        heading: height of the topic heading that it brings along if it stands first of its topic.
    """

    key: str
    height: float
    heading: float = 0.0

    @property
    def total(self) -> float:
        """Height with its heading."""
        return self.height + self.heading


def columns(blocks: Sequence[Block], count: int, height: float) -> list[list[Block]] | None:
    """Fill at most `count` columns of `height` points from left to right, in the blocks' order.

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
    """Like `columns`, with columns of as even a height as the order allows (to half a point)."""
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
