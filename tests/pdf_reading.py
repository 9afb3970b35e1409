"""PDFs read with engines that did not make them: PDFium for text and pixels, pikepdf for structure."""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as raw
from studypack.typeset.geometry import FOOT_MM, HEAD_MM, points


def page_texts(pdf: bytes) -> list[str]:
    """Return the text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def marked_texts(pdf: bytes) -> list[dict[int, str]]:
    """Return the text of each piece of marked content of each page, by the piece's id."""
    found: list[dict[int, str]] = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            texts, pieces = page.get_textpage(), dict[int, str]()
            for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
                size = raw.FPDFTextObj_GetText(each.raw, texts.raw, None, 0)
                units = (ctypes.c_ushort * (size // 2))()
                raw.FPDFTextObj_GetText(each.raw, texts.raw, units, size)
                number = raw.FPDFPageObj_GetMarkedContentID(each.raw)
                pieces[number] = pieces.get(number, "") + bytes(units)[:-2].decode("utf-16-le")
            found.append(pieces)
    return found


def page_labels(pdf: bytes) -> list[str]:
    """Return the label of each page, as a reader shows it."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [document.get_page_label(number) for number in range(len(document))]


def page_sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Return the sizes of all pages in millimetres."""
    with pypdfium2.PdfDocument(pdf) as document:
        return {tuple(round(points / 72 * 25.4) for points in page.get_size()) for page in document}


def ink(pdf: bytes, number: int = 0) -> list[bool]:
    """Return, for each of 200 bands of a page from top to bottom, whether anything is printed in it."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[number].render(scale=1).to_pil().convert("L")
    height = picture.height
    bands = [(n * height // 200, (n + 1) * height // 200) for n in range(200)]
    return [picture.crop((0, top, picture.width, bottom)).getextrema()[0] < 200 for top, bottom in bands]


def filled(pdf: bytes) -> list[float]:
    """Return for each page of a handbook how far down it is printed, as a share of its text area's height."""
    head, foot = points(HEAD_MM), points(FOOT_MM)
    shares = []
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture = page.render(scale=0.5).to_pil().convert("L")
            top, bottom = round(head / 2), picture.height - round(foot / 2)
            area = picture.crop((0, top, picture.width, bottom)).point(lambda value: 255 if value < 252 else 0)
            box = area.getbbox()
            shares.append(box[3] / area.height if box else 0.0)
    return shares


def part_starts(pdf: bytes) -> list[int]:
    """Return the pages (from 0) that the outline's entries of the first depth lead to."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [entry.get_dest().get_index() for entry in document.get_toc() if entry.level == 0]


def outline(pdf: bytes) -> list[tuple[int, str]]:
    """Return depth (from 0) and title of each entry of the outline."""

    def walk(items: Any, depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield depth, str(item.title)
            yield from walk(item.children, depth + 1)

    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as tree:
        return list(walk(tree.root, 0))


def fonts(pdf: bytes) -> set[str]:
    """Return the names of all embedded fonts, without the prefix of subsets."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = (o for o in document.objects if isinstance(o, pikepdf.Dictionary))
        return {str(o.FontName).split("+")[-1] for o in found if o.get("/Type") == "/FontDescriptor"}


def links(pdf: bytes) -> tuple[list[str], list[str]]:
    """Return the names that internal links go to, and the names that exist as destinations."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        wanted = [
            str(annotation.Dest)
            for page in document.pages
            for annotation in page.get("/Annots", [])
            if annotation.get("/Dest") is not None
        ]
        tree = pikepdf.NameTree(document.Root.Names.Dests)
        return wanted, list(tree.keys())


class Lettering(NamedTuple):
    """How letters of pages look: their size in points, their colour, the colour around them, and some of them."""

    size: float
    contrast: float
    text: str


def lettering(pdf: bytes) -> Iterator[Lettering]:
    """Yield each look of the letters of pages, without those inside figures; contrast is WCAG's ratio."""
    seen: dict[tuple[float, tuple[int, ...]], None] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            picture, texts = None, page.get_textpage()
            for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
                size, rgb = ctypes.c_float(), [ctypes.c_uint() for _ in range(4)]
                assert raw.FPDFTextObj_GetFontSize(each.raw, size)
                assert raw.FPDFPageObj_GetFillColor(each.raw, *rgb)
                matrix, colour = each.get_matrix(), tuple(value.value for value in rgb[:3])
                points = size.value * math.hypot(matrix.c, matrix.d)
                words = (ctypes.c_ushort * 60)()
                length = raw.FPDFTextObj_GetText(each.raw, texts.raw, words, 120) // 2 - 1
                text = "".join(map(chr, words[: min(length, 60)]))
                if text.strip() and (key := (round(points, 1), colour)) not in seen:
                    seen[key] = None
                    picture = picture or page.render(scale=2).to_pil().convert("RGB")
                    left, bottom, right, top = (2 * value for value in each.get_bounds())
                    box = (left - 1, picture.height - top - 1, right + 1, picture.height - bottom + 1)
                    around = picture.crop(tuple(map(round, box))).getcolors(1 << 20) or []
                    ground = max((count, each) for count, each in around if each != colour)[1]
                    yield Lettering(key[0], _contrast(colour, ground), text)


def _contrast(one: Sequence[int], other: Sequence[int]) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Sequence[int]) -> float:
    """Return the relative luminance of sRGB (WCAG 2.2)."""
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
