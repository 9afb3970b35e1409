"""The cheat sheet: one page with every question and as much about each as fits."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from studypack.products.cheatsheet import CheatSheet
from studypack.products.cheatsheet.rendering import GAP, HEADER, MARGIN
from studypack.products.interface import PackContext, Rendered
from studypack.products.proof import letters
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.typeset.geometry import Paper

from tests import pdf_reading as read
from tests.making import authored, make_set, only, proved

NEAR = 1.0
"""The distance that a letter may extend outside its line, in points: its side bearing."""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return make_set(tmp_path_factory.mktemp("sheet"), authored(40))


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


@pytest.mark.parametrize("paper", list(Paper))
def test_many_questions_fill_one_page(many: QuestionSet, paper: Paper) -> None:
    """Forty questions fill one page to the bottom."""
    rendered = _render(many, paper)
    _assert_one_full_page(many, rendered, 0.93)
    assert read.page_sizes(rendered.content) == {(210, 297) if paper is Paper.A4 else (216, 279)}


def test_what_had_no_room_is_told(many: QuestionSet, sheet_of_many: Rendered) -> None:
    """Key points that were left out are listed by question, and those on the sheet are not."""
    text = letters("".join(read.page_texts(sheet_of_many.content)))
    for q in many.questions:
        left_out = sheet_of_many.left_out.get(q.id, "")
        for number, point in enumerate(q.key_points, 1):
            assert (letters(point) in text) != (f"key point {number}" in left_out.split(", "))


def test_no_question_is_favoured(many: QuestionSet, sheet_of_many: Rendered) -> None:
    """Key points are taken in rounds: none has three more than another, who may stand in a column that is full."""
    left_out = [sheet_of_many.left_out.get(q.id, "").count("key point") for q in many.questions]
    assert max(left_out) > 0
    assert max(left_out) - min(left_out) <= 2


def test_few_questions_are_set_larger_and_richer(tmp_path: Path) -> None:
    """Three questions get large type and their answers, and fill most of the page."""
    few = make_set(tmp_path, authored(3))
    rendered = _render(few)
    assert rendered.left_out == {}
    _assert_one_full_page(few, rendered, 0.8)


def test_a_single_question_is_a_sheet(tmp_path: Path) -> None:
    """One question is one page."""
    one = select(make_set(tmp_path, authored(3)), Criteria(ids=("Q2",)))
    assert len(read.page_texts(_render(one).content)) == 1


def test_too_many_questions_become_a_page_for_each_topic(tmp_path: Path) -> None:
    """If even the takeaways at 6 pt do not fit on one page, each topic has its own page, and a remark says so."""
    content = authored(90, per_topic=30)
    for question in content["questions"]:
        question["takeaway"] = (
            "A takeaway that needs two lines of the sheet, at any size, whatever else might have been left out of it"
        )
    too_many = make_set(tmp_path, content)
    made = _render(too_many)
    assert made.amount == len(read.page_texts(made.content)) == 3
    assert made.remarks[0].startswith("one page is too small for the selection: 3 pages")
    proof = proved("cheatsheet", made, too_many)
    assert (proof.problems, len(proof.found)) == ((), 90)


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    """A second rendering is the same file."""
    few = make_set(tmp_path, authored(25))
    assert _render(few).content == _render(few).content


def test_a_flagged_table_is_on_the_sheet(tmp_path: Path) -> None:
    """An exhibit with `cheatsheet: true` is printed, one without is not."""
    content = authored(10)
    table = "| Name | Cost |\n|---|---|\n| flagged | O(1) |"
    content["questions"][0]["exhibits"] = [
        {"table": table, "caption": "On the sheet", "cheatsheet": True},
        {"table": table, "caption": "Not on the sheet"},
    ]
    text = "".join(read.page_texts(_render(make_set(tmp_path, content)).content))
    assert "On the sheet" in text
    assert "Not on the sheet" not in text


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


@pytest.mark.parametrize("key", ["question", "takeaway", "key_points"])
def test_text_stays_inside_its_column(tmp_path: Path, key: str) -> None:
    """A word that is wider than a column is broken, not printed over its neighbour or past the paper."""
    content, word = authored(30), "x" * 110
    content["questions"][0][key] = [word] if key == "key_points" else word
    sheet = _render(make_set(tmp_path, content)).content
    columns, letters = _columns(sheet), _letters(sheet)
    assert len(columns) == 3
    width = columns[1] - columns[0] - GAP
    assert sum(letter == "x" for letter, *_ in letters) >= len(word)
    assert [
        found for found in letters
        if not any(left - NEAR <= found[1] <= found[2] <= left + width + NEAR for left in columns)
    ] == []  # fmt: skip  # a sentence to read
