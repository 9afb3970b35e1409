"""Diagnostics: where something is wrong, what, why, and what to do; and the errors that carry them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final, NamedTuple

EXIT_DONE: Final = 0
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2
EXIT_INTERRUPTED: Final = 130

LONGEST_WORD: Final = 100
"""Characters of a word for which others like it are looked for."""
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What would break a message's line, or turn its order or the terminal's: quoted texts are other people's."""


class Location(NamedTuple):
    """A place in an author's file; line and column count from 1."""

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
    """Something that the user can mend; carries every problem that was found.

    Args:
        diagnostics: the problems, at least one, in reading order.
    """

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


class ContentError(StudypackError):
    """The question set is wrong."""


class SelectionError(StudypackError):
    """A selection names what does not exist, or selects nothing."""


class OptionError(StudypackError):
    """An option does not exist, or its value is not one that it takes."""


class BuildError(StudypackError):
    """A product could not be made, proved or written."""


def visible(text: str) -> str:
    """Return a text with escapes in place of what would break a message's line, or turn its order."""
    return _UNSHOWN.sub(lambda match: repr(match[0])[1:-1], text)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `did you mean "x"?` for the nearest of the `known` words, or an empty string."""
    if len(word) > LONGEST_WORD:  # the search for near words takes more than linear time
        return ""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def listed(words: Iterable[str]) -> str:
    """Return the words as a list to read: `a, b, c`; `none` without any."""
    return ", ".join(words) or "none"
