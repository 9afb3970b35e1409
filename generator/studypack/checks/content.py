"""Everything in a question set that is worth a warning."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from studypack.checks.glyphs import bundled_coverage
from studypack.checks.markdown_lint import markdown_faults
from studypack.checks.preflight import preflight
from studypack.checks.texts import place, texts_of
from studypack.errors import Diagnostic, Location
from studypack.questions.loader import LoadedSet
from studypack.questions.model import QuestionSet


def content_warnings(
    loaded: LoadedSet, selected: QuestionSet, characters: Collection[int] = frozenset()
) -> tuple[Diagnostic, ...]:
    """Return what is missing from a set, and what a selection of it would print badly.

    Args:
        loaded: the whole set.
        selected: what is built of it.
        characters: code points that a theme's own fonts have besides ours.
    """

    def coverage(font: str) -> frozenset[int]:
        return bundled_coverage(font) | frozenset(characters)

    return (*set_warnings(loaded), *preflight(selected, coverage, loaded.positions))


def set_warnings(loaded: LoadedSet) -> tuple[Diagnostic, ...]:
    """Return what is missing from a set or doubtful in its Markdown, in file order."""
    return tuple(sorted(_found(loaded), key=lambda warning: warning.where or Location("")))


def _found(loaded: LoadedSet) -> Iterator[Diagnostic]:
    for text in texts_of(loaded.question_set, loaded.positions):
        yield from markdown_faults(text, loaded.positions)
    for question in loaded.question_set.questions:
        if question.takeaway is None:
            why = "the cheat sheet prints the question alone"
            yield Diagnostic(question.where, f'"{question.id}" has no takeaway', why, "add `takeaway: …`")
        for number, exhibit in enumerate(question.exhibits):
            if exhibit.figure and not exhibit.alt:
                where = place(question, loaded.positions, ("exhibits", number))
                what = f'the figure "{exhibit.figure}" has no alternative text'
                yield Diagnostic(where, what, "who cannot see it learns nothing", "add `alt: …`")
