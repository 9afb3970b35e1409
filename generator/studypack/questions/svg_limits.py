"""Limits on the work of drawing an SVG, because even a small file can be a large drawing.

A symbol, pattern, marker, mask or clip path is drawn wherever it is referenced, and can reference others. A repeating
gradient is drawn stop by stop. Text and curves take time as well. The limits are far above what any figure that a
reader can understand needs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

MAX_ELEMENTS: Final = 10_000
MAX_LEVELS: Final = 100
MAX_NUMBERS: Final = 100_000
"""The maximum count of numbers in a figure's paths and polygons."""
MAX_LETTERS: Final = 20_000
MAX_REPEATED: Final = 50_000
"""The maximum number of elements that references to symbols, markers, patterns, masks and clip paths draw."""
MAX_STOPS: Final = 2_000
"""The maximum number of stops that all repeating gradients draw, including repetitions."""

_NUMBER: Final = re.compile(r"\d[\d.]*|\.\d+")
_SIGNED: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAMED: Final = re.compile(r"url\(\s*['\"]?#([^'\")\s]*)", re.IGNORECASE)
_GRADIENTS: Final = ("linearGradient", "radialGradient")


def svg_excess(root: Element) -> str | None:
    """Return the reason why an SVG is too much work to draw, or None if it is not."""
    if (count := sum(1 for _ in root.iter())) > MAX_ELEMENTS:
        return f"it has {count} elements, the limit is {MAX_ELEMENTS}"
    if _levels(root) > MAX_LEVELS:
        return f"it is nested deeper than {MAX_LEVELS} levels"
    if (letters := sum(len(text) for text in root.itertext())) > MAX_LETTERS:
        return f"it has {letters} letters, the limit is {MAX_LETTERS}"
    if (numbers := sum(map(_numbers, root.iter()))) > MAX_NUMBERS:
        return f"its paths have {numbers} numbers, the limit is {MAX_NUMBERS}"
    return _Repetition(root).excess()


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
    """Yield each id that an element references, and whether it is drawn at each vertex of a path."""
    for name, value in element.attrib.items():
        if name.rpartition("}")[2] == "href" and value.strip().startswith("#"):
            yield value.strip()[1:], False
        for identifier in _NAMED.findall(value):
            yield identifier, "marker" in name or "marker" in value


class _Repetition:
    """How often an SVG draws its elements through references; each element with an id is measured once."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.by_id = {element.get("id", ""): element for element in root.iter() if element.get("id")}
        self.known: dict[str, tuple[int, int]] = {}
        self.above: set[str] = set()

    def excess(self) -> str | None:
        """Return what is drawn too often or inside itself, or None."""
        try:
            elements, stops = self._drawn(self.root)
        except _DrawnWithinItselfError as error:
            return f"#{error} is drawn inside itself"
        if (elements := elements - sum(1 for _ in self.root.iter())) > MAX_REPEATED:
            what = "symbols, markers, patterns, masks and clip paths"
            return f"its {what} draw {elements} elements, the limit is {MAX_REPEATED}"
        if stops > MAX_STOPS:
            return f"its repeating gradients draw {stops} stops, the limit is {MAX_STOPS}"
        return None

    def _drawn(self, element: Element) -> tuple[int, int]:
        """Return how many elements and stops are drawn for an element, its descendants and all that they reference."""
        elements = stops = 0
        for inner in element.iter():
            elements += 1
            for name, at_corners in _names(inner):
                if name in self.by_id:
                    times = sum(1 for _ in inner.iter())  # descendants inherit the reference
                    times += sum(map(_numbers, inner.iter())) // 2 if at_corners else 0
                    more, of_these = self._named(name)
                    elements, stops = elements + more * times, stops + of_these * times
        return elements, stops

    def _named(self, name: str) -> tuple[int, int]:
        if name in self.above:
            raise _DrawnWithinItselfError(name)
        if name not in self.known:
            element = self.by_id[name]
            self.above.add(name)
            elements, stops = self._drawn(element)
            self.above.discard(name)
            if element.tag.endswith(_GRADIENTS):
                elements, stops = 0, stops + self._stops(element)
            self.known[name] = elements, stops
        return self.known[name]

    def _stops(self, gradient: Element) -> int:
        """Return the minimum number of stops drawn for a gradient, given that a repeating one fills the figure."""
        if gradient.get("spreadMethod", "pad") not in ("repeat", "reflect"):
            return 0
        relative = gradient.get("gradientUnits") != "userSpaceOnUse"
        extent = 1.0 if relative else max(map(_extent, self.root.iter()))
        transform = gradient.get("gradientTransform", "")
        own = [abs(float(n)) for n in _SIGNED.findall(f"{_coordinates(gradient)} {transform}")]
        length = _vector(gradient, extent) * _smallest_scale(transform)
        repeated = max(extent, *own, 1.0) / length if length > 0 else math.inf
        return max(2, len(gradient)) * math.ceil(min(repeated, MAX_STOPS))


class _DrawnWithinItselfError(Exception):
    """An element references one of its ancestors or itself."""


def _coordinates(element: Element) -> str:
    keys = ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "fx", "fy", "r", "fr", "width", "height")
    return " ".join(element.get(key, "") for key in (*keys, "viewBox", "points", "d"))


def _extent(element: Element) -> float:
    """Return the largest coordinate of an element in its own units, or 1 if it has none."""
    return max((abs(float(n)) for n in _SIGNED.findall(_coordinates(element))), default=1.0)


def _vector(gradient: Element, extent: float) -> float:
    """Return the length of a gradient from its first to its last stop."""

    def value(name: str, default: float) -> float:
        found = _SIGNED.match(gradient.get(name, "").strip())
        given = gradient.get(name, "")
        return default * extent if not found else float(found[0]) * (extent / 100 if "%" in given else 1)

    if gradient.tag.endswith("radialGradient"):
        return abs(value("r", 0.5) - value("fr", 0.0))
    return math.hypot(value("x2", 1.0) - value("x1", 0.0), value("y2", 0.0) - value("y1", 0.0))


def _smallest_scale(transform: str) -> float:
    """Return the smallest factor by which a transformation scales a length, or 0 if it is unknown."""
    factor = 1.0
    for name, inside in re.findall(r"([a-zA-Z]+)\s*\(([^)]*)\)", transform):
        n = [float(v) for v in _SIGNED.findall(inside)]
        if name == "matrix" and len(n) == 6:
            both, area = sum(v * v for v in n[:4]), abs(n[0] * n[3] - n[1] * n[2])
            largest = math.sqrt((both + math.sqrt(max(0.0, both * both - 4 * area * area))) / 2)
            factor *= area / largest if largest else 0.0
        elif name == "scale" and n:
            factor *= min(map(abs, n))
        elif name not in ("translate", "rotate"):
            return 0.0
    return factor
