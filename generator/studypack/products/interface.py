"""What every product is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from studypack.anki.state import DeckState
from studypack.errors import Diagnostic
from studypack.jobs.executor import Workshop
from studypack.pdf.binding import Info
from studypack.questions.model import Paper, QuestionSet
from studypack.text.markdown import plain
from studypack.typeset.themes import OWN, Theme


@dataclass(frozen=True, slots=True)
class PackContext:
    """All that a product may know.

    Attributes:
        question_set: what to render: a whole set or a selection.
        whole: the whole set that it was selected from.
        paper: the paper to set for.
        deck_state: what the notes of earlier decks were.
        now: the time of this build, seconds since 1970; only a deck's changed notes carry it.
        date: the edition's date in ISO 8601, empty if it has none; documents carry it.
        simplex: whether the handbook is printed on one side of the paper.
        theme: the looks.
        workshop: where parts are made; None makes them here.
        begun: called once the long work is in the workshop's hands: what is given to it then fills the gaps.
        by_level: whether new cards come by level, not in the handbook's order.
        retire: ids whose notes are meant to go, or to ask something else.
    """

    question_set: QuestionSet
    whole: QuestionSet
    paper: Paper = Paper.A4
    deck_state: DeckState = field(default_factory=DeckState)
    now: int = 0
    date: str = ""
    simplex: bool = False
    theme: Theme = OWN
    workshop: Workshop | None = None
    begun: Callable[[], None] | None = None
    by_level: bool = False
    retire: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished product.

    Attributes:
        content: the bytes of its file.
        amount: how much it is, in `unit`.
        unit: `pages` or `cards`.
        warnings: what would print or show badly.
        remarks: what the user should know, one sentence each.
        left_out: what had no room, by question.
        deck_state: what to remember for the next deck; None for other products.
    """

    content: bytes
    amount: int
    unit: str
    warnings: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    deck_state: DeckState | None = None


class Product(Protocol):
    """One kind of output. `render` is pure: no clock, no network, no discovery, no printing."""

    @property
    def name(self) -> str:
        """The word for the command line."""

    @property
    def filename(self) -> str:
        """The file's name in the pack."""

    def render(self, pack: PackContext) -> Rendered:
        """Return the product of the selection."""


def rendering_warnings(product: str, messages: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """Return what the typesetter said as diagnostics."""
    return tuple(Diagnostic(None, f"{product}: {message}") for message in messages)


def document_title(question_set: QuestionSet) -> str:
    """Return the title of a document: the set's, and what was selected."""
    subset = question_set.subset
    title = plain(question_set.header.title)
    return f"{title}: {subset.title}" if subset else title


def document_info(pack: PackContext, kind: str = "") -> Info:
    """Return what a document of a pack says of itself.

    Args:
        pack: the pack.
        kind: follows the title, where the set has more than one document of that title.
    """
    header = pack.question_set.header
    title = document_title(pack.question_set)
    words = (plain(header.author or ""), plain(header.subtitle or ""), tuple(keywords(pack.question_set)))
    return Info(f"{title}: {kind}" if kind else title, header.language, *words, pack.date)


def keywords(question_set: QuestionSet) -> list[str]:
    """Return the topics' titles and the questions' tags, each once."""
    tags = sorted({tag for question in question_set.questions for tag in question.tags})
    return list(dict.fromkeys([topic.title for topic in question_set.topics] + tags))
