"""The state of the notes in earlier decks, so that a note's modification time advances exactly when it changes.

On import, Anki updates an existing note only if the incoming one was modified later, and keeps its schedule. So a note
with unchanged content keeps its time, and a changed note gets the time of the build. The file `deck-state.json` next
to the question set stores the hash, time and first words of each note; like a lock file, it should be kept under
version control.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from studypack.errors import BuildError, Diagnostic, Location

FILE: Final = "deck-state.json"
"""The name of the file next to the question set."""
FORMAT: Final = 1
LATEST: Final = 32_503_680_000
"""The latest possible modification time: the year 3000, in seconds since 1970."""


class Noted(NamedTuple):
    """A note of the current set.

    Attributes:
        digest: a hash of everything that Anki shows or stores; the second half is the hash of the body alone.
        words: what it asks, as plain text.
    """

    digest: str
    words: str = ""

    @property
    def body(self) -> str:
        """The hash of what it answers, without what it asks and its place in the set."""
        return self.digest[len(self.digest) // 2 :]


class Seen(NamedTuple):
    """A note or note type at its last export; `modified` is in seconds since 1970, `words` is empty for note types."""

    digest: str
    modified: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class DeckState:
    """All notes and note types that were ever exported.

    Attributes:
        set_id: the id of the set; empty before the first deck.
        decks: the name of each topic's deck, by topic id.
        note_types: the note types by key.
        notes: the notes in the set when a deck was last built, by key.
        retired: the notes in earlier decks that are no longer in the set, by key; Anki keeps them.
        file: the file from which it was read, as shown in messages.
        lines: the line of each note in that file.
    """

    set_id: str = ""
    decks: Mapping[str, str] = field(default_factory=dict)
    note_types: Mapping[str, Seen] = field(default_factory=dict)
    notes: Mapping[str, Seen] = field(default_factory=dict)
    retired: Mapping[str, Seen] = field(default_factory=dict)
    file: str = field(default="", compare=False)
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    def place(self, key: str) -> Location:
        """Return the location of a note in the file."""
        return Location(self.file, self.lines.get(key, 1))


@dataclass(frozen=True, slots=True)
class Present:
    """The current set in the form of a state, but without times."""

    set_id: str
    decks: Mapping[str, str]
    note_types: Mapping[str, str]
    notes: Mapping[str, Noted]


class Changes(NamedTuple):
    """The effect of importing the whole deck again.

    Attributes:
        added: the keys of new notes.
        changed: the keys of notes with changed content.
        retired: the keys of notes that are no longer in the set.
        moved: the old and new names of renamed decks.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    moved: tuple[tuple[str, str], ...] = ()


def advance(old: DeckState, present: Present, now: int) -> tuple[DeckState, Changes]:
    """Return the state after a build, and the changes.

    Args:
        old: the state before the build.
        present: the whole set.
        now: seconds since 1970; new and changed notes get this time, but at least one second more than before.
    """
    notes, known = present.notes, {**old.retired, **old.notes}
    kinds = {key: Noted(digest) for key, digest in present.note_types.items()}
    state = replace(
        old,
        set_id=present.set_id,
        decks={**old.decks, **present.decks},
        note_types={**old.note_types, **_advanced(old.note_types, kinds, now)},
        notes=_advanced(known, notes, now),
        retired={key: seen for key, seen in known.items() if key not in notes},
    )
    names = [(old.decks.get(topic, name), name) for topic, name in present.decks.items()]
    return state, Changes(
        tuple(key for key in notes if key not in known),
        tuple(key for key in notes if key in known and known[key].digest != notes[key].digest),
        tuple(key for key in old.notes if key not in notes),
        tuple(dict.fromkeys((before, after) for before, after in names if before != after)),
    )


def _advanced(old: Mapping[str, Seen], present: Mapping[str, Noted], now: int) -> dict[str, Seen]:
    new = {}
    for key, (digest, words) in present.items():
        before = old.get(key)
        if before is None:
            new[key] = Seen(digest, now, words)
        elif before.digest == digest:
            new[key] = before._replace(words=words)
        else:
            new[key] = Seen(digest, max(now, before.modified + 1), words)
    return new


def searches(set_id: str, keys: Iterable[str]) -> str:
    """Return a search for Anki's browser that finds the notes with these keys."""
    return " OR ".join(f'"Id:{set_id}/{key}"' for key in keys)


def dumps(state: DeckState) -> bytes:
    """Return the state as sorted JSON with one line per note, for readable diffs."""

    def lines(entries: Mapping[str, Any]) -> str:
        return ",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in sorted(entries.items()))

    def seen(entries: Mapping[str, Seen]) -> str:
        return lines({key: [*value[:2], *filter(None, value[2:])] for key, value in entries.items()})

    return (
        f'{{\n"format": {FORMAT},\n"set": {_json(state.set_id)},\n"decks": {{\n{lines(state.decks)}\n}},\n'
        f'"note_types": {{\n{seen(state.note_types)}\n}},\n"notes": {{\n{seen(state.notes)}\n}},\n'
        f'"retired": {{\n{seen(state.retired)}\n}}\n}}\n'
    ).encode("utf-8", "surrogatepass")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def loads(raw: bytes, file: str) -> DeckState:
    """Return the state that `dumps` wrote.

    Raises:
        BuildError: the file is damaged; continuing without it would update every note.
    """
    try:
        text = raw.decode()
        data = json.loads(text)
        if "\\ud" in text.lower():
            json.dumps(data, ensure_ascii=False).encode()  # half a pair of surrogates could not be written anywhere
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}, not {FORMAT}")
        return DeckState(
            _text(data.get("set", "")),
            {key: _text(name) for key, name in data.get("decks", {}).items()},
            _seen(data["note_types"]),
            _seen(data["notes"]),
            _seen(data.get("retired", {})),
            file,
            _lines(text),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BuildError(
            Diagnostic(
                Location(file, getattr(error, "lineno", 1), getattr(error, "colno", 1)),
                "the deck's state cannot be read",
                f"{type(error).__name__}: {error}",
                "restore it from version control, or rebuild it with `studypack deck-state --from deck.apkg`",
            )
        ) from error


def _seen(entries: Mapping[str, Any]) -> dict[str, Seen]:
    seen = {key: Seen(*value) for key, value in entries.items()}
    for key, (digest, modified, words) in seen.items():
        right = isinstance(digest, str) and type(modified) is int and isinstance(words, str)
        if not right or not 0 <= modified <= LATEST:
            raise ValueError(f'"{key}" has no valid hash and time')
    return seen


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _lines(text: str) -> dict[str, int]:
    """Return the line of each note; notes come after note types, so a note overrides a note type of the same name."""
    starts = ((number, line.partition('": ')[0]) for number, line in enumerate(text.split("\n"), 1))
    return {start[3:]: number for number, start in starts if start.startswith('  "')}
