"""The model's findings in our words: what, why, remedy and place, all of them at once."""

from __future__ import annotations

from collections import Counter

import pytest
from studypack.questions.model import AuthoredQuestion, Exhibit, GlossaryFile, QuestionFile, SavedPack, SingleFile
from studypack.questions.validation import validate
from studypack.questions.yaml_source import read_yaml

SET = """\
title: T
topics: [{id: t, title: T}]
"""
QUESTION = """\
questions:
- id: q
  question: Q?
  topic: t
  answer: A
"""
NO_ID = "ids and tags are lower-case words joined by hyphens"
GOOD = "- {id: good, question: Q?, topic: t, answer: A}\n"
QUESTION_KEYS = ", ".join(AuthoredQuestion.model_fields)


def _said(text: str, kind: type[SingleFile | QuestionFile | GlossaryFile] = SingleFile) -> list[str]:
    source = read_yaml(text.encode(), "f")
    assert source.problems == []
    found = validate(source, kind, "a question set")
    assert (found is None) == bool(source.problems)
    return [str(problem) for problem in source.problems]


def test_a_good_file_is_returned_as_its_model() -> None:
    """Without problems the caller gets what was written, typed."""
    source = read_yaml((SET + QUESTION).encode(), "f")
    found = validate(source, SingleFile, "a question set")
    assert found is not None
    assert found.questions == (AuthoredQuestion(id="q", question="Q?", topic="t", answer="A"),)


def test_what_could_not_be_read_is_not_validated() -> None:
    """A file that is no YAML has its own problem already, and gets no second one."""
    source = read_yaml(b"a: [", "f")
    before = list(source.problems)
    assert validate(source, SingleFile, "a question set") is None
    assert source.problems == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "  takaway: x",
            f'f:6:3: unknown key "takaway", a question has {QUESTION_KEYS}; did you mean "takeaway"?',
        ),
        (
            "  zebra: x",
            f'f:6:3: unknown key "zebra", a question has {QUESTION_KEYS}; delete it',
        ),
        (
            f"  takeaway: {'x' * 111}",
            'f:6:13: "takeaway" has 111 characters, the limit is 110; shorten it',
        ),
        ('  takeaway: ""', 'f:6:13: "takeaway" is empty; write something, or delete the key'),
        ("  takeaway: '  '", 'f:6:13: "takeaway" is empty; write something, or delete the key'),
        (
            "  level: cor",
            'f:6:10: level "cor", there are core, intermediate, advanced; did you mean "core"?',
        ),
        (
            "  level: hard",
            'f:6:10: level "hard", there are core, intermediate, advanced; take one of them',
        ),
        (
            "  takeaway: [a]",
            'f:6:13: "takeaway" is a list, a text is expected; write one text; quote it if it holds `: `',
        ),
        (
            "  guidance: {a: b}",
            'f:6:13: "guidance" is a mapping of keys, a text is expected; write one text; quote it if it holds `: `',
        ),
        (
            "  key_points:\n  - fine\n  - a: b",
            'f:8:5: "key_points number 2" is a mapping of keys, a text is expected; '
            "write one text; quote it if it holds `: `",
        ),
        (
            "  tags: java",
            'f:6:9: "tags" is a text, a list is expected; write `tags: [ … ]` or lines that begin with `- `',
        ),
        ("  tags: [ok, Two Words]", f'f:6:14: "Two Words" is no id, {NO_ID}; write `two-words`'),
        ("  tags: ['!']", f'f:6:10: "!" is no id, {NO_ID}; write letters and digits'),
        (f"  tags: [{'x' * 81}]", 'f:6:10: "tags number 1" has 81 characters, the limit is 80; shorten it'),
        (
            "  exhibits: [table]",
            'f:6:14: "exhibits number 1" is a text, a mapping of keys is expected; write `key: value` lines',
        ),
        ("  exhibits: [{table: x}]", 'f:6:14: "caption" is missing or empty, an exhibit needs it; add `caption: …`'),
        (
            "  exhibits: [{caption: x}]",
            "f:6:14: an exhibit shows one thing, it needs exactly one of table, figure, listing; "
            "split it in two, or add the missing key",
        ),
        (
            "  exhibits: [{caption: x, table: x, listing: x}]",
            "f:6:14: an exhibit shows one thing, it needs exactly one of table, figure, listing; "
            "split it in two, or add the missing key",
        ),
        (
            "  exhibits: [{caption: x, table: x, alt: x}]",
            'f:6:14: "alt" without a figure, it describes a figure; delete it',
        ),
        (
            "  exhibits: [{caption: x, table: x, capton: x}]",
            f'f:6:37: unknown key "capton", an exhibit has {", ".join(Exhibit.model_fields)}; did you mean "caption"?',
        ),
        (
            "  exhibits: [{caption: x, table: x, cheatsheet: yes}]",
            'f:6:49: "cheatsheet" is "yes", true or false is expected; write one of them without quotes',
        ),
        (
            "  follow_ups: [{question: x}]",
            'f:6:16: "answer" is missing or empty, a follow-up needs it; add `answer: …`',
        ),
        ("  sources: [{where: x}]", 'f:6:13: "title" is missing or empty, a source needs it; add `title: …`'),
        (
            "  sources: [{title: x, year: last}]",
            'f:6:30: "year" is "last", a year of four digits is expected; write it in digits, or leave it out',
        ),
        (
            "  sources: [{title: x, year: 98}]",
            'f:6:30: "year" is "98", a year of four digits is expected; write it in digits, or leave it out',
        ),
        (
            "  sources: [{title: x, url: 'javascript:alert(1)'}]",
            'f:6:29: "javascript:alert(1)" is no web address, a source\'s url begins with https:// or http://; '
            "write the whole address",
        ),
        (
            "  cards: [{id: c, front: x}]",
            "f:6:11: a card is either front and back or a cloze text; give `front:` and `back:`, or `cloze:` alone",
        ),
        (
            "  cards: [{id: c, front: x, back: y, cloze: '{{c1::z}}'}]",
            "f:6:11: a card is either front and back or a cloze text; give `front:` and `back:`, or `cloze:` alone",
        ),
    ],
)
def test_a_mistake_in_a_question_is_one_message(line: str, said: str) -> None:
    """What, why, remedy and place of each mistake that a question can have."""
    assert _said(f"{QUESTION}{line}\n{GOOD}", QuestionFile) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", 'f:1:1: "the file" is a list, a mapping of keys is expected; write `key: value` lines'),
        ("words\n", 'f:1:1: "the file" is a text, a mapping of keys is expected; write `key: value` lines'),
        (
            QUESTION + SET + "language: 5 letters\n",
            'f:8:11: "5 letters" is no language tag, BCP 47 is expected; write `en` or `pt-BR`',
        ),
        (
            QUESTION + "title: T\n",
            'f:1:1: "topics" is missing or empty, a question set needs it; add `topics: …`',
        ),
        (
            SET + QUESTION + "packs: [a]\n",
            'f:8:8: "packs" is a list, a mapping of keys is expected; write `key: value` lines',
        ),
        (
            SET + QUESTION + "packs: {My pack: {tags: [a]}}\n",
            f'f:8:18: "My pack" is no id, {NO_ID}; write `my-pack`',
        ),
        (
            SET + QUESTION + "packs: {quick: {levels: [corre]}}\n",
            'f:8:26: level "corre", there are core, intermediate, advanced; did you mean "core"?',
        ),
        (
            SET + QUESTION + "packs: {quick: {topic: [t]}}\n",
            'f:8:17: unknown key "topic", a saved pack has title, topics, levels, tags, ids; did you mean "topics"?',
        ),
        (
            SET + QUESTION + "glossary: [{id: g, term: G}]\n",
            'f:8:12: "definition" is missing or empty, a glossary entry needs it; add `definition: …`',
        ),
        (
            "title: T\ntopics: [{id: t}, {id: u, title: U}]\n" + QUESTION,
            'f:2:10: "title" is missing or empty, a topic needs it; add `title: …`',
        ),
    ],
)
def test_a_mistake_in_the_header_is_one_message(text: str, said: str) -> None:
    """The same for titles, topics, saved packs and the glossary."""
    assert _said(text) == [said]


@pytest.mark.parametrize("name", ["cards", "sources", "exhibits", "questions"])
def test_a_saved_pack_may_bear_the_name_of_a_key(name: str) -> None:
    """A mistake in a pack called `cards` is told as one of a saved pack, not of a card."""
    keys = ", ".join(SavedPack.model_fields)
    assert _said(SET + QUESTION + f"packs: {{{name}: {{tagz: [a]}}}}\n") == [
        f'f:8:{12 + len(name)}: unknown key "tagz", a saved pack has {keys}; did you mean "tags"?'
    ]


@pytest.mark.parametrize("line", ["takeaway:", "level:", "tags:", "exhibits:", "guidance:", "sources:"])
def test_a_key_without_a_value_counts_as_absent(line: str) -> None:
    """An author who leaves an optional key empty is not bothered."""
    assert _said(f"{QUESTION}  {line}\n{GOOD}", QuestionFile) == []


def test_a_required_key_without_a_value_is_missing() -> None:
    """`answer:` alone is answered like a missing one, at the question."""
    assert _said(QUESTION.replace("answer: A", "answer:") + GOOD, QuestionFile) == [
        'f:5:3: "answer" is missing or empty, a question needs it; add `answer: …`'
    ]


def test_a_list_of_wrong_things_is_not_called_empty() -> None:
    """The only question of a file has a mistake: that is one problem, and the file is not empty."""
    assert _said(QUESTION + "  level: cor\n", QuestionFile) == [
        'f:6:10: level "cor", there are core, intermediate, advanced; did you mean "core"?'
    ]


def test_required_lists_are_not_to_be_deleted() -> None:
    """The remedy for an empty list that a file must have is to fill it."""
    for text, kind in (("questions: []\n", QuestionFile), ("title: T\ntopics: []\n" + QUESTION, SingleFile)):
        (said,) = _said(text, kind)
        assert "is empty" in said
        assert "delete" not in said


def test_all_problems_are_told_at_once() -> None:
    """Four mistakes of three questions are four messages, in the file's order."""
    text = "questions:\n" + "\n".join(
        [
            "- {id: good, question: Q, topic: t, answer: a}",
            "- {id: A, question: Q, topic: t, answer: a}",
            "- {id: b, question: Q, topic: t, answer: a, level: x}",
            "- {id: c, question: Q, topic: t, answers: a}",
        ]
    )
    places = [said.split(" ")[0] for said in _said(text, QuestionFile)]
    assert places == ["f:3:8:", "f:4:52:", "f:5:3:", "f:5:34:"]


def test_no_message_is_the_validators_own() -> None:
    """Whatever shape stands where another is expected, the words are ours: no type code, no English of pydantic."""
    shapes = ["x", "[x]", "{x: y}", "[[x]]", "[{x: y}]"]
    heard: Counter[str] = Counter()
    for key in AuthoredQuestion.model_fields:
        for shape in shapes:
            lines = [line for line in QUESTION.splitlines() if not line.strip("- ").startswith(f"{key}:")]
            lines = [line if n == 0 else "  " + line.strip("- ") for n, line in enumerate(lines)]
            text = "\n".join([lines[0], f"- {key}: {shape}", *lines[1:]])
            for said in _said(text, QuestionFile):
                assert "is not valid (" not in said
                assert "Input should" not in said
                heard[key] += 1
    assert set(heard) == set(AuthoredQuestion.model_fields)
