"""Map the names of topics, levels and tags to ids: from plain data, and then in the loaded questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from studypack.questions.header import Named, SavedPack, SetHeader
from studypack.questions.model import AuthoredQuestion
from studypack.questions.names import Names, tag_titles, with_ids
from studypack.text.languages import DEFAULT, language


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of a set: each attribute finds the id for a name that an author or a user wrote."""

    topics: Names
    levels: Names
    tags: Names

    @classmethod
    def of(cls, header: Any, questions: Iterable[Mapping[str, Any]]) -> Naming:
        """Return the names of a set from plain data, which may be invalid.

        Args:
            header: the data of the file that contains the set's title.
            questions: the data of every question.
        """
        header = header if isinstance(header, dict) else {}
        levels = _pairs(header.get("levels"))
        if not levels:
            tag = header.get("language")
            levels = [*language(tag if isinstance(tag, str) else DEFAULT).words["levels"].items()]
        lists = [question.get("tags") for question in questions]
        tags = [
            " ".join(tag.split())
            for words in lists
            if isinstance(words, list)
            for tag in words
            if isinstance(tag, str) and tag.strip()
        ]
        titles = tag_titles(_pairs(header.get("tags")), tags)
        return cls(Names(_pairs(header.get("topics"))), Names(levels), Names(titles.items()))

    @classmethod
    def in_set(cls, header: SetHeader) -> Naming:
        """Return the names of a loaded set, whose header contains all of them."""
        return cls(
            Names((topic.id, topic.title) for topic in header.topics),
            Names(header.level_titles.items()),
            Names(header.tag_titles.items()),
        )

    def question(self, authored: AuthoredQuestion) -> AuthoredQuestion:
        """Return a question in which names are replaced by ids."""
        level = authored.level and self.levels.find(authored.level)
        tags = tuple(dict.fromkeys(self.tags.find(tag) for tag in authored.tags))
        return authored.model_copy(update={"topic": self.topics.find(authored.topic), "level": level, "tags": tags})

    def header(self, header: SetHeader) -> SetHeader:
        """Return a header that lists every tag, and in whose saved packs names are replaced by ids."""
        tags = tuple(Named(id=key, title=title) for key, title in self.tags.titles.items() if key != title)
        packs = {name: self._pack(pack) for name, pack in header.packs.items()}
        return header.model_copy(update={"tags": tags, "packs": packs})

    def _pack(self, pack: SavedPack) -> SavedPack:
        found = {
            "topics": tuple(map(self.topics.find, pack.topics)),
            "levels": tuple(map(self.levels.find, pack.levels)),
            "tags": tuple(map(self.tags.find, pack.tags)),
        }
        return pack.model_copy(update=found)


def _pairs(entries: Any) -> list[tuple[str, str]]:
    """Return the id and the display name of each valid entry of plain data."""
    named = with_ids(entries)
    return [
        (entry["id"], title if isinstance(title := entry.get("title"), str) else entry["id"])
        for entry in (named if isinstance(named, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]
