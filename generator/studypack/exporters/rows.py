"""A set as rows of a table: one for each question. `studypack import` reads them back word for word (own_table.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from studypack.exporters.interface import topic_title
from studypack.questions.model import LETTERS, Question, QuestionSet, Source

ID: Final = "studypack id"
"""The first column's name; a table that has it was written here."""
BULLET: Final = "• "
"""In front of each item of a list in a cell; a hyphen would begin a formula."""
HELD: Final = frozenset(
    {"topic", "level", "tags", "stimulus", "answer", "choices", "guidance", "takeaway", "key_points", "pitfalls",
     "follow_ups", "sources"}
)  # fmt: skip  # the keys of a question that a row holds
_LAST: Final = ("guidance", "takeaway", "key_points", "pitfalls")


def rows(question_set: QuestionSet) -> Iterator[list[str]]:
    """Yield the head, and a row for each question; columns that no question uses are left out."""
    questions = question_set.questions
    letters = LETTERS[: max((len(question.choices) for question in questions), default=0)]
    replies = range(1, 1 + max((len(question.follow_ups) for question in questions), default=0))
    columns = [ID, "topic", "level", "tags", "question", "stimulus", "answer"]
    columns += [f"choice {letter}" for letter in letters] + ["correct"] + [f"feedback {letter}" for letter in letters]
    columns += [*_LAST, *(f"{name} {n}" for n in replies for name in ("follow_up", "reply")), "sources"]
    cells = [_cells(question_set, question) for question in questions]
    used = [name for name in columns if name in ("question", "answer") or any(name in row for row in cells)]
    yield used
    for row in cells:
        yield [row.get(name, "") for name in used]


def _cells(question_set: QuestionSet, question: Question) -> dict[str, str]:
    """Return what a question has, by column."""
    header = question_set.header
    made = {
        ID: question.id,
        "topic": topic_title(question_set, question),
        "level": header.level_titles[question.level] if question.level else "",
        "tags": _tags([header.tag_titles[tag] for tag in question.tags]),
        "question": question.question,
        "stimulus": question.stimulus or "",
        "answer": question.answer or "",
        "correct": ", ".join(letter for letter, _ in question.correct),
        "guidance": question.guidance or "",
        "takeaway": question.takeaway or "",
        "key_points": _list(question.key_points),
        "pitfalls": _list(question.pitfalls),
        "sources": _list(map(_source, question.sources)),
    }
    for letter, choice in question.lettered:
        made |= {f"choice {letter}": choice.text, f"feedback {letter}": choice.feedback or ""}
    for number, one in enumerate(question.follow_ups, 1):
        made |= {f"follow_up {number}": one.question, f"reply {number}": one.answer or ""}
    return {name: text for name, text in made.items() if text}


def _tags(tags: list[str]) -> str:
    return _list(tags) if any("," in tag for tag in tags) else ", ".join(tags)


def _list(items: Iterable[str]) -> str:
    """Return lines of text, one below the other."""
    return "\n".join(BULLET + item for item in items)


def _source(source: Source) -> str:
    """Return `title`, `title | url` or `title | where | year | url`."""
    parts = [source.title, source.where or "", str(source.year or ""), source.url or ""]
    kept = parts if source.where or source.year else [source.title, *filter(None, [source.url])]
    return " | ".join(part.replace("|", "\\|") for part in kept)
