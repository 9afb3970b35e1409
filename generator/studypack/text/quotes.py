"""Quotation marks: what markdown-it's own rule does not do, in front of it and behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.rules_core import StateCore

_TOUCHING: Final = "[\u0600-\u06ff\u3001-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]"
"""Characters of Arabic, Chinese, Japanese and Korean, whose words may touch a quotation without a space."""
_TOUCHED: Final = [
    re.compile(
        rf"(?:(?<={_TOUCHING})|(?={mark}[^{mark}]+{mark}{_TOUCHING}))"
        rf"{mark}(?![\s,.;:!?)،؛؟、。])([^{mark}]+)(?<!\s){mark}"
    )
    for mark in "\"'"
]
"""A quotation in double, and one in single marks, with such a character before or behind it."""
_APOSTROPHE: Final = re.compile(r"(?<!\w)'(?=\w)")
"""What is left at the beginning of a word, as in '90s."""


def quotes_before(state: StateCore) -> None:
    """Do what markdown-it's own rule does not: leave addresses alone, see quotations where words have no spaces."""
    for token in state.tokens:
        before = None
        for child in token.children or ():
            if before and before.type == "link_open" and before.info == "auto":
                child.type = "text_special"  # the type of escaped text, which that rule passes over
            elif child.type == "text":
                child.content = _touched(child.content, state.md.options["quotes"])
            before = child


def _touched(text: str, quotes: Sequence[str]) -> str:
    for pattern, opening, closing in zip(_TOUCHED, quotes[::2], quotes[1::2], strict=True):
        text = pattern.sub(rf"{opening}\1{closing}", text)
    return text


def apostrophes_after(state: StateCore) -> None:
    """Turn straight apostrophes at the beginning of a word, which are left, into typographic ones."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = _APOSTROPHE.sub("’", child.content)
