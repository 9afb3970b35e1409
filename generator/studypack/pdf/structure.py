"""The structure tree of a PDF: elements, their kids, and the parent tree (14.7 of ISO 32000-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pikepdf import Array, Dictionary


def kids(element: Any) -> list[Any]:
    """Return the kids of an element: elements, numbers of marked contents, and references to annotations."""
    held = element.get("/K")
    return list(held) if isinstance(held, Array) else [] if held is None else [held]


def elements(roots: Iterable[Any]) -> Iterator[Any]:
    """Yield these elements and all their descendants."""
    waiting = list(roots)
    while waiting:
        element = waiting.pop()
        if isinstance(element, Dictionary) and "/S" in element:
            yield element
            waiting += kids(element)


def parents(tree: Any) -> dict[int, Any]:
    """Return the entries of the structure tree's parent tree by their numbers.

    An entry is the element that contains an annotation, or the array of elements with a page's marked contents.
    """
    flat = list(tree.ParentTree.Nums)
    return dict(zip(map(int, flat[::2]), flat[1::2], strict=True))
