"""What a deck's parts are known by when it is imported again: keys and GUIDs of notes, names of decks and media.

The identity of a note depends only on ids, never on text.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

from studypack.anki.figures import fonts_of
from studypack.questions import pictures
from studypack.questions.model import Card, GlossaryEntry, Question, QuestionSet
from studypack.text import markdown
from studypack.text.languages import language

GLOSSARY: Final = "term:"
"""The glossary's key in mappings of decks by topic id; ids never contain a colon."""


def card_key(question: Question, card: Card) -> str:
    """Return the key of an additional card.

    The key contains the kind of card, because an import cannot change the note type of an existing note.
    """
    return f"{question.id}/{card.id}" if card.cloze is None else f"{question.id}/cloze:{card.id}"


def term_key(entry: GlossaryEntry) -> str:
    """Return the key of a term, which differs from all questions' ids because those never contain a colon."""
    return f"term:{entry.id}"


def keys_of(selected: QuestionSet) -> set[str]:
    """Return the keys of the notes in a selection; a question's key is its id."""
    cards = {card_key(question, card) for question in selected.questions for card in question.cards}
    return {q.id for q in selected.questions} | cards | {term_key(entry) for entry in selected.glossary}


def guid(set_id: str, key: str) -> str:
    """Return the note's GUID: a hash of the ids, as 16 characters that do not need escaping."""
    return hashlib.sha256(f"studypack\0{set_id}\0{key}".encode()).hexdigest()[:16]


def deck_name(*titles: str) -> str:
    """Return `Set title::Topic title`; Anki splits names at `::`, so it is removed from titles, as are outer colons."""
    return "::".join(re.sub(":{2,}", ":", markdown.plain(title)).strip(": ") for title in titles)


def deck_names(whole: QuestionSet) -> dict[str, str]:
    """Return the deck names of the topics that have questions, by topic id, and of the glossary."""
    title = whole.header.title
    names = {topic.id: deck_name(title, topic.title) for topic in whole.topics}
    return names | (
        {GLOSSARY: deck_name(title, language(whole.header.language).words["glossary"])} if whole.header.glossary else {}
    )


def media_name(content: bytes) -> str:
    """Return the name of a picture's media file, which contains a hash because Anki never replaces media files.

    The hash is that of the picture in the set and of the inputs of the fonts that it takes along.
    """
    ending = {"PNG": "png", "JPEG": "jpg", "SVG": "svg"}[pictures.kind(content)]
    inputs = content + "".join(font.media for font in fonts_of(content)).encode()
    return f"studypack-{hashlib.sha256(inputs).hexdigest()[:16]}.{ending}"
