"""Formulas in the colour of their text: WeasyPrint draws pictures as they are, whatever they stand in."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from studypack.typeset.formulas import coloured, formula_svg


def ink_formulas(box: Any) -> None:
    """Let the formulas below a box be drawn in the colour of their text: pictures do not inherit any."""
    for child in getattr(box, "children", ()):
        element: Any = getattr(child, "element", None)
        source = element.get("src", "") if element is not None and element.tag == "img" else ""
        if hasattr(child, "replacement") and (svg := formula_svg(source)) is not None:
            child.replacement = _Inked(svg, child.replacement)
        ink_formulas(child)


class _Inked:
    """A formula as WeasyPrint draws pictures, in the colour of the style that it is drawn with."""

    def __init__(self, svg: bytes, picture: Any) -> None:
        self._svg, self._picture = svg, picture

    def __getattr__(self, name: str) -> Any:
        return getattr(self._picture, name)

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw the formula."""
        from weasyprint.images import SVGImage

        red, green, blue = (round(255 * part) for part in style["color"].to("srgb").coordinates)
        tree = ElementTree.fromstring(coloured(self._svg, f"#{red:02x}{green:02x}{blue:02x}"))  # noqa: S314 - our own drawing
        SVGImage(tree, "tex:", None, None).draw(stream, width, height, style)
