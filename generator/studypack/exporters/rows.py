"""A set as rows of a table: one for each question, with the columns that `studypack import` knows by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from studypack.exporters.interface import topic_title
from studypack.questions.model import LETTERS, Question, QuestionSet

_FIRST: Final = ("id", "topic", "level", "tags", "question", "answer")
_LAST: Final = ("correct", "feedback", "guidance", "takeaway", "key_points", "pitfalls", "follow_ups", "sources")
HELD: Final = frozenset({*_FIRST, *_LAST, "choices"})
"""The keys of a question that a row holds. Each choice has a column; other lists have a line for each item."""


def rows(question_set: QuestionSet) -> Iterator[list[str]]:
    """Yield the head, and a row for each question; columns that no question uses are left out."""
    most = max((len(question.choices) for question in question_set.questions), default=0)
    columns = [*_FIRST, *(f"choice {letter}" for letter in LETTERS[:most]), *_LAST]
    found = [_row(question_set, question, most) for question in question_set.questions]
    used = [at for at, name in enumerate(columns) if name in ("question", "answer") or any(row[at] for row in found)]
    yield [columns[at] for at in used]
    for row in found:
        yield [row[at] for at in used]


def _row(question_set: QuestionSet, question: Question, choices: int) -> list[str]:
    level = question_set.header.level_titles[question.level] if question.level else ""
    feedback = [choice.feedback or "" for choice in question.choices]
    return [
        question.id,
        topic_title(question_set, question),
        level,
        ", ".join(question_set.header.tag_titles[tag] for tag in question.tags),
        question.question,
        question.answer or "",
        *(choice.text for choice in question.choices),
        *[""] * (choices - len(question.choices)),
        ", ".join(letter for letter, _ in question.correct),
        _lines(feedback) if any(feedback) else "",
        question.guidance or "",
        question.takeaway or "",
        _lines(question.key_points),
        _lines(question.pitfalls),
        _lines(f"{one.question} => {one.answer}" for one in question.follow_ups),
        _lines(f"{one.title} <{one.url}>" if one.url else one.title for one in question.sources),
    ]


def _lines(texts: Iterable[str]) -> str:
    """Return texts on a line each; line breaks within one are spaces."""
    return "\n".join(" ".join(text.split()) for text in texts)
