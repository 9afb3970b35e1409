"""Marks for the index: the first mention of each term in a text gets an id, whose page the index then names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from markupsafe import Markup, escape

PREFIX: Final = "index:"
"""Ids of marks begin so; `index:<term>:<question>` follows from it."""

_TAG: Final = re.compile(r"(<[^>]*>)")
_SKIPPED: Final = re.compile(r"<(/?)(?:code|pre|a)\b")


@dataclass
class Marker:
    """Marks the first mention of each term in the texts of one question.

    Attributes:
        question: the question's id.
        terms: id by term, both as the glossary has them.
    """

    question: str
    terms: Mapping[str, str]
    _seen: set[str] = field(default_factory=set)

    def __call__(self, html: str) -> Markup:
        """Return the HTML with marks; text in code and links stays as it is."""
        if not self.terms:
            return Markup(html)  # noqa: S704 - it comes from our own Markdown renderer
        depth, made = 0, []
        for piece in _TAG.split(str(html)):
            if skipped := _SKIPPED.match(piece):
                depth += -1 if skipped[1] else 1
            made.append(piece if depth or piece.startswith("<") else self._marked(piece))
        return Markup("".join(made))  # noqa: S704 - likewise

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
    """Return what finds any of the terms as whole words, the longer one first; a plural's s may follow."""
    words = "|".join(re.escape(str(escape(term))) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w&])(?i:({words}))(?:e?s)?(?!\w)")


def _spelling(terms: Mapping[str, str], found: str) -> str:
    folded = found.casefold()
    return next(term for term in terms if str(escape(term)).casefold() == folded)


def pages_of(anchors: Mapping[str, int], terms: Iterable[str]) -> dict[str, list[int]]:
    """Return the pages on which each term (by id) is marked, in order, each once.

    Args:
        anchors: page number of every id.
        terms: ids of terms.
    """
    found: dict[str, set[int]] = {term: set() for term in terms}
    for name, page in anchors.items():
        if name.startswith(PREFIX):
            term = name.removeprefix(PREFIX).rpartition(":")[0]
            if term in found:
                found[term].add(page)
    return {term: sorted(pages) for term, pages in found.items()}
