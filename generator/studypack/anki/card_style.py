"""The appearance of cards: their style sheet, with the program's words in each language and the fonts.

All sets share the note types, so none of this depends on a set. The language of a card is one of its fields, and
selects the words through `:lang()`, so an updated style sheet brings new languages and better words to old cards.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Final

from studypack.anki.card_fonts import FONTS
from studypack.questions.model import Labels
from studypack.text.languages import DEFAULT, LANGUAGES, language
from studypack.text.markdown import plain
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
    "more": "card_more",
    "draw": "card_draw",
    "handbook": "card_handbook",
}
"""The class of each label, without the prefix `sp-say-`, and the key of its words in `templates/languages/`."""


_OWN: Final = {
    "answer": "answer", "guidance": "guidance", "points": "key_points", "exhibits": "exhibits",
    "pitfalls": "pitfalls", "follow-ups": "follow_ups", "sources": "sources",
}  # fmt: skip  # pairs
"""Class of a label and the set's own word for it, where a set can have one."""


def label_style(labels: Labels) -> str:
    """Return the set's own labels for a card's `style` attribute: they take the place of the program's words."""
    own = {name: getattr(labels, key) for name, key in _OWN.items()}
    return "".join(f"--sp-{name}: '{_escaped(text)}';" for name, text in own.items() if text)


def _escaped(text: str) -> str:
    """Return a text for a CSS string in an HTML attribute; what either of them would act upon is written in numbers."""
    return re.sub(r"""[^\w .,:;!?()/+-]""", lambda found: f"\\{ord(found[0]):06x}", plain(text))


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
    """Return a rule for each label in each language; English is also the default for other languages."""
    rules = []
    for tag in (DEFAULT, *(tag for tag in LANGUAGES if tag != DEFAULT)):
        words = language(tag).words
        scope = "" if tag == DEFAULT else f":lang({tag}) "
        rules += [
            f"{scope}.sp-say-{name}::before {{ content: var(--sp-{name}, {_quoted(words[key])}) }}"
            for name, key in _SAID.items()
        ]
    return rules


def _quoted(text: str) -> str:
    """Return a text as CSS content, in which the element's attribute gives a count.

    JSON and CSS escape quotation marks and backslashes in the same way.
    """
    return " attr(data-count) ".join(json.dumps(part, ensure_ascii=False) for part in text.split("{count}"))
