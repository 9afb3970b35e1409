"""A better first attempt for WeasyPrint when it balances columns.

WeasyPrint sets the last page of a list in columns at the mean of the columns' heights, and then again and again, each
time a little higher, until all entries fit: three pages of a glossary take 350 attempts. The heights of the entries are
known by then, so the height at which they fit is reckoned, and is the first attempt; WeasyPrint still checks it, and
goes on as before if it does not fit. The pages are the same.

Balancing outside of WeasyPrint was tried (once without, to measure, and once with column breaks): the bundled back
matter took 0.65 to 0.75 of the time, and with this 0.43 to 0.63, in one layout.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint whose `columns_layout` this was written for; others balance as they come."""

_PRECISION: Final = 0.25
"""CSS pixels; WeasyPrint's own steps are at least one."""


def quicken(column: Any, version: str) -> None:
    """Let WeasyPrint's module `layout.column` begin with the height that was reckoned.

    It calls `sum` once, for the mean of the columns' heights; the name is looked up in the module first.
    """
    if version.startswith(KNOWN):
        column.sum = _total


def _total(heights: Iterable[float]) -> float:
    """Return the sum of the columns' heights, or more if the entries do not fit columns of the mean height."""
    mean = builtins.sum(heights)
    caller = sys._getframe(1).f_locals
    boxes, count = caller.get("new_boxes"), caller.get("count")
    if not boxes or not count or len(boxes) > count:
        return mean
    entries = list(_entries(boxes))
    most = max(mean / count, builtins.sum(builtins.sum(entry) for entry in entries))
    low, high = mean / count, most
    while high - low > _PRECISION:
        middle = (low + high) / 2
        low, high = (low, middle) if _fit(entries, count, middle) else (middle, high)
    return float(low * count)


def _entries(columns: Sequence[Any]) -> Iterator[tuple[float, float]]:
    """Yield the height of each entry, and the space below it."""
    for column in columns:
        for child in column.children:
            if child.is_in_normal_flow():
                yield child.border_height(), child.margin_bottom


def _fit(entries: Sequence[tuple[float, float]], count: int, height: float) -> bool:
    """Return whether entries that are not broken, with the space below them, fit so many columns of a height."""
    used, y = 1, 0.0
    for entry in map(builtins.sum, entries):
        y += entry
        if y > height:
            used, y = used + 1, entry
    return used <= count and y <= height
