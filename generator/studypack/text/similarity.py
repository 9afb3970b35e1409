"""Which words of a text carry its content, for comparing what two texts say."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = 5
"""Shorter words occur in any text and are ignored; longer ones are compared by their first letters only."""
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
"""Characters of Japanese and Chinese, which have no spaces between words: pairs of them are compared instead."""


def content_words(text: str, shortest: int = _LETTERS) -> set[str]:
    """Return the significant words of a text, shortened to their first five letters.

    Args:
        text: plain text.
        shortest: the letters that a word must have.
    """
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if _UNSPACED.search(word):
            found |= {word[n : n + 2] for n in range(len(word) - 1)}
        elif len(word) >= shortest:
            found.add(word[:_LETTERS])
    return found
