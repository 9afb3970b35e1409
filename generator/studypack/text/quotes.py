"""Quotation marks: rules that run before and after markdown-it's own and handle what it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it.rules_core import StateCore

_TOUCHING: Final = "[\u0600-\u06ff\u3001-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]"
"""Characters of Arabic, Chinese, Japanese and Korean, which may adjoin a quotation without a space."""
_TOUCHED: Final = [
    re.compile(
        rf"(?:(?<={_TOUCHING})|(?={mark}[^{mark}]+{mark}{_TOUCHING}))"
        rf"{mark}(?![\s,.;:!?)،؛؟、。])([^{mark}]+)(?<!\s){mark}"
    )
    for mark in "\"'"
]
"""A quotation in double marks, and one in single marks, next to such a character."""
_APOSTROPHE: Final = re.compile(r"(?<!\w)'(?=\w)")
"""A straight apostrophe that is left at the beginning of a word, as in '90s."""


def quotes_before(state: StateCore) -> None:
    """Protect addresses from markdown-it's own rule, and convert the quotations without spaces that it would miss."""
    for token in state.tokens:
        before = None
        for child in token.children or ():
            if before and before.type == "link_open" and before.info == "auto":
                child.type = "text_special"  # the type of escaped text, which that rule skips
            elif child.type == "text":
                child.content = _touched(child.content, state.md.options["quotes"])
            before = child


def _touched(text: str, quotes: Sequence[str]) -> str:
    for pattern, opening, closing in zip(_TOUCHED, quotes[::2], quotes[1::2], strict=True):
        text = pattern.sub(rf"{opening}\1{closing}", text)
    return text


def apostrophes_after(state: StateCore) -> None:
    """Convert the straight apostrophes that are left at the beginning of words."""
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = _APOSTROPHE.sub("’", child.content)
