"""The cheat sheet: one page with every question and as much about each as fits."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from studypack.products.cheatsheet import CheatSheet
from studypack.products.cheatsheet.fragments import fragments
from studypack.products.cheatsheet.galley import GAP, HEADER, MARGIN, Galley
from studypack.products.cheatsheet.planning import plan
from studypack.products.interface import PackContext, Rendered
from studypack.products.proof import letters
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.typeset.geometry import Paper

from tests import pdf_reading as read
from tests.making import authored, make_set, only, proved, sentence
from tests.thorough import few

TABLE = "| Name | Cost |\n|---|---|\n| hash table | O(1) |"
NEAR = 1.0
"""The distance that a letter may extend outside its line, in points: its side bearing."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    """Return a set that is too large for one page, with a table that nobody prefers."""
    content = authored(28)
    content["questions"][5]["exhibits"] = [{"table": TABLE, "caption": "Costs"}]
    return make_set(tmp_path_factory.mktemp("sheet"), content)


@pytest.fixture(scope="module")
def sheet_of_many(many: QuestionSet) -> Rendered:
    return _render(many)


def _render(selected: QuestionSet, paper: Paper = Paper.A4) -> Rendered:
    return CheatSheet().render(PackContext(selected, selected, only(paper=paper)))


def _assert_one_full_page(selected: QuestionSet, rendered: Rendered, least: float) -> None:
    assert len(read.page_texts(rendered.content)) == 1
    assert proved("cheatsheet", rendered.content, selected).problems == ()
    bands = read.ink(rendered.content)
    last = max(n for n, printed in enumerate(bands) if printed)
    assert last / len(bands) >= least
    assert rendered.warnings == ()


@pytest.mark.parametrize("paper", few(Paper, Paper.A4))
def test_many_questions_fill_one_page(many: QuestionSet, sheet_of_many: Rendered, paper: Paper) -> None:
    """Twenty-eight questions fill one page to the bottom."""
    rendered = sheet_of_many if paper is Paper.A4 else _render(many, paper)
    _assert_one_full_page(many, rendered, 0.93)
    assert read.page_sizes(rendered.content) == {(210, 297) if paper is Paper.A4 else (216, 279)}


def test_what_had_no_room_is_told(many: QuestionSet, sheet_of_many: Rendered) -> None:
    """Key points that were left out are listed by question, and those on the sheet are not."""
    text = letters("".join(read.page_texts(sheet_of_many.content)))
    for q in many.questions:
        left_out = sheet_of_many.left_out.get(q.id, "")
        for number, point in enumerate(q.key_points, 1):
            assert (letters(point) in text) != (f"key point {number}" in left_out.split(", "))


def test_an_exhibit_waits_for_key_points(sheet_of_many: Rendered) -> None:
    """One that nobody prefers is not taken where key points have no room."""
    assert "hash table" not in "".join(read.page_texts(sheet_of_many.content))


def test_no_question_is_favoured(many: QuestionSet, sheet_of_many: Rendered) -> None:
    """Key points are taken in rounds: none has three more than another, who may stand in a column that is full."""
    left_out = [sheet_of_many.left_out.get(q.id, "").count("key point") for q in many.questions]
    assert max(left_out) > 0
    assert max(left_out) - min(left_out) <= 2


def test_shorter_points_that_must_be_said_come_first(tmp_path: Path) -> None:
    """Of the first three the shortest is taken first; one that is shorter but comes later waits for all of them."""
    content = authored(40)
    for n, question in enumerate(content["questions"]):
        question["key_points"] = [sentence(n, 28), f"Stay awake {n}.", sentence(n + 100, 24), f"Late {n}."]
    text = letters("".join(read.page_texts(_render(make_set(tmp_path, content)).content)))
    first, short, third, late = (
        sum(letters(q["key_points"][n]) in text for q in content["questions"]) for n in range(4)
    )
    assert short == len(content["questions"])
    assert first < third
    assert late < short


def test_a_question_is_not_divided_between_columns(many: QuestionSet) -> None:
    """Each column of a full sheet begins with a question, not with a point of one in the column before."""
    planned = plan(PackContext(many, many), 1)
    assert planned is not None
    assert [planned[0].groups[column[0].key][0].kind for column in planned[0].columns] == ["head"] * 3


def test_few_questions_are_set_larger_and_richer(tmp_path: Path) -> None:
    """Three questions get large type and their answers, and fill most of the page."""
    three = make_set(tmp_path, authored(3))
    rendered = _render(three)
    assert rendered.left_out == {}
    _assert_one_full_page(three, rendered, 0.8)


def test_a_single_question_is_a_sheet(tmp_path: Path) -> None:
    """One question is one page."""
    one = select(make_set(tmp_path, authored(3)), Criteria(ids=("Q2",)))
    assert len(read.page_texts(_render(one).content)) == 1


def test_too_many_questions_become_a_page_for_each_topic(tmp_path: Path) -> None:
    """If even the takeaways at 6 pt do not fit on one page, each topic has its own page, and a remark says so."""
    content = authored(105, per_topic=35)
    for question in content["questions"]:
        question["takeaway"] = (
            "A takeaway that needs two lines of the sheet, at any size, whatever else might have been left out of it"
        )
        question |= {"answer": "So.", "key_points": []}
    too_many = make_set(tmp_path, content)
    made = _render(too_many)
    assert made.amount == len(read.page_texts(made.content)) == 3
    assert made.remarks[0].startswith("one page is too small for the selection: 3 pages")
    proof = proved("cheatsheet", made, too_many)
    assert (proof.problems, len(proof.found)) == ((), 105)


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """A second rendering is the same file."""
    some = make_set(tmp_path, authored(6))
    assert _render(some).content == _render(some).content


@pytest.mark.parametrize(("count", "flag", "there"), [(40, True, True), (8, None, True), (8, False, False)])
def test_exhibits_are_taken_as_their_author_wants(tmp_path: Path, count: int, flag: bool | None, there: bool) -> None:
    """`true` prefers one to key points, `false` excludes it, and without either it is taken if there is room."""
    content = authored(count)
    flagged = {} if flag is None else {"cheatsheet": flag}
    content["questions"][0]["exhibits"] = [{"table": TABLE, "caption": "Costs"} | flagged]
    rendered = _render(make_set(tmp_path, content))
    assert ("hash table" in "".join(read.page_texts(rendered.content))) == there
    assert "table “Costs”" not in str(rendered.left_out)


def _drawing(type_size: float) -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="357pt" height="60pt" viewBox="0 0 357 60">'
        f'<text x="5" y="30" font-size="{type_size}">drawn</text></svg>'
    ).encode()


WIDE = "| " + " | ".join(f"Heading{n}" * 2 for n in range(5)) + " |\n" + "|---" * 5 + "|\n" + "| cell " * 5 + "|"
TOO_WIDE = "| " + " | ".join(f"Heading{n}" * 3 for n in range(6)) + " |\n" + "|---" * 6 + "|\n" + "| cell " * 6 + "|"

TIGHT = "| " + " | ".join(f"Column{n}" for n in range(8)) + " |\n" + "|---" * 8 + "|\n" + "| n log n " * 8 + "|"


@pytest.mark.parametrize(
    ("exhibit", "wide"),
    [
        ({"table": TABLE}, False), ({"table": WIDE}, True), ({"table": TOO_WIDE}, None), ({"table": TIGHT}, True),
        ({"figure": "12.svg", "alt": "a"}, False), ({"figure": "8.svg", "alt": "a"}, True),
        ({"figure": "4.svg", "alt": "a"}, None),
        ({"listing": "short.py"}, False), ({"listing": "long.py"}, None),
    ],
    ids=lambda value: str(value)[:25],
)  # fmt: skip  # a table
def test_exhibits_are_as_wide_as_they_can_be_read(tmp_path: Path, exhibit: dict[str, str], wide: bool | None) -> None:
    """In one column, across two, or not at all: no cell over the next column, no type below 5.5 pt, nothing broken."""
    for size in (12, 8, 4):
        (tmp_path / f"{size}.svg").write_bytes(_drawing(size))
    (tmp_path / "short.py").write_text("count = 1\n")
    (tmp_path / "long.py").write_text(f"count = {' + '.join(map(str, range(40)))}\n")
    content = authored(1)
    content["questions"][0]["exhibits"] = [exhibit | {"caption": "Shown"}]
    whole = make_set(tmp_path, content)
    (fragment,) = [f for f in fragments(whole.questions[0], "en") if f.kind == "exhibit"]
    galley = Galley(PackContext(whole, whole), [fragment], 7.0)
    assert galley.legible(fragment) == (wide is not None)
    assert galley.wide(fragment) == bool(wide)


def test_the_back_has_exhibits_and_what_is_left(many: QuestionSet, sheet_of_many: Rendered) -> None:
    """On two sides the front has all questions and no exhibit; the back names the question that each belongs to."""
    rendered = CheatSheet().render(PackContext(many, many, only(sides="2")))
    front, back = read.page_texts(rendered.content)
    assert ("hash table" in front, "hash table" in back) == (False, True)
    assert "Q6 What would you say about matter 5" in back
    assert proved("cheatsheet", rendered, many).problems == ()
    assert len(str(rendered.left_out)) < len(str(sheet_of_many.left_out))


def test_a_sheet_that_needs_no_back_has_none(tmp_path: Path) -> None:
    """Two sides are one page if everything fits on it."""
    whole = make_set(tmp_path, authored(1))
    assert CheatSheet().render(PackContext(whole, whole, only(sides="2"))).amount == 1


def test_prose_has_its_label(tmp_path: Path) -> None:
    """Where answer and guidance appear, they are named with the set's own labels."""
    content = authored(1, labels={"guidance": "What counts"})
    content["questions"][0]["guidance"] = "Say why."
    text = "".join(read.page_texts(_render(make_set(tmp_path, content)).content))
    assert "Answer" in text
    assert "What counts" in text


def _columns(sheet: bytes) -> list[float]:
    """Return the left edge of each column in points: that is where the outline's entries lead to."""
    with pikepdf.open(io.BytesIO(sheet)) as document, document.open_outline() as outline:
        entries: list[Any] = [entry for topic in outline.root for entry in topic.children]
        return sorted({float(entry.destination[2]) for entry in entries})


def _letters(sheet: bytes) -> list[tuple[str, float, float]]:
    """Return each letter below the title line, with its left and right edge in points."""
    with pypdfium2.PdfDocument(sheet) as document:
        page = document[0]
        text = page.get_textpage()
        boxes = [(text.get_text_range(n, 1), text.get_charbox(n)) for n in range(text.count_chars())]
        top = page.get_height() - MARGIN - HEADER
        return [(letter, left, right) for letter, (left, _, right, above) in boxes if letter.strip() and above <= top]


def test_text_stays_inside_its_column(tmp_path: Path) -> None:
    """A word that is wider than a column is broken, not printed over its neighbour or past the paper: each kind."""
    content, words = authored(30), {"question": "x" * 110, "takeaway": "z" * 110, "key_points": "j" * 110}
    for each, (key, word) in zip(content["questions"], words.items(), strict=False):
        each[key] = [word] if key == "key_points" else word
    sheet = _render(make_set(tmp_path, content)).content
    columns, letters = _columns(sheet), _letters(sheet)
    assert len(columns) == 3
    width = columns[1] - columns[0] - GAP
    assert [key for key, word in words.items() if sum(at == word[0] for at, *_ in letters) < len(word)] == []
    assert [
        found for found in letters
        if not any(left - NEAR <= found[1] <= found[2] <= left + width + NEAR for left in columns)
    ] == []  # fmt: skip  # a sentence to read


def test_a_long_title_ends_before_the_columns(tmp_path: Path) -> None:
    """A title that is wider than the page has one line, which is cut, above the first topic."""
    whole = make_set(tmp_path, authored(1, title="A title of many words " * 8))
    with pypdfium2.PdfDocument(_render(whole).content) as document:
        page = document[0].render(scale=1).to_pil().convert("L")
    right, below = page.width - int(MARGIN) + 1, int(MARGIN) + 16
    assert page.crop((right, 0, page.width, page.height)).getextrema() == (255, 255)
    assert page.crop((0, below, page.width, int(MARGIN + HEADER))).getextrema() == (255, 255)
