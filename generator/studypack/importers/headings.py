"""The text of a foreign question as the line of a heading, and what that line asks about: its stimulus."""

from __future__ import annotations

import re
from itertools import takewhile
from textwrap import dedent
from typing import Final

from studypack.questions.limits import MAX_LINE

LONGEST: Final = 300
"""Characters of a heading that is made of several paragraphs."""

_INTERRUPTS: Final = r"\s{0,3}(?:[-*+]\s|\d+[.)]\s|>|#{1,6}\s|```|~~~|\$\$|\\\[|\\begin\{)"
_BREAKS: Final = re.compile(_INTERRUPTS)
"""The beginning of a list, a quotation, a heading, code or a formula, which may follow a paragraph without a blank line
("CommonMark Spec", 4.8)."""
_MARKED: Final = re.compile(rf"{_INTERRUPTS}|    |\t|\|")
"""The same of anything that is no ordinary paragraph."""
_RULE: Final = re.compile(r"[ |:]*-{2,}[ |:-]*$|=+$")
"""The line below the head of a table, or below a heading."""
_MARK: Final = re.compile(r"\s{0,3}(?:(?:[-*+]|\d+[.)]|#{1,6})\s+(?:\[[ xX]\]\s+)?|>\s?)")
_FENCE: Final = re.compile(r"\s*(```(?=`*[^`]*$)|~~~)")
_QUESTION_MARK: Final = re.compile(r"[?？؟]\W*$")


def divided(text: str) -> tuple[str, str]:
    """Return a question's heading, and the rest of its text.

    Its opening paragraphs are the heading, up to the one that asks, unless they are long, or only lead to the question
    in the last one. Code, tables, lists, quotations, formulas and pictures are no part of it; a list or a quotation is
    the heading only where there is nothing else.
    """
    paragraphs = _paragraphs(text)
    lines = [_line(paragraph) for paragraph in paragraphs]
    if all(lines) and len(whole := " ".join(lines)) <= LONGEST:
        return whole, ""
    opening = list(takewhile(bool, lines))
    place = next((place for place, line in enumerate(opening) if _QUESTION_MARK.search(line)), None)
    opening = opening if place is None else opening[: place + 1]
    if place is None and _QUESTION_MARK.search(lines[-1]):
        place = len(lines) - 1
    elif opening and sum(map(len, opening)) <= LONGEST:
        return " ".join(opening), _joined(paragraphs[len(opening) :])
    elif place is None:
        lines = lines if any(lines) else [_unmarked(paragraph) for paragraph in paragraphs]
        place = next((place for place, line in enumerate(lines) if line), None)
    return ("?", text) if place is None else (lines[place], _joined(paragraphs[:place] + paragraphs[place + 1 :]))


def _joined(paragraphs: list[str]) -> str:
    return dedent("\n\n".join(paragraphs))


def _line(paragraph: str) -> str:
    """Return an ordinary paragraph on one line; nothing for any other, which a heading cannot show."""
    lines = re.sub(r"\\\n", "\n", paragraph).split("\n")
    if _MARKED.match(lines[0]) or any(map(_RULE.match, lines)) or "![" in paragraph:
        return ""
    line = " ".join(" ".join(lines).split())
    return line if len(line) < MAX_LINE else ""


def _unmarked(paragraph: str) -> str:
    """Return a list as `one; two`, or a quotation or heading without its mark; nothing for what has no words."""
    items = [_MARK.sub("", line) for line in paragraph.split("\n")]
    return _line("; ".join(items)) if all(map(_MARK.match, paragraph.split("\n"))) else ""


def _paragraphs(text: str) -> list[str]:
    """Return what blank lines separate; those within a fence of code do not."""
    found: list[list[str]] = [[]]
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            found[-1].append(line)
            if mark and mark[1] == fence:
                fence = ""
                found.append([])
            continue
        if not line.strip() or (found[-1] and _BREAKS.match(line) and not _MARKED.match(found[-1][0])):
            found.append([])
        if line.strip():
            found[-1].append(line)
        fence = mark[1] if mark else ""
    return ["\n".join(lines) for lines in found if lines]
