"""Anki: notes, note types, the package that Anki imports, and what earlier decks held."""
