"""Any PDF imposed: what sheets show, what is kept of it, and what is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from studypack.errors import BuildError
from studypack.pdf.arrangements import Arrangement, Layout
from studypack.pdf.imposing import imposed

from tests.pdf.making import A4, box, numbered


def _texts(pdf: bytes) -> list[tuple[str, str]]:
    """Return what is printed on the left and right half of each page."""
    found = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            halves = ((0, width / 2), (width / 2, width))
            found.append(tuple(text.get_text_bounded(left, 0, right, height).strip() for left, right in halves))
    return found


def test_a_booklet_of_a_stranger() -> None:
    """Six pages make two sheets: each side has its two pages in their halves."""
    made = imposed(numbered(6), Arrangement())
    assert (made.pages, made.sides, round(made.scale, 3)) == (6, 4, 0.707)
    assert _texts(made.content) == [("", "page 1"), ("page 2", ""), ("page 6", "page 3"), ("page 4", "page 5")]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotated_and_cropped_pages_are_as_they_are_displayed(rotation: int) -> None:
    """A page's rotation, crop box and unit count: sheets show what a reader displays."""

    def change(book: pikepdf.Pdf) -> None:
        for page in book.pages:
            page.obj.CropBox = page.obj.TrimBox = box(20, 20, 420, 620)
            page.obj.Rotate = rotation
            page.obj.UserUnit = 2

    pdf = numbered(1, A4, change)
    made = imposed(pdf, Arrangement(Layout.TWO_UP, paper="a3"))
    with pypdfium2.PdfDocument(pdf) as before, pypdfium2.PdfDocument(made.content) as after:
        shown, sheet = before[0], after[0]
        scale = made.scale * 2
        wanted = shown.render(scale=1).to_pil().convert("L")
        drawn = sheet.render(scale=1 / scale * shown.get_width() / wanted.width).to_pil().convert("L")
        wanted, drawn = (each.point(lambda v: 255 * (v > 128)) for each in (wanted, drawn))
        ink = [each.point(lambda v: 255 - v).getbbox() for each in (wanted, drawn)]
        assert abs((ink[0][2] - ink[0][0]) - (ink[1][2] - ink[1][0])) <= 2
        assert abs((ink[0][3] - ink[0][1]) - (ink[1][3] - ink[1][1])) <= 2


def test_the_direction_of_the_document_counts() -> None:
    """A PDF that says that it is read from right to left becomes a booklet that opens so, unless told otherwise."""

    def change(book: pikepdf.Pdf) -> None:
        book.Root.ViewerPreferences = Dictionary(Direction=Name.R2L)

    pdf = numbered(4, A4, change)
    assert _texts(imposed(pdf, Arrangement()).content)[0] == ("page 1", "page 4")
    assert _texts(imposed(pdf, Arrangement(to_left=False)).content)[0] == ("page 4", "page 1")


def test_what_led_to_the_pages_is_dropped() -> None:
    """Outline, names, tags and forms would lead nowhere; title, layers and output intents stay."""

    def change(book: pikepdf.Pdf) -> None:
        with book.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("One", 0))
        book.Root.StructTreeRoot = Dictionary(Type=Name.StructTreeRoot)
        book.Root.OCProperties = Dictionary(OCGs=Array(), D=Dictionary())
        book.docinfo["/Title"] = "A title"

    with pikepdf.open(io.BytesIO(imposed(numbered(4, A4, change), Arrangement()).content)) as made:
        assert set(made.Root.keys()) == {"/Type", "/Pages", "/OCProperties"}
        assert str(made.docinfo["/Title"]) == "A title"
        assert len(made.pages) == 2


def test_what_was_filled_in_is_printed() -> None:
    """The value of a form field and other annotations that print are part of the page."""

    def change(book: pikepdf.Pdf) -> None:
        font = book.pages[0].obj.Resources.Font.F
        look = book.make_stream(b"BT /F 12 Tf 2 2 Td (filled in) Tj ET")
        look.stream_dict.Type, look.stream_dict.Subtype = Name.XObject, Name.Form
        look.stream_dict.BBox = box(0, 0, 100, 20)
        look.stream_dict.Resources = Dictionary(Font=Dictionary(F=font))
        stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=box(40, 100, 140, 120), F=4, AP=Dictionary(N=look))
        book.pages[0].obj.Annots = Array([book.make_indirect(stamp)])

    assert "filled in" in _texts(imposed(numbered(1, A4, change), Arrangement()).content)[0][1]


def test_the_same_pdf_gives_the_same_bytes() -> None:
    """Nothing depends on the time or on chance."""
    pdf = numbered(5)
    assert imposed(pdf, Arrangement(marks=True)).content == imposed(pdf, Arrangement(marks=True)).content


def _mixed(book: pikepdf.Pdf) -> None:
    for number in (2, 3):
        book.pages[number].obj.MediaBox = box(0, 0, 612, 792)


def _empty(book: pikepdf.Pdf) -> None:
    book.pages[1].obj.MediaBox = box(0, 0, 0, 0)


def _without_pages(book: pikepdf.Pdf) -> None:
    del book.pages[:]


LOCKED = {"encryption": pikepdf.Encryption(owner="owner", user="user")}
UNPRINTED = {
    "encryption": pikepdf.Encryption(owner="owner", allow=pikepdf.Permissions(print_lowres=False, print_highres=False))
}


@pytest.mark.parametrize(
    ("change", "save", "message"),
    [
        (
            _mixed,
            {},
            "has pages of different sizes, pages 1 to 2 are 210 × 297 mm, pages 3 to 4 are 216 × 279 mm, page 5",
        ),
        (_empty, {}, "has no area on page 2"),
        (_without_pages, {}, "has 0 pages"),
        (lambda _: None, LOCKED, "is encrypted"),
        (lambda _: None, UNPRINTED, "may not be printed"),
    ],
)
def test_what_cannot_be_imposed_is_refused(
    change: Callable[[pikepdf.Pdf], Any], save: dict[str, Any], message: str
) -> None:
    """Pages of several sizes, none at all, or a document that is locked: one error that says which."""
    with pytest.raises(BuildError) as refused:
        imposed(numbered(5, A4, change, **save), Arrangement())
    assert len(refused.value.diagnostics) == 1
    assert message in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a zip", b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog"])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    """Another file, or one of which nothing can be read, is refused without a traceback."""
    with pytest.raises(BuildError, match=r"is not a PDF|is damaged|has 0 pages"):
        imposed(content, Arrangement())


def test_a_damaged_pdf_is_repaired_and_reported() -> None:
    """A PDF whose table of objects is wrong is read as far as possible, and the result says so."""
    pdf = numbered(4, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    made = imposed(pdf.replace(b"startxref", b"startxrex"), Arrangement())
    assert made.repaired
    assert _texts(made.content)[0] == ("page 4", "page 1")
    assert not imposed(pdf, Arrangement()).repaired


def test_actions_and_attachments_are_dropped() -> None:
    """What a document would do when it is opened, and the files in it, are no part of what is printed."""

    def change(book: pikepdf.Pdf) -> None:
        book.attachments["x.txt"] = b"attached"
        book.Root.OpenAction = Array([book.pages[0].obj, Name.Fit])
        book.Root.Names.JavaScript = Dictionary(
            Names=Array([String("x"), Dictionary(S=Name.JavaScript, JS=String("1"))])
        )

    made = imposed(numbered(4, A4, change), Arrangement())
    with pikepdf.open(io.BytesIO(made.content)) as book:
        assert set(book.Root.keys()) == {"/Type", "/Pages"}
    assert len(_texts(made.content)) == 2
