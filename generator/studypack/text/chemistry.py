r"""Convert the common part of mhchem's `\ce{…}` to LaTeX for print; Anki's MathJax supports it directly.

It covers formulas with numbers, charges, states and isotopes; coefficients; arrows with labels; and bonds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_CE: Final = re.compile(r"\\ce *\{")
_ARROWS: Final = {
    "<=>": r"\rightleftharpoons", "<-->": r"\longleftrightarrow", "<->": r"\leftrightarrow",
    "->": r"\rightarrow", "<-": r"\leftarrow",
}  # fmt: skip  # a table to read
_PIECE: Final = re.compile(
    r"(?P<arrow><=>|<-->|<->|->|<-)(?:\[(?P<above>[^\]]*)\])?(?:\[(?P<below>[^\]]*)\])?"
    r"|(?P<math>\$[^$]*\$)"
    r"|(?P<script>[_^](?:\{[^{}]*\}|\d*[+-]+|\d+|[^\s{}]))"
    r"|(?P<command>\\[a-zA-Z]+ ?|\\.)"
    r"|(?P<element>[A-Z][a-z]?)"
    r"|(?P<state>\((?:s|l|g|aq|cr|am|sln)\))"
    r"|(?P<number>\d+(?:[./]\d+)?)"
    r"|(?P<charge>[+-]+(?=$|[\s)\]}^]))"
    r"|(?P<space>\s+)"
    r"|(?P<letters>[a-z]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_CHARGED: Final = {"element", "letters", "closing", "number", "script"}
_SPACED: Final = re.compile(r"[-+*=<]")
"""Signs that have their own space around them."""
_SIGNS: Final = {"+": "+", "-": "-", "=": "=", "#": r"\equiv ", "*": r"\cdot ", ".": r"\cdot "}


def without_chemistry(latex: str) -> str:
    r"""Return the LaTeX with every `\ce{…}` converted; one without a closing brace is left unchanged."""
    made, at = "", 0
    while found := _CE.search(latex, at):
        end = _closing(latex, found.end())
        if end is None:
            break
        made += f"{latex[at : found.start()]}{{{chemical(latex[found.end() : end])}}}"
        at = end + 1
    return made + latex[at:]


def _closing(latex: str, at: int) -> int | None:
    """Return the position of the brace that closes the group around a position; None if there is none."""
    depth = 1
    for place in range(at, len(latex)):
        depth += {"{": 1, "}": -1}.get(latex[place], 0)
        if depth == 0:
            return place
    return None


def chemical(source: str) -> str:
    r"""Return the contents of `\ce{…}` as LaTeX."""
    return "".join(_pieces(source.strip()))


def _pieces(source: str) -> Iterator[str]:  # noqa: C901 - one branch for each kind of piece
    before = ""  # the kind of the previous piece: a number after an element is an index, otherwise a factor
    for match in _PIECE.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        if match["arrow"]:
            kind, text = "arrow", _arrow(match["arrow"], match["above"] or "", match["below"] or "")
        elif kind == "number":
            text = f"_{{{text}}}" if before in ("element", "closing") else f"{_factor(text)}\\,"
        elif kind == "charge":
            text = f"^{{{text}}}" if before in _CHARGED else text
        elif kind in ("element", "letters"):
            text = rf"\mathrm {{{text}}}"
        elif kind == "state":
            text = rf"\,\mathrm {{{text}}}"
        elif kind == "script":
            text = f"{text[0]}{{{_script(text[1:].strip('{}'))}}}"
            text = text if before else "{}" + text  # the numbers of an isotope come before its symbol
        elif kind == "math":
            text = text.strip("$")
        elif kind == "space":
            text = "" if before in ("", "arrow", "charge", "other") or _SPACED.match(source, match.end()) else r"\ "
        elif kind == "other":
            kind, text = "closing" if text in ")]" else kind, _SIGNS.get(text, text)
        yield text
        before = "" if kind == "space" else kind


def _arrow(arrow: str, above: str, below: str) -> str:
    drawn = rf"\;{_ARROWS[arrow]}\;"
    if below:
        drawn = rf"\underset{{{chemical(below)}}}{{{drawn}}}"
    return rf"\overset{{{chemical(above)}}}{{{drawn}}}" if above else drawn


def _factor(number: str) -> str:
    above, _, below = number.partition("/")
    return rf"\tfrac{{{above}}}{{{below}}}" if below else number


def _script(text: str) -> str:
    return re.sub(r"[A-Za-z]+", lambda word: rf"\mathrm {{{word[0]}}}", text)
