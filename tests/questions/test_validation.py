"""The model's errors are reported all at once in our words, with location, what, why and remedy."""

from __future__ import annotations

from collections import Counter

import pytest
from studypack.questions.model import AuthoredQuestion, Exhibit, GlossaryFile, QuestionFile, SavedPack, SingleFile
from studypack.questions.validation import validate
from studypack.questions.yaml_reading import read_yaml

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
NO_ID = "ids are lower-case words joined by hyphens"
GOOD = "- {id: good, question: Q?, topic: t, answer: A}\n"
QUESTION_KEYS = ", ".join(AuthoredQuestion.model_fields)


def _said(text: str, kind: type[SingleFile | QuestionFile | GlossaryFile] = SingleFile) -> list[str]:
    source = read_yaml(text.encode(), "f")
    assert source.problems == []
    found = validate(source, kind, "a question set")
    assert (found is None) == bool(source.problems)
    return [str(problem) for problem in source.problems]


def test_a_good_file_is_returned_as_its_model() -> None:
    """A file without problems is returned as an instance of its model."""
    source = read_yaml((SET + QUESTION).encode(), "f")
    found = validate(source, SingleFile, "a question set")
    assert found is not None
    assert found.questions == (AuthoredQuestion(id="q", question="Q?", topic="t", answer="A"),)


def test_what_could_not_be_read_is_not_validated() -> None:
    """A file that is not YAML already has a problem and does not get a second one."""
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
            "  level: [core]",
            'f:6:10: "level" is a list, text is expected; write one text; quote it if it contains `: `',
        ),
        (
            "  takeaway: [a]",
            'f:6:13: "takeaway" is a list, text is expected; write one text; quote it if it contains `: `',
        ),
        (
            "  guidance: {a: b}",
            'f:6:13: "guidance" is a mapping of keys, text is expected; write one text; quote it if it contains `: `',
        ),
        (
            "  key_points:\n  - fine\n  - a: b",
            'f:8:5: "key_points number 2" is a mapping of keys, text is expected; '
            "write one text; quote it if it contains `: `",
        ),
        (
            "  tags: java",
            'f:6:9: "tags" is text, a list is expected; write `tags: [ … ]` or lines that begin with `- `',
        ),
        ("  tags: [ok, '']", 'f:6:14: "tags number 2" is empty; write something, or delete the key'),
        (
            "  exhibits: [table]",
            'f:6:14: "exhibits number 1" is text, a mapping of keys is expected; write `key: value` lines',
        ),
        ("  exhibits: [{table: x}]", 'f:6:14: "caption" is missing or empty, an exhibit needs it; add `caption: …`'),
        (
            "  exhibits: [{caption: x}]",
            "f:6:14: an exhibit must show exactly one thing, it needs one of table, figure and listing; "
            "split it in two, or add the missing key",
        ),
        (
            "  exhibits: [{caption: x, table: x, listing: x}]",
            "f:6:14: an exhibit must show exactly one thing, it needs one of table, figure and listing; "
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
            "  follow_ups: [{answer: x}]",
            'f:6:16: "question" is missing or empty, a follow-up needs it; add `question: …`',
        ),
        ("  sources: [{where: x}]", 'f:6:13: "title" is missing or empty, a source needs it; add `title: …`'),
        (
            "  sources: [{title: x, year: last}]",
            'f:6:30: "year" is "last", a four-digit year is expected; write it in digits, or leave it out',
        ),
        (
            "  sources: [{title: x, year: 98}]",
            'f:6:30: "year" is "98", a four-digit year is expected; write it in digits, or leave it out',
        ),
        (
            "  marks: many",
            'f:6:10: "marks" is "many", a number from 1 to 100 is expected; write it in digits, or leave it out',
        ),
        (
            "  marks: 101",
            'f:6:10: "marks" is "101", a number from 1 to 100 is expected; write it in digits, or leave it out',
        ),
        (
            "  sources: [{title: x, url: 'javascript:alert(1)'}]",
            'f:6:29: "javascript:alert(1)" is not a web address, a source\'s url begins with https:// or http://; '
            "write the whole address",
        ),
        (
            "  cards: [{id: c, front: x}]",
            "f:6:11: a card is either front and back or a cloze text; give `front:` with `back:` or `draw:`, or "
            "`cloze:` alone",
        ),
        (
            "  cards: [{id: c, front: x, back: y, cloze: '{{c1::z}}'}]",
            "f:6:11: a card is either front and back or a cloze text; give `front:` with `back:` or `draw:`, or "
            "`cloze:` alone",
        ),
    ],
)
def test_a_mistake_in_a_question_is_one_message(line: str, said: str) -> None:
    """Each mistake in a question is one message with location, what, why and remedy."""
    assert _said(f"{QUESTION}{line}\n{GOOD}", QuestionFile) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", 'f:1:1: "the file" is a list, a mapping of keys is expected; write `key: value` lines'),
        ("words\n", 'f:1:1: "the file" is text, a mapping of keys is expected; write `key: value` lines'),
        (
            QUESTION + SET + "language: 5 letters\n",
            'f:8:11: "5 letters" is not a language tag, BCP 47 is expected; write `en` or `pt-BR`',
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
            f'f:8:18: "My pack" is not a valid id, {NO_ID}; write `my-pack`',
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
    """Each mistake in titles, topics, saved packs or the glossary is one message."""
    assert _said(text) == [said]


@pytest.mark.parametrize("name", ["cards", "sources", "exhibits", "questions"])
def test_a_saved_pack_may_bear_the_name_of_a_key(name: str) -> None:
    """A mistake in a saved pack named `cards` is reported as one in a saved pack, not in a card."""
    keys = ", ".join(SavedPack.model_fields)
    assert _said(SET + QUESTION + f"packs: {{{name}: {{tagz: [a]}}}}\n") == [
        f'f:8:{12 + len(name)}: unknown key "tagz", a saved pack has {keys}; did you mean "tags"?'
    ]


@pytest.mark.parametrize("line", ["takeaway:", "level:", "tags:", "exhibits:", "guidance:", "sources:"])
def test_a_key_without_a_value_counts_as_absent(line: str) -> None:
    """An optional key may be left empty."""
    assert _said(f"{QUESTION}  {line}\n{GOOD}", QuestionFile) == []


def test_a_required_key_without_a_value_is_missing() -> None:
    """`topic:` alone is answered like a missing one, at the key."""
    assert _said(QUESTION.replace("topic: t", "topic:") + GOOD, QuestionFile) == [
        'f:4:3: "topic" is missing or empty, a question needs it; add `topic: …`'
    ]


@pytest.mark.parametrize("blank", ['""', '"  "', '"\\t\\n"', "|2\n    \n"])
def test_a_blank_answer_is_an_empty_one(blank: str) -> None:
    """An answer of white space alone is an error; a question without an answer has no such key."""
    assert _said(QUESTION.replace("answer: A", f"answer: {blank}") + GOOD, QuestionFile) == [
        'f:5:11: "answer" is empty; write something, or delete the key'
    ]


CHOICES = QUESTION.replace("answer: A", "choices:\n  - {text: a, correct: true}\n  - {text: b, feedback: no}")


def test_choices_need_no_answer() -> None:
    """A question with choices is whole without an answer; one without either is legal too."""
    assert _said(CHOICES, QuestionFile) == []
    assert _said(QUESTION.replace("  answer: A\n", ""), QuestionFile) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("correct: true", "correct: false",
         "f:6:3: no choice is correct, one of them at least has to be; write `correct: true` at the right one"),
        ("  - {text: b, feedback: no}", "",
         "f:6:3: 1 choice, a multiple-choice question has 2 to 26; add or delete some; without any, delete the key"),
        ("text: b", "txt: b", 'f:7:5: "text" is missing or empty, a choice needs it; add `text: …`'),
        ("feedback: no", "why: no",
         'f:7:15: unknown key "why", a choice has text, correct, feedback; delete it'),
        ("correct: true", "correct: yes",
         'f:6:24: "correct" is "yes", true or false is expected; write one of them without quotes'),
        ("text: b", 'text: " "', 'f:7:12: "text" is empty; write something'),
    ],
)  # fmt: skip  # one mistake, one message
def test_mistakes_in_choices(old: str, new: str, said: str) -> None:
    """Each is told with its place and remedy."""
    assert said in _said(CHOICES.replace(old, new), QuestionFile)


def test_there_are_as_many_choices_as_letters() -> None:
    """26 choices are one question; 27 are an error."""
    for count, good in ((26, True), (27, False)):
        made = QUESTION.replace("answer: A", "choices:\n  - {text: a, correct: true}" + "\n  - {text: b}" * (count - 1))
        assert (_said(made, QuestionFile) == []) == good


def test_a_list_of_wrong_things_is_not_called_empty() -> None:
    """The only question of a file has a mistake: that is one problem, and the file is not empty."""
    assert _said(QUESTION + "  levels: core\n", QuestionFile) == [
        f'f:6:3: unknown key "levels", a question has {QUESTION_KEYS}; did you mean "level"?'
    ]


def test_required_lists_are_not_to_be_deleted() -> None:
    """The remedy for an empty required list is to fill it, not to delete it."""
    for text, kind in (("questions: []\n", QuestionFile), ("title: T\ntopics: []\n" + QUESTION, SingleFile)):
        (said,) = _said(text, kind)
        assert "is empty" in said
        assert "delete" not in said


def test_all_problems_are_told_at_once() -> None:
    """Four mistakes in three questions are four messages in file order."""
    text = "questions:\n" + "\n".join(
        [
            "- {id: good, question: Q, topic: t, answer: a}",
            "- {id: A, question: Q, topic: t, answer: a}",
            "- {id: b, question: Q, topic: t, answer: a, level: [x]}",
            "- {id: c, question: Q, answers: a}",
        ]
    )
    places = [said.split(" ")[0] for said in _said(text, QuestionFile)]
    assert places == ["f:3:8:", "f:4:52:", "f:5:3:", "f:5:24:"]


def test_no_message_is_the_validators_own() -> None:
    """A value of any wrong type is reported in our words, without pydantic's type codes or sentences."""
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
