"""What the bundled set's sheet promises, read from the finished page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from pdfua import validate
from studypack.products.cheatsheet import CheatSheet
from studypack.products.cheatsheet.fragments import MUST_SAY, fragments
from studypack.products.cheatsheet.galley import Galley
from studypack.products.interface import PackContext
from studypack.products.proof import letters
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.resources import bundled_set
from studypack.text.markdown import plain

from tests import pdf_reading as read
from tests.making import only

KEY_POINTS, EXHIBITS = 60, 4
"""The fewest on the sheet of all questions."""
EDGE = 5.0
"""Millimetres at each edge that many printers cannot print."""


@pytest.fixture(scope="module")
def whole() -> QuestionSet:
    return load(bundled_set()).question_set


@pytest.fixture(scope="module")
def sheet(whole: QuestionSet) -> bytes:
    return _made(whole)


def _made(selected: QuestionSet, sides: str = "1") -> bytes:
    return CheatSheet().render(PackContext(selected, selected, only(sides=sides))).content


def _said(text: str) -> str:
    return letters(plain(text))


def test_the_sheet_earns_its_page(whole: QuestionSet, sheet: bytes) -> None:
    """One A4 page has every short title with its takeaway, 60 key points and four exhibits."""
    (text,) = map(letters, read.page_texts(sheet))
    assert read.page_sizes(sheet) == {(210, 297)}
    assert [q.label for q in whole.questions if _said(f"{q.short} {q.takeaway}") not in text] == []
    points = [p for q in whole.questions for p in q.key_points if _said(p) in text]
    captions = [e.caption for q in whole.questions for e in q.exhibits if _said(e.caption) in text]
    assert len(points) >= KEY_POINTS
    assert len(captions) >= EXHIBITS


def test_each_question_has_a_point_that_must_be_said(whole: QuestionSet, sheet: bytes) -> None:
    """No question is there with its takeaway alone."""
    (text,) = map(letters, read.page_texts(sheet))
    without = [
        q.label
        for q in whole.questions
        if not any(_said(f.content) in text for f in fragments(q, "en") if f.kind == "point" and f.place < MUST_SAY)
    ]
    assert without == []


def test_heads_take_two_lines(whole: QuestionSet) -> None:
    """Short titles and takeaways are worded so that both together are two lines of the full sheet."""
    heads = [f for q in whole.questions for f in fragments(q, "en") if f.kind == "head"]
    galley = Galley(PackContext(whole, whole), heads, 7.0)
    assert [f.question.label for f in heads if galley.height(f) > 1.05 * min(map(galley.height, heads))] == []


@pytest.mark.parametrize("criteria", [Criteria(), Criteria(topics=("systems",)), Criteria(ids=("thread-safety",))])
def test_letters_are_large_and_dark_enough(whole: QuestionSet, criteria: Criteria) -> None:
    """No text, caption, table or code (figures are not read) is below 7 pt or 4.5:1, with little or much on a sheet."""
    looks = list(read.lettering(_made(select(whole, criteria))))
    assert len(looks) >= 4
    assert [each for each in looks if each.size < 7 or each.contrast < 4.5] == []


def test_nothing_is_at_the_edge_of_the_paper(sheet: bytes) -> None:
    """What printers cannot print is white."""
    with pypdfium2.PdfDocument(sheet) as document:
        picture = document[0].render(scale=2).to_pil().convert("L")
    edge = int(EDGE / 25.4 * 144)
    box = picture.point(lambda value: 255 if value < 250 else 0).getbbox()
    assert box is not None
    assert min(box[0], box[1], picture.width - box[2], picture.height - box[3]) >= edge


def test_the_checker_finds_no_error(whole: QuestionSet, tmp_path: Path) -> None:
    """Tags, titles and alternative texts of both sides are as PDF/UA wants them."""
    (tmp_path / "sheet.pdf").write_bytes(_made(whole, sides="2"))
    findings = validate(str(tmp_path / "sheet.pdf")).findings
    assert [f.message for f in findings if f.severity.name == "ERROR"] == []
