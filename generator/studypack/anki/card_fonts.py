"""The small fonts that cards carry as media, made from the font packages.

A name among the media is a hash of what the font is made from, not of its bytes: another version of HarfBuzz may give
other bytes for the same font, and the style sheet of the cards, which names it, must not change with that.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from studypack.typeset.fonts import font_bytes

RECIPE: Final = 1
"""Counts up when fonts are made in another way."""

CHARACTERS: Final = frozenset(
    {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA), *range(0x2010, 0x2028), *range(0x2070, 0x208F)}
    | set(map(ord, "\u202f‰′″‹›€™←↑→↓↔⇒⇔−≈≠≤≥∞∈∑√✓✗"))
)  # fmt: skip
"""Latin languages, Greek letters, raised and lowered digits, typographic marks, and the arrows and signs of computing;
others come from the reader's machine."""

_PACKAGES: Final = {
    "sp serif": ("Source-Serif", "fontpkg-source-serif-4"),
    "sp sans": ("Inter", "fontpkg-inter"),
    "sp mono": ("JetBrains-Mono", "fontpkg-jetbrains-mono"),
}
"""Family on cards; the first part of its address in studypack/typeset/fonts.py, and the distribution it comes from."""

_FEATURES: Final = ("ccmp", "locl", "kern", "liga", "mark", "mkmk")
_CODE_FEATURES: Final = ("ccmp", "mark")
"""Of code each character stays apart."""
_KEPT_NAMES: Final = (0, 13, 14)
"""Copyright, licence and its address travel in the font (SIL OFL 1.1)."""


class CardFont(NamedTuple):
    """One font: its own name, and family, weight and style on cards."""

    name: str
    family: str
    weight: int
    style: str

    @property
    def address(self) -> str:
        """The address of the face that it is made from."""
        return f"font:{_PACKAGES[self.family][0]}/{self.style}/{self.weight}"

    @property
    def media(self) -> str:
        """Its name among the media; one that begins with an underscore is in use for Anki, though no note shows it."""
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
    """Return the bytes of each font by its name among the media."""
    return {font.media: _small(font) for font in FONTS}


def _small(font: CardFont) -> bytes:
    """Return a font with the `CHARACTERS` alone, without hinting and features that cards do not use."""
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    features = _CODE_FEATURES if font.family == "sp mono" else _FEATURES
    for chosen, values in (
        (wanted.unicode_set, CHARACTERS),
        (wanted.layout_feature_tag_set, {int.from_bytes(tag.encode()) for tag in features}),
        (wanted.name_id_set, set(_KEPT_NAMES)),
    ):
        chosen.clear()
        chosen.update(values)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    face = uharfbuzz.Face(font_bytes(font.address))
    return _renamed(bytes(uharfbuzz.subset(face, wanted).blob.data), font)


def _renamed(content: bytes, font: CardFont) -> bytes:
    """Give the font a name of ours: the licence reserves "Source" for the unmodified one."""
    from fontTools.ttLib import TTFont

    opened = TTFont(io.BytesIO(content), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
    title = f"studypack {font.family.removeprefix('sp ')}"
    for number, text in ((1, title), (2, "Regular"), (3, font.media), (4, f"{title} {font.name}")):
        opened["name"].setName(text, number, 3, 1, 0x409)
    opened["name"].setName(f"studypack-{font.name}", 6, 3, 1, 0x409)
    written = io.BytesIO()
    opened.save(written, reorderTables=False)
    return written.getvalue()
