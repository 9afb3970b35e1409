"""The Anki deck of a selection: a subdeck for each topic, and one for the glossary.

It can be imported repeatedly: docs/anki.md describes what happens then, and studypack/anki/state.py how.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from studypack.anki.state import FILE
from studypack.products.interface import (
    Checked,
    Claim,
    Estimate,
    PackContext,
    Product,
    ReadBack,
    ReadQuestion,
    Rendered,
)
from studypack.products.options import NONE, OptionModel, Options, option
from studypack.questions.model import AuthoredQuestion, Question, QuestionSet


class DeckOptions(OptionModel):
    """The options of the deck."""

    order: Literal["handbook", "level"] = option("handbook", "The order in which the deck shows new cards.")
    retire: tuple[str, ...] = option(
        (),
        "Confirm that the question, card or term with this id was removed or reused on purpose.",
        metavar="ID",
        action=True,
    )


class Deck(Product):
    """The deck as an Anki package. It depends on the notes of earlier decks, so it is never cached."""

    name = "deck"
    title = "deck"
    filename = "deck.apkg"
    summary = "an Anki package that can be imported repeatedly"
    options = (DeckOptions,)
    shows = frozenset(AuthoredQuestion.model_fields)
    guarantees = shows
    cached = False
    state_file = FILE

    def render(self, pack: PackContext) -> Rendered:
        """Return the deck of the selection, and the state of the whole set's notes.

        Raises:
            BuildError: an id was changed or reused, or a card would be empty.
        """
        from studypack.products.deck.rendering import render_deck

        return render_deck(pack)

    def holds(self, question: Question, options: Options = NONE) -> bool:
        """Return whether a question has a card; one without an answer and without further cards has none."""
        return question.answered or bool(question.cards)

    def estimate(self, question_set: QuestionSet, options: Options) -> Estimate:
        """Return how many cards there will be: notes have a card for each template, and clozes for each gap."""
        from studypack.anki.note_types import FACT, QUESTION, TERM
        from studypack.anki.package import gaps

        cards = [card for question in question_set.questions for card in question.cards]
        facts = sum(card.cloze is None for card in cards)
        amount = sum(len(gaps(card.cloze)) for card in cards if card.cloze) + facts * len(FACT.templates)
        amount += sum(question.answered for question in question_set.questions) * len(QUESTION.templates)
        amount += len(question_set.glossary) * len(TERM.templates)
        return Estimate(amount, "cards", exact=True)

    def claims(self, question_set: QuestionSet, options: Options = NONE) -> list[Claim]:
        """Return what the deck must hold: choices in front and behind; without an answer the further cards alone.

        Follow-ups without an answer are left out.
        """
        from studypack.products.choices import choice_groups
        from studypack.products.proof import claims_of

        made = []
        for question in filter(self.holds, question_set.questions):
            fields = self.guarantees - {"choices"} if question.answered else {"cards", "exhibits"}
            shown = (*(question.exhibits if question.answered else ()), *question.drawn)
            on_cards = question.model_copy(update={"exhibits": shown, "follow_ups": question.answered_follow_ups})
            (claim,) = claims_of(replace(question_set, questions=(on_cards,)), fields)
            if question.choices:
                offered, correct, feedback = choice_groups(question, question_set.header.language)
                claim = claim._replace(groups=(*claim.groups, (*offered, *correct, *offered), feedback))
            made.append(claim._replace(to_left=False))  # fields are read back exactly as they were written
        return made

    def read_back(self, content: bytes) -> ReadBack:
        """Return the words of each question's note and of its further cards."""
        from studypack.anki.reading import parse_deck

        texts: dict[str, list[str]] = {}
        for note in parse_deck(content).notes.values():
            if not note.key.startswith("term:"):
                texts.setdefault(note.key.partition("/")[0], []).append(f"{note.number} {note.text}")
        return ReadBack(tuple(ReadQuestion(key, "\n".join(words)) for key, words in texts.items()))

    def recalled(self, files: Iterable[Path], whole: QuestionSet) -> bytes | None:
        """Return the state as earlier decks show it, without what had been retired.

        Raises:
            BuildError: a deck is damaged, or of another set.
        """
        from studypack.anki.diff import state_of
        from studypack.anki.identity import deck_names
        from studypack.anki.state import dumps

        return dumps(state_of(files, whole.id, deck_names(whole)))

    def check(self, pack: PackContext) -> Checked:
        """Return warnings about ids that seem to have been changed or reused by mistake, and the state after retiring.

        Raises:
            BuildError: a card would be empty, or there is nothing to retire.
        """
        from studypack.products.deck.rendering import check

        return check(pack)


PRODUCT: Final = Deck()
