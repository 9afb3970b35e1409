"""Diagnostics read as `file:line:column: what, why; remedy`."""

from __future__ import annotations

import pytest
from studypack.errors import Diagnostic, Location, StudypackError, listed, suggestion

PLACE = Location("set.yaml", 3, 7)


@pytest.mark.parametrize(
    ("diagnostic", "words"),
    [
        (Diagnostic(PLACE, "what", "why", "remedy"), "set.yaml:3:7: what, why; remedy"),
        (Diagnostic(PLACE, "what", "", "remedy"), "set.yaml:3:7: what; remedy"),
        (Diagnostic(PLACE, "what", "why"), "set.yaml:3:7: what, why"),
        (Diagnostic(None, "what", "why", "remedy"), "what, why; remedy"),
        (Diagnostic(None, "what"), "what"),
    ],
)
def test_a_diagnostic_leaves_out_what_it_lacks(diagnostic: Diagnostic, words: str) -> None:
    """A missing place, reason or remedy leaves no stray punctuation."""
    assert str(diagnostic) == words


def test_an_error_carries_all_diagnostics() -> None:
    """An error's text has one line for each problem, in the given order."""
    error = StudypackError(Diagnostic(PLACE, "b"), Diagnostic(None, "a"))
    assert str(error) == "set.yaml:3:7: b\na"
    assert [d.what for d in error.diagnostics] == ["b", "a"]


def test_places_sort_by_line_as_numbers() -> None:
    """Line 10 sorts after line 9, and files sort alphabetically."""
    places = [Location("b", 1, 1), Location("a", 10, 1), Location("a", 9, 5), Location("a", 9, 2)]
    assert list(map(str, sorted(places))) == ["a:9:2", "a:9:5", "a:10:1", "b:1:1"]


def test_suggestion_is_the_nearest_word_or_nothing() -> None:
    """A misspelling gets the intended word as a suggestion; a very different word gets none."""
    known = ["databases", "concurrency"]
    assert suggestion("database", known) == 'did you mean "databases"?'
    assert suggestion("zebra", known) == ""
    assert suggestion("databases", []) == ""


def test_listed_says_none_of_nothing() -> None:
    """An empty list reads `none` and does not leave a gap in the sentence."""
    assert listed(["a", "b"]) == "a, b"
    assert listed([]) == "none"
