"""A bound PDF has one font program for each face, and its appearance and text do not change."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
import pypdfium2
import pytest
import uharfbuzz
from pikepdf import Array, Dictionary, Name
from studypack.pdf.font_merging import merge_fonts, pdf_name
from studypack.typeset.fonts import FACES, Face
from studypack.typeset.layout import lay_out, write

OURS = [face for face in FACES.values() if face.family != "emoji"]
"""The face `emoji` is the same file as `Symbols`."""
NAMES = sorted(map(pdf_name, OURS))
LACKED = "\U0010fff0", "\U0010fff1"
"""Private-use characters, which no font has."""


def _line(face: Face, text: str, size: float) -> str:
    style = f"font: {face.style} {face.weight} {size}pt '{face.family}'"
    return f'<p style="{style}">{text}</p>'


@cache
def _part(text: str, size: float = 10, *names: str) -> bytes:
    """Return a PDF with a line in each of the named faces, or in all faces if none is named."""
    faces = [face for face in OURS if not names or pdf_name(face) in names]
    lines = "".join(_line(face, text, size) for face in faces)
    html = f"<!doctype html><html lang=en><title>Part</title><body>{lines}</body></html>"
    return write(lay_out(html, "@page { size: 140mm 160mm; margin: 8mm } p { margin: 0 0 2mm; opacity: .8 }")).pdf


def _bound(*parts: bytes) -> pikepdf.Pdf:
    book = pikepdf.new()
    for part in parts:
        with pikepdf.open(io.BytesIO(part)) as pages:
            book.pages.extend(pages.pages)
    return book


def _saved(book: pikepdf.Pdf) -> bytes:
    saved = io.BytesIO()
    book.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True, deterministic_id=True)
    return saved.getvalue()


def _merged(*parts: bytes) -> bytes:
    with _bound(*parts) as book:
        merge_fonts(book)
        return _saved(book)


def _seen_and_read(pdf: bytes) -> list[tuple[bytes, str]]:
    """Return the pixels (at scale 2) and the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(page.render(scale=2).to_pil().tobytes(), page.get_textpage().get_text_range()) for page in document]


def _fonts(pdf: bytes) -> list[tuple[str, int]]:
    """Return the name without tag and the program's object number for each font descriptor in a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        all_objects: list[Any] = list(document.objects)
        found = [o for o in all_objects if isinstance(o, Dictionary) and o.get("/Type") == Name.FontDescriptor]
        assert all("/FontFile2" in descriptor for descriptor in found), "a font is not embedded"
        return sorted((str(d.FontName).rpartition("+")[2], d.FontFile2.objgen[0]) for d in found)


def _programs(pdf: bytes) -> list[str]:
    """Return the face's name of each font program in a PDF."""
    return sorted(name for name, _ in set(_fonts(pdf)))


@cache
def _three() -> tuple[bytes, bytes, bytes]:
    """Return parts that differ in size (and so in rounded widths), kinds of spaces, and missing characters."""
    return (
        _part(f"Office affluent: fi 123 (quay) {LACKED[0]}", 5.3),
        _part("Quick brown\N{NO-BREAK SPACE}vixens jump, 45 → 6 …", 9.7),
        _part(f"Żółw na księżycu é à 789 {LACKED[1]} Office", 24),
    )


def test_every_face_is_recognised() -> None:
    """Two parts with a line in every face end up with one program for each, so all names in the PDF are known."""
    parts = _part("Hamburg"), _part("Vulkan")
    assert [name for name, _ in _fonts(parts[0])] == NAMES
    with _bound(*parts) as book:
        assert merge_fonts(book) == len(OURS)
        assert _programs(_saved(book)) == NAMES


def test_pages_look_and_read_as_before() -> None:
    """No pixel and no character changes, although the parts differ in widths, spaces and missing characters."""
    with _bound(*_three()) as book:
        before = _seen_and_read(_saved(book))
    after = _seen_and_read(_merged(*_three()))
    assert len(before) >= 3
    assert [text for _, text in after] == [text for _, text in before]
    assert [pixels for pixels, _ in after] == [pixels for pixels, _ in before]


def test_each_face_is_embedded_once() -> None:
    """Several parts keep one program per face, every font is embedded, and the file is smaller."""
    with _bound(*_three()) as book:
        before = _saved(book)
    after = _merged(*_three())
    assert len(_programs(before)) == 3 * len(OURS)
    assert _programs(after) == NAMES
    assert len(after) < 0.7 * len(before)


def test_fonts_that_agree_become_one() -> None:
    """Parts with the same size and characters share the whole font, not only its program."""
    with _bound(_part("Hamburg", 10, "Inter"), _part("Humbug", 10, "Inter")) as book:
        merge_fonts(book)
        numbers = {font.objgen for page in book.pages for font in page.obj.Resources.Font.values()}
        assert len(numbers) == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("a banana " * 30, 4), ("a banana " * 30, 24)),
        (("caf\N{LATIN SMALL LETTER E WITH ACUTE}", 10), ("cafe\N{COMBINING ACUTE ACCENT}", 10)),
    ],
    ids=["widths", "texts"],
)
def test_what_parts_disagree_on_stays_theirs(one: tuple[str, float], two: tuple[str, float]) -> None:
    """Widths rounded at another size, or another text of a glyph, need a separate font but share the program."""
    with _bound(_part(*one, "Inter-Bold"), _part(*two, "Inter-Bold")) as book:
        before = _seen_and_read(_saved(book))
        assert merge_fonts(book) == 1
        after = _saved(book)
    assert _seen_and_read(after) == before
    with pikepdf.open(io.BytesIO(after)) as book:
        fonts: list[Any] = [font for page in book.pages for font in page.obj.Resources.Font.values()]
        assert len({font.DescendantFonts[0].objgen for font in fonts}) == 2


@pytest.mark.parametrize("name", ["Inter", "JetBrains-Mono", "Source-Serif-Italic"])
def test_a_merged_font_is_what_one_part_would_have_had(name: str) -> None:
    """Tables, glyph count, flags, box and metrics are those of a single part with all the text."""
    texts = "xylophone", "Mé Å WORM"
    whole, merged = _part(" ".join(texts), 10, name), _merged(*(_part(text, 10, name) for text in texts))
    found = []
    for pdf in (whole, merged):
        with pikepdf.open(io.BytesIO(pdf)) as document:
            font: Any = next(iter(document.pages[0].obj.Resources.Font.values()))
            descriptor = font.DescendantFonts[0].FontDescriptor
            face = uharfbuzz.Face(descriptor.FontFile2.read_bytes())
            entries = {k: str(v) for k, v in descriptor.items() if k not in {"/FontName", "/FontFile2"}}
            found.append((face.table_tags, face.glyph_count, entries, int(descriptor.Flags)))
            assert descriptor.FontFile2.Length1 == len(descriptor.FontFile2.read_bytes())
    assert found[0] == found[1]


def test_long_lists_are_broken() -> None:
    """A block of a CMap has at most 100 entries, the limit of the format."""
    letters = [chr(code) for code in range(0xA1, 0x180) if chr(code).isalpha()]
    parts = [_part("".join(some) + LACKED[0], 10, "Inter") for some in (letters[:90], letters[90:])]
    with _bound(*parts) as book:
        assert merge_fonts(book) == 1
        font: Any = next(iter(book.pages[0].obj.Resources.Font.values()))
        for cmap in (font.ToUnicode, font.Encoding):
            blocks = re.findall(rb"(\d+) begin(?:bf|cid)char\n(.*?)end", cmap.read_bytes(), re.DOTALL)
            counts = [int(count) for count, _ in blocks]
            assert counts == [block.count(b"\n") for _, block in blocks]
            assert sum(counts) > max(counts) == 100


def test_the_tag_tells_the_subset() -> None:
    """The tag of six capitals is the same in all three places, and different for different glyphs."""
    tags = set()
    for text in ("Humbug", "Hummel"):
        with _bound(_part("Hamburg", 10, "Inter"), _part(text, 10, "Inter")) as book:
            merge_fonts(book)
            font: Any = next(iter(book.pages[0].obj.Resources.Font.values()))
            cid_font = font.DescendantFonts[0]
            assert font.BaseFont == cid_font.BaseFont == cid_font.FontDescriptor.FontName
            tag, _, name = str(font.BaseFont).lstrip("/").partition("+")
        assert (len(tag), tag.isascii(), tag.isupper(), name) == (6, True, True, "Inter")
        tags.add(tag)
    assert len(tags) == 2


def test_a_second_time_changes_nothing() -> None:
    """Merging a merged document again changes nothing, neither immediately nor after saving."""
    with _bound(*_three()) as book:
        assert merge_fonts(book) == 2 * len(OURS)
        once = _saved(book)
        assert merge_fonts(book) == 0
        assert _saved(book) == once
    with pikepdf.open(io.BytesIO(once)) as again:
        plain = _saved(again)
        assert merge_fonts(again) == 0
        assert _saved(again) == plain


def test_merged_fonts_merge_again() -> None:
    """A merged document can be merged with another part, because the module reads what it writes."""
    one, two, three = _three()
    both = _merged(_merged(one, two), three)
    assert _programs(both) == NAMES
    assert _seen_and_read(both) == _seen_and_read(_merged(one, two, three))


def test_the_same_input_gives_the_same_bytes() -> None:
    """The result does not depend on time or chance."""
    assert _merged(*_three()) == _merged(*_three())


def _renamed(pdf: bytes, new: str) -> bytes:
    """Return a PDF whose fonts are renamed but keep their metrics."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for font in document.pages[0].obj.Resources.Font.values():
            cid_font: Any = font.DescendantFonts[0]
            font.BaseFont = cid_font.BaseFont = cid_font.FontDescriptor.FontName = Name(f"/ABCDEF+{new}")
        return _saved(document)


@pytest.mark.parametrize(
    ("true", "name"), [("Inter-Bold", "Inter-Medium"), ("JetBrains-Mono-Bold", "JetBrains-Mono")], ids=["Inter", "Mono"]
)
def test_a_stranger_of_the_same_name_stays_apart(true: str, name: str) -> None:
    """A font with a face's name and metrics but other glyphs is not merged, because it would change."""
    parts = _part("Hamburg", 10, name), _part("Vulkan", 10, name), _renamed(_part("Hamburg", 10, true), name)
    with _bound(*parts) as book:
        before = _seen_and_read(_saved(book))
        assert merge_fonts(book) == 1
        after = _saved(book)
    assert _programs(after) == [name, name]
    assert _seen_and_read(after) == before


def test_fonts_of_other_metrics_stay_apart() -> None:
    """A font with another ascent than the others keeps its descriptor and its program."""
    with _bound(*(_part(text, 10, "Inter") for text in ("Hamburg", "Vulkan", "Ebene"))) as book:
        for font in book.pages[1].obj.Resources.Font.values():
            font.DescendantFonts[0].FontDescriptor.Ascent = 700
        assert merge_fonts(book) == 1
        ascents = [
            f.DescendantFonts[0].FontDescriptor.Ascent for p in book.pages for f in p.obj.Resources.Font.values()
        ]
        assert ascents == [969, 700, 969]


def test_other_fonts_share_equal_programs_only() -> None:
    """A theme's font is left unchanged, and if two parts embed the same bytes, one copy is kept."""
    same, other = (_renamed(_part(text, 10, "Inter"), "Theme") for text in ("Hamburg", "Vulkan"))
    with _bound(same, other) as book:
        assert merge_fonts(book) == 0
    with _bound(same, same, other) as book:
        before = _seen_and_read(_saved(book))
        assert merge_fonts(book) == 1
        after = _saved(book)
    assert _programs(after) == ["Theme", "Theme"]
    assert _seen_and_read(after) == before


def test_a_font_written_in_another_way_stays() -> None:
    """A font in another form than WeasyPrint's (here, with ranges of texts) is left unchanged."""
    parts = [_part(text, 10, "Inter") for text in ("Hamburg", "Vulkan")]
    with _bound(*parts) as book:
        for font in book.pages[1].obj.Resources.Font.values():
            source = font.ToUnicode.read_bytes()
            font.ToUnicode.write(
                source.replace(b"endcmap", b"1 beginbfrange\n<0f00> <0f01> <0041>\nendbfrange\nendcmap")
            )
        assert merge_fonts(book) == 0


def _in_nested_form(book: pikepdf.Pdf, page: Any, form: Any) -> None:
    outer = book.make_stream(b"/Inner Do", Type=Name.XObject, Subtype=Name.Form, BBox=form.BBox)
    outer.Resources = Dictionary(XObject=Dictionary(Inner=form))
    page.Resources.XObject.Outer = outer


def _in_pattern(book: pikepdf.Pdf, page: Any, form: Any) -> None:
    page.Resources.Pattern = Dictionary(Tiles=form)


def _in_mask(book: pikepdf.Pdf, page: Any, form: Any) -> None:
    page.Resources.ExtGState.Masked = Dictionary(SMask=Dictionary(S=Name.Luminosity, G=form))


def _in_appearance(book: pikepdf.Pdf, page: Any, form: Any) -> None:
    annotation = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, AP=Dictionary(N=Dictionary(On=form)))
    page.Annots = Array([book.make_indirect(annotation)])


@pytest.mark.parametrize("put", [_in_nested_form, _in_pattern, _in_mask, _in_appearance])
def test_fonts_are_found_wherever_they_are_used(put: Callable[[pikepdf.Pdf, Any, Any], None]) -> None:
    """Fonts are found in the resources of nested forms, patterns, soft masks and annotation appearances."""
    with _bound(_part("Hamburg", 10, "Inter")) as book, pikepdf.open(io.BytesIO(_part("Vulkan", 10, "Inter"))) as other:
        put(book, book.pages[0].obj, book.copy_foreign(other.pages[0].as_form_xobject()))
        assert len(_programs(_saved(book))) == 2
        assert merge_fonts(book) == 1
        assert _programs(_saved(book)) == ["Inter"]


def test_a_document_without_fonts_has_nothing_to_merge() -> None:
    """A blank page without resources is left unchanged."""
    with pikepdf.new() as book:
        book.add_blank_page()
        assert merge_fonts(book) == 0
