"""The printed size of SVG figures and of the text in them."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from studypack.typeset.geometry import MEASURE


class PrintedType(NamedTuple):
    """Text in a figure: its line and column, its printed size in points, its font, and its characters."""

    line: int
    column: int
    size: float
    font: str
    content: str


_UNITS: Final = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96}
_LENGTH: Final = re.compile(r"\s*(\d*\.?\d+)\s*(%|[a-z]*)\s*$")


def _length(text: str | None, whole: float | None = None) -> float | None:
    """Return a length in CSS pixels; % and em are relative to `whole` and need it."""
    number, unit = match.groups() if text and (match := _LENGTH.match(text)) else ("", "")
    if unit in ("%", "em"):
        return whole and float(number) * whole / (100 if unit == "%" else 1)
    return float(number) * _UNITS[unit] if number and unit in _UNITS else None


class _Root(NamedTuple):
    """The size of an SVG in CSS pixels, where it has one, and the size of its view box in user units."""

    width: float | None
    height: float | None
    box: list[float]

    @classmethod
    def of(cls, root: Mapping[str, str]) -> _Root:
        box = [float(n) for n in re.findall(r"-?\d*\.?\d+", root.get("viewBox", ""))][2:]
        usable = box if len(box) == 2 and min(box) > 0 else []
        return cls(_length(root.get("width")), _length(root.get("height")), usable)

    @property
    def natural(self) -> float | None:
        """The width at which it is shown if there is room."""
        return self.width or (self.height * self.box[0] / self.box[1] if self.height and self.box else None)


def natural_width(svg: bytes) -> float:
    """Return the width of an SVG in points, as it asks for; one that does not is as wide as the text."""
    root = next(event[1] for event in ElementTree.iterparse(io.BytesIO(svg), ("start",)))  # noqa: S314 - the loader has
    return 0.75 * (_Root.of(root.attrib).natural or MEASURE / 0.75)


def _points_per_unit(attributes: Mapping[str, str]) -> float:
    """Return the printed size of an SVG's user unit in points; an SVG without a width is as wide as the text."""
    root = _Root.of(attributes)
    width, height, box, natural = *root, root.natural
    if not box:
        return min(0.75, MEASURE / width) if width else 0.75
    scale = min(natural * 0.75, MEASURE) / natural if natural else 0.0
    fitted = [scale * side / of for side, of in ((width, box[0]), (height, box[1])) if side]
    return min(fitted) if natural else MEASURE / box[0]


def _shrinks(transform: str) -> float:
    """Return the factor by which a transform scales type, in the direction that is scaled less."""
    factor = 1.0
    for kind, inside in re.findall(r"(scale|matrix)\s*\(([^)]*)\)", transform):
        n = [float(v) for v in re.findall(r"-?\d*\.?\d+(?:e-?\d+)?", inside)]
        if kind == "matrix" and len(n) == 6:
            factor *= min(math.hypot(n[0], n[1]), math.hypot(n[2], n[3]))
        elif kind == "scale" and n:
            factor *= min(map(abs, n))
    return factor


class _Element(NamedTuple):
    """What SVG elements inherit: position, font size in user units, points per unit, font, visibility, being text."""

    line: int = 0
    column: int = 0
    size: float = 16.0
    scale: float = 0.0
    font: str = "sans"
    shows: bool = True
    in_text: bool = False


def printed_types(svg: bytes) -> list[PrintedType]:
    """Return each text of an SVG that the loader has accepted, with its printed size."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[PrintedType] = []
    open_elements = [_Element()]

    def start(name: str, attributes: dict[str, str]) -> None:
        parent, tag = open_elements[-1], name.split(" ")[-1]
        styles = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", attributes.get("style", "")))
        own = attributes | styles
        is_root = len(open_elements) == 1
        scale = _points_per_unit(attributes) if is_root else parent.scale * _shrinks(own.get("transform", ""))
        family = own.get("font-family", "").split(",")[0].lower()
        font = next((f for f in ("mono", "serif") if f in family and "sans" not in family), "sans")
        open_elements.append(
            _Element(
                parser.CurrentLineNumber,
                parser.CurrentColumnNumber + 1,
                _length(own.get("font-size"), parent.size) or parent.size,
                scale,
                font if family else parent.font,
                parent.shows and tag not in ("defs", "symbol", "title", "desc", "metadata"),
                parent.in_text or tag == "text",
            )
        )

    def data(text: str) -> None:
        e = open_elements[-1]
        if text.strip() and e.shows and e.in_text:
            found.append(PrintedType(e.line, e.column, e.size * e.scale, e.font, text))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_elements.pop()
    parser.CharacterDataHandler = data
    parser.Parse(svg, True)
    return found
