"""How many pages a handbook will have, reckoned from the length of its texts in a few milliseconds.

Fitted in November 2026 to both bundled sets and selections of 1 to 44 questions: within three pages up to 46 pages,
and 4 of 131. Many figures or formulas, or a theme, may change it by a fifth.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from studypack.products.handbook import Answers, HandbookOptions, practice
from studypack.products.handbook.flows import weight_of
from studypack.products.options import Options
from studypack.questions.files import files_among, sizes_of
from studypack.questions.model import Question, QuestionSet

PAGE: Final = 3_050
"""The weight of a page."""
OPENER: Final = 0.4
"""Pages of a chapter's opener."""
AROUND: Final = (4.0, 0.21)
"""Pages before and after the chapters: of every book, and for each question."""
LARGE: Final = 1.6
"""By how much 14 pt takes more room."""
SHARES: Final = {Answers.INLINE: 1.0, Answers.END: 1.2, Answers.NONE: 1.0}
"""The room of a chapter by where its answers are; those at the end have heads of their own."""
LINES: Final = 0.5
"""Pages of lines for the answer to a question in a practice edition."""


def pages(question_set: QuestionSet, options: Options) -> int:
    """Return about how many pages the handbook of a set or a selection has."""
    own = options[HandbookOptions]
    scale = (LARGE if own.large_print else 1.0) * SHARES[own.answers]
    lined = LINES if own.answers is Answers.NONE else 0.0
    total = AROUND[0] + AROUND[1] * len(question_set.questions) * scale
    for topic in question_set.topics:
        each = [scale * _weight(q, question_set, own.answers) / PAGE + lined for q in question_set.of_topic(topic.id)]
        total += _chapter(each, own)
    return round(total)


def _chapter(lengths: Iterable[float], options: HandbookOptions) -> int:
    """Return the pages of a chapter, which are even unless one side is printed."""
    whole = sum(map(math.ceil, lengths)) if options.fresh_page else math.ceil(OPENER + sum(lengths))
    return whole if options.simplex else whole + whole % 2


def _weight(question: Question, question_set: QuestionSet, answers: Answers) -> int:
    sizes = sizes_of(files_among(question_set.files, {exhibit.file for exhibit in question.exhibits if exhibit.file}))
    return _weighed(question, tuple(sizes.items()), bare=answers is Answers.NONE)


@lru_cache(maxsize=4_096)
def _weighed(question: Question, sizes: tuple[tuple[str, int], ...], *, bare: bool) -> int:
    return weight_of(practice(question) if bare else question, dict(sizes))
