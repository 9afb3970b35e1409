"""Crop marks: short lines along the cuts, outside the areas that are kept, and crosses where four of these meet.

A line beside an area would remain on it wherever a cut is a little off. Marks are therefore drawn only outside the
areas, on the cuts themselves where four areas meet, and at the edge of the paper where the areas reach it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from studypack.pdf.imposition import Line
from studypack.typeset.geometry import points

OFFSET: Final = points(1)
"""The distance between an area and the marks outside it."""
REACH: Final = points(6)
"""How far a mark outside an area reaches from it."""
CROSS: Final = points(2.5)
"""The length of each arm of a cross where four areas meet."""
INWARD: Final = points(8)
"""The length of a mark from the edge of the paper, of which printers leave out the first 4 to 6 mm."""
_NEAR: Final = points(0.3)
"""Cuts that are closer to each other are one cut."""

_DIRECTIONS: Final = ((1, 0), (-1, 0), (0, 1), (0, -1))


class Area(NamedTuple):
    """An area of a sheet that is kept, in points from the sheet's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


def crop_marks(areas: Sequence[Area], size: tuple[float, float]) -> tuple[Line, ...]:
    """Return the crop marks of areas that form a grid.

    Args:
        areas: the areas; they touch each other or have gutters between them.
        size: width and height of the sheet.
    """
    across = _cuts(edge for area in areas for edge in (area.left, area.right))
    up = _cuts(edge for area in areas for edge in (area.bottom, area.top))
    stops = ([0.0, *across, size[0]], [0.0, *up, size[1]])
    marks = []
    for x in across:
        for y in up:
            for dx, dy in _DIRECTIONS:
                gap = _gap(stops[0], x, dx) if dx else _gap(stops[1], y, dy)
                start, end = _span(areas, (x, y), (dx, dy), gap, size)
                if end - start > _NEAR:
                    marks.append((x + dx * start, y + dy * start, x + dx * end, y + dy * end))
    return tuple(marks)


def _cuts(edges: Iterable[float]) -> list[float]:
    kept: list[float] = []
    for edge in sorted(edges):
        if not kept or edge - kept[-1] > _NEAR:
            kept.append(edge)
    return kept


def _gap(stops: Sequence[float], at: float, direction: int) -> float:
    """Return the distance to the next cut, or to the edge of the paper; 0 at that edge."""
    return min((away for stop in stops if (away := (stop - at) * direction) > _NEAR), default=0.0)


def _span(
    areas: Sequence[Area],
    at: tuple[float, float],
    direction: tuple[int, int],
    gap: float,
    size: tuple[float, float],
) -> tuple[float, float]:
    """Return how far from a crossing of two cuts its mark begins and ends; both are equal if there is none."""
    meeting = sum(_holds(area, at) for area in areas)
    if meeting and not any(_holds(area, _moved(at, direction, 2 * _NEAR)) for area in areas):
        return OFFSET, min(REACH, gap)
    if meeting == 4:
        return 0.0, CROSS
    behind = _moved(at, direction, -2 * _NEAR)
    from_edge = not all(-_NEAR < place < most + _NEAR for place, most in zip(behind, size, strict=True))
    return (0.0, INWARD) if meeting == 2 and from_edge else (0.0, 0.0)


def _moved(at: tuple[float, float], direction: tuple[int, int], by: float) -> tuple[float, float]:
    return at[0] + direction[0] * by, at[1] + direction[1] * by


def _holds(area: Area, at: tuple[float, float]) -> bool:
    """Return whether a point is in an area or on its edge."""
    across = area.left - _NEAR < at[0] < area.right + _NEAR
    return across and area.bottom - _NEAR < at[1] < area.top + _NEAR
