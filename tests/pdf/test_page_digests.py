"""Digests of pages: what changes them, and texts that are read only once because of them."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from studypack.digest import digest
from studypack.pdf.binding import Entry, Info, Leaves, bind
from studypack.pdf.page_digests import digests_of
from studypack.pdf.text_extraction import PlacesJob, TextsJob, sections
from studypack.pdf.writing import PdfWriter
from studypack.products.interface import run_here
from studypack.typeset.layout import lay_out, write

from tests.pdf.making import A4, numbered


def _bound(*sections_: str) -> bytes:
    """Return a book with a section on each page, and an outline of them."""
    css = "@page { size: A4; margin: 30mm } section { break-before: page }"
    body = "".join(f'<section id="s{n}"><p>{words}</p></section>' for n, words in enumerate(sections_))
    part = write(lay_out(f'<!doctype html><html lang="en"><title>t</title><body>{body}</body></html>', css))
    return bind([Leaves(part)], Info("T", "en"), [Entry(f"S{n}", f"s{n}") for n in range(len(sections_))])


def _own(pdf: bytes) -> bytes:
    """Return a file as the program writes it, with the same pages."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        writer = PdfWriter()
        info = book.make_indirect(Dictionary())
        for page in book.pages:
            page.obj.MediaBox = page.obj.get("/MediaBox", Array([0, 0, 100, 100]))
        numbers = writer.copy(book, [book.Root, info], {}, {})
        return bytes(writer.finish(numbers[book.Root.objgen], numbers[info.objgen]))


def page_digests(pdf: bytes) -> list[str]:
    return digests_of(pdf).pages


def test_numbers_links_and_tags_do_not_count() -> None:
    """A page keeps its digest if its objects have other numbers, and if it gets a link and a place in the tags."""

    def changed(book: pikepdf.Pdf) -> None:
        for _ in range(5):
            book.make_indirect(Dictionary(Held=True))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
        book.pages[0].obj.Annots = Array([book.make_indirect(link)])
        book.pages[0].obj.StructParents = 7

    assert page_digests(_own(numbered(2))) == page_digests(_own(numbered(2, change=changed)))
    assert len(set(page_digests(_own(numbered(2))))) == 2


def _other_text(book: pikepdf.Pdf) -> None:
    book.pages[0].obj.Contents = book.make_stream(b"BT /F 20 Tf 40 40 Td (page 7) Tj ET")


def _other_font(book: pikepdf.Pdf) -> None:
    book.pages[0].obj.Resources.Font.F.BaseFont = Name.Courier


def _other_size(book: pikepdf.Pdf) -> None:
    book.pages[0].obj.MediaBox = Array([0, 0, 100, 100])


def _other_order_of_streams(book: pikepdf.Pdf) -> None:
    book.pages[0].obj.Contents = Array([book.make_stream(b"q"), book.pages[0].obj.Contents, book.make_stream(b"Q")])


@pytest.mark.parametrize("change", [_other_text, _other_font, _other_size, _other_order_of_streams])
def test_what_is_drawn_counts(change: Callable[[pikepdf.Pdf], Any]) -> None:
    """Another text, font or size, and other streams, give the page another digest."""
    (before,), (after,) = page_digests(_own(numbered(1, A4))), page_digests(_own(numbered(1, A4, change)))
    assert before != after


def test_texts_are_those_that_are_read_directly() -> None:
    """Sections that jobs read are those that are read without jobs, also in groups and across pages."""
    pdf = _bound(*(f"words of {n} " * (n % 3 * 500 + 1) for n in range(23)))
    assert sections(pdf, run_here) == sections(pdf)
    assert [len(section.text.split()) for section in sections(pdf)] == [3 * (n % 3 * 500 + 1) for n in range(23)]


def test_only_the_texts_of_other_pages_are_read_again() -> None:
    """If one page gets other words, only the jobs of the sections that are or end on it depend on something else."""
    inputs: list[list[bytes | str]] = []

    def submit(job: TextsJob | PlacesJob) -> Future[Any]:
        if isinstance(job, TextsJob):
            inputs.append(job.inputs())
        return run_here(job)

    words = [f"words {n}" for n in range(25)]
    sections(_bound(*words), submit)
    words[12] = "words 21"  # of the same letters, and so of the same fonts
    found = sections(_bound(*words), submit)
    changed = [n for n, (one, other) in enumerate(zip(inputs[:25], inputs[25:], strict=True)) if one != other]
    assert changed == [11, 12]
    assert found[12].text.strip() == "words 21"


def _renumbered(book: pikepdf.Pdf) -> None:
    book.Root.First = book.make_indirect(Dictionary(Held=book.make_indirect(Dictionary())))


def _renamed(book: pikepdf.Pdf) -> None:
    book.Root.Outlines.First.Next.Title = String("Else")


def _moved(book: pikepdf.Pdf) -> None:
    book.Root.Outlines.First.Next.Dest[3] = 7


def _led_to_another_page(book: pikepdf.Pdf) -> None:
    book.Root.Outlines.First.Next.Dest[0] = book.pages[2].obj


def _without_the_second(book: pikepdf.Pdf) -> None:
    first = book.Root.Outlines.First
    first.Next = first.Next.Next


def _nested(book: pikepdf.Pdf) -> None:
    first = book.Root.Outlines.First
    first.First = first.Last = first.Next
    first.Next = first.Next.Next


def _enlarged(book: pikepdf.Pdf) -> None:
    book.pages[2].obj.MediaBox[3] = 999


@pytest.mark.parametrize(
    "change", [_renamed, _moved, _led_to_another_page, _without_the_second, _nested, _enlarged, _renumbered]
)
def test_where_sections_are_depends_on_outline_and_sizes(change: Callable[[pikepdf.Pdf], Any]) -> None:
    """What PDFium would read elsewhere has another digest; numbers of objects do not count."""
    pdf = _bound("one", "two", "three")

    def written(change: Callable[[pikepdf.Pdf], Any]) -> bytes:
        with pikepdf.open(io.BytesIO(pdf)) as book:
            change(book)
            book.save(saved := io.BytesIO())
        return _own(saved.getvalue())

    before, after = written(lambda _: None), written(change)
    assert (digests_of(before).outline == digests_of(after).outline) is (change is _renumbered)
    assert (PlacesJob(before, "").run() == PlacesJob(after, "").run()) is (change is _renumbered)


@pytest.mark.parametrize("name", ["name", Name.name])
def test_an_outline_that_leads_to_names_is_always_read(name: Any) -> None:
    """What a name means depends on the rest of the file: there is no digest."""
    with pikepdf.open(io.BytesIO(_bound("one", "two"))) as book:
        book.Root.Outlines.First.Dest = name
        book.save(saved := io.BytesIO())
    with pytest.raises(ValueError, match="elsewhere"):
        digests_of(_own(saved.getvalue()))


@pytest.mark.parametrize("off", [7, -3, 1])
def test_a_file_whose_table_is_wrong_is_read_again(off: int) -> None:
    """Where the file says that a page's drawing is elsewhere, its text is what PDFium reads, not what was kept."""
    kept: dict[str, bytes] = {}

    def submit(job: Any) -> Future[Any]:
        key = digest(*job.inputs())
        if key not in kept:
            kept[key] = job.dumps(job.run())
        future: Future[Any] = Future()
        future.set_result(job.loads(kept[key]))
        return future

    pdf = _bound("first words", "second words")
    assert [section.text.strip() for section in sections(pdf, submit)] == ["first words", "second words"]
    damaged = _misplaced(pdf, off)
    assert sections(damaged, submit) == sections(damaged)
    assert [section.text.strip() for section in sections(damaged)] == ["first words", ""]


def _misplaced(pdf: bytes, off: int) -> bytes:
    """Return a file whose table of objects has the second page's drawing at another place."""
    with pikepdf.open(io.BytesIO(pdf)) as book:
        streams = book.pages[1].obj.Contents
        number = (streams[0] if isinstance(streams, Array) else streams).objgen[0]
    start = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    found = re.compile(rb"\d+ 0 obj\n(<<.*?/Length )(\d+)(.*?)\nstream\n", re.DOTALL).match(pdf, start)
    assert found is not None
    table = bytearray(zlib.decompress(pdf[found.end() : found.end() + int(found[2])]))
    kind, place, generation = struct.unpack_from(">BIH", table, number * 7)
    assert kind == 1
    struct.pack_into(">BIH", table, number * 7, kind, place + off, generation)
    packed = zlib.compress(table)
    head = pdf[: found.start(1)] + found[1] + b"%d" % len(packed) + found[3]
    return head + b"\nstream\n" + packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


@pytest.mark.parametrize(
    "damage", [lambda pdf: pdf[:-1], lambda pdf: b"%PDF-2.0\n", lambda _: numbered(2), lambda _: b""]
)
def test_another_file_has_no_digests(damage: Callable[[bytes], bytes]) -> None:
    """A file that was cut short or that another program wrote is refused, so that all of it is read."""
    with pytest.raises(ValueError, match=r"^[a-z]"):
        page_digests(damage(_bound("first words", "second words")))


def test_every_damage_of_a_page_shows() -> None:
    """Wherever a byte of what a page draws is changed, a digest changes or the file is refused."""
    pdf = _bound("first words")
    (before,) = page_digests(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as book:
        streams = book.pages[0].obj.Contents
        drawn = (streams[0] if isinstance(streams, Array) else streams).read_raw_bytes()
    first = pdf.index(drawn)
    for place in range(first, first + len(drawn)):
        damaged = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        assert page_digests(damaged) != [before]
