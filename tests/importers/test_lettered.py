"""Questions with lettered choices, as people type them in text, Word and tables."""

from __future__ import annotations

import pytest
from studypack.importers.draft import Draft
from studypack.importers.lettered import places_of

from tests.importers.reading import read


def marked(draft: Draft) -> list[tuple[str, bool]]:
    return [(choice.text, choice.correct) for choice in draft.choices]


TWO = [("one", False), ("two", True)]


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize(
    "text",
    [
        "What is 1 + 1?\nA. one\nB. two\nANSWER: B\n\nWho?\nA. I\nB. you\nANSWER: A\n",
        "1. What is 1 + 1?\n\na) one\n\nb) two\n\nAns: b\n\n2. Who?\n\na) I\n\nb) you\n\nAns: a\n",
        "Text in front.\n\nWhat is 1 + 1?\n\nA. one\n\nB. two\n\nB\n\n\nWho?\n\nA. I\n\nB. you\n\nA\n",
        "What is 1 + 1?\n(a) one\n(b) two (correct)\n\nWho?\n(a) I *\n(b) you\n",
        "1. What is 1 + 1?\nA. one\nB. two\n2. Who?\nA. I\nB. you\n\nAnswer key\n1. B\n2. A\n",
        "1. What is 1 + 1?\nA. one\nB. two\n\n- A\n- B - Correct\n\n2. Who?\nA. I\nB. you\n\n- A - Correct\n- B\n",
    ],
)
def test_the_right_choice_is_found(name: str, text: str) -> None:
    """In its own line, below, by a sign, or in a key at the end."""
    first, second = read(name, text).drafts
    assert (first.question, marked(first), first.answer) == ("What is 1 + 1?", TWO, "")
    assert (second.question, marked(second)) == ("Who?", [("I", True), ("you", False)])


def test_the_only_bold_choice_is_right() -> None:
    """In Markdown, and in Word documents, which become Markdown."""
    draft = read("a.md", "1. What is 1 + 1?\n\nA. one\n\n**B. two**\n\n2. Who?\n\nA. **I**\n\nB. you\n").drafts[0]
    assert marked(draft) == TWO


def test_explanations_and_several_paragraphs() -> None:
    """Code belongs to the question, an explanation to the answer, and headings are topics."""
    text = (
        "# Python\n\n## Loops\n\n1. What does it print?\n\n```py\nA. = 1\n```\n\nA. one\nor none\nB. two\n\n"
        "Answer: B. two\nExplanation: It adds.\n\n## Types\n\n2. Who?\n\nA. I\nB. you\n\nCorrect answer: A and B\n"
    )
    first, second = read("a.md", text).drafts
    assert first.question == "What does it print?\n\n```py\nA. = 1\n```"
    assert (marked(first), first.answer) == ([("one\nor none", False), ("two", True)], "It adds.")
    assert (first.topic, second.topic) == (("Python", "Loops"), ("Python", "Types"))
    assert marked(second) == [("I", True), ("you", True)]


def test_choices_in_tables_without_a_head() -> None:
    """Cells that begin with letters, with the right one marked; or choices and the letter of the right one."""
    marks = "What is 1 + 1?,a) one(falsch),b) two(wahr)\nWho is it?,a) I(wahr),b)you(falsch)\n"
    letter = "What is 1 + 1?,one,two,B\nWho is it?,I,you,A\n"
    for text in (marks, letter):
        assert [marked(draft) for draft in read("a.csv", text).drafts] == [TWO, [("I", True), ("you", False)]]


@pytest.mark.parametrize(
    ("said", "places"),
    [("B", {1}), ("AC", {0, 2}), ("a, c", {0, 2}), ("a and b", {0, 1}), ("option_b", {1}), ("3.", {2}), ("12", set()),
     ("E", set()), ("none", set()), ("", set())],
)  # fmt: skip  # one glance
def test_what_names_choices(said: str, places: set[int]) -> None:
    """Letters and numbers, of choices that there are."""
    assert places_of(said, 4) == places
