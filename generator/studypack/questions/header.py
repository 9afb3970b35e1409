"""The models for a set as a whole: its titles, texts, topics, levels, tags, labels, saved packs and glossary."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from studypack.questions import names
from studypack.questions.authored import BLOCK, LABEL, LINE, Authored, Id, Line, Text
from studypack.questions.fields import BOTH, SANS, Kind, Written
from studypack.text.languages import language


class Level(enum.StrEnum):
    """The levels of a set that does not define its own, in order of the experience that a question requires."""

    CORE = "core"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Named(Authored):
    """A level or a tag: its id, and the name that readers see."""

    id: Id
    title: Annotated[Line, Written(Kind.LINE, BOTH)]


class Topic(Named):
    """A topic: a chapter of the handbook, a subdeck in Anki, a block of the cheat sheet."""

    summary: Annotated[Text | None, BLOCK] = None


class SavedPack(Authored):
    """A saved selection. Different keys are combined with "and", the values of one key with "or"."""

    title: Line | None = None
    topics: tuple[Line, ...] = ()
    levels: tuple[Line, ...] = ()
    tags: tuple[Line, ...] = ()
    ids: tuple[Id, ...] = ()


class Labels(Authored):
    """The set's own headings for the sections of a question, which replace the default ones."""

    answer: Annotated[Line | None, LABEL] = None
    guidance: Annotated[Line | None, LABEL] = None
    key_points: Annotated[Line | None, LABEL] = None
    exhibits: Annotated[Line | None, LABEL] = None
    pitfalls: Annotated[Line | None, LABEL] = None
    follow_ups: Annotated[Line | None, LABEL] = None
    takeaway: Annotated[Line | None, LABEL] = None
    sources: Annotated[Line | None, LABEL] = None


class GlossaryEntry(Authored):
    """A term, its definition in a sentence, and the id of the question where it matters most."""

    id: Id
    term: Annotated[Line, Written(Kind.LINE, SANS)]
    definition: Annotated[Line, LINE]
    question: Id | None = None


class SetHeader(Authored):
    """The keys of `set.yaml`."""

    id: Id | None = Field(None, description="permanent; the folder's or file's name without it")
    title: Annotated[Line, Written(Kind.LINE, SANS)]
    subtitle: Annotated[Line | None, LINE] = None
    edition: Annotated[Line | None, LABEL] = None
    author: Annotated[Line | None, LABEL] = None
    license: Annotated[Line | None, LABEL] = None
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")] = "en"
    theme: Line | None = Field(None, description="a theme that comes with the program, or a folder of the set")
    introduction: Annotated[Text | None, BLOCK] = None
    closing: Annotated[Text | None, BLOCK] = None
    topics: Annotated[tuple[Topic, ...], BeforeValidator(names.with_ids), Field(min_length=1)]
    levels: Annotated[tuple[Named, ...], BeforeValidator(names.with_ids)] = Field(
        (), description="in order; core, intermediate and advanced without it"
    )
    tags: Annotated[tuple[Named, ...], BeforeValidator(names.with_ids)] = Field(
        (), description="display names of tags; a tag that is not here is called as the questions call it"
    )
    labels: Labels = Labels()
    packs: Mapping[Id, SavedPack] = Field(default_factory=dict)
    glossary: tuple[GlossaryEntry, ...] = ()

    @property
    def level_titles(self) -> names.Titles:
        """The display names of the levels by id, in order."""
        own = names.Titles((level.id, level.title) for level in self.levels)
        return own or names.Titles(language(self.language).words["levels"])

    @property
    def words(self) -> Mapping[str, Any]:
        """The words that the program prints: those of the set's language, replaced by the set's own labels if given."""
        own = self.labels.model_dump(exclude_none=True)
        if "sources" in own:  # a heading in the back matter has the same key
            own["sources_of"] = own.pop("sources")
        return {**language(self.language).words, **own}

    @property
    def tag_titles(self) -> names.Titles:
        """The display names of the tags by id."""
        return names.Titles((tag.id, tag.title) for tag in self.tags)
