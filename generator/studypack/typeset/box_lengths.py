"""Lengths of boxes that do not depend on what is around them, resolved once for all boxes of a style.

WeasyPrint 70 resolves margins, padding and sizes anew each time a box is laid out, because they may be percentages of
the box around. Nearly none are, so the results are kept with the style. It also looks at each box for a background and
round corners; a style that has none is asked once.
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
_CORNERS: Final = tuple(f"border_{edge}_{side}_radius" for edge in ("top", "bottom") for side in ("left", "right"))
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
    layout.background.layout_box_backgrounds = _bared(layout.background.layout_box_backgrounds)


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


def _bared(lay_out: Callable[..., None]) -> Callable[..., None]:
    """Return a function that does not look for backgrounds of boxes whose style has none."""

    @wraps(lay_out)
    def layout_box_backgrounds(page: Any, box: Any, get_image: Any, *args: Any, **more: Any) -> None:
        """Set the background of a box, of its corners, and of the boxes in it."""
        if args or more or box is page or not _is_bare(box.style):
            lay_out(page, box, get_image, *args, **more)
            return
        box.background = None
        for corner in _CORNERS:
            setattr(box, corner, (0, 0))
        for child in box.all_children():
            layout_box_backgrounds(page, child, get_image)

    return layout_box_backgrounds


def _is_bare(style: Any) -> bool:
    """Return whether boxes of a style have no background, no round corners and no pictures as their borders."""
    if not hasattr(style, "bare"):
        images = any(kind != "none" for kind, _ in style["background_image"])
        pictures = style["border_image_source"][0] != "none" or style["mask_border_source"][0] != "none"
        rounded = any((0, "px") not in style[corner] for corner in _CORNERS)
        color = style["background_color"]
        clear = color != "currentcolor" and color.alpha == 0
        style.bare = clear and not (images or pictures or rounded or style["box_shadow"])
    return bool(style.bare)


def _are_fixed(style: Any) -> bool:
    """Return whether lengths are pixels or `auto`, and borders not those of cells that share them."""
    values = [style[name] for name in _LENGTHS]
    return style["border_collapse"] != "collapse" and all(
        value == "auto" or getattr(value, "unit", None) == "px" for value in values
    )
