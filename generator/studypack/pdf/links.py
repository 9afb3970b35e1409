"""Reduce each link of a bound PDF to one annotation, and remove links without a destination.

WeasyPrint adds an annotation to every box inside a link, so a line of the contents with its number, level and page has
five of them. The Tab key would stop at each, and a screen reader would announce each. Only the outermost is kept,
which belongs to the Link element of the whole link (14.8.4.7.2 of ISO 32000-2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from studypack.pdf.structure import kids, parents


def prune_links(book: pikepdf.Pdf) -> int:
    """Drop each link without a destination, and each link inside another link on the same page with the same target.

    Args:
        book: a PDF with a structure tree, whose links lead to names or addresses.

    Returns:
        the number of dropped annotations.
    """
    tree = book.Root.StructTreeRoot
    elements = parents(tree)
    dropped: set[int] = set()
    for page in book.pages:
        idle = _idle(page, elements)
        for number, annotation in idle.items():
            _release(elements[number], annotation)
        if idle:
            gone = {annotation.objgen for annotation in idle.values()}
            page.obj.Annots = Array([a for a in page.obj.Annots if a.objgen not in gone])
            dropped |= idle.keys()
    if dropped:
        tree.ParentTree.Nums = Array([entry for pair in elements.items() if pair[0] not in dropped for entry in pair])
    return len(dropped)


def _idle(page: pikepdf.Page, elements: Mapping[int, Any]) -> dict[int, Any]:
    """Return the annotations of a page to be removed, by their numbers in the parent tree."""
    links = {int(a.StructParent): a for a in page.obj.get("/Annots", ()) if "/StructParent" in a}
    whole = {elements[n].objgen: _target(a) for n, a in links.items() if elements[n].get("/S") == Name.Link}
    return {n: a for n, a in links.items() if not _target(a) or _target(a) in _around(elements[n], whole)}


def _around(element: Any, whole: Mapping[tuple[int, int], str]) -> set[str]:
    """Return the targets of the links that contain an element."""
    found = set()
    while "/P" in element:
        element = element.P
        if element.objgen in whole:
            found.add(whole[element.objgen])
    return found


def _target(annotation: Any) -> str:
    address = annotation.A.get("/URI", "") if "/A" in annotation else annotation.get("/Dest", "")
    return str(address)


def _release(element: Any, annotation: Any) -> None:
    """Remove an annotation from its element; a Link becomes a Span, and an empty element is removed."""
    kept = [kid for kid in kids(element) if not _holds(kid, annotation)]
    element.K = Array(kept)
    if Name.Link == element.S:
        element.S = Name.Span
    if not kept:
        parent = element.P
        parent.K = Array([k for k in kids(parent) if not isinstance(k, Dictionary) or k.objgen != element.objgen])


def _holds(kid: Any, annotation: Any) -> bool:
    return isinstance(kid, Dictionary) and "/Obj" in kid and bool(kid.Obj.objgen == annotation.objgen)
