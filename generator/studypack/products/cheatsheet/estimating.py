"""What a sheet will have room for, reckoned from the length of its texts in a few milliseconds.

Fitted in November 2026 to the bundled set and its levels and topics on A4: of 99 key points 85 were printed and 77
reckoned, of 199 65 and 65, of 331 62 and 64. Formulas are longer as text than in print.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, zip_longest
from typing import Final, NamedTuple

from studypack.errors import counted
from studypack.products.cheatsheet.fragments import MUST_SAY, Head, fragments
from studypack.products.cheatsheet.galley import COMFORTABLE, Geometry
from studypack.products.cheatsheet.planning import SMALL_SIZES
from studypack.products.options import Options, PrintOptions
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import plain

LETTER: Final = 0.9
"""The area of a character with its share of gaps, line ends and headings, by the square of the type size."""


class _Lengths(NamedTuple):
    """Characters of a question's head, and of its key points in the order in which they are taken."""

    head: int
    points: tuple[int, ...]


def room(question_set: QuestionSet, options: Options) -> tuple[int, str]:
    """Return about how many pages the sheet has, and what there is room for on it."""
    found = [_lengths(question, question_set.header.language) for question in question_set.questions]
    heads = sum(question.head for question in found)
    rounds = zip_longest(*(question.points for question in found), fillvalue=0)
    points = [length for taken in rounds for length in sorted(filter(None, taken))]
    geometry = Geometry.at(COMFORTABLE, options[PrintOptions].paper)
    letters = geometry.area / (LETTER * COMFORTABLE**2)
    most = letters * (COMFORTABLE / SMALL_SIZES[-1]) ** 2
    if heads > most:
        return max(len(question_set.topics), 2), "because one page is too small"
    filled = (heads + sum(points)) / letters
    if filled <= 1:
        return 1, f"about {max(1, round(100 * filled))} % for headings and key points, the rest for figures and tables"
    fitting = bisect_right(list(accumulate(points)), letters - heads)
    return 1, f"about {fitting} of {counted(len(points), 'key point')} fit"


@lru_cache(maxsize=4_096)
def _lengths(question: Question, lang: str) -> _Lengths:
    head = 0
    points: list[int] = []
    for fragment in fragments(question, lang):
        if isinstance(fragment.content, Head):
            head = len(plain(f"{fragment.content.title} {fragment.content.takeaway}", lang=lang))
        elif fragment.kind == "point":
            points.append(len(plain(fragment.content, lang=lang)))
    return _Lengths(head, (*sorted(points[:MUST_SAY]), *points[MUST_SAY:]))
