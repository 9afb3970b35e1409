"""Formulas in print: glyphs as vectors, on the baseline of the text, in its size and colour.

Ziamath draws them in STIX Two Math. Sizes are in `ex`, the height of the small letters of the text around: so a formula
fits a serif text as well as a table in a sans serif, whose small letters are taller.
"""

from __future__ import annotations

import html
import re
import threading
import zlib
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree

from studypack.text.formulas import PLACEHOLDER, formula_at
from studypack.text.latex import FormulaError, read

EM: Final = 1000
"""Units of a drawing in an em."""
X_HEIGHT: Final = 473
"""Units of an ex: the height of an x in STIX Two Math."""
APART: Final = 0.2
"""Space above and below a formula in a line, in ex: tall ones do not touch the lines around them."""
LARGEST: Final = 300 * EM
"""Width or height of a drawing beyond which no page could show it."""

MAX_WORK: Final = 40_000
"""Elements that Ziamath may lay out for a formula: two seconds. It lays out the contents of a row twice, first to see
how tall its brackets become; so each level of rows within rows doubles the number."""
_ROWS: Final = frozenset({"math", "merror", "mpadded", "mphantom", "mrow", "mtd"})

OF_FORMULA: Final = "\ue000"
"""What the alternative text of a formula begins with until it is written; see `tag_pruning.tag_formulas`."""

_TUNED: Final = {
    "^": ("\u02c6", "\u0302"), "~": ("\u02dc", "\u0303"),
}  # fmt: skip  # accents: as a character, and as one that stretches
_UPRIGHT: Final = frozenset("↑↓⟨⟩")
"""What grows in MathML, and in LaTeX only with `\\left` and `\\right`."""
_SPACED: Final = dict.fromkeys("∪∩∧∨⋅⧵∖⊕⊗", "0.22em") | dict.fromkeys("⟺⟹⟸⟶⟵", "0.28em")
"""Operators around which Ziamath leaves no space, or that the MathML has for letters."""
_SIGNS: Final = frozenset("-−+±∓")
"""Plus and minus: operators, or signs of a number."""
_BEFORE_SIGNS: Final = frozenset("([{⟨⌊⌈,;:=<>≤≥≠≈≡∼≃≅∈→⇒⇔↦×⋅/") | {None}
"""What they are signs behind; None is the beginning of a row."""
_SCRIPTED: Final = frozenset({"msub", "msup", "msubsup", "munder", "mover", "munderover"})
_CLOSING: Final = frozenset(")]}⟩⌋⌉!")
"""What may stand in front of the name of a function with a space."""
_APART: Final = frozenset("|‖∑∏∫{")
"""Operators and brackets that stand behind one with a space."""
_NO_SPACE: Final = {"lspace": "0em", "rspace": "0em"}
_BOLD: Final = {
    ord(first) + n: start + n for first, start in (("A", 0x1D400), ("a", 0x1D41A)) for n in range(26)
}  # upright, as in LaTeX: Ziamath slants a single letter
_LENGTH: Final = re.compile(r"([+-]?[\d.]+)(pt|px|pc|mm|cm|in)")
_EMS: Final = {"pt": 0.1, "px": 0.075, "pc": 1.2, "mm": 0.2845, "cm": 2.845, "in": 7.227}
"""Units of length in a text of ten points."""
_ENGINE: Final = threading.Lock()
"""Held while Ziamath draws: its fonts keep what they have read."""


class Drawing(NamedTuple):
    """A formula as a picture; sizes in units of 1/1000 em.

    Attributes:
        packed: the picture as compressed SVG, in the colour `currentColor`; see `formula_svg`.
        width: of the picture.
        height: of the picture.
        depth: how far it reaches below the baseline.
        unknown: commands that are shown as their names.
        missing: characters that the font does not have.
    """

    packed: bytes
    width: float
    height: float
    depth: float
    unknown: tuple[str, ...]
    missing: str


def with_formulas(document: str) -> str:
    """Return an HTML document whose formulas have their sizes; those that cannot be drawn are shown as their source."""
    return PLACEHOLDER.sub(_sized, document) if 'src="tex:' in document else document


def formula_svg(source: str) -> bytes | None:
    """Return the picture of the formula with this address; None if it is another address."""
    found = formula_at(source)
    return zlib.decompress(drawing(found[0], display=found[1]).packed) if found else None


@lru_cache(maxsize=4096)
def drawing(latex: str, *, display: bool = False) -> Drawing:
    """Return a formula as a picture.

    Args:
        latex: without its delimiters.
        display: whether it is a display formula.

    Raises:
        FormulaError: it cannot be drawn.
    """
    formula = read(latex, display=display)
    if _work(formula.mathml) > MAX_WORK:
        raise FormulaError("it has too many signs within too many brackets, matrices or environments")
    try:
        with _ENGINE:
            drawn = _ziamath().Math(_tuned(deepcopy(formula.mathml)), size=EM, margin=0)
            svg, depth = drawn.svg(), -drawn.getyofst()
            missing = _missing(drawn.font, formula.mathml)
    except Exception as error:  # whatever Ziamath makes of elements that it does not expect
        raise FormulaError("the typesetter cannot draw it") from error
    width, height = drawn.getsize()
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise FormulaError("nothing of it can be seen" if width <= 0 or height <= 0 else "it is larger than any page")
    coloured = re.sub(r'(fill|stroke)="black"', r'\1="currentColor"', svg)
    return Drawing(zlib.compress(coloured.encode(), 1), width, height, depth, formula.unknown, missing)


def coloured(svg: bytes, colour: str) -> str:
    """Return the picture of a formula in a colour of CSS."""
    return svg.decode().replace("currentColor", colour)


def _sized(picture: re.Match[str]) -> str:
    latex, display = formula_at(html.unescape(picture[1])) or ("", False)
    try:
        drawn = drawing(latex, display=display)
    except FormulaError:
        return f'<code class="formula">{html.escape(latex)}</code>'
    width, depth = drawn.width / X_HEIGHT, drawn.depth / X_HEIGHT
    apart = "" if display else f"margin: {APART}ex 0; "
    below = depth if display else depth + APART
    picture_of_formula = picture[0].replace(' alt="', f' alt="{OF_FORMULA}')
    return f'{picture_of_formula[:-1]} style="{apart}width: {width:.3f}ex; vertical-align: {-below:.3f}ex">'


def _ziamath() -> Any:
    import ziamath  # reads a font
    from ziamath.config import config

    config.svg2 = False  # paths instead of symbols and their uses
    config.precision = 1  # of a unit of 1/1000 em
    return ziamath


def _work(element: ElementTree.Element, times: int = 1) -> int:
    """Return how many elements are laid out if this one is laid out so many times."""
    inner = times * 2 if element.tag in _ROWS else times
    return times + sum(_work(child, inner) for child in element)


def _tuned(mathml: ElementTree.Element) -> ElementTree.Element:
    """Return the formula with accents, arrows and names as Ziamath expects them."""
    mathml.attrib.pop("xmlns", None)
    for part in mathml.iter():
        text = part.text or ""
        if part.tag == "mover" and len("".join(part[0].itertext())) == 1:
            part[1].set("stretchy", "false")  # a hat, which the MathML of a wide hat does not differ from
        if part.tag == "mover" and part[1].text in ("→", "←", "↔"):
            part[1].attrib |= _NO_SPACE
        if part.tag == "mo" and text in _TUNED:
            part.text = _TUNED[text][part.get("stretchy") != "false" and part.get("accent") != "true"]
        elif text in _UPRIGHT and text:
            part.set("stretchy", part.get("stretchy", "false"))
        elif text in _SPACED and text:
            part.tag = "mo"
            part.attrib |= {"lspace": _SPACED[text], "rspace": _SPACED[text], "stretchy": "false"}
        if part.tag == "mi" and part.get("mathvariant") == "bold" and text.isascii():
            part.text = text.translate(_BOLD)
            del part.attrib["mathvariant"]
        for name, value in part.items():
            part.set(name, _LENGTH.sub(_in_ems, value))
        _tune_row(part)
    return mathml


def _in_ems(length: re.Match[str]) -> str:
    """Return a length relative to the text: a drawing has no size until it is printed."""
    return f"{float(length[1]) * _EMS[length[2]]:.3f}em"


def _tune_row(row: ElementTree.Element) -> None:
    """Space the names of functions and the signs of numbers in a row, and fit the brackets of binomials to them."""
    children = list(row)
    for before, part in pairwise([ElementTree.Element("mo"), *children]):
        if part.tag == "mo" and part.text in _SIGNS and before.tag == "mo" and before.text in _BEFORE_SIGNS:
            part.attrib |= _NO_SPACE
    if row.tag in _ROWS:
        _space_names(row)
    for opening, fraction, closing in zip(children, children[1:], children[2:], strict=False):
        if opening.get("minsize") and fraction.get("linethickness") == "0" and closing.get("minsize"):
            at = list(row).index(opening)
            for part in (opening, fraction, closing):
                row.remove(part)
            group = ElementTree.Element("mrow")
            group.extend(
                [
                    ElementTree.Element("mo", {"stretchy": "true"}),
                    fraction,
                    ElementTree.Element("mo", {"stretchy": "true"}),
                ]
            )
            group[0].text, group[2].text = opening.text, closing.text
            row.insert(at, group)


def _space_names(row: ElementTree.Element) -> None:
    """Leave a thin space around names of functions, but not at brackets, operators and the ends of the row."""
    children = list(row)
    for name in map(_name_of, children):
        if name is not None:
            name.tag = "mo"  # around an identifier Ziamath leaves space everywhere
            name.attrib |= _NO_SPACE
    for before, part in pairwise(children):
        if _name_of(before) is not None:
            apart = part.tag != "mo" or _name_of(part) is not None or part.text in _APART
        else:
            apart = _name_of(part) is not None and (before.tag != "mo" or before.text in _CLOSING)
        if apart and "mspace" not in (before.tag, part.tag):
            row.insert(list(row).index(part), ElementTree.Element("mspace", {"width": "0.17em"}))


def _name_of(part: ElementTree.Element) -> ElementTree.Element | None:
    """Return the name of a function, such as `log` or `max`, that this is or that has an index, a power or a limit."""
    part = part[0] if part.tag in _SCRIPTED and len(part) else part
    text = (part.text or "").replace(" ", "")
    return part if part.tag in ("mo", "mi") and len(text) > 1 and text.isalpha() else None


def _missing(font: Any, mathml: ElementTree.Element) -> str:
    """Return the characters of a formula that the font does not have, each once."""
    return "".join(dict.fromkeys(_unknown_to(font, "".join(mathml.itertext()))))


def _unknown_to(font: Any, text: str) -> Iterator[str]:
    for character in text:
        if character.isprintable() and not character.isspace() and font.glyphindex(character) == 0:
            yield character
