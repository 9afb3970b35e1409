"""The Anki deck of a selection: a subdeck for each topic, and one for the glossary.

It can be imported again and again: docs/anki.md says what happens then, studypack/anki/state.py how.
"""

from __future__ import annotations

from typing import Final, Literal

from studypack.anki.state import FILE
from studypack.products.interface import Checked, PackContext, Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import OptionModel, option
from studypack.questions.model import AuthoredQuestion


class DeckOptions(OptionModel):
    """What only the deck can do."""

    order: Literal["handbook", "level"] = option("handbook", "In which order the deck shows new cards.")
    retire: tuple[str, ...] = option(
        (),
        "The question, card or term of this id is meant to go, or to ask something else, in the deck.",
        metavar="ID",
        action=True,
    )


class Deck(Product):
    """The deck as an Anki package. It remembers its notes, so it is made anew each time."""

    name = "deck"
    title = "deck"
    filename = "deck.apkg"
    summary = "an Anki package that can be imported again and again"
    options = (DeckOptions,)
    shows = frozenset(AuthoredQuestion.model_fields)
    guarantees = shows
    cached = False
    state_file = FILE

    def render(self, pack: PackContext) -> Rendered:
        """Return the deck of the selection, and the state of the whole set's notes.

        Raises:
            BuildError: an id was changed or used again, or a card would be empty.
        """
        from studypack.products.deck.rendering import render_deck

        return render_deck(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return the words of each question's own note and of its further cards."""
        from studypack.anki.reading import parse_deck

        texts: dict[str, list[str]] = {}
        for note in parse_deck(content).notes.values():
            if not note.key.startswith("term:"):
                texts.setdefault(note.key.partition("/")[0], []).append(f"{note.number} {note.text}")
        return ReadBack(tuple(ReadQuestion(key, "\n".join(words)) for key, words in texts.items()))

    def check(self, pack: PackContext) -> Checked:
        """Return ids that seem to have been changed or used again by mistake, and the state with what is retired.

        Raises:
            BuildError: a card would be empty, or there is nothing to retire.
        """
        from studypack.products.deck.rendering import check

        return check(pack)


PRODUCT: Final = Deck()
