"""Which texts of a set may have a fault, found out in jobs: most have none, and are not looked at in every build.

A job knows neither where a text is nor which questions there are, so an edit elsewhere does not invalidate its result.
The checks then look again at the doubtful texts alone, and say what is wrong, and where.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from studypack.checks.code_width import wide_blocks
from studypack.checks.formulas import formula_faults
from studypack.checks.glyphs import Coverage, coverage_of, missing_glyphs, pieces
from studypack.checks.links import dead_links
from studypack.checks.markdown_lint import markdown_faults
from studypack.checks.preflight import on_paper
from studypack.checks.texts import NOWHERE, Doubts, Text, of_question, texts_of
from studypack.digest import digest
from studypack.errors import Location
from studypack.questions.fields import Written
from studypack.questions.model import Question, QuestionSet
from studypack.questions.once import once
from studypack.questions.positions import SET, Positions
from studypack.typeset.code_room import CodeRoom
from studypack.typeset.themes import Theme

QUESTIONS: Final = 10
"""The questions whose texts one job looks at."""

Content = tuple[str, Written]
"""A text, and how it is written and printed."""


@dataclass(frozen=True)
class DoubtsJob:
    """Finds the texts that may have a fault.

    Attributes:
        texts: texts of the set itself.
        questions: questions whose texts it looks at, too.
        theme: its fonts add characters to ours.
        room: the room for lines of code.
        cards: whether cards are printed, too.
    """

    texts: tuple[Content, ...]
    questions: tuple[Question, ...]
    theme: Theme
    room: CodeRoom
    cards: bool

    @property
    def owners(self) -> list[str]:
        """The ids of its questions, or `SET`."""
        return [question.id for question in self.questions] or [SET]

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the result depends, except the program."""
        questions = (_digest_of(question, cards=self.cards) for question in self.questions)
        return [self.theme.fingerprint, repr(self.room), _digest(self.texts), *questions]

    def run(self) -> list[str]:
        """Return the doubtful texts."""
        coverage = coverage_of(self.theme)
        texts = [*self.texts, *(text for q in self.questions for text in _contents(of_question(q), cards=self.cards))]
        return [content for content, how in dict.fromkeys(texts) if self._is_doubtful(content, how, coverage)]

    def _is_doubtful(self, content: str, written: Written, coverage: Coverage) -> bool:
        text, nowhere = Text("", Location(""), ("", "text"), "", content, written), Positions()
        found = (
            markdown_faults(text, nowhere),
            formula_faults(text, nowhere),
            wide_blocks(text, nowhere, self.room),
            dead_links(text, [], ""),  # a link to a question may lead nowhere in another selection
            missing_glyphs(pieces(text), coverage),
        )
        return any(next(iter(faults), None) is not None for faults in found)

    def dumps(self, result: list[str]) -> bytes:
        """Serialize the texts."""
        return json.dumps({"doubtful": result}).encode()

    def loads(self, content: bytes) -> list[str]:
        """Return the texts that `dumps` serialized. Raises any exception if the content is invalid."""
        texts: list[str] = json.loads(content)["doubtful"]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("not texts")
        return texts


def _contents(texts: Iterable[Text], *, cards: bool) -> Iterator[Content]:
    for text in texts:
        printed = on_paper(text) if cards else text
        yield printed.content, printed.written


def _digest(texts: Iterable[Content]) -> str:
    return digest(*(part for content, written in texts for part in (content, repr(written))))


@once
def _digest_of(question: Question, *, cards: bool) -> str:
    return _digest(_contents(of_question(question), cards=cards))


def find_doubts(
    question_set: QuestionSet,
    theme: Theme,
    room: CodeRoom,
    submit: Callable[[DoubtsJob], Future[list[str]]],
    *,
    cards: bool = False,
) -> Callable[[], Doubts]:
    """Submit jobs that find the doubtful texts of a set.

    Args:
        question_set: the whole set.
        theme: its theme.
        room: the room for lines of code in what is built.
        submit: submits a job.
        cards: whether cards are printed, too.

    Returns:
        a function that waits for them, and returns which texts are doubtful.
    """
    header = tuple(_contents(texts_of(question_set, NOWHERE, Doubts(owners={SET})), cards=cards))
    every = question_set.questions
    groups = [every[first : first + QUESTIONS] for first in range(0, len(every), QUESTIONS)]
    jobs = [DoubtsJob(header, (), theme, room, cards), *(DoubtsJob((), some, theme, room, cards) for some in groups)]
    results = [submit(job) for job in jobs]

    def found() -> Doubts:
        made = [(job, contents) for job, result in zip(jobs, results, strict=True) if (contents := result.result())]
        owners = {name for job, _ in made for name in job.owners}
        return Doubts({content for _, contents in made for content in contents}, owners)

    return found
