"""The cards of a selection: one for each question, fact, gap of a cloze text, and term; their two sides as HTML."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup

from studypack.questions.model import Card, GlossaryEntry, Question, QuestionSet, Source
from studypack.text import markdown
from studypack.text.gaps import gap_numbers, gapped
from studypack.typeset.templating import render
from studypack.typeset.themes import Theme


class CardKind(enum.StrEnum):
    """What a card asks."""

    QUESTION = "question"
    FACT = "fact"
    CLOZE = "cloze"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class PaperCard:
    """A card.

    Attributes:
        key: what identifies it: a question's id, with a `/` and a card's id below it; `term:` and a term's id.
        kind: what it asks.
        question: the id of the question that it belongs to; empty for a term.
        label: that question's number; empty if a term belongs to none.
        topic: the title of its topic as plain text.
        front, back: its sides as HTML.
        source: where more can be read, as plain text: the question in the handbook, and its first source.
    """

    key: str
    kind: CardKind
    question: str
    label: str
    topic: str
    front: str
    back: str
    source: str


def cards_of(selected: QuestionSet, kinds: frozenset[CardKind], points: int, theme: Theme) -> list[PaperCard]:
    """Return the cards of a selection: each question's in the order of its file, then the terms.

    Args:
        selected: the questions.
        kinds: the kinds of cards.
        points: how many key points a question's card shows.
        theme: its templates take precedence.
    """
    write = _Writer(selected, points, theme)
    made = []
    for question in selected.questions:
        if CardKind.QUESTION in kinds:
            made.append(write.question(question))
        made += [each for card in question.cards for each in write.card(question, card) if each.kind in kinds]
    if CardKind.TERM in kinds:
        made += [write.term(entry) for entry in selected.glossary]
    return made


def kinds_of(question: Question) -> frozenset[CardKind]:
    """Return the kinds of cards that a question has."""
    return frozenset({CardKind.QUESTION, *(CardKind.CLOZE if card.cloze else CardKind.FACT for card in question.cards)})


@dataclass(frozen=True)
class _Writer:
    """Writes the cards of one selection."""

    selected: QuestionSet
    points: int
    theme: Theme

    @property
    def lang(self) -> str:
        return self.selected.header.language

    @cached_property
    def topics(self) -> Mapping[str, str]:
        return {topic.id: markdown.plain(topic.title, lang=self.lang) for topic in self.selected.header.topics}

    def question(self, question: Question) -> PaperCard:
        """Return the card that asks a question."""
        side = partial(self._side, question=question, points=self.points)
        return self._made(question, question.id, CardKind.QUESTION, side("question-front"), side("question-back"))

    def card(self, question: Question, card: Card) -> Iterator[PaperCard]:
        """Yield an additional card: one, or one for each gap of a cloze text."""
        key = f"{question.id}/{card.id}"
        if card.cloze is None:
            front, back = self._block(card.front or ""), self._block(card.back or "")
            drawn = [exhibit for exhibit in question.exhibits if exhibit.id and exhibit.id == card.draw]
            back += Markup("").join(Markup(self._side("exhibit", exhibit=exhibit)) for exhibit in drawn)  # noqa: S704 - our own template's
            yield self._made(question, key, CardKind.FACT, self._side("fact-front", text=front),
                             self._side("fact-back", text=back))  # fmt: skip  # both sides of one card
            return
        parsed = markdown.tokens(card.cloze, self.lang)
        numbers = gap_numbers(parsed) or [0]
        for number in numbers:
            front, back = (
                markdown.block_of(gapped(parsed, number, hide=hide), card.cloze, lang=self.lang)
                for hide in (True, False)
            )
            own = key if len(numbers) == 1 else f"{key}:{number}"
            yield self._made(question, own, CardKind.CLOZE, self._side("fact-front", text=front),
                             self._side("fact-back", text=back))  # fmt: skip  # both sides of one card

    def term(self, entry: GlossaryEntry) -> PaperCard:
        """Return the card that asks what a term means."""
        asked = next((q for q in self.selected.questions if q.id == entry.question), None)
        sides = (self._side(f"term-{face}", entry=entry) for face in ("front", "back"))
        topic, label = str(self.selected.header.words["glossary"]), asked.label if asked else ""
        return PaperCard(
            f"term:{entry.id}", CardKind.TERM, "", label, topic, next(sides), next(sides), self._source(label)
        )

    def _made(self, question: Question, key: str, kind: CardKind, front: str, back: str) -> PaperCard:
        source = self._source(question.label, *question.sources[:1])
        topic = self.topics[question.topic]
        return PaperCard(key, kind, question.id, question.label, topic, front, back, source)

    def _source(self, label: str, *sources: Source) -> str:
        parts = [str(self.selected.header.words["card_source"]).format(label=label)] if label else []
        for source in sources:
            title = markdown.plain(source.title, lang=self.lang)
            parts.append(", ".join(part for part in (title, source.where, str(source.year or "")) if part))
        return " · ".join(parts)

    def _block(self, text: str) -> Markup:
        return markdown.block(text, lang=self.lang)

    def _side(self, name: str, **values: Any) -> str:
        return render(f"flashcards/{name}.html.j2", self.theme, set=self.selected, **values).strip()
