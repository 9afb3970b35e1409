r"""LaTeX to MathML, by latex2mathml; what print, outlines and checks read of a formula.

The library takes nearly everything: a command that it does not know comes out as its name, an environment as its
contents. Both are found here, as is what cannot be read at all, so that checks can name them.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element

from studypack.text.chemistry import without_chemistry

MAX_FORMULA: Final = 2_000
"""Characters of a formula: two pages of a book. Reading and drawing one of them takes half a second at most."""
MAX_WRITTEN_OUT: Final = 6_000
"""Characters of a formula whose `\\ce{…}` are written out as LaTeX, which is about seven times as long."""
MAX_GROUPS: Final = 8
"""Braces, environments and `\\left` within each other."""

_KNOWN: Final = {
    "align",
    "align*",
    "aligned",
    "alignat",
    "alignat*",
    "alignedat",
    "array",
    "bmatrix",
    "Bmatrix",
    "cases",
    "displaymath",
    "eqnarray",
    "eqnarray*",
    "equation",
    "equation*",
    "gather",
    "gather*",
    "gathered",
    "math",
    "matrix",
    "multline",
    "multline*",
    "pmatrix",
    "rcases",
    "smallmatrix",
    "split",
    "subarray",
    "vmatrix",
    "Vmatrix",
    "bmatrix*",
    "Bmatrix*",
    "matrix*",
    "pmatrix*",
    "vmatrix*",
    "Vmatrix*",
}
"""Environments that are drawn as what they are."""
_DEFINES: Final = re.compile(r"\\(?:(?:re)?newcommand|newenvironment|def|let|DeclareMathOperator)\b")
_ALONE: Final = re.compile(r"\\(?:nonumber|notag|allowbreak|nobreak|require *\{[^{}]*\}|label *\{[^{}]*\})")
_TAG: Final = re.compile(r"\\tag\*? *\{([^{}]*)\}")
_NESTS: Final = re.compile(r"\\[{}]|\{|\}|\\(left|right|begin|end)(?![a-zA-Z])")
_OPENED: Final = {"}": "{", "right": "left", "end": "begin"}
_ENVIRONMENT: Final = re.compile(r"\\begin *\{([^{}]*)\}")
_COMMAND: Final = re.compile(r"\\[a-zA-Z]+")
_GAP: Final = re.compile(r"\{\{c[\d,]+::|\}\}(?!\})")
_SPELLINGS: Final = (
    (
        re.compile(r"\\(begin|end) *\{(?:align|aligned|split|alignedat|alignat\*?|eqnarray\*?|multline\*?)\}"),
        r"\\\1{align*}",
    ),
    (re.compile(r"\\(begin|end) *\{(?:gathered|gather\*?)\}"), r"\\\1{gather*}"),
    (re.compile(r"\\(begin|end) *\{(?:displaymath|math|equation)\}"), r"\\\1{equation*}"),
    (re.compile(r"\\operatorname\*"), r"\\operatorname"),
    (re.compile(r"\\operatorname *\{([a-zA-Z]+) *\\[,:; ] *([a-zA-Z]+)\}"), r"\\operatorname{\1}\\operatorname{\2}"),
    (re.compile(r"\\(bm|pmb)(?![a-zA-Z])"), r"\\boldsymbol"),
    (re.compile(r"\\arg(?![a-zA-Z])"), r"\\operatorname{arg}"),
    (re.compile(r"\\math(rm|bf|sf|tt|it)\{"), r"\\math\1 {"),  # a single letter would stay italic
)
"""What the library knows by another name."""
_FAULTS: Final = {
    "DoubleSubscriptsError": "two subscripts follow each other",
    "DoubleSuperscriptsError": "two superscripts follow each other",
    "ExtraLeftOrMissingRightError": r"\left and \right do not belong together",
    "MissingSuperScriptOrSubscriptError": "nothing follows ^ or _",
    "DenominatorNotFoundError": "a fraction has no denominator",
    "NumeratorNotFoundError": "a fraction has no numerator",
}
"""What the errors of the library mean."""


_INCOMPLETE: Final = "an argument of a command is missing"
_PARTS: Final = {"mfrac": 2, "msub": 2, "msup": 2, "mroot": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
"""How many children an element of MathML has."""
_CHARACTERS: Final = frozenset({"mi", "mn", "mo", "mtext"})
"""Elements of MathML that can only hold characters."""


class FormulaError(Exception):
    """A formula cannot be drawn; its words say why."""


class Formula(NamedTuple):
    """A formula that was read.

    Attributes:
        mathml: its `math` element; to be copied before it is changed.
        unknown: commands and environments that come out as their names or not at all.
    """

    mathml: Element
    unknown: tuple[str, ...]


@lru_cache(maxsize=4096)
def read(latex: str, *, display: bool = False) -> Formula:
    """Return a formula as MathML.

    Args:
        latex: without its delimiters.
        display: whether sums and fractions are as large as in a display formula.

    Raises:
        FormulaError: it cannot be read, or it is too long or nested too deeply.
    """
    _refuse(latex)
    environments = [f"\\begin{{{name}}}" for name in _ENVIRONMENT.findall(latex) if name not in _KNOWN]
    prepared = _prepared(latex)
    if len(prepared) > MAX_WRITTEN_OUT:
        raise FormulaError(
            f"its chemistry is too long: {len(prepared)} characters of LaTeX, and the limit is {MAX_WRITTEN_OUT}"
        )
    element = _converted(prepared, display=display)
    commands: list[str] = []
    for part in element.iter():
        if len(part) != _PARTS.get(part.tag, len(part)):
            raise FormulaError(_INCOMPLETE)
        if part.tag in _CHARACTERS and len(part):
            part.tag = "mrow"  # what \mathrel, \mathbin and \mathop hold would not be drawn
        if part.text:
            part.text = html.unescape(part.text)
            if part.tag == "mtext":
                part.text = re.sub(r"\\([&%$#_{}])", r"\1", part.text)
            elif part.text == "&":
                raise FormulaError("a & is outside of any matrix or alignment")
            commands += _COMMAND.findall(part.text)
    return Formula(element, tuple(dict.fromkeys([*environments, *commands])))


def without_gaps(latex: str) -> str:
    """Return a formula without the marks of a cloze card's gaps."""
    return _GAP.sub("", latex) if "{{c" in latex else latex


def _refuse(latex: str) -> None:
    if len(latex) > MAX_FORMULA:
        raise FormulaError(f"it has {len(latex)} characters, and the limit is {MAX_FORMULA}")
    if found := _DEFINES.search(latex):
        raise FormulaError(f"{found[0]} defines a command, which formulas cannot do")
    open_ones: list[str] = []
    for mark in _NESTS.finditer(latex):
        kind = mark[1] or mark[0]
        if kind in ("{", "left", "begin"):
            open_ones.append(kind)
            if len(open_ones) > MAX_GROUPS:
                raise FormulaError(f"it is nested too deeply, and the limit is {MAX_GROUPS} levels")
        elif kind in _OPENED and (not open_ones or open_ones.pop() != _OPENED[kind]):
            raise FormulaError(f"a {mark[0]} has no counterpart")
    if open_ones:
        last = open_ones[-1]
        raise FormulaError(f"a {last if last == '{' else chr(92) + last} has no counterpart")


def _prepared(latex: str) -> str:
    """Return the formula as the library knows it."""
    made = _TAG.sub(r"\\qquad\\text{(\1)}", _ALONE.sub("", without_chemistry(latex)))
    for pattern, spelling in _SPELLINGS:
        made = pattern.sub(spelling, made)
    return made


def _converted(latex: str, *, display: bool) -> Any:
    from latex2mathml.converter import convert_to_element  # reads a table of symbols

    try:
        return convert_to_element(latex, display="block" if display else "inline")
    except Exception as error:  # the library's own errors, and IndexError, AssertionError, StopIteration of bad input
        raise FormulaError(_FAULTS.get(type(error).__name__, _INCOMPLETE)) from error
