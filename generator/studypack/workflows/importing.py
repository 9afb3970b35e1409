"""Import: foreign files in, a question set folder out; on a folder that has one, what is new comes in."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studypack import importers
from studypack.errors import BuildError, ContentError, Diagnostic, Location
from studypack.importers import pictures
from studypack.importers.draft import Draft, Reading, Skipped, Wishes
from studypack.importers.fields import Prepared, prepare
from studypack.importers.ids import kebab
from studypack.importers.languages import language_of
from studypack.importers.matching import match
from studypack.importers.refusals import NoQuestionsError
from studypack.importers.topics import ids_of, titles
from studypack.importers.updating import OldSet, Update, old_set, update
from studypack.importers.writer import SIDECAR, Entry, new_id, question_files, remembered, set_file
from studypack.questions.loader import SET_FILE, load
from studypack.questions.yaml_source import read_yaml
from studypack.storage.atomic import write_pack
from studypack.temporary import temporary_folder


@dataclass(frozen=True, slots=True)
class Request:
    """What to import, and how.

    Attributes:
        files: to read.
        folder: of the question set, new or old.
        wishes: what the importers are told.
        topic: the one topic of all questions; empty for those of the file.
        title, language: of a new set; empty to find out.
        limit: the most questions to take; 0 for all.
        dry_run: whether nothing is written.
    """

    files: tuple[Path, ...]
    folder: Path
    wishes: Wishes = field(default_factory=Wishes)
    topic: str = ""
    title: str = ""
    language: str = ""
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
    matched: dict[str, str] = field(default_factory=dict)
    change: Update | None = None


def import_files(request: Request) -> Imported:
    """Import files into a folder; either all of it is there afterwards, or the folder is as it was.

    Raises:
        ContentError: a file cannot be read, holds no question, or the folder's own set is not valid.
        BuildError: the folder cannot be written.
    """
    _check_folder(request.folder)
    read, passed = _all_read(request)
    readings = list(read.values())
    result = Imported(list(dict.fromkeys(reading.format for reading in readings)), skipped=passed)
    for reading in readings:
        result.skipped += reading.skipped
        result.warnings += reading.warnings
    prepared = [prepare(draft) for draft in _drafts(request, read)]
    old = old_set(request.folder) if (request.folder / SET_FILE).is_file() else None
    while True:
        files, entries = _composed(request, readings, prepared, old, result)
        bad = _refused(files, {entry.id: place for place, entry in enumerate(entries)}, request.folder)
        if not bad:
            break
        result.skipped += [Skipped(prepared[place].draft.where, why) for place, why in bad.items()]
        prepared = [each for place, each in enumerate(prepared) if place not in bad]
        if not prepared:
            raise ContentError(*(Diagnostic(each.where, each.why) for each in result.skipped))
    _count(result, prepared, readings)
    if not request.dry_run:
        write_pack(request.folder, files, SIDECAR, set())
    return result


def _check_folder(folder: Path) -> None:
    if folder.exists() and not (folder / SET_FILE).is_file() and (not folder.is_dir() or any(folder.iterdir())):
        what = "is not a question set" if folder.is_dir() else "is a file"
        raise BuildError(Diagnostic(Location(str(folder)), what, "", "choose a new folder, or that of an imported set"))


def _all_read(request: Request) -> tuple[dict[Path, Reading], list[Skipped]]:
    """Return what each file gives, and the files among several that have no question.

    Raises:
        ContentError: with the problems of every file that cannot be read; no file has a question.
    """
    read: dict[Path, Reading] = {}
    without: list[Diagnostic] = []
    problems: list[Diagnostic] = []
    for path in request.files:
        try:
            read[path] = pictures.gathered(_read(path, request.wishes), path.parent)
        except NoQuestionsError as error:
            without += error.diagnostics
        except ContentError as error:
            problems += error.diagnostics
    if problems or not read:
        raise ContentError(*problems, *without)
    return read, [Skipped(found.where or Location(""), found.what) for found in without]


def _read(path: Path, wishes: Wishes) -> Reading:
    name = str(path)
    named = [importers.importer(wishes.format)] if wishes.format else importers.by_suffix(name)
    most = max((importers.largest(each) for each in named), default=importers.LARGEST)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise IsADirectoryError(21, os.strerror(21))
        if size > most:
            why = f"the limit is {most}"
            raise ContentError(Diagnostic(Location(name), f"the file has {size} bytes", why, "split it"))
        content = path.read_bytes()
    except OSError as error:
        raise ContentError(Diagnostic(Location(name), "cannot be read", os.strerror(error.errno or 0))) from error
    chosen = named[0] if wishes.format else importers.guess(name, content)
    return chosen.read(name, content, wishes)


def _drafts(request: Request, read: Mapping[Path, Reading]) -> list[Draft]:
    """Return the drafts of all files; those of several files without headings have their file's name as topic."""
    found: list[Draft] = []
    for path, reading in read.items():
        outer = (reading.title or path.stem,) if len(read) > 1 else ()
        found += [replace(draft, topic=outer + draft.topic) for draft in reading.drafts]
    if request.topic:
        found = [replace(draft, topic=(request.topic,)) for draft in found]
    return found[: request.limit] if request.limit else found


def _composed(
    request: Request, readings: list[Reading], prepared: list[Prepared], old: OldSet | None, result: Imported
) -> tuple[dict[str, bytes], list[Entry]]:
    """Return the files to write, the side file last, and what they hold."""
    title = request.title or next((r.title for r in readings if r.title), "") or _title(request.files[0])
    named = titles([each.draft.topic for each in prepared], title)
    topic_ids = ids_of(list(dict.fromkeys(named)), old.topics if old else {})
    by_place = match(prepared, old.questions) if old else {}
    taken = {each.id for each in old.questions} if old else set()
    entries = [
        Entry(by_place[place].existing.id if place in by_place else new_id(each, taken), topic_ids[named[place]], each)
        for place, each in enumerate(prepared)
    ]
    used = {topic_ids[name]: name for name in dict.fromkeys(named)}
    if old is None:
        language = request.language or next((r.language for r in readings if r.language), "")
        language = language or language_of(each.fields["question"] for each in prepared)
        identifier = kebab(request.folder.resolve().name)[:80].strip("-") or "set"
        texts = {SET_FILE: set_file(identifier, title, language, used), **question_files(entries)}
    else:
        result.matched = {entries[place].id: found.by for place, found in by_place.items()}
        matched = {entries[place].id: found.existing for place, found in by_place.items()}
        result.change = update(old, matched, entries, used)
        texts = {path: text for path, text in result.change.files.items() if text != old.files.get(path)}
    media = {name: content for reading in readings for name, content in reading.media.items()}
    before: Mapping[str, Any] = old.remembered.get("questions", {}) if old else {}
    side = remembered(entries, {name: topic_ids[name] for name in dict.fromkeys(named)}, before)
    return {**{path: text.encode() for path, text in texts.items()}, **media, SIDECAR: side.encode()}, entries


def _title(path: Path) -> str:
    words = path.stem.replace("_", " ").replace("-", " ").split()
    return " ".join(words)[:1].upper() + " ".join(words)[1:] or "Questions"


def _refused(files: Mapping[str, bytes], places: Mapping[str, int], folder: Path) -> dict[int, str]:
    """Return the places of questions that the loader would refuse, and why: an imported set builds at once.

    Args:
        files: to write.
        places: of the import's questions, by their ids.
        folder: where they will be.
    """
    with temporary_folder(_existing(folder.absolute().parent), f".{folder.name[:100]}.new-") as trial:
        if folder.is_dir():
            _linked(folder, trial, files)
        for name, content in files.items():
            (trial / name).parent.mkdir(parents=True, exist_ok=True)
            (trial / name).write_bytes(content)
        try:
            load(trial)
        except ContentError as error:
            return dict(_places(error, files, places, trial))
    return {}


def _existing(folder: Path) -> Path:
    return folder if folder.is_dir() else _existing(folder.parent)


def _linked(folder: Path, trial: Path, files: Mapping[str, bytes]) -> None:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in files:
            (trial / name).parent.mkdir(parents=True, exist_ok=True)
            (trial / name).write_bytes(path.read_bytes())  # the loader follows no link out of a set


def _places(
    error: ContentError, files: Mapping[str, bytes], places: Mapping[str, int], trial: Path
) -> Iterator[tuple[int, str]]:
    """Yield the place of each refused question, which its line in the YAML leads to, and why it is refused.

    Raises:
        ContentError: something is wrong that no question is to blame for.
    """
    starts: dict[str, list[tuple[int, str]]] = {}
    for problem in error.diagnostics:
        where = problem.where or Location("")
        name = next((each for each in files if where.file.endswith(f"{trial.name}/{each}")), "")
        if name not in starts:
            starts[name] = list(_starts(files.get(name, b"")))
        above = [identifier for line, identifier in starts[name] if line <= where.line]
        if not above or above[-1] not in places:
            raise error
        yield places[above[-1]], f"{problem.what}, {problem.why}" if problem.why else problem.what


def _starts(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the line and the id of each question of a file."""
    source = read_yaml(content, "")
    listed = source.data.get("questions", []) if isinstance(source.data, dict) else []
    for place, fields in enumerate(listed):
        if isinstance(fields, dict):
            yield source.value(("questions", place)).line, str(fields.get("id"))


def _count(result: Imported, prepared: list[Prepared], readings: list[Reading]) -> None:
    result.questions = len(prepared)
    result.answered = sum("answer" in each.fields or "choices" in each.fields for each in prepared)
    result.choices = sum("choices" in each.fields for each in prepared)
    result.media = len({name for reading in readings for name in reading.media})
