"""Drafts to the files of a question set folder that builds at once, and what the next import will need to know."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from studypack.digest import digest
from studypack.importers import layout
from studypack.importers.fields import Prepared
from studypack.importers.ids import ID, given, name_of, unused

SIDECAR: Final = "import.json"
"""The file beside set.yaml that remembers where each question came from, and how it was written."""
_LONGEST_FILE: Final = 2_000_000
"""Characters after which the questions of a topic go on in another file: the loader takes 10,000,000 bytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question of the set: its permanent id, its topic's id, and what it is made of."""

    id: str
    topic: str
    prepared: Prepared

    @property
    def fields(self) -> dict[str, Any]:
        """All keys, in the order of docs/authoring.md."""
        fields = self.prepared.fields
        return {"id": self.id, "question": fields["question"], "topic": self.topic,
                **{key: value for key, value in fields.items() if key != "question"}}  # fmt: skip  # one glance

    @property
    def text(self) -> str:
        """The question as an item of a file's list."""
        where = self.prepared.draft.where
        remarks = self.prepared.remarks
        return layout.question(self.fields, [f"{where.file}:{where.line}: {remark}" for remark in remarks])


def new_id(prepared: Prepared, taken: set[str]) -> str:
    """Return an id that no question has yet, and note it as taken: the source's own, or one made of the question."""
    draft = prepared.draft
    own = draft.id if ID.fullmatch(draft.id) else given(draft.key)
    made = own if own and own not in taken else unused(name_of(prepared.fields["question"]), taken)
    taken.add(made)
    return made


def set_file(identifier: str, title: str, language: str, topics: Mapping[str, str], levels: Sequence[str] = ()) -> str:
    """Return set.yaml.

    Args:
        identifier: the set's permanent id.
        title: of the set.
        language: a BCP 47 tag.
        topics: titles by id, in reading order.
        levels: the set's own, easiest first; empty for the program's.
    """
    head = {"id": identifier, "title": title, "language": language, **({"levels": levels} if levels else {})}
    rows = "".join(topic(name, said) for name, said in topics.items())
    return "".join(layout.field(key, value, 0) for key, value in head.items()) + f"topics:\n{rows}"


def topic(identifier: str, title: str) -> str:
    """Return one item of the list `topics`."""
    return f"  - id: {identifier}\n    title: {layout.scalar(title)}\n"


def question_files(entries: Iterable[Entry], existing: Iterable[str] = ()) -> dict[str, str]:
    """Return the files of `questions/` by their path: one for each topic, or several where it is large.

    Args:
        entries: in reading order.
        existing: paths that are in use.
    """
    parts: dict[str, list[list[str]]] = {}
    sizes: dict[str, int] = {}
    for entry in entries:
        text = entry.text
        size = sizes.get(entry.topic, _LONGEST_FILE) + len(text)
        if size > _LONGEST_FILE:
            parts.setdefault(entry.topic, []).append([])
            size = len(text)
        parts[entry.topic][-1].append(text)
        sizes[entry.topic] = size
    files: dict[str, str] = {}
    for name, written in parts.items():
        for number, texts in enumerate(written, 1):
            stem = name if len(written) == 1 else f"{name}-{number:03}"
            path = f"questions/{unused(stem, {_stem(each) for each in (*existing, *files)})}.yaml"
            files[path] = "questions:\n" + "\n".join(texts)
    return files


def _stem(path: str) -> str:
    return path.removeprefix("questions/").rpartition(".")[0]


def fingerprints(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return for each key of a question the hash of its value as the YAML reader gives it back."""
    return {key: value_hash(value) for key, value in fields.items() if key != "id"}


def value_hash(value: Any) -> str:
    """Return the hash of a value; line breaks at the ends of texts do not count, nor whether `true` is a word."""
    return digest(json.dumps(_plain(value), ensure_ascii=False, sort_keys=True))[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip("\n").split("\n"))
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value]


def remembered(
    entries: Sequence[Entry],
    topics: Mapping[str, str],
    levels: Mapping[str, str],
    media: Mapping[str, str],
    before: Mapping[str, Any],
) -> str:
    """Return the side file: for each question where it came from and how it was written.

    Args:
        entries: what this import wrote or found again.
        topics: ids by the titles that the source gives.
        levels: what the user said the source's words mean.
        media: the file that each medium came from, by its path in the set.
        before: the side file that was there.
    """
    questions = {
        entry.id: {
            "key": entry.prepared.draft.key,
            "source": entry.prepared.source,
            "fields": fingerprints(entry.fields),
        }
        for entry in entries
    }
    held: dict[str, Any] = {"version": 1, "topics": dict(topics)}
    for key, now in {"levels": levels, "media": media, "questions": questions}.items():
        if whole := {**before.get(key, {}), **now}:
            held[key] = whole
    return json.dumps(held, indent=1, ensure_ascii=False) + "\n"
