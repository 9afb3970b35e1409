"""Bind typeset parts into one PDF with one structure tree, links, outline, page labels, and one font subset per face.

Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Dictionary, NameTree

from studypack.pdf.catalog import Info, describe, name_places
from studypack.pdf.font_merging import merge_fonts
from studypack.pdf.imposition import Sheet, carry_over, impose
from studypack.pdf.leaves import DOCUMENT, PAGES_ROOT, STEP, TREE, Leaves, LeavesJob, Written, draw_over
from studypack.pdf.outline import Entry, Frame, Label, Place, add_labels, add_outline
from studypack.pdf.shared_fonts import FontsJob
from studypack.pdf.writing import Fragment, ObjectId, PdfWriter, references
from studypack.shelf import Content, Shelf, opened
from studypack.typeset.layout import Part

__all__ = ["Entry", "Frame", "Imposed", "Info", "Label", "Leaves", "bind", "bound"]


class Imposed(NamedTuple):
    """What to make of the pages of all parts, each of which is placed once: sheets, and what is laid over these."""

    sheets: Sequence[Sheet]
    overlays: Sequence[Part] = ()


Submit = Callable[[Any], Future[Any]]
"""Submits a job, and returns the future of its result."""


def _run_here(job: LeavesJob | FontsJob) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(job.run())
    return future


def bind(
    leaves: Sequence[Leaves],
    info: Info,
    outline: Sequence[Entry] = (),
    labels: Sequence[Label] = (Label(0, "arabic"),),
    imposed: Imposed | None = None,
    submit: Submit = _run_here,
) -> bytes:
    """Bind the parts in the given order.

    Args:
        leaves: the parts from front to back; a part may occur more than once.
        info: the document information.
        outline: the bookmarks; their anchors are ids of elements in any part.
        labels: the page labels; the first must start at page 0.
        imposed: sheets that take the place of the pages; frames and labels are theirs.
        submit: submits the jobs that write the parts and their fonts, and may keep what was written.

    Returns:
        the PDF; the same bytes for the same arguments.
    """
    if imposed is None:
        return bytes(bound(leaves, info, outline, labels, submit))
    return _imposed(bytes(bound(leaves, info, (), (), submit)), imposed, outline, labels)


def bound(
    leaves: Sequence[Leaves],
    info: Info,
    outline: Sequence[Entry] = (),
    labels: Sequence[Label] = (Label(0, "arabic"),),
    submit: Submit = _run_here,
) -> Content:
    """Bind the parts like `bind`, without sheets; a long book is not in memory."""
    with pikepdf.new() as frame:
        return _Book(frame, leaves, submit).bound(info, outline, labels)


class _Book:
    """A book that is being bound: its parts are written one after the other.

    Args:
        frame: a new PDF for the catalog and all that it refers to. It has stand-ins for what has been written, and is
            written last.
        leaves: the parts.
        submit: submits the jobs that write them, and their fonts.
    """

    def __init__(self, frame: pikepdf.Pdf, leaves: Sequence[Leaves], submit: Submit) -> None:
        self._frame = frame
        self._leaves = leaves
        self._submit = submit
        self._writer = PdfWriter()
        self._writer.numbers(max(PAGES_ROOT, TREE, DOCUMENT))
        files = dict.fromkeys(part.file for leaf in leaves for part in leaf if part)
        self._tables = {pdf: self._writer.number() for pdf in files}
        """The number of the table of fonts of each part; parts that are equal share one."""
        self._waiting = dict(self._tables)
        """The tables that no written part has brought yet."""
        self._shelf = Shelf()
        self._fonts: list[tuple[Content, tuple[int, ...]]] = []
        """What the parts brought: PDFs with tables of fonts, and the numbers of those that are new."""
        self._stand_ins: dict[ObjectId, int] = {}
        self._pages: list[int] = []
        self._sheets: list[Any] = []
        """The stand-ins of the pages."""
        self._elements: list[int] = []
        self._parents: list[str] = []
        self._namespace = ""
        self._names = {name for leaf in leaves for name in leaf.part.anchors}
        self._used: set[str] = set()
        self._places: dict[str, Place] = {}

    def bound(self, info: Info, outline: Sequence[Entry], labels: Sequence[Label]) -> Content:
        """Return the book."""
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
        root.StructTreeRoot, root.MarkInfo = self._stand_in(TREE), Dictionary(Marked=True)
        return self._writer.finish(*self._copy_frame(root, self._frame.trailer.Info))

    def _add(self, leaf: Leaves) -> None:
        """Write a part into the file, and take what the trees hold of it."""
        first = self._writer.next = -(-self._writer.next // STEP) * STEP
        tables = tuple(self._tables[part.file] for part in leaf if part)
        written: Written = self._submit(LeavesJob(leaf, first, tables, frozenset(leaf.targets & self._names))).result()
        self._writer.append(written.fragment)
        new = tuple(self._waiting.pop(part.file, 0) for part in leaf if part)
        if any(new):
            self._fonts.append((self._shelf.put(written.fonts), new))
        stand_ins = [self._stand_in(number) for number, _ in written.pages]
        self._pages += (number for number, _ in written.pages)
        self._sheets += stand_ins
        for name, anchor in leaf.part.anchors.items():
            height = written.pages[anchor.page][1]
            self._places.setdefault(name, Place(stand_ins[anchor.page], anchor.x, height - anchor.y))
        self._elements += written.elements
        self._parents.append(written.parents)
        self._used |= set(written.used)
        self._namespace = self._namespace or written.namespace

    def _write_fonts(self) -> None:
        """Write the fonts of all parts, merged."""
        fragment: Fragment = self._submit(FontsJob(self._writer.next, tuple(self._fonts))).result()
        self._writer.append(fragment)

    def _write_trees(self) -> None:
        """Write the tree of pages, and put the parts' elements under one Document."""
        put, nums, own = self._writer.write, self._writer.number(), b""
        if self._namespace:  # the parts' (14.7.4)
            put(number := self._writer.number(), self._namespace.encode())
            own = b"%d 0 R" % number
        pages = len(self._pages), references(self._pages)
        put(PAGES_ROOT, b"<</Type/Pages/Count %d/Kids[%b]>>" % pages)
        whole = TREE, references(self._elements), b"/NS " + own if own else b""
        put(DOCUMENT, b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]%b>>" % whole)
        put(nums, b"<</Nums[%b]>>" % " ".join(self._parents).encode())
        tree = DOCUMENT, nums, self._writer.next, b"/Namespaces[%b]" % own if own else b""
        head = b"<</Type/StructTreeRoot/K[%d 0 R]/ParentTree %d 0 R/ParentTreeNextKey %d%b>>"
        put(TREE, head % tree)

    def _stand_in(self, number: int) -> Any:
        """Return an object of the frame that stands for one that is written elsewhere."""
        made = self._frame.make_indirect(Dictionary())
        self._stand_ins[made.objgen] = number
        return made

    def _copy_frame(self, *roots: Any) -> list[int]:
        """Write objects of the frame and all that they refer to, and return their numbers."""
        known = {**self._stand_ins, self._frame.Root.Pages.objgen: PAGES_ROOT}
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
            with pikepdf.open(opened(overlay.file)) as drawn:
                for over in drawn.pages:
                    draw_over(next(sheets), book.copy_foreign(over.as_form_xobject()))
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
