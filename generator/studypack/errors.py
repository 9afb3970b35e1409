"""Diagnostics, which say what is wrong, where, why, and what to do about it, and the errors that carry them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

EXIT_FAILED: Final = 1
EXIT_INTERRUPTED: Final = 130

LONGEST_WORD: Final = 100
"""Characters of a word for which others like it are looked for."""
UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What would break a message's line, turn its order, drive a terminal, or not be printed: texts are other people's."""


class Location(NamedTuple):
    """A position in an author's file; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Diagnostic(NamedTuple):
    """One problem, in the form `file:line:column: what, why; remedy`."""

    where: Location | None
    what: str
    why: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        why = f", {self.why}" if self.why else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return visible(f"{place}{self.what}{why}{remedy}")


class StudypackError(Exception):
    """An error that the user can fix; it carries every problem that was found.

    Args:
        diagnostics: the problems in reading order, at least one.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class ContentError(StudypackError):
    """The question set has mistakes."""


class SelectionError(StudypackError):
    """A selection uses a name that does not exist, or selects nothing."""


class OptionError(StudypackError):
    """An option does not exist, or does not accept its value."""


class BuildError(StudypackError):
    """A product could not be rendered, proved or written."""


class StateError(BuildError):
    """A pack was written, but not what a product remembers of it. Building again mends that."""


def visible(text: str) -> str:
    """Return a text with escapes in place of what would break a message's line, or turn its order."""
    return UNSHOWN.sub(lambda match: repr(match[0])[1:-1], text)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?` for the known word that is most similar, or an empty string."""
    if len(word) > LONGEST_WORD:  # the search takes more than linear time
        return ""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def counted(number: int, noun: str) -> str:
    """Return `1 question`, or `2 questions`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Iterable[str]) -> str:
    """Return the words separated by commas, such as `a, b, c`, or `none` if there are none."""
    return ", ".join(words) or "none"
