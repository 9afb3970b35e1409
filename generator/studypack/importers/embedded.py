"""Gaps with their answers in the text, `{1:SA:=owner~%50%holder}`, which Moodle calls embedded answers (Cloze).

They are described in the manual of Moodle, "Embedded Answers (Cloze) question type". Such a text becomes a question
with gaps and an answer for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from studypack.importers.draft import Draft
from studypack.importers.html_markdown import escaped
from studypack.importers.kinds import gap

EMBEDDED: Final = re.compile(r"\{(\d*):(_?[A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
"""A gap: its weight, its kind, its answers."""
_PART: Final = re.compile(r"(?<!\\)~")
_LONG: Final = 300
"""Characters of a question that still reads as one."""
_MASK: Final = "\ue002"


def gaps(source: str, read: Callable[[str], str]) -> tuple[str, str]:
    """Return question and answer of a text with embedded answers.

    Args:
        source: the text.
        read: makes Markdown of it, once its gaps are masked, which keeps their marks from the reader of HTML.
    """
    answers: list[str] = []

    def masked(match: re.Match[str]) -> str:
        right, offered = _answers(match[2], match[3])
        answers.append(right)
        options = f" ({' / '.join(offered)})" if offered else ""
        return f"{_MASK}{options}"

    question = read(EMBEDDED.sub(masked, source)).replace(_MASK, gap())
    return question, "\n".join(f"{number}. {escaped(answer)}" for number, answer in enumerate(answers, 1))


def under_title(draft: Draft, title: str) -> Draft:
    """Return a draft whose question is a long text as one that its title asks, with the text as its stimulus."""
    if not title or len(draft.question) <= _LONG:
        return draft
    return replace(draft, question=escaped(title), stimulus=draft.question)


def _answers(kind: str, source: str) -> tuple[str, list[str]]:
    """Return the right answer of a gap, and all that are offered where it is a choice."""
    right, offered = [], []
    for part in _PART.split(source):
        words = re.split(r"(?<!\\)#", part, maxsplit=1)[0].strip()
        match = re.match(r"(=|%(-?\d+(?:\.\d+)?)%)?(.*)", words, re.DOTALL)
        mark, weight, text = match.groups() if match else ("", "", words)
        text = re.sub(r"\\(.)", r"\1", text).strip()
        if "NUM" in kind or kind in ("NM", "NUMERICAL"):
            value, _, error = text.partition(":")
            text = f"{value} ± {error}" if error.strip(" 0.") else value
        if text:
            offered.append(text)
        if text and (mark == "=" or float(weight or 0) > 0):
            right.append(text)
    is_choice = kind.strip("_").startswith(("MULTI", "MC", "MR"))
    return " / ".join(right), offered if is_choice else []
