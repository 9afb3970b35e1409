"""The grid of the handbook's pages, measured in their pixels (PDFium): margins, measure, safe area, thumb marks."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Final

import pypdfium2
import pytest
from PIL import Image
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.typeset.geometry import BLOCK_MM, Paper

from tests.making import authored, make_set, only, sentence
from tests.thorough import few

DPI: Final = 200
NEAR: Final = 0.35
"""Millimetres by which edges may differ: a letter's side bearing, and half a pixel."""
SAFE_MM: Final = 5.0
"""Nothing is printed nearer to the paper's edges: most printers reach that far."""
HEADS_MM: Final = (18.0, 19.0)
"""From the paper's edges: where running heads end and folios begin."""
THUMB_MM: Final = 5.0
"""The width of a thumb mark."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom of what is printed, in millimetres from the page's top left corner."""


@dataclass(frozen=True)
class Sheet:
    """A page as it is printed."""

    label: str
    text: str
    picture: Image.Image

    @property
    def right_hand(self) -> bool:
        return self.label.isdigit() and int(self.label) % 2 == 1

    def ink(self, left: float, top: float, right: float, bottom: float, lightest: int = 160) -> Box | None:
        """Return what is printed in a part of the page, in greys up to the lightest; None if it is blank."""
        corner = _pixels(left), _pixels(top)
        far = min(self.picture.width, _pixels(right)), min(self.picture.height, _pixels(bottom))
        box = self.picture.crop((*corner, *far)).point(lambda value: 255 if value <= lightest else 0).getbbox()
        if box is None:
            return None
        x, y = corner
        return _mm(x + box[0]), _mm(y + box[1]), _mm(x + box[2]), _mm(y + box[3])


def _pixels(mm: float) -> int:
    return round(mm / 25.4 * DPI)


def _mm(pixels: float) -> float:
    return pixels / DPI * 25.4


@dataclass(frozen=True)
class Book:
    """A printed handbook."""

    paper: Paper
    simplex: bool
    sheets: list[Sheet]

    @property
    def size(self) -> tuple[float, float]:
        return self.paper.page.width, self.paper.page.height

    @property
    def chapters(self) -> list[Sheet]:
        """The pages of chapters, without those for notes."""
        return [sheet for sheet in self.sheets if sheet.label.isdigit() and "matter" in sheet.text]

    def left_margin(self, sheet: Sheet) -> float:
        """Return how far the text stands from the left edge, in millimetres."""
        inner, outer = self.paper.page.margins(simplex=self.simplex)
        return inner if sheet.right_hand else outer

    def text(self, sheet: Sheet) -> Box:
        """Return where the text of a page stands, without head, folio and thumb mark."""
        width, height = self.size
        edge = SAFE_MM + THUMB_MM + 1
        box = sheet.ink(edge, HEADS_MM[0], width - edge, height - HEADS_MM[1])
        assert box is not None
        return box


@pytest.fixture(scope="module", params=few(["a4", "letter", "a4-simplex", "letter-simplex"], "a4", "letter-simplex"))
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a small handbook of three chapters, each with questions on left-hand and on right-hand pages."""
    name, _, simplex = request.param.partition("-")
    return _book(tmp_path_factory.mktemp("grid"), Paper(name), bool(simplex))


@functools.cache
def _book(folder: object, paper: Paper, simplex: bool) -> Book:
    content = authored(9, per_topic=3, introduction=sentence(1, 90))
    whole = make_set(folder, content)  # type: ignore[arg-type]
    pdf = PRODUCTS["handbook"].render(PackContext(whole, whole, only(paper=paper, simplex=simplex))).content
    with pypdfium2.PdfDocument(pdf) as document:
        sheets = [
            Sheet(
                document.get_page_label(number),
                page.get_textpage().get_text_range(),
                page.render(scale=DPI / 72, grayscale=True).to_pil(),
            )
            for number, page in enumerate(document)
        ]
    return Book(paper, simplex, sheets)


def test_margins_are_mirrored_around_one_measure(book: Book) -> None:
    """Both columns are 176 mm wide on every page, in the margins of its side; for one side, centred."""
    assert len(book.chapters) >= 6
    assert {sheet.right_hand for sheet in book.chapters} == {True, False}
    for sheet in book.chapters:
        left, _, right, _ = book.text(sheet)
        margin = book.left_margin(sheet)
        assert left >= margin - NEAR, sheet.label
        assert right <= margin + BLOCK_MM + NEAR, sheet.label
    lefts = [book.text(s)[0] - book.left_margin(s) for s in book.chapters if "1st" in s.text and "Recall" not in s.text]
    assert lefts == [pytest.approx(0, abs=NEAR)] * len(lefts)
    rights = [
        book.text(s)[2] - book.left_margin(s) for s in book.chapters if "1st" in s.text and "Recall" not in s.text
    ]
    assert rights == [pytest.approx(BLOCK_MM, abs=NEAR)] * len(rights)
    assert len(rights) >= 6


def test_text_stays_between_head_and_foot(book: Book) -> None:
    """No line of text comes into the margins above and below, and full pages use what is between them."""
    above, below = book.paper.page.head, book.paper.page.foot
    boxes = [book.text(sheet) for sheet in book.chapters]
    assert all(top >= above - NEAR for _, top, *_ in boxes)
    assert all(bottom <= book.size[1] - below + NEAR for *_, bottom in boxes)
    assert min(top for _, top, *_ in boxes) < above + 5
    assert max(bottom for *_, bottom in boxes) > book.size[1] - below - 50  # an answer is not broken to fill a page


def test_nothing_is_printed_outside_the_safe_area(book: Book) -> None:
    """The outermost 5 mm of every page are blank, on every kind of page."""
    width, height = book.size
    safe = SAFE_MM - 0.1
    for sheet in book.sheets:
        assert (sheet.picture.width, sheet.picture.height) == pytest.approx((_pixels(width), _pixels(height)), abs=1)
        strips: tuple[Box, ...] = (
            (0, 0, width, safe),
            (0, height - safe, width, height),
            (0, 0, safe, height),
            (width - safe, 0, width, height),
        )
        for strip in strips:
            assert sheet.ink(*strip, 254) is None, (sheet.label, strip)


def test_thumb_marks_step_down_the_outer_edge(book: Book) -> None:
    """Each page of a chapter has its mark, 5 mm from the outer edge; those of later chapters are below."""
    width, height = book.size
    places: dict[str, set[tuple[float, float]]] = {}
    for sheet in book.chapters:
        outer_right = sheet.right_hand or book.simplex
        strips = [(0.0, 0.0, SAFE_MM + THUMB_MM + 1, height), (width - SAFE_MM - THUMB_MM - 1, 0.0, width, height)]
        inner, outer = strips if outer_right else strips[::-1]
        assert sheet.ink(*inner) is None, sheet.label
        box = sheet.ink(*outer)
        assert box is not None, sheet.label
        expected = width - SAFE_MM - THUMB_MM if outer_right else SAFE_MM
        assert (box[0], box[2]) == pytest.approx((expected, expected + THUMB_MM), abs=NEAR)
        chapter = next(topic for topic in ("Topic 0", "Topic 1", "Topic 2") if _chapter(book, sheet) == topic)
        places.setdefault(chapter, set()).add((round(box[1]), round(box[3])))
    assert [len(places[chapter]) for chapter in sorted(places)] == [1, 1, 1]
    tops = [next(iter(places[chapter])) for chapter in sorted(places)]
    assert all(above[1] < below[0] for above, below in itertools.pairwise(tops))
    assert all(SAFE_MM < top < bottom < height - SAFE_MM for top, bottom in tops)


def _chapter(book: Book, sheet: Sheet) -> str:
    """Return the topic of a page: that of the last opener before it."""
    before = book.sheets[: book.sheets.index(sheet) + 1]
    opener = next(sheet for sheet in reversed(before) if "Summary." in sheet.text)
    return next(f"Topic {n}" for n in range(3) if f"Topic {n}" in opener.text)


def test_heads_and_folios_stand_over_the_outer_edge_of_the_text(book: Book) -> None:
    """On a right-hand page both end where the text ends, on a left-hand page both begin where it begins."""
    width, height = book.size
    edge = SAFE_MM + THUMB_MM + 1
    for sheet in book.chapters:
        for strip in (
            (edge, 0.0, width - edge, HEADS_MM[0]),
            (edge, height - HEADS_MM[1], width - edge, height),
        ):
            box = sheet.ink(*strip)
            assert box is not None, sheet.label
            margin = book.left_margin(sheet)
            if sheet.right_hand or book.simplex:
                assert box[2] == pytest.approx(margin + BLOCK_MM, abs=2 * NEAR), sheet.label
            else:
                assert box[0] == pytest.approx(margin, abs=2 * NEAR), sheet.label
            assert box[0] >= margin - NEAR
            assert box[2] <= margin + BLOCK_MM + NEAR
