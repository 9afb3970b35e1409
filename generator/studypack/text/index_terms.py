"""Index marks: the first mention of each term in a text gets an id, and the index lists the page of that id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from markupsafe import Markup, escape

PREFIX: Final = "index:"
"""The prefix of the marks' ids, which have the form `index:<term>:<question>`."""

_TAG: Final = re.compile(r"(<[^>]*>)")
_SKIPPED: Final = re.compile(r"<(/?)(?:code|pre|a)\b")


@dataclass
class Marker:
    """Marks the first mention of each term in the texts of one question.

    Attributes:
        question: the question's id.
        terms: the glossary's terms, each with its id.
    """

    question: str
    terms: Mapping[str, str]
    _seen: set[str] = field(default_factory=set)

    def __call__(self, html: str) -> Markup:
        """Return the HTML with marks added; text in code and links is left as it is."""
        if not self.terms:
            return Markup(html)  # noqa: S704 - it comes from our own Markdown renderer
        depth, made = 0, []
        for piece in _TAG.split(str(html)):
            if skipped := _SKIPPED.match(piece):
                depth += -1 if skipped[1] else 1
            made.append(piece if depth or piece.startswith("<") else self._marked(piece))
        return Markup("".join(made))  # noqa: S704 - as above

    def _marked(self, text: str) -> str:
        return _pattern(tuple(self.terms)).sub(self._mark, text)

    def _mark(self, found: re.Match[str]) -> str:
        term = self.terms[_spelling(self.terms, found[1])]
        if term in self._seen:
            return found[0]
        self._seen.add(term)
        return f'<span id="{PREFIX}{term}:{self.question}">{found[0]}</span>'


@cache
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that matches any of the terms as whole words, longer ones first, with or without a plural s."""
    words = "|".join(re.escape(str(escape(term))) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w&])(?i:({words}))(?:e?s)?(?!\w)")


def _spelling(terms: Mapping[str, str], found: str) -> str:
    folded = found.casefold()
    return next(term for term in terms if str(escape(term)).casefold() == folded)


def pages_of(anchors: Mapping[str, int], terms: Iterable[str]) -> dict[str, list[int]]:
    """Return, for each term's id, the pages on which the term is marked, in order and without duplicates.

    Args:
        anchors: the page number of every id in the document.
        terms: the ids of the terms.
    """
    found: dict[str, set[int]] = {term: set() for term in terms}
    for name, page in anchors.items():
        if name.startswith(PREFIX):
            term = name.removeprefix(PREFIX).rpartition(":")[0]
            if term in found:
                found[term].add(page)
    return {term: sorted(pages) for term, pages in found.items()}
