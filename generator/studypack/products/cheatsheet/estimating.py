"""What a sheet will have room for, reckoned from the length of its texts in a few milliseconds.

Fitted in November 2026 to both bundled sets and selections of 1 to 44 questions on A4: of 99 key points 76 were
printed and 72 reckoned, of 333 34 and 38. Formulas are longer as text than in print.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from studypack.errors import counted
from studypack.products.cheatsheet.fragments import Head, fragments
from studypack.products.cheatsheet.galley import Geometry
from studypack.products.cheatsheet.planning import COMFORTABLE, SMALL_SIZES
from studypack.products.options import Options, PrintOptions
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import plain

LETTER: Final = 0.93
"""The area of a character with its share of gaps, line ends and headings, by the square of the type size."""


class _Lengths(NamedTuple):
    """Characters of a question's head and of its key points, and the number of these."""

    head: int
    points: int
    number: int


def room(question_set: QuestionSet, options: Options) -> tuple[int, str]:
    """Return about how many pages the sheet has, and what there is room for on it."""
    found = [_lengths(question, question_set.header.language) for question in question_set.questions]
    heads, points, number = (sum(column) for column in zip(*found, strict=True))
    geometry = Geometry.at(COMFORTABLE, options[PrintOptions].paper)
    letters = geometry.area / (LETTER * COMFORTABLE**2)
    most = letters * (COMFORTABLE / SMALL_SIZES[-1]) ** 2
    if heads > most:
        return max(len(question_set.topics), 2), "because one page is too small"
    filled = (heads + points) / letters
    if filled <= 1:
        return 1, f"about {max(1, round(100 * filled))} % for headings and key points, the rest for figures and tables"
    fitting = min(number, max(0, round(number * (letters - heads) / points))) if points else 0
    return 1, f"about {fitting} of {counted(number, 'key point')} fit"


@lru_cache(maxsize=4_096)
def _lengths(question: Question, lang: str) -> _Lengths:
    head, points, number = 0, 0, 0
    for fragment in fragments(question, lang):
        if isinstance(fragment.content, Head):
            head = len(plain(f"{fragment.content.title} {fragment.content.takeaway}", lang=lang))
        elif fragment.kind == "point":
            points += len(plain(fragment.content, lang=lang))
            number += 1
    return _Lengths(head, points, number)
