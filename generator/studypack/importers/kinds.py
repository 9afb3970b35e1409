"""What question banks have in common: how kinds of questions that print cannot hold become open questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

_IGNORED: Final = {"$course$", "$module$", "$system$", "$cat1$", "top", ""}
"""Steps of a category's path that name Moodle's own places."""

NOT_PRINTED: Final = "print cannot hold its kind ({}): it became an open question"
"""The doubt about a question of such a kind."""


def category(path: str) -> tuple[str, ...]:
    """Return the topics that a category of Moodle names: `$course$/top/Physics/Waves`; `//` is a slash in a name."""
    steps = [step.replace("\0", "/").strip() for step in path.replace("//", "\0").split("/")]
    return tuple(step for step in steps if step.lower() not in _IGNORED)


def gap() -> str:
    """Return the gap that print shows in place of a word."""
    return "\\_\\_\\_\\_"


def short_answer(accepted: Iterable[str]) -> str:
    """Return the answers that a question accepts as one text."""
    return " / ".join(dict.fromkeys(text for text in accepted if text and text != "\\*"))


def pairs(question: str, matched: Sequence[Sequence[str]]) -> tuple[str, str]:
    """Return question and answer of a matching question: both sides of the pairs, and which belong together."""
    left = [cell(side[0]) for side in matched if side[0]]
    right = sorted({cell(side[1]) for side in matched}, key=str.casefold)
    asked = "\n".join(f"- {text}" for text in left)
    offered = " / ".join(right)
    told = "\n".join(f"- {cell(a)} → {cell(b)}" for a, b in matched if a)
    return f"{question}\n\n{asked}\n\n{offered}", told


def cell(text: str) -> str:
    """Return a text on one line."""
    return re.sub(r"\\?\n\s*", " ", text).strip()
