"""Sides of cards typeset as pages of the size of a card's text.

The typesetter itself divides a side that is too long for a card into pages, so nothing is ever clipped. Sides are
typeset a few dozen at a time: parts of that size stay in the cache when others change, and time and memory grow
linearly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from html import unescape
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

from studypack.products.flashcards.cards import PaperCard
from studypack.products.flashcards.fitting import SIZES, Fit, Group, Side, fit
from studypack.products.interface import PackContext
from studypack.questions.files import files_among
from studypack.questions.model import QuestionSet
from studypack.text.html_text import OF_SET
from studypack.typeset.layout import Part
from studypack.typeset.parts import PartJob

CHUNK: Final = 24
"""The most cards of a part."""
TERMS: Final = ":terms"
"""What terms belong to in a part, in the place of a question; ids have no colon."""
PICTURE: Final = 0.6
"""The part of the text's height that a picture may take, so that words fit above it."""
CAPTIONS: Final = range(13)
"""What captions are sorted into, by twenties of their letters (`exhibit.html.j2`)."""
LETTER: Final = 4.3
"""The width of a letter of a caption in points, cautiously, and the height of its lines (`.exhibit figcaption`)."""
CAPTION_LINE: Final = 10.0
_SHEETS: Final = ("themes/print.css", "themes/markdown.css", "themes/code.css", "flashcards/sides.css")

Groups = list[tuple[str, list[Side]]]
"""The sides of a part, by the question that they belong to."""


class Typeset(NamedTuple):
    """The typeset sides.

    Attributes:
        fit: their sizes.
        parts: the parts, in order.
        pages: the pages of each side by its id, counted through all parts.
        heights: the height of what is on a page, in points, where that is a whole side.
    """

    fit: Fit
    parts: list[Part]
    pages: dict[str, range]
    heights: dict[int, float]


class Piece(NamedTuple):
    """A piece of paper: a card, or a part of one that continues.

    Attributes:
        card: the card.
        number, total: which piece of the card this is, from 1, and of how many.
        front, back: the pages of its sides, counted through all parts; None if there is nothing more on it.
    """

    card: PaperCard
    number: int
    total: int
    front: int | None
    back: int | None

    @property
    def title(self) -> str:
        """Its title in the outline."""
        return f"{self.card.key} {self.number}/{self.total}" if self.total > 1 else self.card.key


def typeset(cards: Sequence[PaperCard], size: tuple[float, float], pack: PackContext) -> Typeset:
    """Return the sides of cards, in the largest sizes at which they fit.

    Args:
        cards: the cards.
        size: width and height of their text in points.
        pack: the set, the theme, and what submits jobs.
    """
    press = _Press(pack, size)
    sides = {side.id: side for card in cards for side in _sides(card)}
    tried: set[str] = set()
    while True:
        fitted = fit(list(sides.values()), tried, press.measure)
        chunks = [_groups(own, sides, fitted) for own in _chunks(cards)]
        parts = [future.result() for future in [press.submit(groups, fitted) for groups in chunks]]
        pages = _pages(parts, chunks)
        late = {key for key in sides if len(pages[key]) != fitted.long.get(key, 1)}
        if not late:
            anchors = {key: anchor for part in parts for key, anchor in part.anchors.items() if key in pages}
            heights = {own[0]: anchors[key].height for key, own in pages.items() if len(own) == 1}
            return Typeset(fitted, parts, pages, heights)
        tried |= late


def pieces(cards: Sequence[PaperCard], pages: Mapping[str, range]) -> Iterator[Piece]:
    """Yield the pieces of paper that cards need.

    Args:
        cards: the cards.
        pages: the pages of each side.
    """
    for card in cards:
        keys = [side.id for side in _sides(card)]
        count = max(len(pages[key]) for key in keys)
        for number in range(count):
            there = (_page(key, number, pages) for key in keys)
            yield Piece(card, number + 1, count, *there)


def _page(key: str, number: int, pages: Mapping[str, range]) -> int | None:
    """Return the page of a side on this piece of its card, from 0: the side's next page, or a copy of its only one."""
    if len(pages[key]) > 1:
        return pages[key][number] if number < len(pages[key]) else None
    return pages[_copy(key, number)][0]


@dataclass(frozen=True)
class _Press:
    """Typesets sides for one pack; `size` is that of a card's text in points."""

    pack: PackContext
    size: tuple[float, float]

    @cached_property
    def bare(self) -> QuestionSet:
        """The set without its texts: parts depend on it as a whole."""
        return bare(self.pack.question_set)

    def measure(self, sides: Sequence[Side], sizes: Mapping[Group, float]) -> dict[str, int]:
        """Return how many pages each side fills."""
        groups = [(TERMS, list(sides))]
        part = self.submit(groups, Fit(sizes, {})).result()
        return {key: len(own) for key, own in _pages([part], [groups]).items()}

    def submit(self, groups: Groups, fitted: Fit) -> Future[Part]:
        """Return the future of a part with these sides."""
        width, height = self.size
        rules = [f"@page {{ size: {width:.3f}pt {height:.3f}pt; margin: 0 }}"]
        rules += [f"img.picture {{ max-height: {PICTURE * height:.3f}pt }}"]
        for n in CAPTIONS:  # a drawn exhibit and its caption are on one side
            caption = CAPTION_LINE * math.ceil(20 * (n + 1) * LETTER / width) + 6
            rules += [f".exhibit.caption-{n} img.picture {{ max-height: {max(height - caption, height / 2):.3f}pt }}"]
        rules += [f".alone img, img.formula {{ max-height: {height:.3f}pt }}"]
        rules += [
            f".side.{kind}.{face} {{ font-size: {size}pt }}" for (kind, face), size in sorted(fitted.sizes.items())
        ]
        rules += [f".side.side.side.long {{ font-size: {SIZES[0]}pt }}"]
        values = [
            {"owner": owner, "sides": [{**side._asdict(), "long": side.id in fitted.long} for side in own]}
            for owner, own in groups
        ]
        shown = unescape("".join(side.html for _, own in groups for side in own))
        files = self.pack.question_set.files
        job = PartJob(
            "flashcards/sides.html.j2",
            _SHEETS,
            replace(self.bare, files=files_among(files, {name for name in files if f"{OF_SET}{name}" in shown})),
            {"groups": values},
            "\n".join(rules),
            self.pack.theme,
            owners=tuple(dict.fromkeys(owner for owner, _ in groups)),
        )
        return self.pack.submit(job)


def bare(selected: QuestionSet) -> QuestionSet:
    """Return a set without its texts and questions."""
    header = selected.header
    texts: dict[str, Any] = {"introduction": None, "closing": None, "glossary": (), "packs": {}}
    own = header.model_copy(update=texts | {"topics": header.topics[:1]})
    return QuestionSet(selected.id, own, ())


def _sides(card: PaperCard) -> tuple[Side, Side]:
    return (
        Side(f"{card.key}:front", card.kind, "front", card.front),
        Side(f"{card.key}:back", card.kind, "back", card.back),
    )


def _chunks(cards: Sequence[PaperCard]) -> Iterator[list[PaperCard]]:
    """Yield the cards of each part: of one topic, so that a new card changes no other topic's parts."""
    for _, own in groupby(cards, key=lambda card: card.topic):
        waiting = list(own)
        for first in range(0, len(waiting), CHUNK):
            yield waiting[first : first + CHUNK]


def _groups(cards: Sequence[PaperCard], sides: Mapping[str, Side], fitted: Fit) -> Groups:
    """Return the sides of these cards, by question. A side that the other one outlasts is repeated for each piece."""
    made: Groups = []
    for question, own in groupby(cards, key=lambda card: card.question):
        group: list[Side] = []
        for card in own:
            both = _sides(card)
            count = max(fitted.long.get(side.id, 1) for side in both)
            for side in both:
                copies = 1 if side.id in fitted.long else count
                group += [sides[side.id]._replace(id=_copy(side.id, number)) for number in range(copies)]
        made.append((question or TERMS, group))
    return made


def _copy(side: str, number: int) -> str:
    return f"{side}:{number}" if number else side


def _pages(parts: Sequence[Part], groups: Sequence[Groups]) -> dict[str, range]:
    """Return the pages of each side, counted through all parts."""
    pages: dict[str, range] = {}
    before = 0
    for part, chunk in zip(parts, groups, strict=True):
        keys = [side.id for _, own in chunk for side in own]
        starts = [before + part.anchors[key].page for key in keys]
        before += part.count
        pages |= {key: range(*ends) for key, ends in zip(keys, pairwise([*starts, before]), strict=True)}
    return pages
