"""Anki: notes, note types, the package that Anki imports, and the content of earlier decks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "diff": ["Diff"],
        "notes": ["Note", "notes_of"],
        "reading": ["ReadDeck", "read_deck"],
        "state": ["DeckState"],
    },
)
