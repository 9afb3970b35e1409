"""HTML in cells of tables and values of JSON: what is converted, and what stays as it is."""

from __future__ import annotations

import json

import pytest

from tests.importers.reading import only, pairs, read


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>A <b>lock</b></p><ul><li>one</li></ul>", "A **lock**\n\n- one"),
        ("one<br>two", "one\\\ntwo"),
        ("a &lt;b&gt; &amp; c&nbsp;d", "a \\<b> & c d"),
        ("The tag `<b>x</b>` is bold", "The tag `<b>x</b>` is bold"),
        ("What does <p> mean", "What does <p> mean"),
        ("a < b and c > d", "a < b and c > d"),
        ("**bold** and <u>this</u>", "**bold** and <u>this</u>"),
    ],
)
def test_plain_html_becomes_markdown(cell: str, text: str) -> None:
    """In a table and in JSON alike; a tag that is mentioned, or that stands beside Markdown, stays."""
    table = only(read("a.csv", f'question,answer\nWhat?,"{cell}"\n'))
    listed = only(read("a.json", json.dumps([{"question": "What?", "answer": cell}])))
    assert (table.answer, listed.answer) == (text, text)


def test_html_that_is_rare_in_a_file_is_doubted() -> None:
    """It may be what the question is about: the comment beside it says so."""
    rows = "".join(f"What is {number}?,{number}\n" for number in range(6))
    first, *others = read("a.csv", f"question,answer\nWhich is a link?,<a href=x>y</a>\n{rows}").drafts
    assert "backticks" in first.doubts[0]
    assert not any(draft.doubts for draft in others)


def test_choices_are_converted_too() -> None:
    """Every text of a question is."""
    draft = only(read("a.csv", "question,option a,option b,answer\n<p>Which?</p>,<i>one</i>,<p>two</p>,B\n"))
    assert [(choice.text, choice.correct) for choice in draft.choices] == [("*one*", False), ("two", True)]
    assert pairs(read("a.csv", "question,answer\n<p>Which?</p>,That\n")) == [("Which?", "That")]
