"""GIFT, Moodle XML, QTI and JSON: what comes in."""

from __future__ import annotations

import base64
import json

import pytest
from studypack.errors import ContentError
from studypack.importers.draft import DraftChoice, Wishes
from studypack.importers.generic_json import GenericJson
from studypack.importers.gift import Gift
from studypack.importers.kinds import gap
from studypack.importers.moodle import MoodleXml
from studypack.importers.qti import Qti
from studypack.importers.word import Word

from tests.importers.foreign_files import GIFT, JSON, MOODLE, OPEN_TRIVIA, QTI2, QTI3, docx, picture, zipped


def test_gift_questions_of_every_kind() -> None:
    """Choices, weights, gaps, truth, pairs, numbers, essays and short answers; a description is named as skipped."""
    reading = Gift().read("a.gift", GIFT, Wishes())
    one, two, gapped, truth, pairs, number, essay, short = reading.drafts
    assert one.choices == (DraftChoice("A lock", True, "Yes."), DraftChoice("A list", False, "No."))
    assert (one.key, one.topic, one.where.line) == ("Q1", ("Locks",), 4)
    assert (two.question, [c.correct for c in two.choices], two.answer) == (
        "Pick two:",
        [True, True, False],
        "They are few.",
    )
    assert gapped.question == r"A mutex has one \_\_\_\_."
    assert truth.choices == (DraftChoice("True", False, "Not always."), DraftChoice("False", True, "Right."))
    assert pairs.answer == "- lock → one\n- semaphore → many"
    assert (number.answer, essay.answer, short.answer) == ("1 ± 0.5", "", "a thread / one thread")
    assert [(skipped.where.line, skipped.why[:13]) for skipped in reading.skipped] == [(20, "a description")]


def test_gift_with_answers_in_the_text() -> None:
    """Gaps as Moodle's cloze questions have them become numbered answers; escaped marks stay as they are."""
    text = b"A lock has {1:SA:=one~%50%1} owner,\na semaphore {1:MC:one~=many}. {1:NM:=2:0.5} \\= two?\n"
    (draft,) = Gift().read("a.gift", text, Wishes()).drafts
    assert draft.question == f"A lock has {gap()} owner, a semaphore {gap()} (one / many). {gap()} = two?"
    assert draft.answer == "1. one / 1\n2. many\n3. 2 ± 0.5"
    assert "open question" in draft.doubts[0]


def test_a_long_text_with_gaps_is_asked_by_its_title() -> None:
    """The text is the stimulus, so that contents and running heads stay short; a short one is the question."""
    text = "It has {1:SA:=one} owner. "
    long, short = Gift().read("a.gift", f"::Locks:: {text * 20}\n\n::Owner:: {text}\n".encode(), Wishes()).drafts
    assert (long.question, long.stimulus.count(gap()), long.key) == ("Locks", 20, "Locks")
    assert (short.question, short.stimulus) == (f"It has {gap()} owner.", "")


def test_moodle_questions_of_every_kind() -> None:
    """What print cannot hold is an open question with a doubt; pictures come out of the file."""
    reading = MoodleXml().read("a.xml", MOODLE % base64.b64encode(picture()), Wishes())
    one, cloze, matching, boxes, essay, matrix, marker = reading.drafts
    assert (one.question, one.key, one.tags, one.topic) == (
        "Pick ![](figures/a.png)",
        "q-1",
        ("safety",),
        ("Locks", "Basics"),
    )
    assert one.choices == (DraftChoice("one", True, "Yes."), DraftChoice("two", False, ""))
    assert one.answer == "So it is."
    assert reading.media == {"figures/a.png": picture()}
    assert (cloze.question, cloze.answer) == (r"A \_\_\_\_ (lock / list) has \_\_\_\_ owner.", "1. lock\n2. 1")
    assert matching.answer == "- lock → one"
    assert boxes.answer == "1. thread"
    assert essay.answer == "Because."
    assert matrix.answer == "- It locks. → yes"
    assert [len(draft.doubts) for draft in (cloze, matching, boxes, marker)] == [1, 1, 1, 1]
    assert "hello" in reading.skipped[0].why


@pytest.mark.parametrize("importer", [MoodleXml(), Qti()])
@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE quiz [<!ENTITY a "b">]>',
        b'<!DOCTYPE quiz SYSTEM "http://example.org/x.dtd">',
        b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_entities_and_document_types_are_refused(importer: MoodleXml | Qti, head: bytes) -> None:
    """No file is read and no address opened for an XML file."""
    with pytest.raises(ContentError, match="remove its DOCTYPE"):
        importer.read("a.xml", head + b"<quiz><question>&a;</question></quiz>", Wishes())


def test_broken_xml_is_refused_with_its_place() -> None:
    """The reader's line and column are those of the message."""
    with pytest.raises(ContentError, match=r"a\.xml:2:"):
        MoodleXml().read("a.xml", b"<quiz>\n<question></quiz>", Wishes())


def test_qti_items_of_both_versions_in_a_package() -> None:
    """A choice of version 2 and a gap of version 3."""
    package = zipped({"imsmanifest.xml": b"<manifest/>", "a.xml": QTI2, "b.xml": QTI3})
    choice, gap = Qti().read("p.zip", package, Wishes()).drafts
    assert choice.question == "What is a mutex?"
    assert choice.choices == (DraftChoice("A **lock**", True), DraftChoice("A list"))
    assert (gap.question, gap.answer, gap.key) == (r"A mutex has one \_\_\_\_.", "owner", "i2")


def test_json_lists_are_found_wherever_they_are() -> None:
    """Titles around a list are topics, letters name the right choice, and what was not used is named."""
    reading = GenericJson().read("a.json", JSON, Wishes())
    first, second = reading.drafts
    assert first.choices == (DraftChoice("a lock", True), DraftChoice("a list"))
    assert (first.topic, second.answer) == (("Basics",), "A thread")
    assert first.where.line < second.where.line
    assert 'the key "odd" of 1 objects' in reading.warnings[0].why


def test_open_trivia_is_read_as_multiple_choice() -> None:
    """Entities are characters, and the right answer is one among the others."""
    draft = GenericJson().read("a.json", OPEN_TRIVIA, Wishes()).drafts[0]
    assert (draft.question, draft.level, draft.topic) == ("What's a mutex?", "easy", ("Science & Nature",))
    assert [choice.text for choice in draft.choices if choice.correct] == ["A lock"]
    assert len(draft.choices) == 3


def test_keys_are_chosen_by_their_path() -> None:
    """`--map answer=details.text` goes into an object."""
    content = b'[{"ask": "Why?", "details": {"text": "Because."}}]'
    columns = {"question": "ask", "answer": "details.text"}
    assert GenericJson().read("a.json", content, Wishes(columns=columns)).drafts[0].answer == "Because."
    with pytest.raises(ContentError, match="--map question=KEY"):
        GenericJson().read("a.json", content, Wishes())


def test_gift_in_a_word_document_is_pointed_out() -> None:
    """It is read as Word, whose paragraphs are not GIFT's."""
    content = docx(("", "What is a mutex? {"), ("", "=a lock"), ("", "~a list }"), ("", "Who owns it? {=a thread}"))
    assert any("as in GIFT" in each.why for each in Word().read("a.docx", content, Wishes()).warnings)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            "What is printed?\n\n@once\ndef f(__x__):\n    pass\n\nf(1)",
            "What is printed?\n\n```\n@once\ndef f(__x__):\n    pass\n\nf(1)\n```",
        ),
        (
            "What is it?\n\nint a = 1;\nfor (int b : c) {\n}",
            "What is it?\n\n```\nint a = 1;\nfor (int b : c) {\n}\n```",
        ),
        ("Two threads share a lock.\n\nWhich one waits?", "Two threads share a lock.\n\nWhich one waits?"),
        ("Who waits?\n\nfor example, the first one", "Who waits?\n\nfor example, the first one"),
        (
            "Who waits?\n\nif you return the book, and with it the lock",
            "Who waits?\n\nif you return the book, and with it the lock",
        ),
        ("One?\n\n```\nx = 1\n```", "One?\n\n```\nx = 1\n```"),
    ],
)
def test_bare_code_of_a_question_stays_in_lines(asked: str, expected: str) -> None:
    """Code below a question without a fence would be joined to one line, and its underscores taken for marks."""
    (draft,) = GenericJson().read("a.json", json.dumps([{"question": asked, "answer": "x"}]).encode(), Wishes()).drafts
    assert draft.question == expected
