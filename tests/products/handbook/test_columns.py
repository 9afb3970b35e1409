"""Cues beside their texts, in both directions, and what is kept whole (PDFium)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.questions.model import QuestionSet
from studypack.typeset.geometry import CUE_MM, points

from tests import pdf_reading as read
from tests.making import authored, make_set, only, question, sentence
from tests.thorough import few

Box = tuple[float, float, float, float]
PARTS: Final = ("Guidex", "Answerx", "Askedx", "Repliedx", "Captionx", "Sourcex", "Takenx")


def _whole(folder: Path, language: str = "en", **changes: Any) -> QuestionSet:
    guide, answer, asked, replied, caption, source, taken = PARTS
    content = authored(1, language=language)
    content["questions"][0] = question(
        0,
        "topic-0",
        guidance=f"{guide} words.",
        answer=f"{answer} words.",
        follow_ups=[{"question": f"{asked} words?", "answer": f"{replied} words."}],
        exhibits=[{"table": "| Onex | Two |\n|---|---|\n| Cell | More |", "caption": f"{caption} words"}],
        sources=[{"title": f"{source} words"}],
        takeaway=f"{taken} words.",
        **changes,
    )
    return make_set(folder, content)


def _box(pdf: bytes, words: str) -> tuple[int, Box]:
    """Return the page of these words, and where they stand on it: left, bottom, right and top in points."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            if found := text.search(words).get_next():
                return number, text.get_rect(text.count_rects(*found) - 1)
    raise AssertionError(words)


@pytest.mark.parametrize("language", ["en", "he"])
def test_cues_are_beside_their_texts(tmp_path: Path, language: str) -> None:
    """Guidance and answer, follow-up question and reply, caption and table, sources and takeaway begin side by side."""
    whole = _whole(tmp_path, language)
    pdf = PRODUCTS["handbook"].render(PackContext(whole, whole)).content
    guide, answer, asked, replied, caption, source, taken = (_box(pdf, words) for words in PARTS)
    for cue, text in ((guide, answer), (asked, replied), (caption, _box(pdf, "Onex")), (source, taken)):
        assert cue[0] == text[0]
        assert abs(cue[1][3] - text[1][3]) < 14, "on one line, but for the sizes of letters and the table's padding"
        if language == "en":
            assert text[1][0] - cue[1][0] > points(CUE_MM) - 18  # a caption begins behind its number
        else:
            assert text[1][2] < cue[1][0]


def test_an_answer_is_whole_on_its_page(tmp_path: Path) -> None:
    """Of twelve questions, none has an answer that begins on one page and ends on the next."""
    content = authored(12, per_topic=12)
    for number, each in enumerate(content["questions"]):
        each["answer"] = f"Begin{number}x {sentence(number, 120)}\n\n{sentence(number + 50, 60)} End{number}x."
    whole = make_set(tmp_path, content)
    texts = read.page_texts(PRODUCTS["handbook"].render(PackContext(whole, whole)).content)
    assert len(texts) > 6
    for number in range(12):
        pages = [n for n, text in enumerate(texts) if f"Begin{number}x" in text or f"End{number}x" in text]
        assert len(pages) == 1


def test_an_answer_of_pages_is_printed_to_its_end(tmp_path: Path) -> None:
    """What no page can hold is broken, and guidance of any length beside it too."""
    content = authored(1)
    answer, guidance = (f"{sentence(n, 1400)} Finished{n}x." for n in (1, 2))
    content["questions"][0] = question(0, "topic-0", answer=answer, guidance=guidance)
    whole = make_set(tmp_path, content)
    text = " ".join(read.page_texts(PRODUCTS["handbook"].render(PackContext(whole, whole)).content))
    assert re.search(r"Finished\s*1x", text)
    assert re.search(r"Finished\s*2x", text)


def test_the_box_of_a_point_is_where_the_point_begins(tmp_path: Path) -> None:
    """A key point that goes on on the next page has its box to tick beside its number, and none where it goes on."""
    content = authored(1)
    points = [f"Begin{n}x {sentence(n, 210 + 15 * n)} End{n}x" for n in range(6)]
    content["questions"][0] = question(0, "topic-0", key_points=points)
    whole = make_set(tmp_path, content)
    pdf = PRODUCTS["handbook"].render(PackContext(whole, whole, only(simplex=True))).content
    places = [(_box(pdf, f"Begin{n}x"), _box(pdf, f"End{n}x")) for n in range(6)]
    begun, ended = next(place for place in places if place[1][0] > place[0][0])
    with pypdfium2.PdfDocument(pdf) as document:
        pictures = [document[page].render(scale=2, grayscale=True).to_pil() for page, _ in (begun, ended)]
        first, last = (round(2 * (document[page].get_height() - top)) for page, (_, _, _, top) in (begun, ended))
    left = round(2 * begun[1][0])
    boxes = (
        pictures[0].crop((left - 58, first, left - 38, first + 20)),
        pictures[1].crop((left - 58, 110, left - 38, last)),
    )
    assert [box.getextrema()[0] < 160 for box in boxes] == [True, False]


def test_the_last_page_of_a_chapters_sheet_asks_again(tmp_path: Path) -> None:
    """An odd number of pages is completed by one that asks the chapter's questions; on one side there is none."""
    whole = _whole(tmp_path)
    for simplex, expected in ((False, 1), (True, 0)):
        pdf = PRODUCTS["handbook"].render(PackContext(whole, whole, only(simplex=simplex))).content
        recall = [text for text in read.page_texts(pdf) if "Recall" in text]
        assert len(recall) == expected
        assert all("Q1 What would you say about matter 0" in re.sub(r"\s+", " ", text) for text in recall)


@pytest.mark.parametrize("large", [False, True])
def test_short_questions_are_all_recalled(large: bool, tmp_path: Path) -> None:
    """A question of one line takes the room of one: twelve of them are on the page, in large print too."""
    content = authored(12, per_topic=12)
    content["questions"] = [
        {"id": f"q-{n}", "question": f"Why {n}?", "topic": "topic-0", "answer": "So."} for n in range(12)
    ]
    whole = make_set(tmp_path, content)
    pdf = PRODUCTS["handbook"].render(PackContext(whole, whole, only(large_print=large))).content
    (recall,) = [text for text in read.page_texts(pdf) if "Recall" in text]
    assert recall.count("Why") == 12


@pytest.mark.parametrize("count", few([13, 26, 39], 26))
def test_many_questions_are_recalled_on_one_page(count: int, tmp_path: Path) -> None:
    """A recall page is one page however many and however long the chapter's questions are."""
    content = authored(count, per_topic=count)
    content["questions"] = [
        {"id": f"q-{n}", "question": f"Why {n}? " + "long " * 60, "topic": "topic-0", "answer": "So."}
        for n in range(count)
    ]
    whole = make_set(tmp_path, content)
    texts = read.page_texts(PRODUCTS["handbook"].render(PackContext(whole, whole)).content)
    assert sum("Recall" in text for text in texts) <= 1
    openers = next(n for n, text in enumerate(texts) if "Summary." in text)
    index = [n for n, text in enumerate(texts) if text.strip().startswith("Index")]
    assert all((n - openers) % 2 == 0 for n in index)
