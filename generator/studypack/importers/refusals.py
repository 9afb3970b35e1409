"""Refusals that importers share: a foreign file that cannot be read is one problem, with its remedy."""

from __future__ import annotations

from studypack.errors import ContentError, Diagnostic, Location


class NoQuestionsError(ContentError):
    """A file that can be read has no question in it; among several files it is passed over, and reported."""


def refusal(name: str, what: str, why: str = "", remedy: str = "", line: int = 1, column: int = 1) -> ContentError:
    """Return the error for a file that cannot be read."""
    return ContentError(Diagnostic(Location(name, line, column), what, why, remedy))


def no_questions(name: str, what: str) -> NoQuestionsError:
    """Return the error for a file of the right format without a question in it."""
    return NoQuestionsError(Diagnostic(Location(name), f"no question in this {what}", "", "name another file"))
