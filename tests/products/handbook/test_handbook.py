"""The handbook, read back with PDFium and pikepdf."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from studypack.products.handbook import Handbook
from studypack.products.handbook.rendering import MOST_LISTED
from studypack.products.interface import PackContext, Rendered
from studypack.products.proof import prove
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.text.runs import Run
from studypack.typeset.geometry import Paper

from tests import pdf_reading as read
from tests.making import authored, make_set, only, proved, question

TABLE = "| Name | Cost |\n|---|---|\n| hash table | O(1) |"


HANDBOOK = Handbook()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    content = authored(7, per_topic=3, introduction="Read *this* first.", closing="Good luck.")
    content["glossary"] = [{"id": "lock", "term": "Lock", "definition": "A guard.", "question": "question-2"}]
    content["questions"][1] = question(
        1,
        "topic-0",
        exhibits=[{"table": TABLE, "caption": "What things cost"}],
        follow_ups=[{"question": "And then?", "answer": "Then this."}],
        pitfalls=["Saying nothing; say something."],
        sources=[{"title": "A standard", "where": "§4", "year": 2020, "url": "https://example.org/standard"}],
    )
    return make_set(tmp_path_factory.mktemp("handbook"), content)


@pytest.fixture(scope="module")
def rendered(whole: QuestionSet) -> Rendered:
    return Handbook().render(PackContext(whole, whole))


def test_holds_every_text_of_every_question(whole: QuestionSet, rendered: Rendered) -> None:
    """Each text of each question can be read on the pages."""
    proof = proved("handbook", rendered.content, whole)
    assert proof.problems == ()
    assert len(proof.found) == 7


def test_proof_fails_when_a_question_lacks(whole: QuestionSet) -> None:
    """A handbook of six questions does not prove seven."""
    six = select(whole, Criteria(not_ids=("question-4",)))
    pdf = Handbook().render(PackContext(six, whole)).content
    proof = proved("handbook", pdf, whole)
    assert [problem.why for problem in proof.problems] == ["it belongs to Q5 (question-4)"]


def test_typesets_without_a_warning(rendered: Rendered) -> None:
    """WeasyPrint reports no ignored CSS and no missing file."""
    assert rendered.warnings == ()


def test_contents_agree_with_pages_and_labels(whole: QuestionSet, rendered: Rendered) -> None:
    """The number in the contents is the number on the page, and its PDF page label."""
    texts, labels = read.page_texts(rendered.content), read.page_labels(rendered.content)
    contents = next(t for t in texts if "Contents" in t)
    for q in whole.questions:
        page = next(n for n, t in enumerate(texts) if f"{q.label} {q.level} · {q.tags[0]}" in re.sub(r"\s+", " ", t))
        listed = re.search(rf"{q.label}\s.*?{q.level}\s*(\d+)", contents, re.DOTALL)
        assert listed is not None
        assert listed[1] == labels[page]
        assert re.search(rf"(^|\s){listed[1]}(\s|$)", texts[page])


def test_front_matter_has_roman_numbers_and_the_body_starts_at_1(rendered: Rendered) -> None:
    """Front matter is labelled i, ii, …; the pages after it are numbered from 1."""
    labels = read.page_labels(rendered.content)
    front = labels[: labels.index("1")]
    assert front == ["i", "ii", "iii", "iv"]
    assert labels[len(front) :] == [str(n + 1) for n in range(len(labels) - len(front))]


def test_each_part_begins_on_a_right_hand_page(rendered: Rendered) -> None:
    """Duplex prints bind: every chapter starts on an odd page of the file."""
    texts = read.page_texts(rendered.content)
    openers = [n for n, t in enumerate(texts) if "Summary." in t]
    assert len(openers) == 3
    assert [n % 2 for n in openers] == [0, 0, 0]


def test_outline_nests_questions_in_topics(rendered: Rendered) -> None:
    """The outline has parts at the top and questions below their topic."""
    outline = read.outline(rendered.content)
    assert [title for depth, title in outline if depth == 0] == [
        "Introduction",
        "Contents",
        "Topic 0",
        "Topic 1",
        "Topic 2",
        "Closing words",
        "Glossary",
        "Sources",
        "Index",
    ]
    assert sum(depth == 1 for depth, _ in outline) == 7


def test_every_internal_link_arrives(rendered: Rendered) -> None:
    """Contents, openers and glossary link to destinations that exist."""
    wanted, existing = read.links(rendered.content)
    assert len(wanted) >= 7 * 2 + 1
    assert set(wanted) <= set(existing)


def test_is_tagged_and_tells_title_and_language(rendered: Rendered) -> None:
    """Title, language and a structure tree with headings, a table and its header cells are in the file."""
    with pikepdf.open(io.BytesIO(rendered.content)) as document:
        assert str(document.docinfo["/Title"]) == "A made set"
        assert str(document.Root.Lang) == "en"
        assert bool(document.Root.MarkInfo.Marked)
        kinds = {str(o.S) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/P" in o}
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= kinds


def test_uses_only_the_programs_fonts(rendered: Rendered) -> None:
    """No font of the machine is in the file."""
    families = "Source-Serif", "Inter", "JetBrains-Mono"
    names = read.fonts(rendered.content)
    assert {name for name in names if name.startswith(families)} == names != set()


def test_same_input_gives_the_same_bytes(whole: QuestionSet, rendered: Rendered) -> None:
    """A second rendering is the same file."""
    assert Handbook().render(PackContext(whole, whole)).content == rendered.content


def test_letter_paper_breaks_lines_like_a4(whole: QuestionSet, rendered: Rendered) -> None:
    """Both papers have their size; the measure, and so every line, is the same."""
    letter = Handbook().render(PackContext(whole, whole, only(paper=Paper.LETTER)))
    assert read.page_sizes(rendered.content) == {(210, 297)}
    assert read.page_sizes(letter.content) == {(216, 279)}
    answer = "\n".join(read.page_texts(rendered.content)).split("ANSWER")[1].split("KEY POINTS")[0]
    assert answer in "\n".join(read.page_texts(letter.content))


def test_one_question_alone_makes_a_handbook(tmp_path: Path) -> None:
    """The least that the contract allows is enough."""
    least = {"id": "only", "question": "Why?", "topic": "t", "answer": "Because."}
    content = {"title": "One", "topics": [{"id": "t", "title": "T"}], "questions": [least]}
    one = make_set(tmp_path, content)
    result = Handbook().render(PackContext(one, one))
    assert proved("handbook", result.content, one).problems == ()


@pytest.mark.parametrize(("count", "times"), [(MOST_LISTED, 3), (MOST_LISTED + 1, 2)])
def test_a_long_chapter_is_listed_only_in_the_contents(count: int, times: int, tmp_path: Path) -> None:
    """A chapter's opener lists its questions, unless that takes more than a page, and says what it is about."""
    content = authored(count, per_topic=count)
    content["questions"] = [
        {"id": f"q-{n}", "question": f"Why is word{n}x?", "topic": "topic-0", "answer": "So."} for n in range(count)
    ]
    whole = make_set(tmp_path, content)
    text = " ".join(read.page_texts(HANDBOOK.render(PackContext(whole, whole, only(simplex=True))).content))
    assert text.count("word20x") == times
    assert "Summary." in text


def test_a_title_has_no_marks_on_the_cover_and_in_readers(tmp_path: Path) -> None:
    """Emphasis, code and formulas of a title are words on the cover, in running heads and in the document's title."""
    least = {"id": "only", "question": "Why?", "topic": "t", "answer": "Because."}
    topics = [{"id": "t", "title": "On *time*"}]
    content = {"title": "A *good* `look` at $x^2$", "subtitle": "By **hand**", "topics": topics, "questions": [least]}
    one = make_set(tmp_path, content)
    pdf = Handbook().render(PackContext(one, one)).content
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.docinfo["/Title"] == "A good look at x²"
    assert [title for _, title in read.outline(pdf) if "time" in title] == ["On time"]
    cover, *pages = read.page_texts(pdf)
    assert "A good look at" in cover
    assert "By hand" in cover
    assert not re.search(r"[*`$]", cover + "".join(pages))


def test_raw_html_is_shown_as_text(tmp_path: Path) -> None:
    """Markup in an author's text is printed, not obeyed."""
    least = {"id": "only", "question": "Is <big>this</big> bold?", "topic": "t", "answer": "<script>alert(1)</script>"}
    content = {"title": "One", "topics": [{"id": "t", "title": "T"}], "questions": [least]}
    one = make_set(tmp_path, content)
    text = "\n".join(read.page_texts(Handbook().render(PackContext(one, one)).content))
    assert "Is <big>this</big> bold?" in text
    assert "<script>alert(1)</script>" in text


def test_letters_with_marks_of_their_own_are_proved_by_the_words_around_them(tmp_path: Path) -> None:
    """A letter with marks that no single character has is built, and missing text next to one is still detected."""
    answer = "Café, ą́, x̸ and ṻ.\n\nEvery other ą́ word is found here."
    least = {"id": "only", "question": "Why a\u0328\u0301?", "topic": "t", "answer": answer}
    one = make_set(tmp_path, {"title": "One", "topics": [{"id": "t", "title": "T"}], "questions": [least]})
    pdf = Handbook().render(PackContext(one, one)).content
    read, (claim,) = HANDBOOK.read_back(pdf), HANDBOOK.claims(one)
    assert prove(HANDBOOK, read, [claim]).problems == ()
    lost = (Run("text", "Every other word is lost here."),)
    changed = claim._replace(groups=(*claim.groups, lost))
    assert len(prove(HANDBOOK, read, [changed]).problems) == 1
