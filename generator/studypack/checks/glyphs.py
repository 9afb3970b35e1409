"""Characters that no font has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from studypack.checks.texts import Text
from studypack.errors import Diagnostic, Location
from studypack.typeset.fonts import FACES, font_bytes
from studypack.typeset.templating import stylesheet

Coverage = Callable[[str], frozenset[int]]
"""Returns the code points that can be set in `serif`, `sans` or `mono`."""

_FONTS: Final = {"serif": "the text's font", "sans": "the font of headings and tables", "mono": "the font of code"}


class Piece(NamedTuple):
    """Characters that are set in one font: whose they are, where, in what, and the font's custom property."""

    owner: str
    where: Location
    name: str
    font: str
    content: str


@cache
def bundled_coverage(font: str) -> frozenset[int]:
    """Return the code points that print in a font of ours.

    Families that print.css does not name for this use are left out: WeasyPrint 70 sets what the named ones lack in a
    font of the machine, and in another family of ours only where the machine has none.

    Args:
        font: `serif`, `sans` or `mono`: the custom property of print.css that names the families.
    """
    import uharfbuzz

    stack = re.search(rf"--{font}:([^;]+);", stylesheet("themes/print.css"))
    families = re.findall(r"'([^']+)'", stack[1]) if stack else []
    regular = {face.family: address for address, face in reversed(FACES.items())}  # a family's first face
    used = (uharfbuzz.Face(font_bytes(regular[family])) for family in families if family in regular)
    return frozenset(point for face in used for point in face.unicodes)


def pieces(text: Text) -> Iterator[Piece]:
    """Yield the pieces of a text in the fonts that print sets them in."""
    fonts = text.written.fonts
    whose = text.owner, text.where, text.name
    if not text.written.kind.is_markdown:
        yield from (Piece(*whose, font, text.content) for font in fonts)
    inside_sans = 0
    for token in text.tokens if fonts else ():
        if token.type in ("fence", "code_block"):
            yield Piece(*whose, "mono", token.content)
        if token.type.startswith(("heading_", "table_")):
            inside_sans += token.nesting
        for child in token.children or ():
            chosen = ("mono",) if child.type == "code_inline" else ("sans",) if inside_sans else fonts
            yield from (Piece(*whose, font, child.content) for font in chosen)


def missing_glyphs(found: Iterable[Piece], coverage: Coverage) -> Iterator[Diagnostic]:
    """Yield one diagnostic for each owner and character that no font has."""
    said: set[tuple[str, str]] = set()
    for piece in found:
        covered = coverage(piece.font)
        for character in piece.content:
            if ord(character) in covered or (piece.owner, character) in said or _invisible(character):
                continue
            said.add((piece.owner, character))
            unicode_name = unicodedata.name(character, "a character without a name")
            what = f"{piece.name} holds {character} (U+{ord(character):04X} {unicode_name})"
            remedy = "use another character, or name a font that has it in the theme"
            yield Diagnostic(piece.where, what, f"{_FONTS[piece.font]} has no glyph for it", remedy)


def _invisible(character: str) -> bool:
    variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return variation or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")
