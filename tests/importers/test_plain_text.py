"""Plain text in its usual shapes."""

from __future__ import annotations

import pytest
from studypack.importers.draft import Wishes
from studypack.text.markdown import plain

from tests.importers.reading import pairs, read


def test_sample_answers_with_guidance() -> None:
    """An article's preface and end are left out and named; question, guidance and answer come apart."""
    text = (
        "A preface.\n-\nWhat is a lock?\nSay what it guards.\nSample Answer:\n“It guards.”\n-\nExplain a heap.\n"
        "Name the order.\nSample Answer:\n“A tree.”\nConclusion\nGood luck.\n"
    )
    reading = read("a.txt", text)
    assert pairs(reading) == [("What is a lock?", "It guards."), ("Explain a heap.", "A tree.")]
    assert [draft.guidance for draft in reading.drafts] == ["Say what it guards.", "Name the order."]
    assert [piece.where.line for piece in reading.skipped] == [1, 12, 13]


def test_numbered_lists() -> None:
    """What follows a numbered question is its answer."""
    assert pairs(read("a.txt", "1. What is a?\nB.\n\n2) What is c?\nD.\n")) == [
        ("What is a?", "B."),
        ("What is c?", "D."),
    ]


@pytest.mark.parametrize(
    ("text", "separators"),
    [("a\tb\nc\td\n", ("", "")), ("a - b\nc - d", ("", "")), ("a---b;c---d", ("---", ";"))],
)
def test_pairs_with_separators(text: str, separators: tuple[str, str]) -> None:
    """Quizlet's export, as it is or with separators of one's own."""
    assert pairs(read("a.txt", text, Wishes(separators=separators))) == [("a", "b"), ("c", "d")]


@pytest.mark.parametrize(
    "text",
    [
        "#Q Which one\nis right?\r\n^ two\nA one\nB two\n\n#Q Next?\n^ A\nA A\nB B\n",
        "Which one\nis right?\nA. one\nB) two\nANSWER: B\n\nNext?\nA. A\nB. B\nANSWER: A\n",
    ],
)
def test_choices_of_open_trivia_and_aiken(text: str) -> None:
    """Questions of several lines, either end of line, and the right choice."""
    reading = read("a.txt", text)
    assert len(reading.drafts) == 2
    assert plain(reading.drafts[0].question) == "Which one is right?"
    assert [(choice.text, choice.correct) for choice in reading.drafts[0].choices] == [("one", False), ("two", True)]


@pytest.mark.parametrize(
    "text", ["a * b * c", "snake_case_name", "# no heading", "1. no list", "<b>", "[x](y)", "& &amp;"]
)
def test_text_is_not_read_as_markdown(text: str) -> None:
    """Signs that Markdown knows are shown as they are."""
    assert plain(read("a.txt", f"what\t{text}\nwho\tx\n").drafts[0].answer) == text
