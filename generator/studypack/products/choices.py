"""What a product must contain for multiple-choice questions: each choice with its letter, and which are correct."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from studypack.questions.model import Question
from studypack.text.languages import language
from studypack.text.markdown import tokens
from studypack.text.runs import Run, runs

Group = tuple[Run, ...]


def choice_groups(question: Question, lang: str) -> tuple[Group, Group, Group]:
    """Return the choices in order, the letters of the correct ones, and the feedback on each choice.

    Args:
        question: a question with choices.
        lang: the set's language, which determines the word for "correct".
    """
    offered = tuple(run for letter, choice in question.lettered for run in _behind(letter, choice.text, lang))
    correct = Run("text", language(lang).correct(letter for letter, _ in question.correct))
    feedback = (run for choice in question.choices if choice.feedback for run in runs(tokens(choice.feedback, lang)))
    return offered, (correct,), tuple(feedback)


def correct_groups(question: Question, lang: str) -> Iterator[Group]:
    """Yield each correct choice, preceded by its letter."""
    for letter, choice in question.correct:
        yield tuple(_behind(letter, choice.text, lang))


def _behind(letter: str, text: str, lang: str) -> Iterator[Run]:
    """Yield the runs of a text after its letter, which is joined to the first run if the text begins with words."""
    parsed = tokens(text, lang)
    first, *rest = [*runs(parsed)] or [Run("text", "")]
    if _begins_with_words(parsed):
        yield Run("text", f"{letter} {first.content}")
    else:  # a bullet, a picture or a footnote number may come between them
        yield from (Run("text", letter), first)
    yield from rest


def _begins_with_words(parsed: Sequence[Token]) -> bool:
    if len(parsed) < 2 or parsed[0].type != "paragraph_open":
        return False
    leading = next((child for child in parsed[1].children or () if not child.nesting), None)
    return leading is not None and leading.type in ("text", "code_inline") and bool(leading.content.strip())
