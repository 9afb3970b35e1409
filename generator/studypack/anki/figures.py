"""Figures as media files of a deck: their size on a card, and the fonts that they take along.

A card shows a figure as a picture of its own, which sees neither the card's style sheet nor its fonts. An SVG that
names a font of the program therefore carries the letters that it needs.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import Final
from xml.etree import ElementTree

from studypack.anki.card_fonts import FONTS, CardFont, letters_of
from studypack.questions import pictures
from studypack.typeset.svg_text_size import natural_width

_SVG: Final = "{http://www.w3.org/2000/svg}"
_FAMILIES: Final = {"sp serif": "Source Serif", "sp sans": "Inter", "sp mono": "JetBrains Mono"}
"""The families of cards' fonts, by the name that figures have for them as in print."""
_HEAVY: Final = re.compile(r"font-weight\s*[:=]\s*[\"']?\s*(?:bold|[6-9]00)")
_SLANTED: Final = re.compile(r"font-style\s*[:=]\s*[\"']?\s*(?:italic|oblique)")
_REGULAR: Final = 400


def fonts_of(content: bytes) -> tuple[CardFont, ...]:
    """Return the fonts that a picture names; only an SVG names any."""
    return _fonts_of(content) if pictures.kind(content) == "SVG" else ()


@cache
def _fonts_of(svg: bytes) -> tuple[CardFont, ...]:
    try:
        source = ElementTree.tostring(_parsed(svg), "unicode")
    except ElementTree.ParseError:  # a listing that begins as an SVG does
        return ()
    heavy, slanted = _HEAVY.search(source), _SLANTED.search(source)
    return tuple(
        font
        for font in FONTS
        if re.search(rf"font-family[^;>]*{_FAMILIES[font.family]}", source)
        and (heavy or font.weight == _REGULAR)
        and (slanted or font.style == "normal")
    )


def as_media(content: bytes) -> bytes:
    """Return a picture as a deck contains it: an SVG with the letters of its fonts, anything else unchanged."""
    return _with_letters(content) if fonts_of(content) else content


@cache
def _with_letters(svg: bytes) -> bytes:
    root = _parsed(svg)
    letters = {ord(letter) for text in root.iter(f"{_SVG}text") for letter in "".join(text.itertext())}
    style = ElementTree.Element(f"{_SVG}style")
    style.text = "".join(_rule(font, letters_of(font, letters)) for font in fonts_of(svg))
    root.insert(0, style)
    return bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True))


def width_on_cards(content: bytes) -> int:
    """Return the width of a picture in CSS pixels, as it asks for."""
    if pictures.kind(content) == "SVG":
        return round(natural_width(content) / 0.75)
    return pictures.upright_width(content)


def _parsed(content: bytes) -> ElementTree.Element:
    ElementTree.register_namespace("", _SVG[1:-1])
    return ElementTree.fromstring(content)  # noqa: S314 - the loader has accepted it


def _rule(font: CardFont, content: bytes) -> str:
    data = base64.b64encode(content).decode()
    return (
        f"@font-face {{ font-family: '{_FAMILIES[font.family]}'; font-weight: {font.weight}; "
        f"font-style: {font.style}; src: url(data:font/ttf;base64,{data}) }}\n"
    )
