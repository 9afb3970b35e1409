"""An import into a folder that has a set: new texts of the source come in, what people edited by hand stays."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from studypack.errors import ContentError, Diagnostic, Location
from studypack.importers import splicing
from studypack.importers.matching import Existing
from studypack.importers.writer import SIDECAR, Entry, fingerprints, question_files, topic
from studypack.questions.loader import ENDINGS, SET_FILE, load
from studypack.questions.model import AuthoredQuestion
from studypack.questions.names import Names
from studypack.questions.yaml_reading import read_yaml

ORDER: Final = list(AuthoredQuestion.model_fields)


@dataclass
class OldSet:
    """The set that a folder has.

    Attributes:
        files: the text of set.yaml and of each file of questions, by path in the folder.
        questions: in the files' order.
        file_of: the file of each question, by its id.
        remembered: the side file; empty where there is none.
        levels: that its questions can have.
    """

    files: dict[str, str]
    levels: Names
    questions: list[Existing] = field(default_factory=list)
    file_of: dict[str, str] = field(default_factory=dict)
    remembered: Mapping[str, Any] = field(default_factory=dict)

    @property
    def topics(self) -> dict[str, str]:
        """The topics' ids by the titles that the source gave them, or by their own."""
        data = read_yaml(self.files[SET_FILE].encode(), SET_FILE).data
        listed = data.get("topics", []) if isinstance(data, dict) else []
        own = {str(t["title"]): str(t["id"]) for t in listed if isinstance(t, dict) and {"id", "title"} <= set(t)}
        there = set(own.values())
        return own | {k: v for k, v in self.remembered.get("topics", {}).items() if v in there}


def old_set(folder: Path) -> OldSet:
    """Read the set of a folder.

    Raises:
        ContentError: the set is not valid, or its side file is damaged.
    """
    levels = Names(load(folder).question_set.header.level_titles.items())
    paths = [folder / SET_FILE, *sorted(p for p in (folder / "questions").glob("*") if p.suffix.lower() in ENDINGS)]
    found = OldSet({str(p.relative_to(folder).as_posix()): p.read_text("utf-8-sig") for p in paths}, levels)
    found.remembered = _sidecar(folder / SIDECAR)
    entries: Mapping[str, Any] = found.remembered.get("questions", {})
    for path, text in found.files.items():
        data = read_yaml(text.encode(), path).data
        for fields in data.get("questions", []) if isinstance(data, dict) and path != SET_FILE else []:
            if isinstance(fields, dict):
                known = entries.get(str(fields["id"]), {})
                key, source = (str(known.get(name, "")) for name in ("key", "source"))
                one = Existing(str(fields["id"]), fields, key, source, known.get("fields", {}))
                found.questions.append(one)
                found.file_of[one.id] = path
    return found


def _sidecar(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text("utf-8"))
        if isinstance(held["questions"], dict) and isinstance(held["topics"], dict):
            return dict(held)
        raise TypeError
    except (ValueError, TypeError, KeyError) as error:
        why = "it remembers where each question came from"
        remedy = "take it from the version history, or delete it: questions are then matched by their texts"
        raise ContentError(Diagnostic(Location(str(path)), "cannot be read", why, remedy)) from error


@dataclass
class Update:
    """What an import changes in a set.

    Attributes:
        files: new texts by path.
        updated: ids of questions with new texts from the source.
        conflicts: by id the keys that source and author both changed; the author's stay.
        vanished: ids that came from this source once, and are not in it any more; they are kept.
    """

    files: dict[str, str]
    updated: list[str] = field(default_factory=list)
    conflicts: dict[str, list[str]] = field(default_factory=dict)
    vanished: list[str] = field(default_factory=list)


def update(old: OldSet, matched: Mapping[str, Existing], entries: list[Entry], titles: Mapping[str, str]) -> Update:
    """Return what an import changes.

    Args:
        old: the set.
        matched: the question that an entry is, by id.
        entries: all that the import gave, new ones included.
        titles: topics by id.
    """
    result = Update(dict(old.files))
    changes: dict[str, dict[str, dict[str, Any]]] = {}
    places: dict[str, dict[str, dict[str, splicing.Span]]] = {}
    for entry in entries:
        if (there := matched.get(entry.id)) is None:
            continue
        path = old.file_of[entry.id]
        changed, conflicts = _compare(there, entry)
        if changed and entry.id not in places.setdefault(path, splicing.spans(old.files[path])):
            changed, conflicts = {}, [*conflicts, *changed]
        if changed:
            changes.setdefault(path, {})[entry.id] = changed
            result.updated.append(entry.id)
        if conflicts:
            result.conflicts[entry.id] = conflicts
    for path, by_id in changes.items():
        result.files[path] = splicing.spliced(old.files[path], by_id, ORDER)
    _add(result, [entry for entry in entries if entry.id not in matched])
    unknown = {name: title for name, title in titles.items() if name not in old.topics.values()}
    if unknown:
        rows = "".join(topic(name, title) for name, title in unknown.items())
        result.files[SET_FILE] = splicing.with_topics(old.files[SET_FILE], rows)
    sources = {entry.prepared.source for entry in entries}
    result.vanished = [
        name
        for name, known in old.remembered.get("questions", {}).items()
        if name in old.file_of and name not in matched and known.get("source") in sources
    ]
    return result


def _compare(there: Existing, entry: Entry) -> tuple[dict[str, Any], list[str]]:
    """Return the keys that only the source has changed since the last import, and those that both have."""
    new, now, base = fingerprints(entry.fields), fingerprints(there.fields), there.imported
    changed: dict[str, Any] = {}
    conflicts: list[str] = []
    for key in ORDER:
        theirs, ours, before = new.get(key), now.get(key), base.get(key)
        if key == "id" or theirs == ours or (base and theirs == before):
            continue
        if base and ours == before:
            changed[key] = entry.fields.get(key)
        elif theirs is not None:
            conflicts.append(key)
    return changed, conflicts


def _add(result: Update, new: list[Entry]) -> None:
    """Put new questions behind those of their topic's file, or into a file of their own."""
    apart: list[Entry] = []
    for entry in new:
        path = f"questions/{entry.topic}.yaml"
        if path in result.files and splicing.takes_more(result.files[path]):
            result.files[path] = splicing.with_questions(result.files[path], entry.text)
        else:
            apart.append(entry)
    result.files |= question_files(apart, [path for path in result.files if path != SET_FILE])
