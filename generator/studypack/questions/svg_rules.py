"""Check that an SVG is safe to show: it must consist of shapes and text, without references to anything outside."""

from __future__ import annotations

import re
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from studypack.questions.svg_limits import svg_excess

_SVG: Final = "{http://www.w3.org/2000/svg}"
_REFUSED: Final = {f"{_SVG}{name}" for name in ("script", "foreignObject", "image")}
_PLAIN: Final = "export it as plain SVG of shapes and text"
_LENGTH: Final = re.compile(
    r"\s*(?:auto|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*(?:%|px|pt|pc|mm|cm|in|q|em|rem|ex|ch)?)\s*\Z", re.IGNORECASE
)
_DECLARES: Final = re.compile(rb"<!ENTITY|<!DOCTYPE[^>]*\[", re.IGNORECASE)
"""A document type with its own declarations; one that only names a standard is never fetched."""


def svg_fault(content: bytes) -> tuple[str, str] | None:
    """Return why an SVG cannot be shown and the remedy, or None if it can be shown."""
    if _DECLARES.search(content.replace(b"\0", b"")):
        return "it declares entities", "delete the declaration, or export it as plain SVG"
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - entities were refused above
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        return f"it is not XML ({error})", "export it again as plain SVG"
    if root.tag != f"{_SVG}svg":
        return "its root is not an svg element", "export it again as plain SVG"
    if wrong := _wrong_size(root):
        return wrong, "write numbers"
    if too_much := svg_excess(root):
        return too_much, "simplify it, or export it as PNG"
    return next(((why, _PLAIN) for element in root.iter() if (why := _foreign(element))), None)


def _wrong_size(root: Element) -> str | None:
    """Return what is wrong with the attributes for the size of the figure, or None."""
    for name in ("width", "height"):
        if not _LENGTH.match(root.get(name, "auto")):
            return f'its {name} is "{root.get(name)}"'
    box = root.get("viewBox", "0 0 1 1")
    numbers = box.replace(",", " ").split()
    if len(numbers) != 4 or not all(_LENGTH.match(n) and n[-1:].isdigit() | n.endswith(".") for n in numbers):
        return f'its viewBox is "{box}"'
    return None


def _foreign(element: Element) -> str | None:
    """Return why an element is not a pure drawing or refers to something outside the figure, or None."""
    tag = str(element.tag).removeprefix(_SVG)
    if element.tag in _REFUSED:
        return f"it contains <{tag}>"
    if element.tag == f"{_SVG}style" and _unsafe_style("".join(element.itertext())):
        return "its style sheet refers to something outside"
    for name, value in element.attrib.items():
        own = name.rpartition("}")[2].lower()
        link = tag == "a" and own in ("href", "title", "type", "show", "actuate")  # links have no effect on paper
        if own.startswith("on") or (own == "href" and not link and not value.strip().startswith("#")):
            return f"its attribute {name} refers to something outside"
        if not link and _unsafe_style(value):
            return f"its attribute {name} refers to something outside"
    return None


def _unsafe_style(css: str) -> bool:
    return "\\" in css or re.search(r"@import|url\((?!\s*['\"]?#)", css, re.IGNORECASE) is not None
