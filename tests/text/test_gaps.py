"""Gaps of cloze texts on paper: what the front hides, what the back shows, and which cards there are."""

from __future__ import annotations

import re

import pytest
from studypack.text.gaps import gap_numbers, gapped
from studypack.text.markdown import block_of, tokens
from studypack.text.runs import runs


def _side(text: str, number: int, *, hide: bool) -> str:
    """Return a side as plain text, with `[…]` for blanks."""
    html = str(block_of(gapped(tokens(text), number, hide=hide), text))
    html = html.replace('<span class="blank"></span>', "[…]")
    return " ".join(re.sub(r"<[^>]*>", "", html).split())


@pytest.mark.parametrize(
    ("text", "number", "front", "back"),
    [
        ("It is {{c1::3.14}}.", 1, "It is […].", "It is 3.14."),
        ("It is {{c1::3.14::a number}}.", 1, "It is […] (a number).", "It is 3.14."),
        ("{{c1::a {{c2::b}}}} c", 1, "[…] c", "a b c"),
        ("{{c1::a {{c2::b}}}} c", 2, "a […] c", "a b c"),
        ("{{c1::x}} and {{c1,2::y}}", 2, "x and […]", "x and y"),
        ("**{{c1::bold}}** `x = {{c1::f()}}`", 1, "[…] x = […]", "bold x = f()"),
        ("`a {{c1::{x}}}`", 1, "a […]", "a {x}"),
        (
            "A set is {{c1::map[string]struct{}}}, a map.",
            1,
            "A set is […], a map.",
            "A set is map[string]struct{}, a map.",
        ),
        ("{{c1::one\n\ntwo}} three", 1, "[…] three", "one two three"),
    ],
)
def test_what_each_side_shows(text: str, number: int, front: str, back: str) -> None:
    """The front has blanks and hints in place of the asked words, the back the whole text without marks or hints."""
    assert _side(text, number, hide=True) == front
    assert _side(text, number, hide=False) == back


def test_a_gap_in_source_is_a_sign() -> None:
    """In listings and formulas, a blank is a sign that they can show."""
    text = "```\nx = {{c1::lock()}}\n```\n\n$y = {{c1::z^2}}$"
    listing, formula = (run.content for run in runs(gapped(tokens(text), 1, hide=True)))
    assert (listing, formula) == ("x = ____", "y = ?")
    assert [run.content for run in runs(gapped(tokens(text), 1, hide=False))] == ["x = lock()", "y = z^2"]


def test_a_hidden_picture_is_not_shown() -> None:
    """A picture or a formula inside a gap is on the back only."""
    text = "{{c1::![a](figures/x.png) and $x$}} it is"
    assert [run.kind for run in runs(gapped(tokens(text), 1, hide=True))] == ["text"]
    assert [run.kind for run in runs(gapped(tokens(text), 1, hide=False))] == ["picture", "text", "formula", "text"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("{{c2::a}} {{c1::b}} {{c2::c}}", [1, 2]),
        ("{{c1,3::a}}", [1, 3]),
        ("{{c1::open", []),
        ("{{c0::a}}", []),
        ("}}", []),
    ],
)
def test_there_is_a_card_for_each_number(text: str, numbers: list[int]) -> None:
    """Only complete gaps count, each number once."""
    assert gap_numbers(tokens(text)) == numbers


@pytest.mark.parametrize("text", ["a {{c1::b", "a }} b", "{{c1::a}}} b"])
def test_marks_that_are_no_gap_stay(text: str) -> None:
    """An opening mark without an end, and braces without a beginning, are text."""
    shown = _side(text, 1, hide=False)
    assert shown == text.replace("{{c1::a}}}", "a}")
