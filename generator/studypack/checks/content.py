"""All warnings about a question set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from studypack.checks.formulas import formula_faults
from studypack.checks.glyphs import bundled_coverage
from studypack.checks.markdown_lint import markdown_faults
from studypack.checks.preflight import preflight
from studypack.checks.texts import place, texts_of
from studypack.errors import Diagnostic, Location, listed
from studypack.questions.loader import LoadedSet
from studypack.questions.model import Question, QuestionSet
from studypack.typeset.code_room import code_room
from studypack.typeset.themes import OWN, Theme


def content_warnings(loaded: LoadedSet, selected: QuestionSet, theme: Theme = OWN) -> tuple[Diagnostic, ...]:
    """Return the warnings about a set, and about how a selection of it would print.

    Args:
        loaded: the whole set.
        selected: the selection to build.
        theme: its fonts add characters to ours, and its style decides how wide code is.
    """

    def coverage(font: str) -> frozenset[int]:
        return bundled_coverage(font) | theme.characters

    return (*set_warnings(loaded), *preflight(selected, coverage, loaded.positions, code_room(theme)))


def set_warnings(loaded: LoadedSet) -> tuple[Diagnostic, ...]:
    """Return the warnings about missing parts and doubtful Markdown in a set, in file order."""
    return tuple(sorted((*loaded.warnings, *_found(loaded)), key=lambda warning: warning.where or Location("")))


_NAMED: Final = 5
"""Questions that a warning names, at the most."""


def _unanswered(questions: Iterable[Question]) -> Iterator[Diagnostic]:
    """Yield one warning for all questions without an answer: that may be what their author wants."""
    bare = [question for question in questions if not question.answered]
    if bare:
        ids = [f'"{question.id}"' for question in bare]
        more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
        what = f"{len(ids)} questions have" if len(ids) > 1 else "1 question has"
        yield Diagnostic(
            bare[0].where,
            f"{what} no answer: {listed(ids[:_NAMED])}{more}",
            "print leaves room to write one, and the deck leaves them out",
            "add `answer: …` or `choices: …`, or leave it so",
        )


def _alike(question: Question, loaded: LoadedSet) -> Iterator[Diagnostic]:
    """Yield a warning for each choice whose words an earlier one has."""
    first: dict[str, str] = {}
    for number, (letter, choice) in enumerate(question.lettered):
        words = " ".join(choice.text.split())
        if (other := first.setdefault(words, letter)) != letter:
            where = place(question, loaded.positions, ("choices", number, "text"))
            what = f"choice {letter} says the same as choice {other}"
            yield Diagnostic(where, what, "nobody can choose between them", "change one of them, or delete it")


def _found(loaded: LoadedSet) -> Iterator[Diagnostic]:
    for text in texts_of(loaded.question_set, loaded.positions):
        yield from markdown_faults(text, loaded.positions)
        yield from formula_faults(text, loaded.positions)
    yield from _unanswered(loaded.question_set.questions)
    for question in loaded.question_set.questions:
        yield from _alike(question, loaded)
        if question.takeaway is None and question.answered and not question.choices:
            why = "the cheat sheet prints only the question"
            yield Diagnostic(question.where, f'"{question.id}" has no takeaway', why, "add `takeaway: …`")
        for number, exhibit in enumerate(question.exhibits):
            if exhibit.figure and not exhibit.alt:
                where = place(question, loaded.positions, ("exhibits", number))
                what = f'the figure "{exhibit.figure}" has no alternative text'
                yield Diagnostic(where, what, "people who cannot see it need one", "add `alt: …`")
