"""What a recall page, which completes the sheets of a chapter, asks again: as many questions as have room there."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from markdown_it.token import Token

from studypack.questions.model import Question
from studypack.text.formulas import INLINE
from studypack.text.markdown import tokens
from studypack.typeset.geometry import PageGeometry

_CODE_LINE_MM, _CODE_SPACE_MM = 3.53, 7.1
_TEXT_LINE_MM, _TEXT_SPACE_MM = 4.24, 1.8
"""The heights of a line of code and of text, and of the space around a block (`.recall .stimulus`)."""
_COLUMNS: Final = 73
"""Columns of a line, of code and, cautiously, of text."""
_TEXT: Final = {"paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "ordered_list_open",
                "ordered_list_close", "list_item_open", "list_item_close", "blockquote_open",
                "blockquote_close"}  # fmt: skip  # one list
_WORDS: Final = {"text", "code_inline", "softbreak", "hardbreak", "em_open", "em_close", "strong_open", "strong_close"}
_FORMULA_MM: Final = 4.2
"""By how much a formula of one line makes its line of text higher."""
_LARGER: Final = 16 / 12
"""By how much lines of text are higher in large print (options.css.j2), and by how much fewer columns they have."""
_ASKED, _ASKED_LARGE = (4.24, 60), (5.65, 48)
"""The height of a line of a question, and the columns that it has at least; the same in large print."""
_TWO_LINES_MM: Final = 8.47
"""The height of the two lines that `page.recalls` reckons with for each question."""
_LONGEST: Final = 150
"""The characters of a question that a recall page shows (`recall.html.j2`)."""


def recall(
    questions: Iterable[Question], page: PageGeometry, *, large: bool = False
) -> tuple[tuple[Question, ...], int]:
    """Return the questions that a recall page asks, in order, and the number of lines to write on below each.

    A question is left out if its stimulus or a choice has a picture, a table or a display formula, or no room on the
    page: without them it could not be answered.
    """
    asked: list[Question] = []
    taken = 0.0
    line, most = _ASKED_LARGE if large else _ASKED
    for question in questions:
        if not page.recalls(len(asked) + 1, taken + line - _TWO_LINES_MM):
            break
        texts = [question.stimulus or "", *(choice.text for choice in question.choices)]
        height = sum(_height(tokens(text)) for text in texts) * (_LARGER**2 if large else 1)
        height += line * _lines(f"{question.label} {question.question[:_LONGEST]}", most) - _TWO_LINES_MM
        if page.recalls(len(asked) + 1, taken + height):
            asked.append(question)
            taken += height
    return tuple(asked), page.recall_lines(len(asked), taken)


def _height(text: Sequence[Token]) -> float:
    """Return the height of code and text on a recall page, in millimetres; infinity if there is anything else."""
    height = 0.0
    for token in text:
        if token.type in ("fence", "code_block"):
            height += _CODE_SPACE_MM + _CODE_LINE_MM * _lines(token.content)
        elif token.type == "inline" and all(map(_is_low, token.children or ())):
            formulas = sum(child.type == INLINE for child in token.children or ())
            height += _TEXT_SPACE_MM + _TEXT_LINE_MM * _lines(token.content) + _FORMULA_MM * formulas
        elif token.type not in _TEXT:
            return math.inf
    return height


def _is_low(part: Token) -> bool:
    """Return whether a part of a line is hardly higher than the line: words, or a formula of one line."""
    return part.type in _WORDS or (part.type == INLINE and not re.search(r"\\\\|\\begin", part.content))


def _lines(text: str, most: int = _COLUMNS) -> int:
    """Return how many lines with this number of columns a text takes at the most."""
    return sum(max(1, math.ceil(columns(line) / most)) for line in text.splitlines())


def columns(line: str) -> int:
    """Return the width of a line in characters; East Asian wide ones count twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
