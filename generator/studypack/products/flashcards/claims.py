"""What the flash cards of a question must show, for the proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from studypack.products.choices import choice_groups, correct_groups
from studypack.products.flashcards.cards import CardKind
from studypack.products.interface import Claim
from studypack.products.proof import claims_of
from studypack.questions.model import Question, QuestionSet
from studypack.text.gaps import gap_numbers, gapped
from studypack.text.markdown import tokens
from studypack.text.runs import Run, runs


def claims(
    question_set: QuestionSet, questions: Iterable[Question], kinds: frozenset[CardKind], points: int
) -> list[Claim]:
    """Return what the cards of each question must show.

    Args:
        question_set: the selection.
        questions: those of its questions that have cards.
        kinds: the kinds of cards.
        points: how many key points a question's card shows; 0 for all.
    """
    lang = question_set.header.language
    made = []
    for question in questions:
        asked = CardKind.QUESTION in kinds
        facts = tuple(card for card in question.cards if card.cloze is None and CardKind.FACT in kinds)
        shown = question.model_copy(update={"cards": facts, **_back(question, points)})
        shown = shown.model_copy(update={"exhibits": shown.drawn})
        fields = {"cards", "exhibits", *({"question", "stimulus", "takeaway", "key_points", "answer"} if asked else ())}
        (claim,) = claims_of(replace(question_set, questions=(shown,)), fields, headed=False)
        more = [*_choices(question, lang)] if asked and question.choices else []
        clozes = _clozes(question, lang) if CardKind.CLOZE in kinds else ()
        made.append(claim._replace(groups=(*claim.groups, *more, *clozes)))
    return made


def _back(question: Question, points: int) -> dict[str, Any]:
    """Return what a question's own card shows of it: the answer only where there is nothing shorter."""
    short = question.takeaway is not None or bool(question.key_points)
    solved = bool(question.choices) and question.takeaway is not None
    return {
        "answer": None if short else question.answer,
        "key_points": () if solved else question.key_points[: points or None],
    }


def _choices(question: Question, lang: str) -> Iterator[tuple[Run, ...]]:
    offered, correct, _ = choice_groups(question, lang)
    yield from (offered, correct, *correct_groups(question, lang))
    for _, choice in question.correct:
        if choice.feedback:
            yield tuple(runs(tokens(choice.feedback, lang)))


def _clozes(question: Question, lang: str) -> Iterator[tuple[Run, ...]]:
    for card in question.cards:
        if card.cloze is not None:
            parsed = tokens(card.cloze, lang)
            for number in gap_numbers(parsed) or [0]:
                yield tuple(runs(gapped(parsed, number, hide=False)))
