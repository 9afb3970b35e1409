"""Write the parts of a book one by one, as fragments of its file, so that only parts that changed are written again.

What a part's fragment depends on is the part itself, what is laid over it, its first number in the book, and which of
the places that it leads to are in the book. First numbers are multiples of a step: after an edit the parts behind
nearly always keep theirs, and with them their bytes. Clause numbers refer to ISO 32000-2.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, String

from studypack.pdf.links import prune_links
from studypack.pdf.structure import kids, parents
from studypack.pdf.writing import Fragment, ObjectId, ObjectWriter
from studypack.shelf import digest_of, opened
from studypack.typeset.layout import LINK, Part

PAGES_ROOT, TREE, DOCUMENT = 1, 2, 3
"""The numbers of a book's page tree, its structure tree, and the one element under which all others are."""

STEP: Final = 128
"""What the first number of a part is a multiple of; a part of 15 pages has about 2,300 objects."""

_OVERLAY: Final = "/StudypackOverlay"


class Leaves(NamedTuple):
    """A part of the book, with an optional overlay whose pages are drawn over the part's as artifacts."""

    part: Part
    overlay: Part | None = None

    @property
    def targets(self) -> set[str]:
        """The names of the places that its links may lead to; a term may be meant by its name alone."""
        return {name for link in self.part.links for name in (link, f"term:{link}")}


class Written(NamedTuple):
    """A part that was written.

    Attributes:
        fragment: its objects.
        pages: the number and the height in points of each page.
        elements: the numbers of its elements under the book's Document.
        parents: its entries of the parent tree, as the content of an array.
        used: the names of the places that its links lead to.
        namespace: the namespace of its elements (14.7.4); empty if they have none.
        fonts: a PDF in which each page has the table of fonts of the part or, behind it, of the overlay.
    """

    fragment: Fragment
    pages: list[tuple[int, float]]
    elements: list[int]
    parents: str
    used: list[str]
    namespace: str
    fonts: bytes


@dataclass(frozen=True)
class LeavesJob:
    """Writes one part of a book, with its overlay.

    Attributes:
        leaves: the part.
        first: its first number in the book.
        tables: the numbers of its table of fonts and, if it has an overlay, of that one's.
        names: those places that its links may lead to and that are in the book.
    """

    here: ClassVar = True  # it takes less time than sending the part to a worker and back
    leaves: Leaves
    first: int
    tables: tuple[int, ...]
    names: frozenset[str]

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the result depends, except the program."""
        own = json.dumps([self.first, self.tables, sorted(self.names)])
        return ["leaves", own, *(digest_of(part.file) if part else b"" for part in self.leaves)]

    def run(self) -> Written:
        """Return the written part."""
        writer, part = ObjectWriter(self.first), self.leaves.part
        with pikepdf.open(opened(part.file)) as pdf, pikepdf.new() as fonts:
            pages, tree = list(pdf.pages), pdf.Root.StructTreeRoot
            documents = kids(tree)
            known = {pdf.Root.Pages.objgen: PAGES_ROOT, _fonts(pdf, fonts): self.tables[0]}
            known |= {document.objgen: DOCUMENT for document in documents}
            held = [element for document in documents for element in kids(document)]
            used = _link(pages, self.names)
            prune_links(pdf)
            if self.leaves.overlay is not None:
                known |= _lay_over(pdf, self.leaves.overlay, fonts, self.tables[1])
            _shift(pages, self.first)
            numbers = writer.copy(pdf, [*(page.obj for page in pages), *held], known, {})
            entries = parents(tree)
            writer.next = max(writer.next, self.first + max(entries) + 1)  # their keys begin with the first number, too
            spaces = [document.NS.unparse(resolved=True).decode() for document in documents if "/NS" in document]
            return Written(
                writer.fragment(),
                [(numbers[page.obj.objgen], float(page.mediabox[3])) for page in pages],
                [numbers[element.objgen] for element in held],
                " ".join(_parent(key + self.first, value, numbers) for key, value in entries.items()),
                sorted(used),
                spaces[0] if spaces else "",
                _saved(fonts),
            )

    def dumps(self, result: Written) -> bytes:
        """Serialize the written part: a line of JSON, its fonts, and its objects."""
        fragment, *plain, fonts = result
        head = json.dumps([len(fonts), plain]).encode()
        return head + b"\n" + fonts + fragment.dumps()

    def loads(self, content: bytes) -> Written:
        """Return the written part that `dumps` serialized. Raises any exception if the content is invalid."""
        head, _, rest = content.partition(b"\n")
        length, (pages, elements, listed, used, namespace) = json.loads(head)
        pages = [(number, height) for number, height in pages]
        return Written(Fragment.loads(rest[length:]), pages, elements, listed, used, namespace, rest[:length])


def draw_over(page: pikepdf.Page, form: Any) -> None:
    """Let a page draw a form after all else, as an artifact."""
    resources = Dictionary(dict(page.obj.Resources.items()))  # the pages of a part share their resources
    drawn = dict(resources.get("/XObject", Dictionary()).items())
    resources.XObject = Dictionary(drawn | {_OVERLAY: form})
    page.obj.Resources = resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q\n/Artifact <</Type /Pagination>> BDC\nq %b Do Q\nEMC" % _OVERLAY.encode())


def _fonts(pdf: pikepdf.Pdf, fonts: pikepdf.Pdf) -> ObjectId:
    """Take the table of fonts, which all pages and drawings of a part share, into a PDF of fonts; return its id."""
    table = pdf.pages[0].obj.Resources.Font
    fonts.add_blank_page().obj.Resources = Dictionary(Font=fonts.copy_foreign(table))
    identity: ObjectId = table.objgen
    return identity


def _lay_over(pdf: pikepdf.Pdf, overlay: Part, fonts: pikepdf.Pdf, number: int) -> dict[ObjectId, int]:
    """Draw running heads and folios over the pages as artifacts, which screen readers skip (14.8.2.2).

    Returns:
        the number in the book of the overlay's table of fonts.
    """
    known: dict[ObjectId, int] = {}
    with pikepdf.open(opened(overlay.file)) as drawn:
        _fonts(drawn, fonts)
        for page, over in zip(pdf.pages, drawn.pages, strict=True):
            form = pdf.copy_foreign(over.as_form_xobject())
            known[form.Resources.Font.objgen] = number
            draw_over(page, form)
    return known


def _shift(pages: Iterable[pikepdf.Page], by: int) -> None:
    """Renumber what pages and annotations are called in the parent tree (14.7.5.4)."""
    for page in pages:
        page.obj.StructParents = int(page.obj.StructParents) + by
        for annotation in page.obj.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + by


def _parent(key: int, value: Any, numbers: Mapping[ObjectId, int]) -> str:
    """Return an entry of the parent tree (14.7.5.4), with null for elements that were pruned."""
    each = value if isinstance(value, Array) else [value]
    own = [None if one is None else numbers.get(one.objgen) for one in each]
    held = " ".join("null" if number is None else f"{number} 0 R" for number in own)
    return f"{key} [{held}]" if isinstance(value, Array) else f"{key} {held}"


def _link(pages: Sequence[pikepdf.Page], names: Collection[str]) -> set[str]:
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


def _saved(pdf: pikepdf.Pdf) -> bytes:
    saved = io.BytesIO()
    pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False, static_id=True)
    return saved.getvalue()
