"""What every importer makes of a file: draft questions, their media, and what was left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, NamedTuple, Protocol

from studypack.errors import Location


@dataclass(frozen=True, slots=True)
class DraftChoice:
    """One choice of a multiple-choice question; texts are Markdown."""

    text: str
    correct: bool = False
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A further card of a question: front and back, or a cloze text with Anki's `{{c1::…}}` marks; Markdown."""

    front: str = ""
    back: str = ""
    cloze: str = ""


@dataclass(frozen=True, slots=True)
class DraftSource:
    """Where statements of a question can be checked: a title, an address, a chapter or page, and a year; or some."""

    title: str = ""
    url: str = ""
    where: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as a foreign file has it. Every text is Markdown of our dialect; empty where the file has none.

    Attributes:
        question: the question; several paragraphs are allowed, of which one becomes the heading, others the stimulus.
        answer: the answer, or the explanation of the right choices.
        choices: makes it a multiple-choice question.
        topic: display names from the outermost heading, deck or category to the innermost; may be empty.
        level: the file's own word for the difficulty.
        tags: display names.
        stimulus: what the question asks about, where the file keeps it apart from the question.
        guidance: what to think of, or a hint.
        takeaway, key_points, pitfalls: as in a question set.
        follow_ups: pairs of question and answer; an answer may be empty.
        sources: where its statements can be checked.
        cards: further cards of the same question.
        key: what names the question in its file for good (GUID, row id, heading path); empty where nothing does.
        id: the question's id in the set, where the source gives one that fits.
        where: the place in the source.
        doubts: sentences on what was uncertain; the writer puts them into comments beside the question.
    """

    question: str
    where: Location
    answer: str = ""
    choices: tuple[DraftChoice, ...] = ()
    topic: tuple[str, ...] = ()
    level: str = ""
    tags: tuple[str, ...] = ()
    stimulus: str = ""
    guidance: str = ""
    takeaway: str = ""
    key_points: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()
    follow_ups: tuple[tuple[str, str], ...] = ()
    sources: tuple[DraftSource, ...] = ()
    cards: tuple[DraftCard, ...] = ()
    key: str = ""
    id: str = ""
    doubts: tuple[str, ...] = ()


_NO_TEXTS: Final = frozenset({"where", "topic", "level", "tags", "sources", "key", "id", "doubts"})
"""The fields of a draft that are names and places."""


def with_texts(draft: Draft, change: Callable[[str], str]) -> Draft:
    """Return a draft with each of its texts changed; names and places stay."""
    return replace(draft, **_changed(draft, change))


def _changed(owner: Any, change: Callable[[str], str]) -> dict[str, Any]:
    def one(value: Any) -> Any:
        if isinstance(value, str):
            return change(value)
        if isinstance(value, tuple):
            return tuple(map(one, value))
        return replace(value, **_changed(value, change)) if isinstance(value, DraftChoice | DraftCard) else value

    return {field.name: one(getattr(owner, field.name)) for field in fields(owner) if field.name not in _NO_TEXTS}


class Skipped(NamedTuple):
    """A piece of the source that became no part of a question, and why."""

    where: Location
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one file gave.

    Attributes:
        format: the importer's name.
        drafts: the questions in the file's order.
        media: bytes of pictures and sounds by the path that the Markdown names, for example `figures/heap.png`.
        skipped: what was left out.
        warnings: what was lost or uncertain for the whole file, such as broken characters.
        title: the file's own title; empty where it has none.
        language: a BCP 47 tag where the file says one; empty otherwise.
        id: the permanent id of the set, where the file was written from one.
        levels: titles of the set's own levels, where the file lists them.
    """

    format: str
    drafts: tuple[Draft, ...]
    media: Mapping[str, bytes] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    warnings: tuple[Skipped, ...] = ()
    title: str = ""
    language: str = ""
    id: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user asked of an import; importers read what concerns them.

    Attributes:
        format: the importer's name; empty to guess.
        columns: for each of our keys the column, by name or by number from 1 (`--map KEY=COLUMN`).
        level: the level of headings that are questions (`--level`); 0 to find out.
        separators: between question and answer, and between items, of plain text; empty to find out.
    """

    format: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    level: int = 0
    separators: tuple[str, str] = ("", "")


class Importer(Protocol):
    """One foreign format: a module of `importers/` and one line in the registry.

    `read` raises ContentError for what cannot be read: every problem with its place, and a remedy.
    """

    name: str
    """As `--from` takes it."""
    suffixes: tuple[str, ...]
    """Lower case, with the dot."""
    summary: str
    """What it reads, in a few words."""
    mapped: Collection[str]
    """The keys that `--map` takes; none for a format without columns or fields."""

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is, from 0 to 1, that a file's content is of this format."""
        ...

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return what the file gives.

        Args:
            name: the file's name as the user gave it, for locations.
            content: its bytes; hostile until read.
            wishes: what the user asked.

        Raises:
            ContentError: it cannot be read, or holds no question.
        """
        ...
