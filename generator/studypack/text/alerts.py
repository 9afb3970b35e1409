"""Alerts, GitHub's quotations with a title: the title in the language of the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markdown_it.rules_core import StateCore

KINDS: Final = ("Note", "Tip", "Important", "Warning", "Caution")
"""The titles that markdown-it writes, in the order of `alerts` in `templates/languages/`."""


def alert_titles(titles: Sequence[str], state: StateCore) -> None:
    """Replace the English titles of alerts by those of a language."""
    own = dict(zip(KINDS, titles, strict=True))
    for before, token in pairwise(state.tokens):
        if before.type == "alert_title_open":
            token.content = own[token.content]
