"""Lengths of boxes that do not depend on what is around them, resolved once for all boxes of a style.

WeasyPrint 70 resolves margins, padding and sizes anew each time a box is laid out, because they may be percentages of
the box around. Nearly none are, so the results are kept with the style.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, Final

KNOWN: Final = "70."
"""The version of WeasyPrint that this was written for; with others lengths are resolved as they come."""

_NAME: Final = "resolve_percentages"
_SIDES: Final = ("top", "right", "bottom", "left")
_BORDERS: Final = tuple(f"border_{side}_width" for side in _SIDES)
_LENGTHS: Final = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)


def keep_lengths(layout: Any, version: str) -> None:
    """Let the modules of WeasyPrint's package `layout` keep lengths. Calling it again changes nothing."""
    if not version.startswith(KNOWN) or hasattr(layout.percent.resolve_percentages, "__wrapped__"):
        return
    kept = _kept(layout.percent.resolve_percentages)
    for module in [each for each in vars(layout).values() if isinstance(each, ModuleType) and hasattr(each, _NAME)]:
        module.resolve_percentages = kept  # type: ignore[attr-defined]


def _kept(resolve: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Return a function that keeps with a style what boxes of it get."""

    @wraps(resolve)
    def resolve_percentages(box: Any, containing_block: Any) -> None:
        """Set the lengths of a box."""
        style = box.style
        if not hasattr(style, "lengths"):
            resolve(box, containing_block)
            style.lengths = {name: getattr(box, name) for name in (*_LENGTHS, *_BORDERS)} if _are_fixed(style) else None
        elif style.lengths is None:
            resolve(box, containing_block)
        else:
            vars(box).update(style.lengths)

    return resolve_percentages


def _are_fixed(style: Any) -> bool:
    """Return whether lengths are pixels or `auto`, and borders not those of cells that share them."""
    values = [style[name] for name in _LENGTHS]
    return style["border_collapse"] != "collapse" and all(
        value == "auto" or getattr(value, "unit", None) == "px" for value in values
    )
