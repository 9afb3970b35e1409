"""Pages placed on larger sheets: imposition. Each page becomes a form XObject that the sheet draws where it belongs.

All lengths are in points, measured from the lower left corner of a sheet. Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from studypack.pdf.structure import elements, kids

MARK_WIDTH: Final = 0.3
"""The width of a crop mark."""

Matrix = tuple[float, float, float, float, float, float]
Line = tuple[float, float, float, float]
"""A crop mark from one point to another: x, y, x, y."""


class Placed(NamedTuple):
    """A page on a sheet.

    Attributes:
        page: the number of the page, from 0.
        x, y: the lower left corner of its trimmed area.
        scale: the size relative to its own.
        turned: whether it is upside down.
    """

    page: int
    x: float
    y: float
    scale: float = 1.0
    turned: bool = False


class Sheet(NamedTuple):
    """One side of a sheet: its width and height, the pages on it, and its crop marks."""

    size: tuple[float, float]
    placed: tuple[Placed, ...] = ()
    marks: tuple[Line, ...] = ()


class Spot(NamedTuple):
    """Where a page went: the sheet's page, the form XObject, and the matrix from its coordinates to the sheet's."""

    sheet: Any
    form: Any
    matrix: Matrix

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the page on the sheet."""
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f


def page_size(page: pikepdf.Page) -> tuple[float, float]:
    """Return width and height of a page's trimmed area as it is displayed, with its rotation and unit (14.11.2)."""
    left, bottom, right, top = map(float, page.trimbox)
    unit = float(page.obj.get("/UserUnit", 1))
    size = abs(right - left) * unit, abs(top - bottom) * unit
    return (size[1], size[0]) if int(_inherited(page, "/Rotate", 0)) % 180 else size


def _inherited(page: pikepdf.Page, key: str, default: Any) -> Any:
    """Return an entry of a page or of the nodes above it (7.7.3.4)."""
    node: Any = page.obj
    for _ in range(100):  # a forged tree may be a ring
        if key in node:
            return node[key]
        if "/Parent" not in node:
            break
        node = node.Parent
    return default


def impose(book: pikepdf.Pdf, sheets: Sequence[Sheet]) -> dict[tuple[int, int], Spot]:
    """Replace the pages of a document by sheets.

    A page that no sheet shows is dropped. What leads to a page (outline, destinations, links, tags) is not changed.

    Args:
        book: the document.
        sheets: the sides of the sheets in the order in which they are printed.

    Returns:
        where each page went, by the page's object number; of a page that is placed repeatedly, the first place.
    """
    pages = list(book.pages)
    forms = {number: pages[number].as_form_xobject() for number in {p.page for sheet in sheets for p in sheet.placed}}
    spots: dict[tuple[int, int], Spot] = {}
    for sheet in sheets:
        made = book.add_blank_page(page_size=sheet.size)
        drawn = Dictionary()
        content = []
        for number, placed in enumerate(sheet.placed):
            form = forms[placed.page]
            matrix = _matrix(placed, form)
            drawn[f"/P{number}"] = form
            content.append(f"q {_numbers(matrix)} cm /P{number} Do Q")
            spots.setdefault(pages[placed.page].obj.objgen, Spot(made.obj, form, matrix))
        made.obj.Resources = Dictionary(XObject=drawn)
        made.obj.Contents = book.make_stream("\n".join([*content, *_drawn(sheet.marks)]).encode())
    del book.pages[: len(pages)]
    return spots


def _matrix(placed: Placed, form: Any) -> Matrix:
    """Return the matrix that brings a form to its place; its own matrix is applied before."""
    a, b, c, d, e, f = map(float, form.get("/Matrix", (1, 0, 0, 1, 0, 0)))
    x0, y0, x1, y1 = map(float, form.BBox)
    across = sorted(a * x + c * y + e for x in (x0, x1) for y in (y0, y1))
    upright = sorted(b * x + d * y + f for x in (x0, x1) for y in (y0, y1))
    scale = -placed.scale if placed.turned else placed.scale
    corner = (across[-1], upright[-1]) if placed.turned else (across[0], upright[0])
    return scale, 0.0, 0.0, scale, placed.x - scale * corner[0], placed.y - scale * corner[1]


def _drawn(marks: Sequence[Line]) -> Iterator[str]:
    """Yield the operators that draw crop marks, as an artifact (14.8.2.2)."""
    if marks:
        yield f"/Artifact BMC q {MARK_WIDTH} w 0 G"
        for x0, y0, x1, y1 in marks:
            yield f"{_numbers((x0, y0))} m {_numbers((x1, y1))} l S"
        yield "Q EMC"


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value:.4f}".rstrip("0").rstrip(".") for value in values)


def carry_over(book: pikepdf.Pdf, spots: Mapping[tuple[int, int], Spot], before: Sequence[Any]) -> None:
    """Let tags and links lead to where pages went, in a tagged document in which each page is placed once.

    Content of a form XObject belongs to an element through a marked-content reference that names the form (14.7.5.2).

    Args:
        book: the document after `impose`.
        spots: what that returned.
        before: the page objects that it replaced.
    """
    for page in before:
        spot = spots[page.objgen]
        if "/StructParents" in page:
            spot.form.StructParents = page.StructParents
        for annotation in page.get("/Annots", ()):
            left, bottom, right, top = map(float, annotation.Rect)
            annotation.Rect = Array([round(n, 4) for n in (*spot.at(left, bottom), *spot.at(right, top))])
            if "/Annots" not in spot.sheet:
                spot.sheet.Annots, spot.sheet.Tabs = Array(), Name.S
            spot.sheet.Annots.append(annotation)
    for element in elements(kids(book.Root.StructTreeRoot)):
        if "/Pg" in element and element.Pg.objgen in spots:
            spot = spots[element.Pg.objgen]
            element.Pg = spot.sheet
            element.K = Array([_reference(kid, spot) for kid in kids(element)])


def _reference(kid: Any, spot: Spot) -> Any:
    """Return a kid of an element as it is on a sheet: marked content is in a form, an annotation on the page."""
    if isinstance(kid, int):
        return Dictionary(Type=Name.MCR, Pg=spot.sheet, Stm=spot.form, MCID=kid)
    if "/Obj" in kid and "/Pg" in kid:
        kid.Pg = spot.sheet
    return kid
