"""The pages that a box names, found along its first and last boxes.

For each two boxes in a row WeasyPrint 70 asks on which named page the first one ends and the second one begins. For
that it looks at all the boxes in them, and at the first and last of each twice; only the outermost ones decide.
"""

from __future__ import annotations

from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; others look as they do."""


def find_names(boxes: Any, version: str) -> None:
    """Let the boxes of WeasyPrint's module `formatting_structure.boxes` look so. Calling it again changes nothing."""
    if not version.startswith(KNOWN) or boxes.ParentBox.page_values is page_values:
        return
    page_values.__wrapped__ = boxes.ParentBox.page_values  # type: ignore[attr-defined]
    boxes.ParentBox.page_values = page_values


def page_values(box: Any) -> tuple[str, str]:
    """Return the names of the pages on which a box begins and ends, empty for a page without one."""
    return _name(box, 0), _name(box, -1)


def _name(box: Any, end: int) -> str:
    """Return the name of the page at one end of a box: 0 for its beginning, -1 for its end."""
    if type(box).page_values is not page_values:
        return str(box.page_values()[end])
    inside = reversed(box.children) if end else iter(box.children)
    outermost = next((child for child in inside if child.is_in_normal_flow() or child.is_floated()), None)
    return (_name(outermost, end) if outermost is not None else "") or box.style["page"]
