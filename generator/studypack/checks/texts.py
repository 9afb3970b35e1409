"""The texts of a set for the checks, each with its location, its name in messages, and its parsed Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from markdown_it.token import Token

from studypack.errors import Location
from studypack.questions.fields import Kind, Leaf, Path, Written, leaves
from studypack.questions.model import Question, QuestionSet
from studypack.questions.positions import SET, Positions
from studypack.text import markdown


@dataclass(frozen=True)
class Text:
    """One text of a set.

    Attributes:
        owner: the question's id, or `SET`.
        where: its location.
        path: its path in `Positions`.
        name: its name in messages, such as `"answer" of follow_ups number 2`.
        content: what the author wrote.
        written: how its key is written and printed.
    """

    owner: str
    where: Location
    path: Path
    name: str
    content: str
    written: Written

    @cached_property
    def tokens(self) -> list[Token]:
        """The tokens of its Markdown; empty if the text is not Markdown."""
        kind = self.written.kind
        read = markdown.tokens if kind.is_block else markdown.inline_tokens if kind is Kind.LINE else None
        return read(self.content) if read else []


@dataclass(frozen=True)
class Doubts:
    """Which texts may have a fault.

    Attributes:
        contents: what their authors wrote; None for every text.
        owners: the ids of the questions that may have such texts, and `SET`; None for all.
    """

    contents: Collection[str] | None = None
    owners: Collection[str] | None = None

    def __call__(self, text: Text) -> bool:
        """Return whether a text may have a fault."""
        return self.contents is None or text.content in self.contents


EVERY: Final = Doubts()
"""Nothing is known of any text."""
NOWHERE: Final = Positions()


def texts_of(question_set: QuestionSet, positions: Positions, doubts: Doubts = EVERY) -> Iterator[Text]:
    """Yield the texts that a set or a selection shows: the texts of the set itself, then those of each question.

    Args:
        question_set: a set or a selection.
        positions: the positions of the loaded set.
        doubts: which of them may have a fault; the others are left out.
    """
    if doubts.owners is None or SET in doubts.owners:
        yield from filter(doubts, _of_header(question_set, positions))
    for question in question_set.questions:
        if doubts.owners is None or question.id in doubts.owners:
            yield from filter(doubts, of_question(question, positions))


def of_question(question: Question, positions: Positions = NOWHERE) -> Iterator[Text]:
    """Yield the texts of a question."""
    for leaf in leaves(question):
        yield _text(question.id, leaf, place(question, positions, leaf.path))


def _of_header(question_set: QuestionSet, positions: Positions) -> Iterator[Text]:
    header = question_set.header
    shown = {
        "topics": {topic.id for topic in question_set.topics},
        "glossary": {entry.id for entry in question_set.glossary},
    }
    start = Location(set_file(question_set))
    for leaf in leaves(header):
        printed = shown.get(leaf.key)
        if printed is None or getattr(header, leaf.key)[leaf.path[1]].id in printed:
            yield _text(SET, leaf, positions.value((SET, *leaf.path), start))


def place(question: Question, positions: Positions, path: Path) -> Location:
    """Return the location of a value of a question, or if it is unknown, that of the question."""
    return positions.value((question.id, *path), question.where)


def set_file(question_set: QuestionSet) -> str:
    """Return the file with the set's title, derived from the location of the questions."""
    file = PurePosixPath(question_set.questions[0].where.file)
    return str(file.parent.parent / "set.yaml" if file.parent.name == "questions" else file)


def _text(owner: str, leaf: Leaf, where: Location) -> Text:
    return Text(owner, where, (owner, *leaf.path), _name(leaf.path), leaf.text, leaf.written)


def _name(path: Path) -> str:
    *_, last = path
    if isinstance(last, int):
        return f"{path[-2]} number {last + 1}"
    return f'"{last}"' + (f" of {_name(path[:-1])}" if len(path) > 1 else "")
