"""The style of cards: fonts with correct names and licence, and words that are valid CSS strings."""

from __future__ import annotations

import html
import io
import re

import pytest
from fontTools.ttLib import TTFont
from studypack.anki import card_fonts
from studypack.anki.card_fonts import FONTS, font_media
from studypack.anki.card_style import card_css
from studypack.anki.notes import notes_of
from studypack.questions.loader import load
from studypack.resources import bundled_set
from studypack.text.languages import LANGUAGES
from studypack.typeset.templating import stylesheet

MEDIA = dict(zip((name for name, *_ in FONTS), font_media().values(), strict=True))


def _font(name: str) -> TTFont:
    return TTFont(io.BytesIO(MEDIA[name]))


def test_fonts_are_small_and_named_by_what_they_are_made_from() -> None:
    """The fonts take less than 500 kB, and a font with other characters has another name: Anki never replaces files."""
    assert sum(map(len, font_media().values())) < 500_000
    assert len(font_media()) == len(FONTS)
    assert all(re.fullmatch(r"_studypack-[\w-]+-[0-9a-f]{12}\.ttf", name) for name in font_media())


def test_another_font_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another character, font version or recipe version gives other names."""
    names = [{font.media for font in FONTS}]
    for name, value in (("CHARACTERS", frozenset({65})), ("RECIPE", 2)):
        with monkeypatch.context() as patch:
            patch.setattr(card_fonts, name, value)
            names.append({font.media for font in FONTS})
    monkeypatch.setattr("importlib.metadata.version", lambda _: "9.9")
    names.append({font.media for font in FONTS})
    assert len(set().union(*names)) == 4 * len(FONTS)


@pytest.mark.parametrize("name", MEDIA)
def test_fonts_keep_their_licence_and_give_up_reserved_names(name: str) -> None:
    """As SIL OFL 1.1 requires, a font keeps copyright and licence, and a subset is not called "Source"."""
    names = {record.nameID: record.toUnicode() for record in _font(name)["name"].names}
    assert "©" in names[0] or "Copyright" in names[0]
    assert "SIL Open Font License" in names[13]
    called = " ".join(names[number] for number in (1, 3, 4, 6))
    assert "studypack" in called
    assert not re.search("source|inter|jetbrains", called, re.IGNORECASE)


@pytest.mark.parametrize(("name", "family", "weight", "style"), FONTS)
def test_fonts_are_what_the_style_sheet_says(name: str, family: str, weight: int, style: str) -> None:
    """The weight and slant of each file match its rule, and the families are those that cards use."""
    assert f"font-family: '{family}'; font-weight: {weight}; font-style: {style}" in card_css()
    assert f"'{family}'" in stylesheet("deck/card.css")
    assert abs(_font(name)["OS/2"].usWeightClass - weight) <= 50
    assert ("italic" in name) == (style == "italic") == (_font(name)["post"].italicAngle != 0)


def test_fonts_have_the_letters_of_the_bundled_set() -> None:
    """No word on a card of the bundled set falls back to another font, in text, small print or code."""
    whole = load(bundled_set()).question_set
    shown = "".join(value for note in notes_of(whole) for value in note.values())
    letters = {ord(c) for c in html.unescape(re.sub(r"<[^>]*>", "", shown)) if not c.isspace()}
    for name in MEDIA:
        assert letters - set(_font(name).getBestCmap()) == set(), name


def test_every_language_has_its_labels() -> None:
    """English is the default, each other language has its own rule for each label, and no text ends its CSS string."""
    labels = re.findall(
        r"^(:lang\(([\w-]+)\) )?\.(sp-say-[\w-]+)::before \{ content: var\(--sp-[\w-]+, "
        r'"([^"\\\n]*)"(?: attr\(data-count\) "[^"\\\n]*")?\) \}$',
        card_css(),
        re.MULTILINE,
    )
    assert len(labels) == 12 * len(LANGUAGES)
    assert {tag or "en" for _, tag, _, _ in labels} == set(LANGUAGES)
