"""Import: foreign files in, a question set folder out; on a folder that has one, what is new comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from studypack.errors import BuildError, ContentError, Diagnostic, Location
from studypack.importers import sources
from studypack.importers.draft import Draft, Reading, Skipped, Wishes
from studypack.importers.fields import Prepared, prepare
from studypack.importers.ids import ID, kebab
from studypack.importers.languages import language_of
from studypack.importers.levels import Ask, Levels, levels_of
from studypack.importers.matching import Match, match
from studypack.importers.media import FOLDER, SOUNDS
from studypack.importers.topics import file_name, ids_of, outer_name, titles
from studypack.importers.trial import refused
from studypack.importers.updating import OldSet, Update, old_set, update
from studypack.importers.writer import SIDECAR, Entry, new_id, question_files, remembered, set_file
from studypack.questions.loader import SET_FILE
from studypack.questions.names import Names
from studypack.storage.atomic import write_pack

_PATH: Final = re.compile(rf"(?:{FOLDER}|{SOUNDS})/[A-Za-z0-9._-]+")
"""The path of a medium, as importers name it, in a question's texts."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, and how.

    Attributes:
        files: to read.
        folder: of the question set, new or old.
        wishes: what the importers are told.
        topic: the one topic of all questions; empty for those of the file.
        title, language: of a new set; empty to find out.
        levels: of the set, by the words that the files have for them.
        ask: asks for the levels of words that nothing explains; None to do without.
        limit: the most questions to take; 0 for all.
        dry_run: whether nothing is written.
    """

    files: tuple[Path, ...]
    folder: Path
    wishes: Wishes = field(default_factory=Wishes)
    topic: str = ""
    title: str = ""
    language: str = ""
    levels: Mapping[str, str] = field(default_factory=dict)
    ask: Ask | None = None
    limit: int = 0
    dry_run: bool = False


@dataclass
class Imported:
    """What an import did.

    Attributes:
        formats: names of the importers, each once.
        questions, answered, choices, media: counts of what came in.
        skipped: what became no part of a question.
        warnings: what was uncertain or lost.
        levels: what the files' words for difficulty mean.
        matched: for an old folder, by id, what each question was recognised by.
        change: what it changes in an old folder; None for a new one.
    """

    formats: list[str]
    questions: int = 0
    answered: int = 0
    choices: int = 0
    media: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Skipped] = field(default_factory=list)
    levels: Levels = field(default_factory=Levels)
    matched: dict[str, str] = field(default_factory=dict)
    change: Update | None = None


def import_files(request: Request) -> Imported:
    """Import files into a folder; either all of it is there afterwards, or the folder is as it was.

    Raises:
        ContentError: a file cannot be read, holds no question, or the folder's own set is not valid.
        BuildError: the folder cannot be written.
    """
    _check_folder(request.folder)
    read, passed = sources.all_read(request.files, request.wishes)
    old = old_set(request.folder) if (request.folder / SET_FILE).is_file() else None
    read = sources.apart(read, request.folder, old.remembered.get("media", {}) if old else {})
    result = Imported(list(dict.fromkeys(reading.format for reading in read.values())), skipped=passed)
    for reading in read.values():
        result.skipped += reading.skipped
        result.warnings += reading.warnings
    files = _Work(request, read, old, result).files()
    if not request.dry_run:
        write_pack(request.folder, files, SIDECAR, set())
    return result


def _check_folder(folder: Path) -> None:
    if folder.exists() and not (folder / SET_FILE).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        what = "is not a question set" if folder.is_dir() else "is a file"
        raise BuildError(Diagnostic(Location(str(folder)), what, "", "choose a new folder, or that of an imported set"))


@dataclass(frozen=True, slots=True)
class _Work:
    """An import whose files have been read; `old` is the set that the folder has, None for a new one."""

    request: Request
    read: Mapping[Path, Reading]
    old: OldSet | None
    result: Imported

    def files(self) -> dict[str, bytes]:
        """Return the files to write, the side file last; questions that would not load are skipped.

        Raises:
            ContentError: none is left.
        """
        drafts = self._drafts()
        levels = self.result.levels = self._levels(drafts)
        prepared = [prepare(draft, levels) for draft in drafts]
        while True:
            files, entries = self._composed(prepared)
            bad = refused(files, {entry.id: place for place, entry in enumerate(entries)}, self.request.folder)
            if not bad:
                _count(self.result, prepared, files)
                return files
            self.result.skipped += [Skipped(prepared[place].draft.where, why) for place, why in bad.items()]
            prepared = [each for place, each in enumerate(prepared) if place not in bad]
            if not prepared:
                raise ContentError(*(Diagnostic(each.where, each.why) for each in self.result.skipped))

    def _drafts(self) -> list[Draft]:
        """Return the drafts of all files; those of several files have their file's title as outermost topic."""
        found: list[Draft] = []
        for path, reading in self.read.items():
            outer = (reading.title or outer_name(path, self.read),) if len(self.read) > 1 else ()
            found += [replace(draft, topic=outer + draft.topic) for draft in reading.drafts]
        if self.request.topic:
            found = [replace(draft, topic=(self.request.topic,)) for draft in found]
        return found[: self.request.limit] if self.request.limit else found

    def _levels(self, drafts: Iterable[Draft]) -> Levels:
        """Return what the files' words for difficulty mean; for a new set, a file's own list of levels counts."""
        said: Mapping[str, str] = self.old.remembered.get("levels", {}) if self.old else {}
        listed = next((reading.levels for reading in self.read.values() if reading.levels), ())
        there = self.old.levels if self.old else Names((title, title) for title in listed) if listed else None
        words = [draft.level for draft in drafts]
        found = levels_of(words, self.request.levels, said, there, self.request.ask)
        return found if self.old or not listed else replace(found, own=listed)

    def _composed(self, prepared: list[Prepared]) -> tuple[dict[str, bytes], list[Entry]]:
        """Return the files to write, the side file last, and what they hold."""
        old = self.old
        named = titles([each.draft.topic for each in prepared], self._title())
        topic_ids = ids_of(list(dict.fromkeys(named)), old.topics if old else {})
        topics = {name: topic_ids[name] for name in dict.fromkeys(named)}
        found = match(prepared, old.questions) if old else {}
        taken = {each.id for each in old.questions} if old else set()
        ids = [found[n].existing.id if n in found else new_id(each, taken) for n, each in enumerate(prepared)]
        entries = [Entry(ids[n], topics[named[n]], each) for n, each in enumerate(prepared)]
        titled = {identifier: name for name, identifier in topics.items()}
        if old is None:
            texts = {SET_FILE: self._set_file(prepared, titled), **question_files(entries)}
        else:
            texts = self._updated(old, entries, {ids[n]: each for n, each in found.items()}, titled)
        media = self._media(prepared)
        owners = {path: owner for path, (owner, _) in media.items()}
        side = remembered(entries, topics, self.result.levels.chosen, owners, old.remembered if old else {})
        files = {path: text.encode() for path, text in texts.items()}
        return {**files, **{path: held for path, (_, held) in media.items()}, SIDECAR: side.encode()}, entries

    def _title(self) -> str:
        words = file_name(next(iter(self.read))).replace("_", " ").replace("-", " ").split()
        named = " ".join(words)[:1].upper() + " ".join(words)[1:] or "Questions"
        return self.request.title or next(iter(self.read.values())).title or named

    def _set_file(self, prepared: Iterable[Prepared], topics: Mapping[str, str]) -> str:
        language = self.request.language or next((r.language for r in self.read.values() if r.language), "")
        language = language or language_of(each.fields["question"] for each in prepared)
        own = next((r.id for r in self.read.values() if ID.fullmatch(r.id)), "")
        identifier = own or kebab(self.request.folder.resolve().name)[:80].strip("-") or "set"
        return set_file(identifier, self._title(), language, topics, self.result.levels.own)

    def _updated(
        self, old: OldSet, entries: list[Entry], found: Mapping[str, Match], topics: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the files whose texts change."""
        self.result.matched = {identifier: each.by for identifier, each in found.items()}
        change = update(old, {identifier: each.existing for identifier, each in found.items()}, entries, topics)
        self.result.change = replace(change, vanished=[]) if self.request.limit else change
        return {path: text for path, text in change.files.items() if text != old.files.get(path)}

    def _media(self, prepared: Iterable[Prepared]) -> dict[str, tuple[str, bytes]]:
        """Return file of origin and bytes of each medium that the questions name, by its path in the set."""
        named = {path for each in prepared for path in _PATH.findall(json.dumps(each.fields, ensure_ascii=False))}
        return {
            path: (source.name, content)
            for source, reading in self.read.items()
            for path, content in reading.media.items()
            if path in named
        }


def _count(result: Imported, prepared: list[Prepared], files: Collection[str]) -> None:
    result.questions = len(prepared)
    result.answered = sum("answer" in each.fields or "choices" in each.fields for each in prepared)
    result.choices = sum("choices" in each.fields for each in prepared)
    result.media = sum(path.startswith((f"{FOLDER}/", f"{SOUNDS}/")) for path in files)
