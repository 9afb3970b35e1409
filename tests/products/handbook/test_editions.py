"""The handbook's editions: answers elsewhere or nowhere, each question on a page of its own, large print."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from studypack.products import PRODUCTS
from studypack.products.handbook import Answers, HandbookOptions
from studypack.products.interface import PackContext, Rendered
from studypack.products.options import NONE
from studypack.products.proof import prove
from studypack.questions.model import QuestionSet

from tests import pdf_reading as read
from tests.making import authored, make_set, only, question, sentence

HANDBOOK: Final = PRODUCTS["handbook"]
SECRETS: Final = ("Because of this answer", "Say this point", "Show this caption", "Never say this", "Reply with this")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    content = authored(4, per_topic=2)
    content["questions"][1] = question(
        1,
        "topic-0",
        answer=SECRETS[0],
        guidance="Begin with the reason.",
        key_points=[SECRETS[1]],
        exhibits=[{"table": "| A | B |\n|---|---|\n| 1 | 2 |", "caption": SECRETS[2]}],
        pitfalls=[SECRETS[3]],
        follow_ups=[{"question": "And what then?", "answer": SECRETS[4]}],
        takeaway="Remember this alone.",
    )
    content["questions"][2] = {
        "id": "choice",
        "question": "Which one?",
        "topic": "topic-1",
        "choices": [
            {"text": "The first", "correct": True, "feedback": "Right so."},
            {"text": "The second", "feedback": "Not quite."},
        ],
    }
    return make_set(tmp_path_factory.mktemp("editions"), content)


def _made(whole: QuestionSet, **options: Any) -> Rendered:
    return HANDBOOK.render(PackContext(whole, whole, only(**options)))


def _text(rendered: Rendered) -> str:
    return re.sub(r"\s+", " ", " ".join(read.page_texts(rendered.content)))


def test_a_practice_edition_holds_the_questions_and_nothing_that_answers_them(whole: QuestionSet) -> None:
    """Questions, guidance, choices and follow-up questions are printed and proved; no answer of any kind is there."""
    rendered = _made(whole, answers="none")
    text = _text(rendered)
    assert all(words in text for words in ("Which one?", "The second", "And what then?", "Begin with the reason."))
    assert [words for words in (*SECRETS, "Remember this alone.", "Correct:", "Not quite.") if words in text] == []
    claims = HANDBOOK.claims(whole, only(answers="none"))
    proof = prove(HANDBOOK, HANDBOOK.read_back(rendered.content), claims, rendered.held)
    assert proof.problems == ()
    assert len(proof.found) == 4
    whole_claims = HANDBOOK.claims(whole, NONE)
    assert prove(HANDBOOK, HANDBOOK.read_back(rendered.content), whole_claims, rendered.held).problems


def test_answers_at_the_end_follow_all_questions_of_their_chapter(whole: QuestionSet) -> None:
    """Everything is printed and proved; an answer comes after the chapter's last question, before the next chapter."""
    rendered = _made(whole, answers="end")
    text = _text(rendered)
    claims = HANDBOOK.claims(whole, only(answers="end"))
    proof = prove(HANDBOOK, HANDBOOK.read_back(rendered.content), claims, rendered.held)
    assert (proof.problems, len(proof.found)) == ((), 4)
    assert text.index("Answers") < text.index(SECRETS[0]) < text.rindex("Which one?")
    depths = [depth for depth, title in read.outline(rendered.content) if title in ("Answers", "Q1", "Q2", "Q3", "Q4")]
    assert depths == [1, 2, 2, 1, 2, 2]


def test_each_question_begins_on_a_page_of_its_own(whole: QuestionSet) -> None:
    """With fresh pages no page has the beginnings of two questions."""
    together = [len(re.findall("1st", text)) for text in read.page_texts(_made(whole, simplex=True).content)]
    apart = [len(re.findall("1st", t)) for t in read.page_texts(_made(whole, simplex=True, fresh_page=True).content)]
    assert max(together) == 2
    assert max(apart) == 1
    assert sum(apart) == sum(together) == 4


def test_large_print_is_large_everywhere(whole: QuestionSet) -> None:
    """Nothing is below 9 pt; questions have 12 pt at least, on recall pages and in contents too."""
    looks = list(read.lettering(_made(whole, large_print=True).content))
    assert min(look.size for look in looks) >= 9
    assert min(look.size for look in looks if "What would you" in look.text or "Recall" in look.text) >= 12


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_large_print_keeps_chapters_on_right_hand_pages(paper: str, tmp_path: Path) -> None:
    """The page for notes that completes the sheets before them is one page."""
    whole = make_set(tmp_path, authored(4, per_topic=1, introduction="Read this.", closing="That is all."))
    pdf = _made(whole, large_print=True, paper=paper).content
    texts = read.page_texts(pdf)
    assert [n % 2 for n, text in enumerate(texts) if "Summary." in text] == [0] * 4
    assert sum("Notes" in text for text in texts) == 1


@pytest.mark.parametrize("large", [False, True])
def test_long_names_of_levels_are_beside_the_questions(large: bool, tmp_path: Path) -> None:
    """In contents and openers no word of a question is on the name of its level."""
    level = "Preparation for the diploma"
    content = authored(1, levels=[level])
    content["questions"] = [{"id": "q", "question": "zzzz " * 30, "topic": "topic-0", "level": level, "answer": "So."}]
    pdf = _made(make_set(tmp_path, content), large_print=large).content
    seen = 0
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            text = page.get_textpage()
            places = [n for n in range(text.count_chars()) if text.get_text_range(n, 1).strip()]
            boxes = [(text.get_text_range(n, 1), text.get_charbox(n, loose=True)) for n in places]
            for left, bottom, _, top in (box for letter, box in boxes if letter == "P"):
                line = [box for letter, box in boxes if letter == "z" and bottom < (box[1] + box[3]) / 2 < top]
                seen += bool(line)
                assert all(box[2] < left for box in line)
    assert seen == 2


def test_large_print_takes_more_pages(tmp_path: Path) -> None:
    """The same text in 14 pt fills about twice the space."""
    content = authored(1)
    content["questions"][0] = question(0, "topic-0", answer=sentence(1, 1000))
    whole = make_set(tmp_path, content)
    small, large = (_made(whole, large_print=large, simplex=True).amount for large in (False, True))
    assert large >= small + 2


def test_answers_are_below_their_questions_unless_asked_otherwise() -> None:
    """The default is the handbook that everybody knows."""
    assert HandbookOptions().answers is Answers.INLINE
    assert HANDBOOK.guaranteed({}) == HANDBOOK.guarantees
    assert "answer" not in HANDBOOK.guaranteed({"answers": "none"})
