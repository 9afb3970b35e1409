"""The gaps of cloze texts on paper: `{{c1::word}}` or `{{c1::word::hint}}`. They may be nested and share numbers.

Gaps are found in the parsed text, so that what is printed and what the proof expects come from one parse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from html import escape
from typing import Final

from markdown_it.token import Token

_MARK: Final = re.compile(r"\{\{c(\d+(?:,\d+)*)::|\}\}+")
_SOURCE: Final = {"fence", "code_block", "math_block", "math_inline", "math_inline_display"}
"""Tokens whose content is one piece of source, with marks only inside it."""
_WORDS: Final = {"text", "code_inline"}
"""Tokens whose content is divided where a gap begins or ends."""
OPEN, CLOSE = '<b class="gap">', "</b>"
"""What is around the words of a gap that is shown."""


def gap_numbers(tokens: Sequence[Token]) -> list[int]:
    """Return the numbers of the gaps in a parsed text, for each of which there is a card."""
    return sorted({number for numbers in _pairs(tokens) for number in numbers or ()} - {0})


def gapped(tokens: Sequence[Token], number: int, *, hide: bool) -> list[Token]:
    """Return a parsed text as one card shows it, without the marks of gaps.

    Args:
        tokens: the text.
        number: the gaps that the card asks.
        hide: whether these are blanks, with their hints, as on the front; otherwise they are emphasized.
    """
    walk = _Walk(number, hide, iter(_pairs(tokens)))
    return [walk.token(token) for token in tokens]


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        for each in (token, *(token.children or ())):
            if each.type in _SOURCE or each.type in _WORDS:
                yield each.content


def _pairs(tokens: Sequence[Token]) -> list[tuple[int, ...] | None]:
    """Return for each mark that opens a gap the gap's numbers, in order; None where nothing closes it."""
    found: list[tuple[int, ...] | None] = []
    opened: list[tuple[int, tuple[int, ...]]] = []
    for text in _texts(tokens):
        for mark in _MARK.finditer(text):
            if mark[1]:
                opened.append((len(found), tuple(map(int, mark[1].split(",")))))
                found.append(None)
            for place, numbers in (opened.pop() for _ in range(min(len(opened), _closings(mark)))):
                found[place] = numbers
    return found


def _closings(mark: re.Match[str]) -> int:
    return 0 if mark[1] else len(mark[0]) // 2


@dataclass
class _Walk:
    """The walk through the tokens of a text.

    Attributes:
        number: the gaps that the card asks.
        hide: whether they are blanks.
        pairs: the numbers of the gaps that are still to come.
        opened: for each gap around the present place its blank, or what its end is replaced by.
    """

    number: int
    hide: bool
    pairs: Iterator[tuple[int, ...] | None]
    opened: list[Token | str] = field(default_factory=list)

    @property
    def hidden(self) -> bool:
        return any(isinstance(gap, Token) for gap in self.opened)

    def token(self, token: Token) -> Token:
        """Return a token of the block level as the card shows it."""
        made = copy(token)
        if token.type in _SOURCE:
            made.content = self._source(token.content, "?" if token.type == "math_block" else "____")
        if token.children is not None:
            made.children = [each for child in token.children for each in self._child(child)]
        return made

    def _child(self, child: Token) -> Iterator[Token]:
        if child.type in _WORDS:
            yield from self._divided(child)
        elif child.nesting:  # so that what is opened is closed
            yield child
        elif child.type in _SOURCE:
            hidden = self.hidden
            made = copy(child)
            made.content = self._source(child.content, "?")
            if not hidden:
                yield made
        elif not self.hidden:
            yield child

    def _divided(self, child: Token) -> Iterator[Token]:
        at = 0
        for mark in _MARK.finditer(child.content):
            words = child.content[at : mark.start()]
            closings = min(_closings(mark), len(self.opened))
            numbers = next(self.pairs) if mark[1] else None
            if closings:
                words += mark[0][: -2 * closings]
                words, _, hint = words.partition("::") if child.type == "text" else (words, "", "")
                self._hint(hint)
            elif numbers is None:
                words += mark[0]
            yield from self._words(child, words)
            if numbers is not None:
                yield from self._opening(numbers)
            for _ in range(closings):
                gap = self.opened.pop()
                if isinstance(gap, str) and gap and not self.hidden:
                    yield _html(gap)
            at = mark.end()
        yield from self._words(child, child.content[at:])

    def _opening(self, numbers: tuple[int, ...]) -> Iterator[Token]:
        asked = self.number in numbers
        if asked and self.hide and not self.hidden:
            blank = _html('<span class="blank"></span>')
            self.opened.append(blank)
            yield blank
        else:
            self.opened.append(CLOSE if asked else "")
            if asked and not self.hidden:
                yield _html(OPEN)

    def _hint(self, hint: str) -> None:
        """Write a hint behind the blank of the innermost gap, if that is a blank."""
        if hint and self.opened and isinstance(gap := self.opened[-1], Token):
            gap.content += f' <span class="hint">({escape(hint.strip())})</span>'

    def _words(self, child: Token, words: str) -> Iterator[Token]:
        if words and not self.hidden:
            made = copy(child)
            made.content = words
            yield made

    def _source(self, source: str, blank: str) -> str:
        """Return source code or LaTeX as the card shows it, with this sign for a blank."""
        made = ""
        at = 0
        for mark in _MARK.finditer(source):
            closings = min(_closings(mark), len(self.opened))
            numbers = next(self.pairs) if mark[1] else None
            if not self.hidden:
                made += source[at : mark.start()] + ("" if numbers or closings else mark[0])
                made += mark[0][: -2 * closings] if closings else ""
            if numbers is not None:
                asked = self.hide and self.number in numbers and not self.hidden
                self.opened.append(_html("") if asked else "")
                made += blank if asked else ""
            del self.opened[len(self.opened) - closings :]
            at = mark.end()
        return made if self.hidden else made + source[at:]


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)
