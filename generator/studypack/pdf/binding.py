"""Bind typeset parts into one PDF with one structure tree, links, outline, page labels, and one font subset per face.

Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, NameTree, String

from studypack.pdf.catalog import Info, describe, name_places
from studypack.pdf.font_merging import merge_fonts
from studypack.pdf.imposition import Sheet, carry_over, impose
from studypack.pdf.links import prune_links
from studypack.pdf.outline import Entry, Frame, Label, Place, add_labels, add_outline
from studypack.pdf.structure import kids, parents
from studypack.pdf.writing import ObjectId, PdfWriter, references
from studypack.typeset.layout import Part
from studypack.typeset.parts import LINK

__all__ = ["Entry", "Frame", "Imposed", "Info", "Label", "Leaves", "bind"]

_OVERLAY: Final = "/StudypackOverlay"


class Leaves(NamedTuple):
    """A part of the book, with an optional overlay whose pages are drawn over the part's as artifacts."""

    part: Part
    overlay: Part | None = None


class Imposed(NamedTuple):
    """What to make of the pages of all parts, each of which is placed once: sheets, and what is laid over these."""

    sheets: Sequence[Sheet]
    overlays: Sequence[Part] = ()


def bind(
    leaves: Sequence[Leaves],
    info: Info,
    outline: Sequence[Entry] = (),
    labels: Sequence[Label] = (Label(0, "arabic"),),
    imposed: Imposed | None = None,
) -> bytes:
    """Bind the parts in the given order.

    Args:
        leaves: the parts from front to back; a part may occur more than once.
        info: the document information.
        outline: the bookmarks; their anchors are ids of elements in any part.
        labels: the page labels; the first must start at page 0.
        imposed: sheets that take the place of the pages; frames and labels are theirs.

    Returns:
        the PDF; the same bytes for the same arguments.
    """
    with pikepdf.new() as frame, pikepdf.new() as fonts:
        book = _Book(frame, fonts, leaves)
        if imposed is None:
            return book.bound(info, outline, labels)
        return _imposed(book.bound(info, (), ()), imposed, outline, labels)


class _Book:
    """A book that is being bound: its parts are opened and written one after the other.

    Args:
        frame: a new PDF for the catalog and all that it refers to. It has stand-ins for what has been written, and is
            written last.
        fonts: a new PDF for the fonts of all parts; each of its pages has the table of fonts of one part.
        leaves: the parts.
    """

    def __init__(self, frame: pikepdf.Pdf, fonts: pikepdf.Pdf, leaves: Sequence[Leaves]) -> None:
        self._frame = frame
        self._fonts = fonts
        self._tables: dict[bytes, int] = {}
        """The numbers of the tables of fonts by the parts, in the order of the pages of `fonts`."""
        self._leaves = leaves
        self._writer = PdfWriter()
        self._stand_ins: dict[ObjectId, int] = {}
        self._pages_root, self._tree, self._document = (self._writer.number() for _ in range(3))
        self._pages: list[int] = []
        self._sheets: list[Any] = []
        """The stand-ins of the pages."""
        self._elements: list[int] = []
        self._parents: list[bytes] = []
        self._next_parent = 0
        self._names = {name for leaf in leaves for name in leaf.part.anchors}
        self._used: set[str] = set()
        self._places: dict[str, Place] = {}

    def bound(self, info: Info, outline: Sequence[Entry], labels: Sequence[Label]) -> bytes:
        """Return the bytes of the book."""
        for leaf in self._leaves:
            self._add(leaf)
        self._write_fonts()
        describe(self._frame, info)
        if labels:
            add_labels(self._frame, labels)
        if self._used:
            name_places(self._frame, {name: self._places[name] for name in self._used})
        if outline:
            add_outline(self._frame, outline, self._places, self._sheets)
        self._write_trees()
        root = self._frame.Root
        root.StructTreeRoot, root.MarkInfo = self._stand_in(self._tree), Dictionary(Marked=True)
        return self._writer.finish(*self._copy_frame(root, self._frame.trailer.Info))

    def _add(self, leaf: Leaves) -> None:
        """Write the pages of a part, with their overlay, and its elements of the structure tree."""
        with pikepdf.open(io.BytesIO(leaf.part.pdf)) as part:
            pages, tree = list(part.pages), part.Root.StructTreeRoot
            known = {part.Root.Pages.objgen: self._pages_root, **self._known_fonts(part, leaf.part)}
            known |= {document.objgen: self._document for document in kids(tree)}
            held = [element for document in kids(tree) for element in kids(document)]
            self._used |= _link(pages, self._names)
            prune_links(part)
            if leaf.overlay is not None:
                known |= self._lay_over(part, leaf.overlay)
            _shift(pages, self._next_parent)
            numbers = self._writer.copy(part, [*(page.obj for page in pages), *held], known, {})
            self._add_places(leaf.part, pages, [numbers[page.obj.objgen] for page in pages])
            self._elements += [numbers[element.objgen] for element in held]
            self._add_parents(parents(tree), numbers)
            self._keep_namespace(kids(tree))

    def _known_fonts(self, pdf: pikepdf.Pdf, part: Part) -> dict[ObjectId, int]:
        """Return the number in the book of a part's table of fonts, which all its pages and drawings share."""
        table = pdf.pages[0].obj.Resources.Font
        if part.pdf not in self._tables:
            self._fonts.add_blank_page().obj.Resources = Dictionary(Font=self._fonts.copy_foreign(table))
            self._tables[part.pdf] = self._writer.number()
        return {table.objgen: self._tables[part.pdf]}

    def _write_fonts(self) -> None:
        """Write the fonts of all parts, merged."""
        merge_fonts(self._fonts)
        tables = [page.obj.Resources.Font for page in self._fonts.pages]
        given = dict(zip((table.objgen for table in tables), self._tables.values(), strict=True))
        self._writer.copy(self._fonts, tables, {}, given)

    def _lay_over(self, part: pikepdf.Pdf, overlay: Part) -> dict[ObjectId, int]:
        """Draw running heads and folios over the pages as artifacts, which screen readers skip (14.8.2.2).

        Returns:
            the number in the book of the overlay's table of fonts.
        """
        known: dict[ObjectId, int] = {}
        with pikepdf.open(io.BytesIO(overlay.pdf)) as opened:
            self._known_fonts(opened, overlay)
            for page, over in zip(part.pages, opened.pages, strict=True):
                form = part.copy_foreign(over.as_form_xobject())
                known[form.Resources.Font.objgen] = self._tables[overlay.pdf]
                _draw_over(page, form)
        return known

    def _add_places(self, part: Part, pages: Sequence[pikepdf.Page], numbers: Sequence[int]) -> None:
        self._pages += numbers
        stand_ins = [self._stand_in(number) for number in numbers]
        self._sheets += stand_ins
        for name, anchor in part.anchors.items():
            y = float(pages[anchor.page].mediabox[3]) - anchor.y
            self._places.setdefault(name, Place(stand_ins[anchor.page], anchor.x, y))

    def _add_parents(self, entries: Mapping[int, Any], numbers: Mapping[ObjectId, int]) -> None:
        """Add the entries of a part to the parent tree of the book (14.7.5.4), null for elements that were pruned."""
        for key, value in entries.items():
            each = value if isinstance(value, Array) else [value]
            own = [None if one is None else numbers.get(one.objgen) for one in each]
            held = b" ".join(b"null" if number is None else b"%d 0 R" % number for number in own)
            self._parents.append(
                b"%d %b" % (key + self._next_parent, b"[%b]" % held if isinstance(value, Array) else held)
            )
        self._next_parent += max(entries) + 1

    def _keep_namespace(self, documents: Iterable[Any]) -> None:
        """Let the elements of the book be of the parts' namespace (14.7.4)."""
        for document in documents:
            if "/NS" in document and "/StudypackNamespace" not in self._frame.Root:
                self._frame.Root.StudypackNamespace = self._frame.copy_foreign(document.NS)

    def _write_trees(self) -> None:
        """Write the tree of pages, and put the parts' elements under one Document."""
        root = self._frame.Root
        own = b""
        if "/StudypackNamespace" in root:
            (number,) = self._copy_frame(root.StudypackNamespace)
            del root.StudypackNamespace
            own = b"%d 0 R" % number
        put, nums = self._writer.write, self._writer.number()
        pages = len(self._pages), references(self._pages)
        put(self._pages_root, b"<</Type/Pages/Count %d/Kids[%b]>>" % pages)
        whole = self._tree, references(self._elements), b"/NS " + own if own else b""
        put(self._document, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]%b>>" % whole)
        put(nums, b"<</Nums[%b]>>" % b" ".join(self._parents))
        tree = self._document, nums, self._next_parent, b"/Namespaces[%b]" % own if own else b""
        head = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%b>>"
        put(self._tree, head % tree)

    def _stand_in(self, number: int) -> Any:
        """Return an object of the frame that stands for one that is written elsewhere."""
        made = self._frame.make_indirect(Dictionary())
        self._stand_ins[made.objgen] = number
        return made

    def _copy_frame(self, *roots: Any) -> list[int]:
        """Write objects of the frame and all that they refer to, and return their numbers."""
        known = {**self._stand_ins, self._frame.Root.Pages.objgen: self._pages_root}
        numbers = self._writer.copy(self._frame, roots, known, {})
        return [numbers[root.objgen] for root in roots]


def _imposed(pdf: bytes, imposed: Imposed, outline: Sequence[Entry], labels: Sequence[Label]) -> bytes:
    """Put the pages of a bound book on sheets, with everything that leads to them."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        before = [page.obj for page in book.pages]
        spots = impose(book, imposed.sheets)
        carry_over(book, spots, before)
        sheets = iter(book.pages)
        for overlay in imposed.overlays:
            with pikepdf.open(io.BytesIO(overlay.pdf)) as drawn:
                for over in drawn.pages:
                    _draw_over(next(sheets), book.copy_foreign(over.as_form_xobject()))
        names = NameTree(book.Root.Names.Dests) if "/Names" in book.Root else {}
        places = {}
        for name, (page, _, x, y, _) in names.items():
            spot = spots[page.objgen]
            places[str(name)] = Place(spot.sheet, *spot.at(float(x), float(y)))
        if places:
            name_places(book, places)
        add_labels(book, labels)
        if outline:
            add_outline(book, outline, places, [page.obj for page in book.pages])
        merge_fonts(book)
        return _saved(book)


def _saved(book: pikepdf.Pdf) -> bytes:
    saved = io.BytesIO()
    objects = pikepdf.ObjectStreamMode.generate
    book.save(saved, min_version="2.0", object_stream_mode=objects, compress_streams=True, deterministic_id=True)
    return saved.getvalue()


def _draw_over(page: pikepdf.Page, form: Any) -> None:
    """Let a page draw a form after all else, as an artifact."""
    resources = Dictionary(dict(page.obj.Resources.items()))  # the pages of a part share their resources
    drawn = dict(resources.get("/XObject", Dictionary()).items())
    resources.XObject = Dictionary(drawn | {_OVERLAY: form})
    page.obj.Resources = resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n/Artifact <</Type /Pagination>> BDC\nq %b Do Q\nEMC" % _OVERLAY.encode())


def _shift(pages: Iterable[pikepdf.Page], by: int) -> None:
    """Renumber what pages and annotations are called in the parent tree (14.7.5.4)."""
    for page in pages:
        page.obj.StructParents = int(page.obj.StructParents) + by
        for annotation in page.obj.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + by


def _link(pages: Iterable[pikepdf.Page], names: Collection[str]) -> set[str]:
    """Point links within and across parts to named destinations, and return the names that are used."""
    used = set()
    for page in pages:
        for annotation in page.obj.get("/Annots", ()):
            address = str(annotation.A.get("/URI", "")) if "/A" in annotation else ""
            if address.startswith(LINK):
                del annotation["/A"]
                name = address.removeprefix(LINK)
                annotation.Dest = String(name if name in names else f"term:{name}")  # a term's id in the glossary
                annotation.Contents = annotation.Dest
            if "/Dest" in annotation and str(annotation.Dest) in names:
                used.add(str(annotation.Dest))
            elif "/Dest" in annotation:
                del annotation["/Dest"]  # to a question that was not selected: prune_links removes the link
    return used
