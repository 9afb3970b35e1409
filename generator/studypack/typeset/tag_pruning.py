"""Tag code, and remove meaningless Span elements from the structure tree, three fifths of all that WeasyPrint writes.

It writes one for each piece of text on each line, and one for each token of a listing. A Span without attributes has
no meaning of its own (14.8.4.7.2 of ISO 32000-2), so its content can belong to the paragraph or cell around it. With
fewer objects to write, bind and keep in memory (13,400 instead of 33,500 elements for 100 questions), binding takes
half the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pydyf

from studypack.typeset.formulas import OF_FORMULA

_HOLD_TEXT: Final = {"/P", "/LBody", "/TD", "/TH", "/Link", "/Caption", "/Span", "/Lbl", "/Code"} | {
    f"/H{n}" for n in range(1, 7)
}
"""Elements that may contain text directly; in any other element, adjacent Spans are joined."""
_PLAIN_KEYS: Final = {"Type", "S", "K", "Pg", "P"}
_TAGS: Final = {"code": "Code", "pre": "Div"}
"""Tags for elements of HTML that WeasyPrint leaves without a meaning."""


def tag_code(tags: Any) -> None:
    """Let the module `weasyprint.pdf.tags` tag code as Code, and a listing as a Div around it.

    Code is an inline element (14.8.4.4 of ISO 32000-1), so `join_plain_spans` lets a Div that holds any be a P. It also
    joins the lines of a listing, each of which WeasyPrint makes an element.
    """
    given = tags._get_pdf_tag
    tags._get_pdf_tag = cache(lambda name: _TAGS.get(name) or given(name))  # asked for each box


def join_plain_spans(pdf: pydyf.PDF) -> None:
    """Remove the meaningless Span elements, and join the Codes of adjacent lines, before the PDF is written.

    Args:
        pdf: the PDF that WeasyPrint passes to its `finisher`; without a structure tree, it is left unchanged.
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


def tag_formulas(pdf: pydyf.PDF) -> None:
    """Let formulas be Formula elements, whose alternative text is their LaTeX, before the PDF is written."""
    for element in pdf.objects:
        if isinstance(element, pydyf.Dictionary) and element.get("S") == "/Figure" and "Alt" in element:
            alternative = element["Alt"].string
            if alternative.startswith(OF_FORMULA):
                element["S"], element["Alt"] = "/Formula", pydyf.String(alternative.removeprefix(OF_FORMULA))


def scope_headers(pdf: pydyf.PDF) -> None:
    """Set the scope of header cells; WeasyPrint's ids for them would not be unique across parts (14.8.5.7)."""
    for element in pdf.objects:
        kind = element.get("S") if isinstance(element, pydyf.Dictionary) else None
        if kind == "/TH":
            element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": "/Column"})
            element.pop("ID", None)
        elif kind == "/TD" and "A" in element:
            element["A"].pop("Headers", None)


class _Tree:
    """The structure tree of a PDF that is not yet written."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self._objects = pdf.objects
        self._moved: dict[bytes, bytes] = {}
        """The removed elements, each with the element that now has its content."""

    def element(self, reference: bytes) -> Any:
        """Return the dictionary to which a reference points."""
        return self._objects[int(reference.split()[0])]

    def holder(self, reference: bytes) -> bytes:
        """Return the element that now has this one's content, or the element itself."""
        while reference in self._moved:
            reference = self._moved[reference]
        return reference

    def tidy(self, element: Any) -> None:
        """Prune an element and its descendants."""
        element["K"] = pydyf.Array(self._kids(element))

    def _is_group(self, element: Any) -> bool:
        """Return whether an element is a `div` around terms and definitions of a `dl`."""
        kids = element["K"] if element["S"] == "/Div" else [0]
        return all(not isinstance(kid, int) and self.element(kid).get("S") == "/LI" for kid in kids)

    def _kids(self, element: Any) -> Iterator[Any]:
        last: Any = None
        for kid in element["K"]:
            child = None if isinstance(kid, int) else self.element(kid)
            if child is None or child["Type"] != "/StructElem":
                last = None
                yield kid
                continue
            self.tidy(child)
            if child["S"] == "/Code" and element["S"] == "/Div":
                element["S"] = "/P"
            if element["S"] == "/L" and self._is_group(child):
                yield from child["K"]
                self._adopt(child, element)
            elif not _is_plain(child, element):
                last = None
                yield kid
            elif child["S"] == "/Span" and element["S"] in _HOLD_TEXT:
                last = None
                yield from child["K"]
                self._drop(child, element)
            elif last is not None and last["S"] == child["S"]:
                last["K"] += child["K"]
                self._drop(child, last)
            else:
                last = child
                yield kid

    def _adopt(self, element: Any, heir: Any) -> None:
        """Replace an element that holds only elements with another one, which becomes their parent."""
        for kid in element["K"]:
            self.element(kid)["P"] = heir.reference
        self._drop(element, heir)

    def _drop(self, element: Any, heir: Any) -> None:
        """Replace an element with another one; its number is not reused, because references use the others' numbers."""
        self._moved[element.reference] = heir.reference
        null = _Null()
        null.number = element.number
        self._objects[element.number] = null


class _Null(pydyf.Object):  # type: ignore[misc]
    """The null object (7.3.9)."""

    data = b"null"


def _is_plain(element: Any, parent: Any) -> bool:
    """Return whether an element is a Span or Code of text only, without attributes, on the same page as its parent."""
    return (
        element["S"] in ("/Span", "/Code")
        and set(element) == _PLAIN_KEYS
        and element["Pg"] == parent.get("Pg")
        and all(isinstance(kid, int) for kid in element["K"])
    )
