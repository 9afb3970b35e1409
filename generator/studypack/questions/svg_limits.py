"""How much work it may be to draw an SVG: small files can be large drawings.

A pattern, marker, mask or clip path is drawn wherever it is named; those that name each other grow without end. A
drawing's type and curves take time as well. The limits are far above what a figure needs that a reader can grasp.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

MAX_ELEMENTS: Final = 10_000
MAX_LEVELS: Final = 100
MAX_NUMBERS: Final = 100_000
"""Numbers in the paths and polygons of a figure."""
MAX_LETTERS: Final = 20_000
MAX_REPEATED: Final = 50_000
"""Elements that markers, patterns, masks and clip paths draw again wherever they are named."""

_NUMBER: Final = re.compile(r"\d[\d.]*|\.\d+")
_NAMED: Final = re.compile(r"url\(\s*['\"]?#([^'\")\s]*)", re.IGNORECASE)


def svg_excess(root: Element) -> str | None:
    """Return why an SVG is too much to draw; None if it is not."""
    if (count := sum(1 for _ in root.iter())) > MAX_ELEMENTS:
        return f"it has {count} elements, the limit is {MAX_ELEMENTS}"
    if _levels(root) > MAX_LEVELS:
        return f"it is nested deeper than {MAX_LEVELS} levels"
    if (letters := sum(len(text) for text in root.itertext())) > MAX_LETTERS:
        return f"it has {letters} letters, the limit is {MAX_LETTERS}"
    if (numbers := sum(map(_numbers, root.iter()))) > MAX_NUMBERS:
        return f"its paths have {numbers} numbers, the limit is {MAX_NUMBERS}"
    return _repetition(root)


def _levels(root: Element) -> int:
    deepest, stack = 0, [(root, 1)]
    while stack:
        element, level = stack.pop()
        deepest = max(deepest, level)
        stack += [(child, level + 1) for child in element]
    return deepest


def _numbers(element: Element) -> int:
    return sum(len(_NUMBER.findall(element.get(name, ""))) for name in ("d", "points"))


def _names(element: Element) -> Iterator[tuple[str, bool]]:
    """Yield the ids that an element names, and whether one is drawn at each corner of a path."""
    for name, value in element.attrib.items():
        for identifier in _NAMED.findall(value):
            yield identifier, "marker" in name or "marker" in value


def _repetition(root: Element) -> str | None:
    """Tell what is drawn too often, or would be drawn within itself."""
    named = {name for element in root.iter() for name, _ in _names(element)}
    # A gradient is no drawing.
    drawn = {e.get("id", ""): e for e in root.iter() if e.get("id") in named and not e.tag.endswith("Gradient")}
    for identifier, element in drawn.items():
        if any(name in drawn for inner in element.iter() for name, _ in _names(inner)):
            return f"#{identifier} names another marker, pattern, mask or clip path"
    size = {name: sum(1 for _ in element.iter()) for name, element in drawn.items()}
    total = sum(_cost(element, size) for element in root.iter())
    if total > MAX_REPEATED:
        return f"its markers, patterns, masks and clip paths draw {total} elements, the limit is {MAX_REPEATED}"
    return None


def _cost(element: Element, size: dict[str, int]) -> int:
    """Return how many elements one draws by naming others; what it contains inherits the names."""
    names = [(name, corners) for name, corners in _names(element) if name in size]
    if not names:
        return 0
    inner: Iterable[Element] = list(element.iter())
    places = sum(1 for _ in inner)
    corners = sum(_numbers(e) for e in inner) // 2
    return sum(size[name] * (places + corners if at_corners else places) for name, at_corners in names)
