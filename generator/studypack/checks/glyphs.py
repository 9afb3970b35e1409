"""Check for characters that the fonts do not have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from studypack.checks.texts import Text
from studypack.errors import Diagnostic, Location
from studypack.typeset.fonts import FACES, font_bytes
from studypack.typeset.templating import stylesheet
from studypack.typeset.themes import Theme

Coverage = Callable[[str], frozenset[int]]
"""A function that returns the code points that can be set in `serif`, `sans` or `mono`."""

MOST_NAMED: Final = 4
"""Characters of one text that a warning names."""
_FONTS: Final = {"serif": "the text's font", "sans": "the font of headings and tables", "mono": "the font of code"}


class Piece(NamedTuple):
    """Characters in one font, with their owner, location, the name of their text, and the font's custom property."""

    owner: str
    where: Location
    name: str
    font: str
    content: str


@cache
def bundled_coverage(font: str) -> frozenset[int]:
    """Return the code points that are printed in one of our own fonts.

    Families that print.css does not list for this use do not count: for characters that the listed families do not
    have, WeasyPrint 70 uses a font of the machine, and our other families only if the machine does not have one.

    Args:
        font: `serif`, `sans` or `mono`, the custom property in print.css that lists the families.
    """
    import uharfbuzz

    stack = re.search(rf"--{font}:([^;]+);", stylesheet("themes/print.css"))
    families = re.findall(r"'([^']+)'", stack[1]) if stack else []
    regular = {face.family: address for address, face in reversed(FACES.items())}  # a family's first face
    used = (uharfbuzz.Face(font_bytes(regular[family])) for family in families if family in regular)
    return frozenset(point for face in used for point in face.unicodes)


def coverage_of(theme: Theme) -> Coverage:
    """Return the code points that can be set in our fonts or in a theme's."""

    @cache
    def coverage(font: str) -> frozenset[int]:
        return bundled_coverage(font) | theme.characters if theme.characters else bundled_coverage(font)

    return coverage


def pieces(text: Text) -> Iterator[Piece]:
    """Yield the pieces of a text with the fonts in which they are printed."""
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
    """Yield one diagnostic for each text with characters that no font has; each character once for its owner."""
    said: set[tuple[str, str]] = set()
    missing: dict[tuple[Location, str, str], list[str]] = {}
    for piece in found:
        covered = coverage(piece.font)
        absent = {character for character in set(piece.content) if ord(character) not in covered}
        for character in piece.content if absent else ():
            if character in absent and (piece.owner, character) not in said and not _invisible(character):
                said.add((piece.owner, character))
                missing.setdefault((piece.where, piece.name, piece.font), []).append(character)
    for (where, name, font), characters in missing.items():
        what = f"{name} contains {_named(characters)}"
        remedy = "use another character, or a theme with a font that has it"
        yield Diagnostic(where, what, f"{_FONTS[font]} has no glyph for it", remedy)


def _named(characters: Sequence[str]) -> str:
    """Return characters with their code points and names; of many only the first."""
    first = [
        f"{c} (U+{ord(c):04X} {unicodedata.name(c, 'a character without a name')})" for c in characters[:MOST_NAMED]
    ]
    more = len(characters) - MOST_NAMED
    return ", ".join(first) + (f" and {more} more" if more > 0 else "")


def _invisible(character: str) -> bool:
    variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return variation or unicodedata.category(character) in ("Cc", "Cf", "Zs", "Zl", "Zp")
