"""Flash cards as finished files: what is where on fronts and backs, read by engines that did not make them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageOps
from studypack.errors import BuildError
from studypack.jobs.cache import Cache
from studypack.jobs.executor import JobExecutor
from studypack.pdf.crop_marks import Area
from studypack.pdf.structure import elements, kids
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext, Rendered
from studypack.products.job import ProductJob
from studypack.products.options import Options
from studypack.typeset.geometry import points
from studypack.typeset.themes import OWN, Theme

from tests.making import authored, make_set, question, sentence

HAIR = points(0.1)


def _fact(number: int) -> dict[str, Any]:
    return {"id": f"fact-{number}", "front": f"What is fact number {number}?", "back": f"It is number {number}."}


class Maker:
    """Makes flash cards; parts that were typeset before come from a cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._executor = JobExecutor(1, Cache(folder / "cache"))

    def facts(self, count: int, **options: Any) -> bytes:
        """Return the file of so many facts."""
        content = authored(1, questions=[question(0, "topic-0", cards=[_fact(n) for n in range(1, count + 1)])])
        return self.rendered(content, cards=["fact"], **options).content

    def rendered(self, content: dict[str, Any], theme: Theme = OWN, **options: Any) -> Rendered:
        """Return the flash cards of a set, proved to be complete."""
        whole = make_set(self._folder, content)
        chosen = Options.of(["flashcards"], **options)
        return (
            ProductJob("flashcards", PackContext(whole, whole, chosen, theme, submit=self._executor.submit))
            .run()
            .rendered
        )


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("cards"))


class Card:
    """A card of a finished file: its id, and page (from 0) and area of both sides, as the outline has them."""

    def __init__(self, item: Any, pages: dict[tuple[int, int], int]) -> None:
        self.id = str(item.title)
        self.front = self._framed(item, pages)
        self.back = self._framed(item.children[0], pages)

    @staticmethod
    def _framed(item: Any, pages: dict[tuple[int, int], int]) -> tuple[int, Area]:
        page, kind, *sides = item.destination
        assert kind == "/FitR"
        return pages[page.objgen], Area(*map(float, sides))


def _cards(pdf: bytes) -> list[Card]:
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        return [Card(item, pages) for group in outline.root for item in group.children]


def _sheets(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document) // 2


def _characters(pdf: bytes) -> Iterator[tuple[int, Area]]:
    """Yield page and box of each character that is drawn."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            for place in range(text.count_chars()):
                if text.get_text_range(place, 1).strip():
                    yield number, Area(*text.get_charbox(place))


@cache
def _picture(pdf: bytes, number: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        drawn: Image.Image = document[number].render(scale=1).to_pil().convert("L")
    return drawn


def _inked(picture: Image.Image, area: Area) -> bool:
    """Return whether anything is printed inside an area, well away from its edges."""
    inset = points(5)
    top, bottom = picture.height - area.top + inset, picture.height - area.bottom - inset
    inside = picture.crop((round(area.left + inset), round(top), round(area.right - inset), round(bottom)))
    return min(inside.tobytes()) < 200


@pytest.mark.parametrize("count", [1, 7, 8, 9])
def test_fronts_and_backs_alternate(maker: Maker, count: int) -> None:
    """Each card is on pages 2k − 1 and 2k, in places that mirror each other; its id is printed on both."""
    pdf = maker.facts(count)
    cards = _cards(pdf)
    assert [card.id for card in cards] == [f"question-0/fact-{n}" for n in range(1, count + 1)]
    assert _sheets(pdf) == -(-count // 8)
    with pypdfium2.PdfDocument(pdf) as document:
        for number, card in enumerate(cards):
            (page, front), (behind, back) = card.front, card.back
            assert (page, behind) == (2 * (number // 8), 2 * (number // 8) + 1)
            width = document[page].get_width()
            assert (back.left, back.bottom) == pytest.approx((width - front.right, front.bottom), abs=HAIR)
            assert (back.right, back.top) == pytest.approx((width - front.left, front.top), abs=HAIR)
            for of, area in (card.front, card.back):
                assert card.id in document[of].get_textpage().get_text_bounded(*area)
            assert f"fact number {number + 1}?" in document[page].get_textpage().get_text_bounded(*front)
            assert f"It is number {number + 1}." in document[behind].get_textpage().get_text_bounded(*back)


@pytest.mark.parametrize("size", ["a8", "avery-8373"])
def test_no_glyph_is_near_a_cut(maker: Maker, size: str) -> None:
    """Every character lies within a card, at least 5 mm from its edges, on fronts and backs."""
    pdf = maker.facts(3, card_size=size)
    areas: dict[int, list[Area]] = {}
    for card in _cards(pdf):
        for page, area in (card.front, card.back):
            areas.setdefault(page, []).append(area)
    found = list(_characters(pdf))
    assert len(found) > 200
    near = points(5)
    for page, box in found:
        assert any(
            area.left + near <= box.left
            and box.right <= area.right - near
            and area.bottom + near <= box.bottom
            and box.top <= area.top - near
            for area in areas[page]
        )


@pytest.mark.parametrize("flip", ["long", "short"])
@pytest.mark.parametrize("size", ["a7", "a8"])
def test_a_turned_sheet_shows_each_back_behind_its_front(maker: Maker, flip: str, size: str) -> None:
    """The back, drawn and turned as the printer turns it, has ink behind the fronts of cards and nowhere else."""
    pdf = maker.facts(3, flip=flip, card_size=size)
    front, back = (_picture(pdf, number) for number in (0, 1))
    around_height = (flip == "long") == (front.height > front.width)
    seen = ImageOps.mirror(back) if around_height else ImageOps.flip(back)
    cards = _cards(pdf)
    assert all(_inked(front, card.front[1]) and _inked(seen, card.front[1]) for card in cards)
    blank = Image.new("L", front.size, 255)
    for card in cards:
        area = card.front[1]
        box = (round(area.left), round(front.height - area.top), round(area.right), round(front.height - area.bottom))
        seen.paste(blank.crop(box), box)
    assert ImageChops.invert(seen).getbbox() is None


def _marks(pdf: bytes, number: int) -> list[tuple[float, ...]]:
    """Return the lines that a page draws itself, outside its forms."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[number]
        page.contents_coalesce()
        source = page.obj.Contents.read_bytes().decode()
    numbers = r"([-\d.]+) ([-\d.]+)"
    return [tuple(map(float, line)) for line in re.findall(rf"^{numbers} m {numbers} l S$", source, re.MULTILINE)]


def test_marks_are_on_the_cuts_of_fronts_alone(maker: Maker) -> None:
    """Crop marks lie on cuts, between cards or outside them; backs and stock have none."""
    pdf = maker.facts(10, card_size="85x55")
    marks = _marks(pdf, 0)
    areas = [card.front[1] for card in _cards(pdf)]
    across = {edge for area in areas for edge in (area.left, area.right)}
    up = {edge for area in areas for edge in (area.bottom, area.top)}
    for x0, y0, x1, y1 in marks:
        assert any(x0 == x1 == pytest.approx(cut, abs=HAIR) for cut in across) or any(
            y0 == y1 == pytest.approx(cut, abs=HAIR) for cut in up
        )
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        assert not any(a.left + 1 < middle[0] < a.right - 1 and a.bottom + 1 < middle[1] < a.top - 1 for a in areas)
    assert len(marks) > 12
    assert _marks(pdf, 1) == []
    assert _marks(maker.facts(3, card_size="avery-8373"), 0) == []


def test_backs_are_shifted(maker: Maker) -> None:
    """The backs move to the right and down by the given millimetres, the fronts stay."""
    straight, shifted = (_cards(maker.facts(3, **more)) for more in ({}, {"shift": "1.5,-1"}))
    for before, after in zip(straight, shifted, strict=True):
        assert after.front == before.front
        old, new = before.back[1], after.back[1]
        moved = (points(1.5), points(1))
        assert (new.left - old.left, new.bottom - old.bottom) == pytest.approx(moved, abs=HAIR)


def test_calibration_comes_first(maker: Maker) -> None:
    """With --calibrate a sheet with the same crosses on both sides precedes the cards."""
    pdf = maker.facts(3, calibrate=True)
    front, back = _marks(pdf, 0), _marks(pdf, 1)
    assert len(front) > 100
    assert front == back
    assert [card.front[0] for card in _cards(pdf)] == [2, 2, 2]
    with pypdfium2.PdfDocument(pdf) as document:
        assert "--shift" in document[1].get_textpage().get_text_range()


LONG = "\n\n".join(f"Paragraph {n}: " + "a lease outlives its owner while readers wait. " * 4 for n in range(6))


@pytest.fixture(scope="module")
def mixed(maker: Maker) -> Rendered:
    """Return the cards of a set with every kind of content."""
    clozes = [{"id": "gaps", "cloze": "A {{c1::mutex with {{c2::one}} owner}} in `x = {{c2::lock()}}`"}]
    facts = [{"id": "code", "front": "Why?\n\n```py\nprint(1)\n```", "back": "$$x = \\frac{1}{2}$$"}]
    choices = [{"text": "A lock", "correct": True, "feedback": "It has an owner."}, {"text": "A latch"}]
    content = authored(
        4,
        questions=[
            question(0, "topic-0", cards=facts + clozes),
            question(1, "topic-0", choices=choices),
            {"id": "long", "question": "What is long?", "topic": "topic-0", "answer": LONG},
            {"id": "bare", "question": "Is there an answer?", "topic": "topic-0"},
        ],
        glossary=[{"id": "lease", "term": "lease", "definition": "A lock that ends by itself.", "question": "bare"}],
    )
    return maker.rendered(content)


def test_every_kind_of_card_is_there(mixed: Rendered) -> None:
    """Questions, facts, a card for each gap, and terms follow each other as in the set."""
    ids = [card.id for card in _cards(mixed.content)]
    own = ["question-0", "question-0/code", "question-0/gaps:1", "question-0/gaps:2", "question-1"]
    assert ids[:5] == own
    assert ids[-2:] == ["bare", "term:lease"]


def _texts(pdf: bytes, card: str) -> tuple[str, str]:
    """Return what is printed on front and back of a card."""
    (found,) = [each for each in _cards(pdf) if each.id == card]
    with pypdfium2.PdfDocument(pdf) as document:
        sides = (document[page].get_textpage().get_text_bounded(*area) for page, area in (found.front, found.back))
        front, back = (" ".join(side.split()) for side in sides)
    return front, back


def test_a_gap_is_asked_in_front_and_filled_behind(mixed: Rendered) -> None:
    """The front of a cloze card does not have the words that it asks for; the back has the whole text."""
    front, back = _texts(mixed.content, "question-0/gaps:2")
    assert "A mutex with owner in x =" in front
    assert "lock()" not in front
    assert "A mutex with one owner in x = lock()" in back


def test_choices_are_offered_in_front_and_solved_behind(mixed: Rendered) -> None:
    """A multiple-choice card offers lettered choices, and its back names the correct ones with their feedback."""
    front, back = _texts(mixed.content, "question-1")
    assert "A lock" in front
    assert "B A latch" in front
    assert "Correct: A" in back
    assert "It has an owner." in back
    assert "latch" not in back


def test_a_long_card_continues(mixed: Rendered) -> None:
    """What does not fit at 9 pt continues on further cards with the same front; nothing is clipped or left out."""
    pieces = [card.id for card in _cards(mixed.content) if card.id.startswith("long ")]
    assert len(pieces) > 1
    assert pieces == [f"long {n}/{len(pieces)}" for n in range(1, len(pieces) + 1)]
    sides = [_texts(mixed.content, piece) for piece in pieces]
    assert all("What is long?" in front for front, _ in sides)
    backs = "".join("".join(back.split()) for _, back in sides)
    assert all(f"Paragraph{n}:" in backs for n in range(6))
    assert "too long for one card, and continued: long" in mixed.remarks[1]


@pytest.mark.parametrize("words", [5, 25, 40])
def test_a_figure_and_its_caption_are_on_one_card(words: int, tmp_path: Path) -> None:
    """However long the caption is; the text before them may be on another one."""
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="357" height="357"><path d="M9 9h339v339h-339z"/></svg>'
    (tmp_path / "square.svg").write_text(picture, "utf-8")
    exhibits = [{"id": "square", "figure": "square.svg", "alt": "A square", "caption": sentence(1, words)}]
    cards = [{"id": "draw", "front": "Draw it.", "draw": "square", "back": sentence(2, 30)}]
    content = authored(1, questions=[question(0, "topic-0", exhibits=exhibits, cards=cards)])
    pdf = Maker(tmp_path).rendered(content, cards=["fact"]).content
    assert [card.id for card in _cards(pdf)] == ["question-0/draw 1/2", "question-0/draw 2/2"]


def test_no_type_is_smaller_than_the_floor(mixed: Rendered) -> None:
    """Texts are never below 9 pt, heads and feet never below 7 pt; code is set in proportion."""
    sizes = set()
    with pypdfium2.PdfDocument(mixed.content) as document:
        for page in document:
            text = page.get_textpage()
            for place in range(text.count_chars()):
                if text.get_text_range(place, 1).strip():
                    sizes.add(round(pypdfium2.raw.FPDFText_GetFontSize(text, place), 2))
    assert min(sizes) >= 6.9


def test_tags_lead_to_the_texts_of_cards(mixed: Rendered) -> None:
    """Every tagged piece of text belongs to one element, by way of the form in which it is drawn."""
    with pikepdf.open(io.BytesIO(mixed.content)) as document:
        tagged = [
            (kid.Stm.objgen, int(kid.MCID))
            for element in elements(kids(document.Root.StructTreeRoot))
            for kid in kids(element)
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/MCR"
        ]
        drawn = [
            (form.objgen, int(number))
            for page in document.pages
            for form in page.obj.Resources.XObject.values()
            for number in re.findall(rb"/MCID (\d+)", form.read_bytes())
        ]
    assert len(drawn) > 50
    assert sorted(tagged) == sorted(drawn)


def test_a_template_that_drops_something_is_refused(maker: Maker) -> None:
    """The proof finds the back of a fact that a theme's template leaves out."""
    theme = Theme("theirs", {"flashcards/fact-back.html.j2": "<p>Nothing.</p>"})
    content = authored(1, questions=[question(0, "topic-0", cards=[_fact(1)])])
    with pytest.raises(BuildError, match=r'the flash cards is missing "It is number 1\."'):
        maker.rendered(content, theme, cards=["fact"])


def test_kinds_that_there_are_not(maker: Maker) -> None:
    """A build of cards that no selected question has is refused with the kinds that were asked for."""
    with pytest.raises(BuildError, match="there are no cards of these kinds: cloze, term"):
        maker.rendered(authored(1), cards=["cloze,term"])


def test_a_question_without_cards_of_a_kind_is_absent(tmp_path: Path) -> None:
    """Whether a question counts as shown depends on the kinds that were asked for."""
    product = PRODUCTS["flashcards"]
    (with_fact,) = make_set(tmp_path, authored(1, questions=[question(0, "topic-0", cards=[_fact(1)])])).questions
    assert product.holds(with_fact, Options.of(cards=["fact"]))
    assert not product.holds(with_fact, Options.of(cards=["cloze"]))
    assert product.holds(with_fact)
