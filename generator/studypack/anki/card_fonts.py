"""The small fonts that cards use, made from the font packages and shipped as media files.

The name of a media file contains a hash of the font's inputs, not of its bytes: another version of HarfBuzz may produce
other bytes for the same font, and the cards' style sheet, which contains the name, must not change because of that.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from studypack.typeset.fonts import font_bytes

RECIPE: Final = 1
"""A version number, to be increased when fonts are made in another way."""

CHARACTERS: Final = frozenset(
    {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA), *range(0x2010, 0x2028), *range(0x2070, 0x208F)}
    | set(map(ord, "\u202f‰′″‹›€™←↑→↓↔⇒⇔−≈≠≤≥∞∈∑√✓✗"))
)  # fmt: skip
"""Latin and Greek letters, superscript and subscript digits, typographic marks, arrows and mathematical signs; the
fonts of the reader's device provide all others."""

_PACKAGES: Final = {
    "sp serif": ("Source-Serif", "fontpkg-source-serif-4"),
    "sp sans": ("Inter", "fontpkg-inter"),
    "sp mono": ("JetBrains-Mono", "fontpkg-jetbrains-mono"),
}
"""For each family on cards, the first part of its address in studypack/typeset/fonts.py, and its font package."""

_FEATURES: Final = ("ccmp", "locl", "kern", "liga", "mark", "mkmk")
_CODE_FEATURES: Final = ("ccmp", "mark")
"""Code has no ligatures or kerning: every character stays separate."""
_LICENCE: Final = {0, 13, 14}
"""Name ids of the copyright, the licence and its URL, which must stay in the font (SIL OFL 1.1)."""
_TITLE: Final = {1, 2, 3, 4, 6}
"""Name ids of what the font is called."""


class CardFont(NamedTuple):
    """One font: its name, and its family, weight and style on cards."""

    name: str
    family: str
    weight: int
    style: str

    @property
    def address(self) -> str:
        """The address of the face from which it is made."""
        return f"font:{_PACKAGES[self.family][0]}/{self.style}/{self.weight}"

    @property
    def media(self) -> str:
        """The name of its media file; the underscore makes Anki keep it although no note refers to it."""
        version = importlib.metadata.version(_PACKAGES[self.family][1])
        made_from = repr((RECIPE, self.address, version, sorted(CHARACTERS)))
        return f"_studypack-{self.name}-{hashlib.sha256(made_from.encode()).hexdigest()[:12]}.ttf"


FONTS: Final = (
    CardFont("serif-400", "sp serif", 400, "normal"),
    CardFont("serif-600", "sp serif", 600, "normal"),
    CardFont("serif-400-italic", "sp serif", 400, "italic"),
    CardFont("sans-400", "sp sans", 400, "normal"),
    CardFont("sans-600", "sp sans", 600, "normal"),
    CardFont("mono-400", "sp mono", 400, "normal"),
    CardFont("mono-700", "sp mono", 700, "normal"),
)


@cache
def font_media() -> Mapping[str, bytes]:
    """Return the bytes of each font by the name of its media file."""
    return {font.media: _renamed(_subset(font_bytes(font.address), font, CHARACTERS, _LICENCE), font) for font in FONTS}


def letters_of(font: CardFont, letters: Iterable[int]) -> bytes:
    """Return a font of cards with only these letters, as far as it has them."""
    return _subset(font_media()[font.media], font, letters, _LICENCE | _TITLE)


def _subset(content: bytes, font: CardFont, characters: Iterable[int], names: Iterable[int]) -> bytes:
    """Return a font with only these characters and names, without hinting or features that cards do not use."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    features = _CODE_FEATURES if font.family == "sp mono" else _FEATURES
    for chosen, values in (
        (wanted.unicode_set, set(characters)),
        (wanted.layout_feature_tag_set, {int.from_bytes(tag.encode()) for tag in features}),
        (wanted.name_id_set, set(names)),
    ):
        chosen.clear()
        chosen.update(values)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    return bytes(uharfbuzz.subset(uharfbuzz.Face(content), wanted).blob.data)


def _renamed(content: bytes, font: CardFont) -> bytes:
    """Rename the font, because its licence reserves the name "Source" for the unmodified font."""
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(content), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
    title = f"studypack {font.family.removeprefix('sp ')}"
    for number, text in ((1, title), (2, "Regular"), (3, font.media), (4, f"{title} {font.name}")):
        opened["name"].setName(text, number, 3, 1, 0x409)
    opened["name"].setName(f"studypack-{font.name}", 6, 3, 1, 0x409)
    written = io.BytesIO()
    opened.save(written, reorderTables=False)
    return written.getvalue()
