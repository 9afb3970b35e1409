"""The papers of an exam: which questions each has, in which order, with which order of choices, and its code."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from studypack.questions.blueprint import Portion, drawn
from studypack.questions.files import files_among, files_of
from studypack.questions.model import Question, QuestionSet

_SIGNS: Final = "23456789BCDFGHJKLMNPQRSTVWXYZ"
"""The characters of codes: none that looks like another one, and no vowels, which would make words."""
_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Paper:
    """One exam paper.

    Attributes:
        code: tells it apart from the others of the exam.
        question_set: its questions in their order, and each question's choices in theirs.
        name: the participant's name; empty if it is for anybody.
        seed: what it was drawn from.
        orders: for each question the places, in the set, of its choices in the paper's order.
    """

    code: str
    question_set: QuestionSet
    name: str = ""
    seed: str = ""
    orders: tuple[tuple[int, ...], ...] = ()

    @property
    def content(self) -> tuple[object, ...]:
        """What a participant would see of it, to find papers that are alike."""
        return tuple((q.id, tuple(choice.text for choice in q.choices)) for q in self.question_set.questions)


def draw(
    pool: QuestionSet, parts: Sequence[Portion], seed: str, *, code: str, name: str = "", shuffled: bool = False
) -> Paper:
    """Draw a paper: the same one from the same seed on every machine.

    Args:
        pool: the set or the selection to draw from, which meets the blueprint.
        parts: the blueprint; empty for all questions.
        seed: what the draw depends on, besides the ids of the questions.
        code: the paper's code.
        name: the participant's name.
        shuffled: whether the questions are in an order of the seed's, and not in the set's.
    """
    questions = drawn(pool.questions, parts, seed) if parts else pool.questions
    if shuffled:
        questions = tuple(sorted(questions, key=lambda question: _hash(seed, "order", question.id)))
    orders = tuple(order_of_choices(question, seed) for question in questions)
    return _paper(pool, questions, orders, code=code, name=name, seed=seed)


def order_of_choices(question: Question, seed: str) -> tuple[int, ...]:
    """Return the places, in the set, of a question's choices in the order of a paper."""
    return tuple(sorted(range(len(question.choices)), key=lambda n: _hash(seed, question.id, str(n))))


def again(
    whole: QuestionSet, asked: Iterable[tuple[str, Sequence[int]]], *, code: str, name: str = "", seed: str = ""
) -> Paper:
    """Return a paper from what was recorded of it: ids of questions, and orders of their choices.

    Raises:
        KeyError: the set has no such question.
        IndexError: a question has no such choice.
    """
    by_id = {question.id: question for question in whole.questions}
    recorded = [(by_id[key], tuple(order)) for key, order in asked]
    questions, orders = tuple(question for question, _ in recorded), tuple(order for _, order in recorded)
    return _paper(whole, questions, orders, code=code, name=name, seed=seed)


def _paper(
    whole: QuestionSet, questions: Sequence[Question], orders: tuple[tuple[int, ...], ...], **values: str
) -> Paper:
    """Return a paper; each question's choices are lettered in their new order."""
    asked = tuple(
        question.model_copy(update={"choices": tuple(question.choices[n] for n in order)}) if order else question
        for question, order in zip(questions, orders, strict=True)
    )
    return Paper(question_set=slim(whole, asked), orders=orders, **values)


def slim(whole: QuestionSet, questions: tuple[Question, ...]) -> QuestionSet:
    """Return a set with only these questions, their topics and files, and without what no paper shows."""
    bare: dict[str, Any] = {"introduction": None, "closing": None, "glossary": (), "packs": {}}
    used = {question.topic for question in questions}
    bare["topics"] = tuple(topic for topic in whole.header.topics if topic.id in used)
    asked = tuple(question.model_copy(update={"cards": ()}) for question in questions)
    shown = {name for question in asked for name in files_of(question)}
    header, files = whole.header.model_copy(update=bare), files_among(whole.files, shown)
    return replace(whole, header=header, questions=asked, files=files)


def new_code(set_id: str, seed: str, taken: Collection[str]) -> str:
    """Return a code of four characters for a paper: the same for the same seed, unless another paper has it."""
    attempt = 0
    while True:
        drawn_from = int.from_bytes(_hash(set_id, seed, "code", str(attempt)))
        code = "".join(_SIGNS[drawn_from // len(_SIGNS) ** n % len(_SIGNS)] for n in range(_LENGTH))
        if code not in taken:
            return code
        attempt += 1


def _hash(*words: str) -> bytes:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
