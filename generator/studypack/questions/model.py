"""The question set: what authors write, and what everything after the loader reads. All of it is frozen."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from studypack.errors import Location
from studypack.questions.fields import BOTH, NOWHERE, SANS, Kind, Written

TAKEAWAY_LIMIT: Final = 110
"""Characters of a takeaway: what fits one or two lines of a cheat sheet's column."""

_KEBAB: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"


def _one_line(value: object) -> object:
    """Fold the line breaks of a YAML text that is meant as one line; no-break spaces stay."""
    return re.sub(r"[ \t\r\n]+", " ", value.strip(" \t\r\n")) if isinstance(value, str) else value


def _yaml_bool(value: object) -> object:
    """Read `true` and `false` as the YAML 1.2 core schema does, and nothing else."""
    words = {"true": True, "false": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    if isinstance(value, bool):
        return value
    raise PydanticCustomError("yaml_bool", "neither true nor false")


Text = Annotated[str, Field(min_length=1)]
"""Text of one or more paragraphs."""
Line = Annotated[str, BeforeValidator(_one_line), Field(min_length=1)]
"""One line of text."""
_LINE: Final = Written(Kind.LINE)
_BLOCK: Final = Written(Kind.BLOCK)
_HEADING: Final = Written(Kind.LINE, BOTH)
_LABEL: Final = Written(Kind.PLAIN, SANS)
_CARD: Final = Written(Kind.BLOCK, NOWHERE)
Id = Annotated[str, Field(pattern=_KEBAB, max_length=80)]
"""A permanent name in kebab-case."""
Flag = Annotated[bool, BeforeValidator(_yaml_bool)]


class Level(enum.StrEnum):
    """How much experience a question presumes, in reading order."""

    CORE = "core"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Authored(BaseModel):
    """What authors write: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Exhibit(Authored):
    """A table (Markdown), a figure (a file of the set) or a listing (likewise), with its caption."""

    table: Annotated[Text | None, Written(Kind.TABLE, SANS)] = None
    figure: Annotated[Line | None, Written(Kind.FIGURE, NOWHERE)] = None
    listing: Annotated[Line | None, Written(Kind.LISTING, NOWHERE)] = None
    alt: Annotated[Line | None, Written(Kind.PLAIN, NOWHERE)] = Field(
        None, description="what a figure shows, for those who cannot see it"
    )
    caption: Annotated[Line, Written(Kind.LINE, SANS)]
    cheatsheet: Flag = Field(False, description="let the cheat sheet use it")

    @model_validator(mode="after")
    def _exactly_one_kind(self) -> Self:
        kinds = [k for k in ("table", "figure", "listing") if getattr(self, k) is not None]
        if len(kinds) != 1:
            raise PydanticCustomError("exhibit_kind", "not exactly one of table, figure, listing")
        if self.alt is not None and self.figure is None:
            raise PydanticCustomError("exhibit_alt", "alt without a figure")
        return self

    @property
    def kind(self) -> Literal["table", "figure", "listing"]:
        """Which of the three it is."""
        return "table" if self.table else "figure" if self.figure else "listing"

    @property
    def file(self) -> str | None:
        """The set's file that it shows, relative to the set's folder; None for a table."""
        return self.figure or self.listing


class FollowUp(Authored):
    """What the interviewer asks next, and a short answer."""

    question: Annotated[Line, _LINE]
    answer: Annotated[Text, Written(Kind.BLOCK, inset=16.0)]


class Source(Authored):
    """Where a statement can be checked."""

    title: Annotated[Line, _LINE]
    where: Annotated[Line | None, Written(Kind.PLAIN)] = Field(None, description="chapter, section or page")
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    url: Annotated[Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500)] | None, Written(Kind.PLAIN)] = None


class Card(Authored):
    """One further card: front and back, or a cloze text. Its id is permanent."""

    id: Id
    front: Annotated[Text | None, _CARD] = None
    back: Annotated[Text | None, _CARD] = None
    cloze: Annotated[Text | None, _CARD] = Field(None, description='for example "a mutex has {{c1::one}} owner"')

    @model_validator(mode="after")
    def _front_and_back_or_cloze(self) -> Self:
        pair = self.front is not None and self.back is not None
        either = self.front is not None or self.back is not None
        if pair == (self.cloze is not None) or (either and self.cloze is not None):
            raise PydanticCustomError("card_kind", "neither front and back nor cloze")
        return self


class AuthoredQuestion(Authored):
    """A question as an author writes it."""

    id: Id
    question: Annotated[Line, _HEADING]
    topic: Id
    answer: Annotated[Text, Written(Kind.BLOCK, inset=12.5)] = Field(
        description="the sample answer, spoken: what to say in two minutes"
    )
    level: Level | None = None
    tags: tuple[Id, ...] = ()
    takeaway: Annotated[Annotated[Line, Field(max_length=TAKEAWAY_LIMIT)] | None, _HEADING] = None
    guidance: Annotated[Text | None, _BLOCK] = Field(None, description="what the interviewer listens for")
    key_points: Annotated[tuple[Line, ...], _LINE] = Field((), description="most important first")
    exhibits: tuple[Exhibit, ...] = ()
    pitfalls: Annotated[tuple[Line, ...], _LINE] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    sources: tuple[Source, ...] = ()
    cards: tuple[Card, ...] = ()


class Question(AuthoredQuestion):
    """A question of a loaded set: with its number in the whole set, and its place in a file."""

    number: int
    where: Location

    @property
    def label(self) -> str:
        """`Q7`: the same in every product and in every selection."""
        return f"Q{self.number}"


class Topic(Authored):
    """A chapter of the handbook, a deck in Anki, a block of the cheat sheet."""

    id: Id
    title: Annotated[Line, Written(Kind.PLAIN, BOTH)]
    summary: Annotated[Text | None, _BLOCK] = None


class SavedPack(Authored):
    """A saved selection: kinds are combined with and, the words of one kind with or."""

    title: Line | None = None
    topics: tuple[Id, ...] = ()
    levels: tuple[Level, ...] = ()
    tags: tuple[Id, ...] = ()
    ids: tuple[Id, ...] = ()


class GlossaryEntry(Authored):
    """A term, its definition in a sentence, and the id of the question where it matters most."""

    id: Id
    term: Annotated[Line, Written(Kind.LINE, SANS)]
    definition: Annotated[Line, _LINE]
    question: Id | None = None


class SetHeader(Authored):
    """The keys of `set.yaml`."""

    id: Id | None = Field(None, description="permanent; the folder's or file's name without it")
    title: Annotated[Line, _LABEL]
    subtitle: Annotated[Line | None, _LINE] = None
    edition: Annotated[Line | None, _LABEL] = None
    author: Annotated[Line | None, _LABEL] = None
    license: Annotated[Line | None, _LABEL] = None
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = "en"
    theme: Line | None = Field(None, description="a theme that comes with the program, or a folder of the set")
    introduction: Annotated[Text | None, _BLOCK] = None
    closing: Annotated[Text | None, _BLOCK] = None
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    packs: Mapping[Id, SavedPack] = Field(default_factory=dict)
    glossary: tuple[GlossaryEntry, ...] = ()


class QuestionFile(Authored):
    """A file of `questions/`: a list under the key `questions`."""

    questions: Annotated[tuple[AuthoredQuestion, ...], Field(min_length=1)]


class GlossaryFile(Authored):
    """`glossary.yaml`, beside `set.yaml`."""

    glossary: tuple[GlossaryEntry, ...]


class SingleFile(SetHeader, QuestionFile):
    """A whole question set in one file."""


@dataclass(frozen=True, slots=True)
class Subset:
    """What makes a selection a part of its set: the name of its folder, and what a reader is told."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A loaded and valid question set, or a selection of one: no renderer can tell them apart.

    Attributes:
        id: the set's permanent id.
        header: titles, texts, topics (of the whole set) and saved packs.
        questions: in reading order; numbers are those of the whole set.
        files: the bytes of each figure and listing that the questions show, by its path in the set.
        subset: what was selected; None for the whole set.
    """

    id: str
    header: SetHeader
    questions: tuple[Question, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    subset: Subset | None = None

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics that have questions, in reading order."""
        used = {question.topic for question in self.questions}
        return tuple(topic for topic in self.header.topics if topic.id in used)

    def of_topic(self, topic_id: str) -> tuple[Question, ...]:
        """Return the topic's questions in reading order."""
        return tuple(q for q in self.questions if q.topic == topic_id)

    @property
    def glossary(self) -> tuple[GlossaryEntry, ...]:
        """The terms that belong to the questions at hand, or to none in particular."""
        ids = {question.id for question in self.questions}
        return tuple(e for e in self.header.glossary if e.question is None or e.question in ids)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of every file that authors write, for completion in editors."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "studypack question set: a single file, set.yaml, questions/*.yaml, glossary.yaml",
        "$defs": {},
        "anyOf": [],
    }
    for part in (SingleFile, SetHeader, QuestionFile, GlossaryFile):
        own = part.model_json_schema(ref_template="#/$defs/{model}")
        schema["$defs"].update(own.pop("$defs", {}))
        schema["$defs"][part.__name__] = own
        schema["anyOf"].append({"$ref": f"#/$defs/{part.__name__}"})
    return schema
