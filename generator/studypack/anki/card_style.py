"""How cards look: their style sheet, the program's words in each language, and the fonts that travel as media.

Note types are shared by all sets, so nothing of this depends on a set: a card's own language, which is a field,
chooses its words by `:lang()`. New languages and better words reach old cards with the style sheet alone.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from studypack.anki.card_fonts import FONTS
from studypack.text.languages import DEFAULT, LANGUAGES, language
from studypack.typeset.templating import stylesheet

_SAID: Final = {
    "answer": "answer",
    "guidance": "guidance",
    "points": "key_points",
    "pitfalls": "pitfalls",
    "sources": "sources_of",
    "exhibits": "card_exhibits",
    "follow-ups": "card_follow_ups",
    "define": "card_define",
    "name": "card_name",
}
"""Class of a label, without its `sp-say-`, and the key of its words in `templates/languages/`."""


@cache
def card_css() -> str:
    """Return the style sheet of all cards."""
    return "\n".join([_font_faces(), stylesheet("deck/card.css", "deck/markdown.css", "deck/code.css"), *_labels()])


def _font_faces() -> str:
    return "\n".join(
        f"@font-face {{ font-family: '{font.family}'; font-weight: {font.weight}; font-style: {font.style}; "
        f"font-display: swap; src: url('{font.media}') format('truetype') }}"
        for font in FONTS
    )


def _labels() -> list[str]:
    """Return a rule for each label in each language, English for any other."""
    rules = []
    for tag in (DEFAULT, *(tag for tag in LANGUAGES if tag != DEFAULT)):
        words = language(tag).words
        scope = "" if tag == DEFAULT else f":lang({tag}) "
        rules += [f"{scope}.sp-say-{name}::before {{ content: {_quoted(words[key])} }}" for name, key in _SAID.items()]
    return rules


def _quoted(text: str) -> str:
    """Return a text as a CSS string; JSON's escapes of quotation marks and backslashes are CSS's too."""
    return json.dumps(text, ensure_ascii=False)
