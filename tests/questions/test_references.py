"""Ids must be unique and names must exist across the files of a set."""

from __future__ import annotations

import pytest
from studypack.questions.references import cross_check
from studypack.questions.yaml_reading import read_yaml
from studypack.questions.yaml_source import YamlSource

HEADER = """\
title: T
topics:
- {id: databases, title: D}
- {id: locks, title: L}
"""


def _said(header: str, *files: str, glossary: str | None = None) -> list[str]:
    """Return the problems of a header file `h` and question files `a`, `b`, …, in file order."""
    sources = [_source(text, name) for text, name in zip(files, "abcdef", strict=False)]
    terms = None if glossary is None else _source(glossary, "g")
    head = _source(header, "h")
    cross_check(head, sources, terms)
    return [str(p) for source in (head, *sources, terms) if source is not None for p in source.problems]


def _source(text: str, file: str) -> YamlSource:
    source = read_yaml(text.encode(), file)
    assert source.problems == []
    return source


def _question(identifier: str, more: str = "topic: locks") -> str:
    return f"questions:\n- {{id: {identifier}, {more}}}\n"


def test_a_sound_set_has_no_problems() -> None:
    """Unique ids and known names cause no complaint, even if one id is used for two kinds of things."""
    header = HEADER + "packs: {quick: {topics: [locks], tags: [java], ids: [locks]}}\n"
    more = "topic: locks, tags: [java], cards: [{id: locks, cloze: 'a {{c1::b}}'}, {id: c, front: x}]"
    assert _said(header, _question("locks", more), glossary="glossary: [{id: locks, question: locks}]\n") == []


def test_duplicate_question_ids_name_both_places() -> None:
    """A duplicate id in a second file is reported there, with the file and line of the first use."""
    assert _said(HEADER, _question("twice"), _question("once"), "# a comment\n" + _question("twice")) == [
        'c:3:8: duplicate question id "twice", it is already used at a:2; give one of them another id'
    ]


def test_a_third_of_the_same_id_points_at_the_first() -> None:
    """Each further use of an id is a separate problem that points at the first use."""
    text = "questions:\n- id: x\n- id: x\n- id: x\n"
    assert [said.split(";")[0] for said in _said(HEADER, text)] == [
        'a:3:7: duplicate question id "x", it is already used at a:2',
        'a:4:7: duplicate question id "x", it is already used at a:2',
    ]


@pytest.mark.parametrize(
    ("header", "file", "glossary", "said"),
    [
        (
            HEADER + "- {id: locks, title: M}\n",
            _question("q"),
            None,
            'h:5:8: duplicate topic id "locks", it is already used at h:4; give one of them another id',
        ),
        (
            HEADER,
            _question("q", "cards: [{id: c, front: a}, {id: c, front: b}]"),
            None,
            'a:2:43: duplicate card id "c", it is already used at a:2; give one of them another id',
        ),
        (
            HEADER + "glossary: [{id: term}]\n",
            _question("q"),
            "glossary: [{id: term}]\n",
            'g:1:17: duplicate glossary id "term", it is already used at h:5; give one of them another id',
        ),
        (
            HEADER,
            _question("q", "topic: database"),
            None,
            'a:2:18: unknown topic "database", the set has databases, locks; did you mean "databases"?',
        ),
        (
            HEADER,
            _question("q", "topic: zebra"),
            None,
            'a:2:18: unknown topic "zebra", the set has databases, locks; use one of them, or add the topic',
        ),
        (
            HEADER,
            _question("deadlock"),
            "glossary: [{id: term, question: deadlok}]\n",
            'g:1:33: unknown question "deadlok", the set has deadlock; did you mean "deadlock"?',
        ),
        (
            HEADER + "packs: {quick: {topics: [lock]}}\n",
            _question("q"),
            None,
            'h:5:26: unknown topic "lock", the set has databases, locks; did you mean "locks"?',
        ),
        (
            HEADER + "packs: {quick: {tags: [jav]}}\n",
            _question("q", "tags: [java]"),
            None,
            'h:5:24: unknown tag "jav", the set has java; did you mean "java"?',
        ),
        (
            HEADER + "packs: {quick: {ids: [deadlok]}}\n",
            _question("deadlock"),
            None,
            'h:5:23: unknown id "deadlok", the set has deadlock; did you mean "deadlock"?',
        ),
        (
            HEADER,
            _question("q", "cards: [{id: c, cloze: no gap}]"),
            None,
            "a:2:34: a cloze text without a gap, Anki would not make a card from it; "
            "write {{c1::…}} around the words to learn",
        ),
        (
            HEADER,
            _question("q", "exhibits: [{id: tree, table: t, caption: c}], cards: [{id: c, front: f, draw: tre}]"),
            None,
            'a:2:89: unknown exhibit "tre", the question\'s exhibits are tree; did you mean "tree"?',
        ),
        (
            HEADER,
            _question("q", "exhibits: [{table: t, caption: c}], cards: [{id: c, front: f, draw: graph}]"),
            None,
            'a:2:79: unknown exhibit "graph", no exhibit of the question has an id; '
            "write `id: graph` at the exhibit that the card asks for",
        ),
        (
            HEADER,
            _question("q", "exhibits: [{id: a, table: t, caption: c}, {id: a, table: u, caption: d}]"),
            None,
            'a:2:58: duplicate exhibit id "a", it is already used at a:2; give one of them another id',
        ),
    ],
)
def test_each_problem_is_one_message(header: str, file: str, glossary: str | None, said: str) -> None:
    """Each problem between values is one message with location, what, why and remedy."""
    assert _said(header, file, glossary=glossary) == [said]


def test_many_known_names_are_not_all_listed() -> None:
    """A message lists twelve names and says that there are more."""
    header = "topics:\n" + "".join(f"- {{id: t{n}, title: T}}\n" for n in range(14))
    (said,) = _said(header, _question("q", "topic: zebra"))
    assert "the set has t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11 and more; " in said


def test_all_problems_are_told_at_once() -> None:
    """Problems in the header, two question files and the glossary are reported together."""
    places = [
        said.split(" ")[0]
        for said in _said(
            HEADER + "- {id: locks}\n",
            _question("q", "topic: x"),
            _question("q", "topic: y"),
            glossary="glossary: [{id: t, question: z}]\n",
        )
    ]
    assert places == ["h:5:8:", "a:2:18:", "b:2:8:", "b:2:18:", "g:1:30:"]


@pytest.mark.parametrize(
    "text",
    [
        "words\n",
        "questions: words\n",
        "questions: [words, [a], {id: [x], topic: {a: b}, cards: x, tags: y}]\n",
        "questions: [{id: a, cards: [x, {id: [c], cloze: [d]}]}]\n",
    ],
)
def test_wrong_shapes_are_left_to_the_model(text: str) -> None:
    """Values of the wrong type are reported by the model and do not break this check."""
    assert _said(HEADER, text, glossary=text.replace("questions", "glossary").replace("topic", "question")) == []
    assert _said(text.replace("questions", "topics"), "words\n") == []


@pytest.mark.parametrize("tags", ["[[a]]", "[{a: b}]", "[java, {a: b}]"])
def test_wrong_tags_do_not_break_the_check_of_saved_packs(tags: str) -> None:
    """A tag `- a: b` (missing quotes) in a set with saved packs does not crash; the model reports it."""
    assert _said(HEADER + "packs: {quick: {topics: [locks]}}\n", _question("q", f"tags: {tags}")) == []


@pytest.mark.parametrize(
    "packs", ["words", "[a]", "{quick: words}", "{quick: {tags: words}}", "{quick: {tags: [[a]]}}"]
)
def test_wrong_packs_are_left_to_the_model(packs: str) -> None:
    """Saved packs of the wrong type do not break this check either."""
    assert _said(HEADER + f"packs: {packs}\n", _question("q")) == []
