"""A PDF that is written object by object from others is one that QPDF and PDFium read, with the same content."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from studypack.pdf.writing import PER_STREAM, PdfWriter


def _written(source: pikepdf.Pdf, **entries: Any) -> pikepdf.Pdf:
    """Write a document of one page with these entries of its catalog, and open it."""
    if not source.pages:
        source.add_blank_page(page_size=(100, 200))
    for name, entry in entries.items():
        source.Root[f"/{name}"] = entry
    info = source.make_indirect(Dictionary(Title=String("x")))
    writer = PdfWriter()
    numbers = writer.copy(source, [source.Root, info], {}, {})
    opened = pikepdf.open(io.BytesIO(bytes(writer.finish(numbers[source.Root.objgen], numbers[info.objgen]))))
    assert opened.check_pdf_syntax() == []
    return opened


@pytest.fixture
def source() -> pikepdf.Pdf:
    return pikepdf.new()


def test_what_looks_like_a_reference_in_a_string_is_none(source: pikepdf.Pdf) -> None:
    """Strings of any bytes stay as they are, numbers before a reference too, and references are renumbered."""
    source.make_indirect(Dictionary())  # takes a number
    held = source.make_indirect(Dictionary(Here=True))
    words = ["7 0 R", "a (b) \\ 3 0 R )", "\n\r\t 1 0 R", "日本 1 0 R", "1 0 R\\"]
    made = source.make_indirect(
        Dictionary(
            Words=Array([String(word) for word in words]), Numbers=Array([1, 0, 2.5, held, -3, held]), N=Name("/1 0 R")
        )
    )
    opened = _written(source, Made=made)
    read = opened.Root.Made
    assert [str(word) for word in read.Words] == words
    assert [float(read.Numbers[n]) for n in (0, 1, 2, 4)] == [1, 0, 2.5, -3]
    assert bool(read.Numbers[3].Here)
    assert read.Numbers[3].objgen == read.Numbers[5].objgen
    assert Name("/1 0 R") == read.N


def test_streams_are_compressed_once(source: pikepdf.Pdf) -> None:
    """A stream that is compressed is taken as it is; others are compressed; keys and content are kept."""
    words = b"some words " * 50
    source.Root.Plain = source.make_indirect(Stream(source, words, Own=Name.Key))
    packed = _written(source)
    again = _written(packed)
    for read in (packed.Root.Plain, again.Root.Plain):
        assert read.read_bytes() == words
        assert (read.Own, read.Filter) == (Name.Key, Name.FlateDecode)
    assert again.Root.Plain.read_raw_bytes() == packed.Root.Plain.read_raw_bytes()


def test_any_number_of_objects_and_circles(source: pikepdf.Pdf) -> None:
    """More than an object stream holds, each referring to the one before it and the first to the last."""
    first = previous = source.make_indirect(Dictionary(N=0))
    for number in range(1, 2 * PER_STREAM + 10):
        previous = source.make_indirect(Dictionary(N=number, P=previous))
    first.P = previous
    opened = _written(source, Last=previous)
    read = opened.Root.Last
    for number in reversed(range(2 * PER_STREAM + 10)):
        assert int(read.N) == number
        read = read.P
    assert int(read.N) == 2 * PER_STREAM + 9


def test_known_objects_are_not_copied_and_given_ones_have_their_number(source: pikepdf.Pdf) -> None:
    """An object written elsewhere is referred to by its number there; one that was referred to before gets its own."""
    source.add_blank_page()
    elsewhere = source.make_indirect(Dictionary(Secret=True))
    source.Root.E = elsewhere
    writer = PdfWriter()
    mine, about = writer.number(), writer.number()
    numbers = writer.copy(source, [source.Root], {elsewhere.objgen: about}, {source.Root.objgen: mine})
    assert (numbers[elsewhere.objgen], numbers[source.Root.objgen]) == (about, mine)
    writer.write(about, b"<</About true>>")
    opened = pikepdf.open(io.BytesIO(bytes(writer.finish(mine, about))))
    assert bool(opened.Root.E.About)


def test_pdfium_reads_it(source: pikepdf.Pdf) -> None:
    """The version and the page are where a reader looks for them, and the identifier depends on the content."""
    saved = [io.BytesIO() for _ in range(2)]
    for number, each in enumerate(saved):
        _written(source, Number=number).save(each)
    with pypdfium2.PdfDocument(saved[0]) as document:
        assert document[0].get_size() == (100, 200)
        assert document.get_version() == 20
    first, second = (_written(source, Number=number).trailer.ID[0] for number in range(2))
    assert bytes(first) != bytes(second)
