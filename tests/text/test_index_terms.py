"""Index marks: the first mention of each term in a question's text is marked, in any spelling."""

from __future__ import annotations

import re

import pytest
from studypack.text.index_terms import Marker, pages_of

TERMS = {"lock": "lock", "hash table": "hash-table", "hash": "hash", "ACID": "acid", "R&D": "rd", "B-tree": "b-tree"}


def _marked(html: str) -> list[tuple[str, str]]:
    """Return each mark's term and words; nothing else in the HTML may change."""
    made = str(Marker("q1", TERMS)(html))
    assert re.sub(r'<span id="index:[^"]*">(.*?)</span>', r"\1", made) == html
    return re.findall(r'<span id="index:([^":]*):q1">(.*?)</span>', made)


@pytest.mark.parametrize(
    ("html", "marks"),
    [
        ("A lock.", [("lock", "lock")]),
        ("Lock and lock", [("lock", "Lock")]),
        ("Two locks", [("lock", "locks")]),
        ("Hashes differ", [("hash", "Hashes")]),
        ("A hash table", [("hash-table", "hash table")]),
        ("acid tests", [("acid", "acid")]),
        ("R&amp;D", [("rd", "R&amp;D")]),
        ("A B-tree", [("b-tree", "B-tree")]),
        ("a locksmith unlocks blocks, lock_a", []),
        ("<code>lock</code> a lock", [("lock", "lock")]),
        ("<pre class='x'><code>lock</code> lock</pre>", []),
        ('<a href="#lock">lock</a>', []),
        ('<img alt="a lock">', []),
        ("&lock;", []),
        ("<b>lock</b>", [("lock", "lock")]),
        ("lock <em>hash</em>", [("lock", "lock"), ("hash", "hash")]),
        ("<abbr>lock</abbr>", [("lock", "lock")]),
    ],
)
def test_first_mentions_in_text_are_marked(html: str, marks: list[tuple[str, str]]) -> None:
    """Terms match whole words in any case, plurals included, longest first; never in code, links, tags or entities."""
    assert _marked(html) == marks


def test_a_term_is_marked_once_in_a_question() -> None:
    """The marker remembers what it marked in a question's earlier texts; each question has its own marker."""
    marker = Marker("q1", TERMS)
    assert "index:lock:q1" in marker("a lock")
    assert "index:" not in marker("a lock")
    assert "index:lock:q2" in Marker("q2", TERMS)("a lock")


def test_without_terms_nothing_is_marked() -> None:
    """A set without a glossary gets no marks, and its HTML is not escaped."""
    assert Marker("q1", {})("<b>lock</b>").__html__() == "<b>lock</b>"


def test_pages_of_terms() -> None:
    """Each term has its pages in order without duplicates; term ids may contain hyphens; other ids are ignored."""
    anchors = {
        "index:lock:q9": 12,
        "index:lock:q1": 3,
        "index:lock:q2": 3,
        "index:hash-table:q1": 4,
        "index:gone:q1": 5,
        "lock": 7,
        "term:lock": 8,
    }
    assert pages_of(anchors, ["lock", "hash-table", "acid"]) == {"lock": [3, 12], "hash-table": [4], "acid": []}
