"""The models of a question set: what authors write, and what the loader returns. All of them are frozen."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from studypack.errors import Location
from studypack.questions.authored import BLOCK as BLOCK
from studypack.questions.authored import CARD, HEADING, LINE
from studypack.questions.authored import Authored as Authored
from studypack.questions.authored import Flag as Flag
from studypack.questions.authored import Id as Id
from studypack.questions.authored import Line as Line
from studypack.questions.authored import Text as Text
from studypack.questions.fields import NOWHERE, SANS, Kind, Written
from studypack.questions.header import GlossaryEntry as GlossaryEntry
from studypack.questions.header import Labels as Labels
from studypack.questions.header import Level as Level
from studypack.questions.header import Named as Named
from studypack.questions.header import SavedPack as SavedPack
from studypack.questions.header import SetHeader as SetHeader
from studypack.questions.header import Topic as Topic

TAKEAWAY_LIMIT: Final = 110
"""The maximum length of a takeaway in characters: one or two lines in a column of the cheat sheet."""
SHORT_LIMIT: Final = 50
"""The maximum length of a short title in characters: a line in a column of the cheat sheet."""


MOST_MARKS: Final = 100
"""The most marks of one question in an exam."""


class Exhibit(Authored):
    """A table in Markdown, or a file of the set as a figure or listing, with a caption."""

    id: Id | None = Field(None, description="a name by which a card of the question can ask for it")
    table: Annotated[Text | None, Written(Kind.TABLE, SANS)] = None
    figure: Annotated[Line | None, Written(Kind.FIGURE, NOWHERE)] = None
    listing: Annotated[Line | None, Written(Kind.LISTING, NOWHERE)] = None
    alt: Annotated[Line | None, Written(Kind.PLAIN, NOWHERE)] = Field(
        None, description="what a figure shows, for people who cannot see it"
    )
    caption: Annotated[Line, Written(Kind.LINE, SANS)]
    cheatsheet: Flag | None = Field(
        None, description="true: the cheat sheet prefers it to key points; false: the cheat sheet never prints it"
    )

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
        """The kind of exhibit."""
        return "table" if self.table else "figure" if self.figure else "listing"

    @property
    def file(self) -> str | None:
        """The path of the file that it shows, relative to the set's folder; None for a table."""
        return self.figure or self.listing


class Choice(Authored):
    """One of the answers that a multiple-choice question offers."""

    text: Annotated[Text, Written(Kind.BLOCK, inset=26.0)]
    correct: Flag = False
    feedback: Annotated[Text | None, Written(Kind.BLOCK, inset=26.0)] = Field(
        None, description="why it is right or wrong; shown with the answer"
    )


LETTERS: Final = string.ascii_uppercase
"""The names of choices, in their order."""
FEWEST_CHOICES: Final = 2


def _choosable(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Refuse choices that make no question: too few, more than there are letters, or none that is right."""
    if choices and not FEWEST_CHOICES <= len(choices) <= len(LETTERS):
        raise PydanticCustomError("choices_count", "too few or too many", {"count": len(choices)})
    if choices and not any(choice.correct for choice in choices):
        raise PydanticCustomError("choices_none_correct", "none is correct")
    return choices


class FollowUp(Authored):
    """What is asked next, and a short answer; without one, print leaves room for the reader's own."""

    question: Annotated[Line, LINE]
    answer: Annotated[Text | None, Written(Kind.BLOCK, inset=10.6)] = None


class Source(Authored):
    """Where a statement can be checked."""

    title: Annotated[Line, LINE]
    where: Annotated[Line | None, Written(Kind.PLAIN)] = Field(None, description="chapter, section or page")
    year: Annotated[int, Field(ge=1800, le=2200)] | None = None
    url: Annotated[Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500)] | None, Written(Kind.PLAIN)] = None


class Card(Authored):
    """An additional card: a front with a back, an exhibit to draw, or both; or a cloze text. Its id is permanent."""

    id: Id
    front: Annotated[Text | None, CARD] = None
    back: Annotated[Text | None, CARD] = None
    draw: Id | None = Field(None, description="the id of an exhibit of the question, which the back shows")
    cloze: Annotated[Text | None, CARD] = Field(None, description='for example "a mutex has {{c1::one}} owner"')

    @model_validator(mode="after")
    def _front_and_back_or_cloze(self) -> Self:
        behind = self.back is not None or self.draw is not None
        pair = self.front is not None and behind
        if pair == (self.cloze is not None) or ((self.front is not None or behind) and self.cloze is not None):
            raise PydanticCustomError("card_kind", "neither front and back nor cloze")
        return self


class AuthoredQuestion(Authored):
    """A question as an author writes it."""

    id: Id
    question: Annotated[Line, HEADING]
    stimulus: Annotated[Text | None, BLOCK] = Field(
        None, description="what the question asks about: code, a table, a picture, a formula, a passage"
    )
    short: Annotated[Annotated[Line, Field(max_length=SHORT_LIMIT)] | None, HEADING] = Field(
        None, description="the question as a title of a few words, for the cheat sheet"
    )
    topic: Line = Field(description="a topic's id or title")
    choices: Annotated[tuple[Choice, ...], AfterValidator(_choosable)] = Field(
        (),
        description="makes it multiple choice: one or several are correct",
        json_schema_extra={"minItems": FEWEST_CHOICES, "maxItems": len(LETTERS)},
    )
    answer: Annotated[Text | None, Written(Kind.BLOCK, inset=12.5)] = Field(
        None, description="the sample answer; of a multiple-choice question, why the correct choices are correct"
    )
    level: Line | None = Field(None, description="a level's id or title")
    tags: tuple[Line, ...] = ()
    takeaway: Annotated[Annotated[Line, Field(max_length=TAKEAWAY_LIMIT)] | None, HEADING] = None
    guidance: Annotated[Text | None, Written(Kind.BLOCK, inset=232.4)] = Field(
        None, description="what a good answer covers"
    )
    key_points: Annotated[tuple[Line, ...], LINE] = Field((), description="most important first")
    exhibits: tuple[Exhibit, ...] = ()
    pitfalls: Annotated[tuple[Line, ...], LINE] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    sources: tuple[Source, ...] = ()
    cards: tuple[Card, ...] = ()
    marks: Annotated[int, Field(ge=1, le=MOST_MARKS)] | None = Field(
        None, description="what it is worth in an exam; one for each key point or correct choice without it"
    )

    @property
    def lettered(self) -> tuple[tuple[str, Choice], ...]:
        """The choices, each with its letter."""
        return tuple(zip(LETTERS, self.choices, strict=False))

    @property
    def correct(self) -> tuple[tuple[str, Choice], ...]:
        """The correct choices, each with its letter."""
        return tuple((letter, choice) for letter, choice in self.lettered if choice.correct)

    @property
    def answered_follow_ups(self) -> tuple[FollowUp, ...]:
        """The follow-ups that have an answer."""
        return tuple(follow_up for follow_up in self.follow_ups if follow_up.answer is not None)

    @property
    def drawn(self) -> tuple[Exhibit, ...]:
        """The exhibits for which cards ask, in the cards' order."""
        named = {exhibit.id: exhibit for exhibit in self.exhibits if exhibit.id}
        return tuple(named[card.draw] for card in self.cards if card.draw)

    @property
    def answered(self) -> bool:
        """Whether there is an answer, be it by choices."""
        return self.answer is not None or bool(self.choices)

    @property
    def solved(self) -> bool:
        """Whether anything at all answers the question or belongs to its answer."""
        return self.answered or any(
            (self.key_points, self.exhibits, self.pitfalls, self.follow_ups, self.takeaway, self.sources)
        )


class Question(AuthoredQuestion):
    """A question of a loaded set: with its number in the whole set, its place in a file, and ids for all names."""

    number: int
    where: Location

    @property
    def label(self) -> str:
        """The label, such as `Q7`, which is the same in every product and selection."""
        return f"Q{self.number}"


class QuestionFile(Authored):
    """A file of `questions/`: a list under the key `questions`."""

    questions: Annotated[tuple[AuthoredQuestion, ...], Field(min_length=1)]


class GlossaryFile(Authored):
    """`glossary.yaml`, next to `set.yaml`."""

    glossary: tuple[GlossaryEntry, ...]


class SingleFile(SetHeader, QuestionFile):
    """A whole question set in one file."""


@dataclass(frozen=True, slots=True)
class Subset:
    """What identifies a selection: the name of its folder, and the title that readers see."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A valid question set, or a selection of one; renderers treat both alike.

    Attributes:
        id: the set's permanent id.
        header: titles, texts, saved packs, and all topics of the whole set.
        questions: the questions in reading order, with their numbers in the whole set.
        files: the bytes of each figure, listing and picture, by its path in the set.
        subset: what identifies the selection; None for the whole set.
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
        """The terms that belong to one of these questions, or to no question in particular."""
        ids = {question.id for question in self.questions}
        return tuple(e for e in self.header.glossary if e.question is None or e.question in ids)


def json_schema() -> dict[str, Any]:
    """Return one JSON Schema for all files that authors write, for completion in editors."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "studypack question set: a single file, set.yaml, questions/*.yaml, glossary.yaml",
        "$defs": {},
        "anyOf": [],
    }
    for part in (SingleFile, SetHeader, QuestionFile, GlossaryFile):
        own = part.model_json_schema(ref_template="#/$defs/{model}")
        for key in {"topics", "levels", "tags"} & own["properties"].keys():  # of `Named` a title is enough
            own["properties"][key]["items"] = {"anyOf": [own["properties"][key]["items"], {"type": "string"}]}
        schema["$defs"].update(own.pop("$defs", {}))
        for name in {"Topic", "Named"} & schema["$defs"].keys():
            schema["$defs"][name]["required"] = ["title"]
        schema["$defs"][part.__name__] = own
        schema["anyOf"].append({"$ref": f"#/$defs/{part.__name__}"})
    return schema
