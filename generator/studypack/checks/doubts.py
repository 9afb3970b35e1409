"""Which texts of a set may have a fault, found out in jobs: most have none, and are not looked at in every build.

A job knows neither where a text is nor which questions there are, so an edit elsewhere does not invalidate its result.
The checks then look again at the doubtful texts alone, and say what is wrong, and where.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from studypack.checks.code_width import wide_blocks
from studypack.checks.formulas import formula_faults
from studypack.checks.glyphs import Coverage, coverage_of, missing_glyphs, pieces
from studypack.checks.links import dead_links
from studypack.checks.markdown_lint import markdown_faults
from studypack.checks.preflight import on_paper
from studypack.checks.texts import Doubtful, Text, texts_of
from studypack.errors import Location
from studypack.questions.fields import Written
from studypack.questions.model import QuestionSet
from studypack.questions.positions import Positions
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
        texts: the texts.
        theme: its fonts add characters to ours.
        room: the room for lines of code.
    """

    texts: tuple[Content, ...]
    theme: Theme
    room: CodeRoom

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the result depends, except the program."""
        texts = (part for content, written in self.texts for part in (content, repr(written)))
        return [self.theme.fingerprint, repr(self.room), *texts]

    def run(self) -> frozenset[int]:
        """Return the numbers of the doubtful texts."""
        coverage = coverage_of(self.theme)
        return frozenset(n for n, (content, how) in enumerate(self.texts) if self._is_doubtful(content, how, coverage))

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

    def dumps(self, result: frozenset[int]) -> bytes:
        """Serialize the numbers."""
        return json.dumps({"doubtful": sorted(result)}).encode()

    def loads(self, content: bytes) -> frozenset[int]:
        """Return the numbers that `dumps` serialized. Raises any exception if the content is invalid."""
        numbers = frozenset(json.loads(content)["doubtful"])
        if not numbers <= set(range(len(self.texts))):
            raise ValueError("not numbers of these texts")
        return numbers


def find_doubts(
    question_set: QuestionSet,
    theme: Theme,
    room: CodeRoom,
    submit: Callable[[DoubtsJob], Future[frozenset[int]]],
    *,
    cards: bool = False,
) -> Callable[[], Doubtful]:
    """Submit jobs that find the doubtful texts of a set.

    Args:
        question_set: the whole set.
        theme: its theme.
        room: the room for lines of code in what is built.
        submit: submits a job.
        cards: whether cards are printed, too.

    Returns:
        a function that waits for them, and returns whether a text is doubtful.
    """
    jobs = [DoubtsJob(tuple(texts), theme, room) for texts in _chunks(question_set, cards=cards)]
    results = [submit(job) for job in jobs]

    def found() -> Doubtful:
        doubted = {job.texts[n][0] for job, result in zip(jobs, results, strict=True) for n in result.result()}
        return lambda text: text.content in doubted

    return found


def _chunks(question_set: QuestionSet, *, cards: bool) -> Iterator[Iterable[Content]]:
    """Yield the texts of a few questions at a time, each of them once; the first are those of the set itself."""
    numbers = {question.id: 1 + place // QUESTIONS for place, question in enumerate(question_set.questions)}
    texts = (on_paper(text) if cards else text for text in texts_of(question_set, Positions()))
    for _, group in groupby(texts, key=lambda text: numbers.get(text.owner, 0)):
        yield dict.fromkeys((text.content, text.written) for text in group)
