"""Bind typeset parts into one PDF with one structure tree, links, outline, page labels, and one font subset per face.

Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, NameTree, NumberTree, OutlineItem, String

from studypack.pdf.font_merging import merge_fonts
from studypack.pdf.links import prune_links
from studypack.pdf.structure import elements, kids, parents
from studypack.text.languages import language
from studypack.typeset.layout import Part
from studypack.typeset.parts import LINK

_TREE: Final = Name.StudypackTree


class Leaves(NamedTuple):
    """A part of the book, with an optional overlay whose pages are drawn over the part's as artifacts."""

    part: Part
    overlay: Part | None = None


class Label(NamedTuple):
    """From page `start` (counted from 0), pages are labelled from 1 again in this style (12.4.2)."""

    start: int
    style: Literal["roman", "arabic"]


class Entry(NamedTuple):
    """An entry of the outline: its title, the anchor to which it leads, and its child entries."""

    title: str
    anchor: str
    children: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """The document information.

    Attributes:
        title: the title.
        language: the BCP 47 tag.
        author: the author, or empty.
        subject: a one-line description, or empty.
        keywords: keywords for searching.
        date: the date of the edition, such as `2026-11-24T00:00:00+00:00`, or empty; never the current time.
    """

    title: str
    language: str
    author: str = ""
    subject: str = ""
    keywords: tuple[str, ...] = ()
    date: str = ""


class _Place(NamedTuple):
    page: Any
    x: float
    y: float


def bind(
    leaves: Sequence[Leaves], info: Info, outline: Sequence[Entry] = (), labels: Sequence[Label] = (Label(0, "arabic"),)
) -> bytes:
    """Bind the parts in the given order.

    Args:
        leaves: the parts from front to back; a part may occur more than once.
        info: the document information.
        outline: the bookmarks; their anchors are ids of elements in any part.
        labels: the page labels; the first must start at page 0.

    Returns:
        the PDF; the same bytes for the same arguments.
    """
    with pikepdf.new() as book:
        places: dict[str, _Place] = {}
        trees = []
        for leaf in leaves:
            first = len(book.pages)
            trees.append(_append(book, leaf))
            for name, anchor in leaf.part.anchors.items():
                page = book.pages[first + anchor.page]
                places.setdefault(name, _Place(page.obj, anchor.x, float(page.mediabox[3]) - anchor.y))
        _join_trees(book, trees)
        _link(book, places)
        prune_links(book)
        _label(book, labels)
        if outline:
            _add_outline(book, outline, places)
        _describe(book, info)
        merge_fonts(book)
        return _saved(book)


def _saved(book: pikepdf.Pdf) -> bytes:
    saved = io.BytesIO()
    book.save(
        saved,
        min_version="2.0",
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        recompress_flate=False,
        deterministic_id=True,
    )
    return saved.getvalue()


def _append(book: pikepdf.Pdf, leaf: Leaves) -> Any:
    """Append a part's pages with their overlay, and return a copy of its structure tree.

    The tree is attached to the part's first page while that is copied, so that the references from the tree to pages
    and annotations are copied as one graph.
    """
    first = len(book.pages)
    with pikepdf.open(io.BytesIO(leaf.part.pdf)) as part:
        part.pages[0].obj[_TREE] = part.Root.StructTreeRoot
        for page in part.pages:  # `extend` would warn about lost names and links, which are rebuilt later
            book.pages.append(page)
    tree = book.pages[first].obj[_TREE]
    del book.pages[first].obj[_TREE]
    if leaf.overlay is not None:
        with pikepdf.open(io.BytesIO(leaf.overlay.pdf)) as overlay:
            for number, page in enumerate(overlay.pages):
                _lay_over(book, book.pages[first + number], page)
    return tree


def _lay_over(book: pikepdf.Pdf, page: pikepdf.Page, overlay: pikepdf.Page) -> None:
    """Draw running heads and folios over a page as an artifact, which screen readers skip (14.8.2.2)."""
    form = book.copy_foreign(overlay.as_form_xobject())
    resources = Dictionary(dict(page.obj.Resources.items()))  # the pages of a part share their resources
    drawn = dict(resources.get("/XObject", Dictionary()).items())
    resources.XObject = Dictionary(drawn | {"/StudypackOverlay": form})
    page.obj.Resources = resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n/Artifact <</Type /Pagination>> BDC\nq /StudypackOverlay Do Q\nEMC")


def _join_trees(book: pikepdf.Pdf, trees: Sequence[Any]) -> None:
    """Put the parts' elements under one Document, and renumber the references of pages and annotations (14.7.5.4)."""
    root = book.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    whole = book.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
    held, numbers, shift = [], [], 0
    pages = iter(book.pages)
    for tree in trees:
        for document in kids(tree):
            for element in kids(document):
                element.P = whole
                held.append(element)
            if "/NS" in document:
                whole.NS = document.NS
        entries = parents(tree)
        for key, value in entries.items():
            numbers += [key + shift, value]
        _shift(pages, sum(isinstance(value, Array) for value in entries.values()), shift)
        shift += max(entries) + 1
    if "/NS" in whole:
        root.Namespaces = Array([whole.NS])
    whole.K = Array(held)
    root.K = Array([whole])
    root.ParentTree = book.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = shift
    _scope_headers(held)
    book.Root.StructTreeRoot = root
    book.Root.MarkInfo = Dictionary(Marked=True)


def _shift(pages: Iterator[pikepdf.Page], count: int, shift: int) -> None:
    for _ in range(count):
        page = next(pages).obj
        page.StructParents = int(page.StructParents) + shift
        for annotation in page.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + shift


def _scope_headers(roots: Sequence[Any]) -> None:
    """Set the scope of header cells; WeasyPrint's ids for them would not be unique across parts (14.8.5.7)."""
    for element in elements(roots):
        if element.S == Name.TH:
            element.A = Dictionary(O=Name.Table, Scope=Name.Column)
            if "/ID" in element:
                del element["/ID"]
        elif element.S == Name.TD and "/A" in element and "/Headers" in element.A:
            del element.A["/Headers"]


def _link(book: pikepdf.Pdf, places: Mapping[str, _Place]) -> None:
    """Point links within and across parts to named destinations, and add the names that are used."""
    used = set()
    for page in book.pages:
        for annotation in page.obj.get("/Annots", ()):
            address = str(annotation.A.get("/URI", "")) if "/A" in annotation else ""
            if address.startswith(LINK):
                del annotation["/A"]
                name = address.removeprefix(LINK)
                annotation.Dest = String(name if name in places else f"term:{name}")  # a term's id in the glossary
                annotation.Contents = annotation.Dest
            if "/Dest" in annotation and str(annotation.Dest) in places:
                used.add(str(annotation.Dest))
            elif "/Dest" in annotation:
                del annotation["/Dest"]  # to a question that was not selected: prune_links removes the link
    if used:
        names = NameTree.new(book)
        for name in sorted(used):  # the branches of the tree depend on the order
            names[name] = _destination(places[name])
        book.Root.Names = Dictionary(Dests=names.obj)


def _destination(place: _Place) -> Array:
    return Array([place.page, Name.XYZ, round(place.x, 2), round(place.y, 2), 0])


def _label(book: pikepdf.Pdf, labels: Sequence[Label]) -> None:
    styles = {"roman": Name.r, "arabic": Name.D}
    numbers = NumberTree.new(book)
    for label in labels:
        numbers[label.start] = Dictionary(S=styles[label.style])
    book.Root.PageLabels = numbers.obj


def _add_outline(book: pikepdf.Pdf, entries: Sequence[Entry], places: Mapping[str, _Place]) -> None:
    with book.open_outline() as outline:
        outline.root.extend(_outline_item(entry, places) for entry in entries)
    book.Root.PageMode = Name.UseOutlines


def _outline_item(entry: Entry, places: Mapping[str, _Place]) -> OutlineItem:
    item = OutlineItem(entry.title, _destination(places[entry.anchor]))
    item.children = [_outline_item(child, places) for child in entry.children]
    item.is_closed = True  # so that all topics are visible at once
    return item


def _describe(book: pikepdf.Pdf, info: Info) -> None:
    """Write the document information both as a dictionary and as XMP (14.3)."""
    book.Root.Lang = String(info.language)
    book.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    if language(info.language).direction == "rtl":
        book.Root.ViewerPreferences.Direction = Name.R2L  # the order of facing pages (12.2)
    words = {"Title": info.title, "Author": info.author, "Subject": info.subject, "Keywords": ", ".join(info.keywords)}
    about = {f"/{key}": String(value) for key, value in words.items() if value}
    about |= {"/Creator": String("studypack"), "/Producer": String("WeasyPrint, pikepdf")}
    if info.date:
        plain = "".join(c for c in info.date[:19] if c.isdigit())
        about |= {"/CreationDate": String(f"D:{plain}Z"), "/ModDate": String(f"D:{plain}Z")}
    book.trailer.Info = book.make_indirect(Dictionary(about))
    with book.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["dc:title"] = info.title
        xmp["dc:language"] = [info.language]
        if info.author:
            xmp["dc:creator"] = [info.author]
        if info.subject:
            xmp["dc:description"] = info.subject
        if info.keywords:
            xmp["pdf:Keywords"] = ", ".join(info.keywords)
        xmp["pdf:Producer"] = "WeasyPrint, pikepdf"
        xmp["xmp:CreatorTool"] = "studypack"
        for key in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            if info.date:
                xmp[key] = info.date
