"""The calibration page: crosses at the same points of both sides, with scales in millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from studypack.pdf.imposition import Line
from studypack.typeset.geometry import points

FROM_EDGE: Final = 30.0
"""The distance of the outer crosses from the edges of the paper, in millimetres."""
ARM: Final = 10
"""The length of an arm of a cross in millimetres, with a tick at each."""


def crosses(size: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the centres of the crosses in points from the lower left corner: the middle of the paper, and its corners.

    Args:
        size: width and height of the paper in points.
    """
    width, height = size
    inset = points(FROM_EDGE)
    corners = [(x, y) for y in (height - inset, inset) for x in (inset, width - inset)]
    return [(width / 2, height / 2), *corners]


def calibration_marks(size: tuple[float, float], shift: tuple[float, float] = (0.0, 0.0)) -> tuple[Line, ...]:
    """Return the lines of the crosses and of their scales.

    Args:
        size: width and height of the paper in points.
        shift: points by which this side is moved, to the right and down.
    """
    return tuple(line for x, y in crosses(size) for line in _cross(x + shift[0], y - shift[1]))


def _cross(x: float, y: float) -> Iterator[Line]:
    arm = points(ARM)
    yield x - arm, y, x + arm, y
    yield x, y - arm, x, y + arm
    for number in (n for n in range(-ARM, ARM + 1) if n):
        away, half = points(number), points(1.5 if number % 5 == 0 else 0.8)
        yield x + away, y - half, x + away, y + half
        yield x - half, y + away, x + half, y + away
