"""Figures as media files: they take their fonts along, and are named after what they are made from."""

from __future__ import annotations

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from studypack.anki.figures import as_media, fonts_of, width_on_cards
from studypack.anki.identity import media_name

DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="45pt" font-family="Inter, sans-serif">
<text x="1" y="9">Größe</text><text font-family="JetBrains Mono" font-weight="600">x = 1</text></svg>"""


def _png() -> bytes:
    Image.new("L", (3, 2)).save(file := io.BytesIO(), "PNG")
    return file.getvalue()


def _embedded(svg: bytes) -> dict[tuple[str, str], TTFont]:
    rules = re.findall(r"font-family: '([^']+)'; font-weight: (\d+);.*?base64,([^)]+)\)", svg.decode())
    return {(family, weight): TTFont(io.BytesIO(base64.b64decode(data))) for family, weight, data in rules}


def test_a_figure_carries_the_letters_of_the_fonts_that_it_names() -> None:
    """Both families in both weights, since one text is heavy, with the letters of the figure and no others."""
    fonts = _embedded(as_media(DRAWN.encode()))
    assert set(fonts) == {("Inter", "400"), ("Inter", "600"), ("JetBrains Mono", "400"), ("JetBrains Mono", "700")}
    assert all(set(font.getBestCmap()) == {ord(letter) for letter in "Größex = 1"} for font in fonts.values())
    names = {record.nameID: record.toUnicode() for record in fonts["Inter", "400"]["name"].names}
    assert "SIL Open Font License" in names[13]
    assert names[1].startswith("studypack")


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><text font-family="Helvetica">A</text></svg>',
        b"<p>a listing & no figure",
        _png(),
    ],
    ids=["other font", "listing", "raster"],
)
def test_what_names_no_font_of_ours_is_unchanged(content: bytes) -> None:
    """Other fonts are the device's, and listings and pixels have none."""
    assert fonts_of(content) == ()
    assert as_media(content) is content


def test_another_font_gives_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anki never replaces a media file, so the name depends on the figure and on the inputs of its fonts."""
    names = {media_name(DRAWN.encode()), media_name(DRAWN.replace("Größe", "Maß").encode())}
    monkeypatch.setattr("importlib.metadata.version", lambda _: "9.9")
    names.add(media_name(DRAWN.encode()))
    assert len(names) == 3


@pytest.mark.parametrize(
    ("size", "width"),
    [('width="90pt" height="45pt"', 120), ('height="50" viewBox="0 0 20 10"', 100), ('viewBox="0 0 20 10"', 476)],
)
def test_a_figure_has_the_width_that_it_asks_for(size: str, width: int) -> None:
    """In CSS pixels; one that asks for none is as wide as the handbook's text."""
    assert width_on_cards(f'<svg xmlns="http://www.w3.org/2000/svg" {size}/>'.encode()) == width
    assert width_on_cards(_png()) == 3
