"""Loose lists: questions in bold type, and Word documents of which every line may be a question."""

from __future__ import annotations

from studypack.importers.draft import Wishes
from studypack.importers.markdown import read_text

from tests.importers.reading import pairs, read


def loose(text: str) -> list[tuple[str, str]]:
    return pairs(read_text("a.docx", text, Wishes(), loose=True))


def test_questions_in_bold_type() -> None:
    """What is below one is its answer; a title in bold type is a topic."""
    text = "**JAVA**\n\n**1. What is a class?**\n\nA type.\n\n- really\n\n**-> Why final?**\n\nAnswer: It stays.\n"
    reading = read("a.md", text)
    assert pairs(reading) == [("What is a class?", "A type.\n\n- really"), ("Why final?", "It stays.")]
    assert reading.drafts[0].topic == ("JAVA",)


def test_numbers_that_go_on_behind_an_answer() -> None:
    """Paragraphs between the items of an interrupted list answer the item above; titles with a colon are topics."""
    text = (
        "Data Type:\n\n1. What is a type?\n2. Explain strings.\n\nThey are text.\n\nOutput:\n\nabc\n\n"
        "1. Which types are there?\n\nLoops:\n\n1. What is a loop?\n"
    )
    reading = read_text("a.docx", text, Wishes(), loose=True)
    assert pairs(reading) == [
        ("What is a type?", ""), ("Explain strings.", "They are text.\n\nOutput:\n\nabc"),
        ("Which types are there?", ""), ("What is a loop?", ""),
    ]  # fmt: skip  # one glance
    assert [draft.topic for draft in reading.drafts] == [("Data Type",)] * 3 + [("Loops",)]


def test_lines_that_ask() -> None:
    """Line breaks within one paragraph part questions, with their numbers or without."""
    text = "**Round 1**\n\n1\\. What is a lock?\\\n2\\. explain threads\\\nWhy?\n\nBecause.\n\nWho?\n"
    assert loose(text) == [("What is a lock?", ""), ("explain threads", ""), ("Why?", "Because."), ("Who?", "")]


def test_bold_items_with_their_answers() -> None:
    """The lines below a bold item are its answer; items in ordinary type answer the one above."""
    text = "- **What is a jar?**\\\n  Answer:\\\n  A file.\n- **Why?**\n- it packs\n- it ships\n"
    assert loose(text) == [("What is a jar?", "A file."), ("Why?", "- it packs\n\n- it ships")]
    choices = read("a.md", "1. What is 1 + 1?\n   1. one\n   2. **two**\n2. Why?\n").drafts[0].choices
    assert [(choice.text, choice.correct) for choice in choices] == [("one", False), ("two", True)]


def test_a_story_below_a_heading_is_a_question() -> None:
    """However long it is, if it ends in a question."""
    story = f"You are {'very ' * 60}late. What now?"
    assert loose(f"## Late\n\n{story}\n\n## Early\n\nWhy so early?\n") == [(story, ""), ("Why so early?", "")]
