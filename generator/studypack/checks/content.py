"""All warnings about a question set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from studypack.checks.formulas import formula_faults
from studypack.checks.glyphs import coverage_of
from studypack.checks.markdown_lint import markdown_faults
from studypack.checks.preflight import preflight
from studypack.checks.texts import EVERY, Doubts, place, texts_of
from studypack.errors import Diagnostic, Location, counted, listed
from studypack.questions.loader import LoadedSet
from studypack.questions.model import Question, QuestionSet
from studypack.typeset.code_room import CodeRoom, code_room
from studypack.typeset.themes import OWN, Theme


def content_warnings(
    loaded: LoadedSet,
    selected: QuestionSet,
    theme: Theme = OWN,
    room: CodeRoom | None = None,
    *,
    cards: bool = False,
    doubts: Doubts = EVERY,
) -> tuple[Diagnostic, ...]:
    """Return the warnings about a set, and about how a selection of it would print.

    Args:
        loaded: the whole set.
        selected: the selection to build.
        theme: its fonts add characters to ours, and its style decides how wide code is.
        room: the room for lines of code in what is built; None for that of the theme.
        cards: whether cards are printed, too.
        doubts: which texts may have a fault; see `studypack.checks.doubts`.
    """
    printed = preflight(
        selected,
        coverage_of(theme),
        loaded.positions,
        room or code_room(theme),
        cards=cards,
        doubts=doubts,
    )
    return (*set_warnings(loaded, doubts), *printed)


def set_warnings(loaded: LoadedSet, doubts: Doubts = EVERY) -> tuple[Diagnostic, ...]:
    """Return the warnings about missing parts and doubtful Markdown in a set, in file order."""
    found = _found(loaded, doubts)
    return tuple(sorted((*loaded.warnings, *found), key=lambda warning: warning.where or Location("")))


_NAMED: Final = 5
"""Questions that a warning names, at the most."""
_APART: Final = 5
"""Questions without a takeaway that are named one by one."""
_INSTEAD: Final = "the cheat sheet prints key points or the answer instead, where there is room"


def _unanswered(questions: Iterable[Question]) -> Iterator[Diagnostic]:
    """Yield one warning for all questions without an answer: that may be what their author wants."""
    bare = [question for question in questions if not question.answered]
    if bare:
        what = f"{counted(len(bare), 'question')} {'has' if len(bare) == 1 else 'have'}"
        yield Diagnostic(
            bare[0].where,
            f"{what} no answer: {_named(question.id for question in bare)}",
            "print leaves room to write one, and the deck leaves them out",
            "add `answer: …` or `choices: …`, or leave it so",
        )


def _open_follow_ups(loaded: LoadedSet) -> Iterator[Diagnostic]:
    """Yield one warning for all follow-ups without an answer, at the first of them."""
    bare = [
        (question, number)
        for question in loaded.question_set.questions
        for number, follow_up in enumerate(question.follow_ups)
        if follow_up.answer is None
    ]
    if bare:
        yield Diagnostic(
            place(bare[0][0], loaded.positions, ("follow_ups", bare[0][1])),
            f"{counted(len(bare), 'follow-up')} {'has' if len(bare) == 1 else 'have'} no answer: "
            f"{_named(dict.fromkeys(question.id for question, _ in bare))}",
            "print leaves room to write one, and cards leave them out",
            "add `answer: …`, or leave it so",
        )


def _without_takeaway(questions: Iterable[Question]) -> Iterator[Diagnostic]:
    """Yield a warning for each of a few questions, or one for many: imported sets have no takeaways at all."""
    bare = [q for q in questions if q.takeaway is None and q.answered and not q.choices]
    if len(bare) > _APART:
        what = f"{counted(len(bare), 'question')} have no takeaway: {_named(q.id for q in bare)}"
        yield Diagnostic(bare[0].where, what, _INSTEAD, "add `takeaway: …`")
        return
    for question in bare:
        yield Diagnostic(question.where, f'"{question.id}" has no takeaway', _INSTEAD, "add `takeaway: …`")


def _named(ids: Iterable[str]) -> str:
    """Return the first few ids of questions in quotation marks, and how many more there are."""
    quoted = [f'"{name}"' for name in ids]
    more = f" and {len(quoted) - _NAMED} more" if len(quoted) > _NAMED else ""
    return f"{listed(quoted[:_NAMED])}{more}"


def _alike(question: Question, loaded: LoadedSet) -> Iterator[Diagnostic]:
    """Yield a warning for each choice whose words an earlier one has."""
    first: dict[str, str] = {}
    for number, (letter, choice) in enumerate(question.lettered):
        words = " ".join(choice.text.split())
        if (other := first.setdefault(words, letter)) != letter:
            where = place(question, loaded.positions, ("choices", number, "text"))
            what = f"choice {letter} says the same as choice {other}"
            yield Diagnostic(where, what, "nobody can choose between them", "change one of them, or delete it")


def _found(loaded: LoadedSet, doubts: Doubts) -> Iterator[Diagnostic]:
    for text in texts_of(loaded.question_set, loaded.positions, doubts):
        yield from markdown_faults(text, loaded.positions)
        yield from formula_faults(text, loaded.positions)
    yield from _unanswered(loaded.question_set.questions)
    yield from _open_follow_ups(loaded)
    yield from _without_takeaway(loaded.question_set.questions)
    for question in loaded.question_set.questions:
        yield from _alike(question, loaded)
        for number, exhibit in enumerate(question.exhibits):
            if exhibit.figure and not exhibit.alt:
                where = place(question, loaded.positions, ("exhibits", number))
                what = f'the figure "{exhibit.figure}" has no alternative text'
                yield Diagnostic(where, what, "people who cannot see it need one", "add `alt: …`")
