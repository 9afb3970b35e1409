"""The Anki deck of a selection, which can be imported again and again."""
