"""Checks for formulas that cannot be drawn correctly in print, and for LaTeX that is not in a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studypack.checks.texts import Text
from studypack.errors import Diagnostic
from studypack.questions.positions import Positions
from studypack.text.formulas import INLINE, formula_tokens
from studypack.text.latex import FormulaError, read, without_gaps
from studypack.text.token_lines import with_lines
from studypack.typeset.formulas import EM, drawing
from studypack.typeset.geometry import MEASURE

SMALLEST: Final = 0.7
"""The smallest scale to which a wide formula may be reduced without a warning."""
_TEXT_SIZE: Final = 10.5
"""The em of the handbook's text in points, with a small margin."""


_BARE: Final = re.compile(
    r"(?<!\\)\\[A-Za-z]{2,}\*?(?:\{(?:[^{}]|\{[^{}]*\})*\})+"  # with arguments, whatever is before it
    r"|(?<![\w\\:./-])\\[A-Za-z]{2,}(?![\w\\{])"  # without: patterns and paths have backslashes too
)
"""What may be LaTeX in ordinary text."""


def formula_faults(text: Text, positions: Positions) -> Iterator[Diagnostic]:
    """Yield a warning for each formula of a text that cannot be drawn, read or shown at its full size, or is bare."""
    yield from _bare_commands(text, positions)
    for token, line in formula_tokens(text.tokens):
        where = positions.line(text.path, line, text.where)
        latex = without_gaps(token.content)
        shown = latex if len(latex) < 40 else f"{latex[:37]}…"
        try:
            drawn = drawing(latex, display=token.type != INLINE)
        except FormulaError as error:
            what = f'the formula "{shown}" in {text.name} cannot be drawn'
            yield Diagnostic(where, what, str(error), "correct it; until then, its source is printed")
            continue
        for command in drawn.unknown:
            what = f'unknown command "{command}" in a formula in {text.name}'
            yield Diagnostic(where, what, "its name is printed, or nothing", "use other commands")
        if drawn.missing:
            what = f'the formula "{shown}" in {text.name} contains {drawn.missing}'
            yield Diagnostic(where, what, "the font for formulas has no glyph for it", "write it outside the formula")
        share = MEASURE / (drawn.width / EM * _TEXT_SIZE)
        if share < SMALLEST and text.written.fonts:
            what = f'the formula "{shown}" in {text.name} is reduced to {share:.0%} in print'
            yield Diagnostic(where, what, "it is wider than a line of the handbook", "break it with aligned and \\\\")


def _bare_commands(text: Text, positions: Positions) -> Iterator[Diagnostic]:
    r"""Yield a warning at the first LaTeX outside of dollars, such as `\ce{H2O}`, which is shown as it was typed."""
    bare = [
        (source, line)
        for token in text.tokens
        for child, line in with_lines(token)
        if child.type == "text" and "\\" in child.content
        for source in _BARE.findall(child.content)
        if f"\\{source.partition('{')[0]}" not in token.content and _known(source)  # a quoted backslash is meant
    ]
    if bare:
        (source, line), *others = bare
        more = f" and {len(others)} more" if others else ""
        what = f'"{source}"{more} in {text.name} {"are" if others else "is"} not in a formula'
        where = positions.line(text.path, line, text.where)
        yield Diagnostic(where, what, "the source is shown", f"write `${source}$`, or mark it as code")


def _known(latex: str) -> bool:
    """Return whether formulas have these commands."""
    try:
        return not read(latex).unknown
    except FormulaError:
        return False
