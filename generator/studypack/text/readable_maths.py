"""Formulas as readable Unicode, for places that cannot show a drawing: outlines, deck names and messages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element

from studypack.text.latex import FormulaError, read, without_gaps

_RAISED: Final = dict(
    zip("0123456789+-−=()nixyabcdefghjklmoprstuvwz′*T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱˣʸᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷᶻ′*ᵀ", strict=True)
)
_LOWERED: Final = dict(zip("0123456789+-−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_ACCENTS: Final = {
    "^": "\u0302",
    "~": "\u0303",
    "→": "\u20d7",
    "¯": "\u0304",
    "‾": "\u0304",
    "˙": "\u0307",
    "¨": "\u0308",
}
_RELATIONS: Final = set("=<>≤≥≠≈≡∼→←↔⇒⇐⇔∈∉⊂⊆⊃∪∩+−±×⋅÷∣∧∨≪≫∝⇌")
"""Signs that have a space on either side."""
_UNARY: Final = re.compile(r"(^|[(\[,=<>≤≥→] ?)− ")
"""A unary minus sign."""


@lru_cache(maxsize=4096)
def readable(latex: str) -> str:
    """Return a formula as one line of Unicode, or its source if it cannot be read."""
    try:
        words = _words(read(without_gaps(latex)).mathml)
    except FormulaError:
        return latex
    return _UNARY.sub(r"\1−", " ".join(words.split())) or latex


def _words(element: Element) -> str:  # noqa: C901 - a table of the elements of MathML
    parts = [_words(child) for child in element]
    match element.tag, parts:
        case "mfrac", [above, below]:
            return f"{_grouped(above)}/{_grouped(below)}" if element.get("linethickness") != "0" else f"{above} {below}"
        case "msup", [base, raised]:
            return base + _script(raised, _RAISED, "^")
        case "msub", [base, lowered]:
            return base + _script(lowered, _LOWERED, "_")
        case "msubsup" | "munderover", [base, lowered, raised]:
            return f"{base}{_script(lowered, _LOWERED, '_')}{_script(raised, _RAISED, '^')}{_space(base)}"
        case "munder", [base, lowered]:
            return f"{base}{_script(lowered, _LOWERED, '_')}{_space(base)}"
        case "mover", [base, accent]:
            return f"{base}{_ACCENTS.get(accent.strip(), '') or _script(accent, _RAISED, '^')}"
        case "msqrt", _:
            return f"√{_grouped(''.join(parts))}"
        case "mroot", [base, index]:
            return f"{_script(index, _RAISED, '') or ''}√{_grouped(base)}"
        case "mtr", _:
            return " ".join(part for part in parts if part.strip())
        case "mtable", _:
            return "; ".join(parts)
        case "mspace", _:
            return " "
        case "mo", []:
            return f" {_sign(element)} " if _sign(element) in _RELATIONS else _sign(element)
        case "mi", [] if len(element.text or "") > 1:
            return f" {element.text} "  # a function name
    return (element.text or "").replace("\u00a0", " ") + "".join(parts)


def _sign(element: Element) -> str:
    return (element.text or "").replace("-", "−").replace("\u2061", "")


def _space(base: str) -> str:
    """Return the space that follows a large operator or a function with limits."""
    return " " if len(base.strip()) > 1 or base.strip() in "∑∏∫∮⋃⋂" else ""


def _grouped(words: str) -> str:
    words = words.strip()
    return words if re.fullmatch(r"[\w.′]+", words) else f"({words})"


def _script(words: str, table: dict[str, str], mark: str) -> str:
    """Return raised or lowered characters if all of them exist, otherwise the text after its mark."""
    words = words.strip().replace(" ", "")
    if all(character in table for character in words):
        return "".join(table[character] for character in words)
    return f"{mark}{words}" if len(words) == 1 else f"{mark}({words})"
