"""What the notes of earlier decks were: so that a note's modification time advances exactly when it changes.

Anki updates an existing note on import only if the incoming one was modified later, and keeps its schedule.
A note whose rendered content is what it was keeps its time; a changed one gets the time of the build. The file
`deck-state.json` beside the question set remembers hash, time and first words of each note; it is committed like a
lock file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from studypack.errors import BuildError, Diagnostic, Location

FILE: Final = "deck-state.json"
"""The name of the file, beside the question set."""
FORMAT: Final = 1
LATEST: Final = 32_503_680_000
"""The year 3000 in seconds since 1970: no note was modified later."""


class Noted(NamedTuple):
    """A note as the set has it now.

    Attributes:
        digest: hash of all that Anki shows and files; its second half is that of the body alone.
        words: what it asks, as plain text.
    """

    digest: str
    words: str = ""

    @property
    def body(self) -> str:
        """The hash of what it answers, without what it asks and where it stands."""
        return self.digest[len(self.digest) // 2 :]


class Seen(NamedTuple):
    """A note or note type as it was last exported; `modified` in seconds, `words` empty for note types."""

    digest: str
    modified: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class DeckState:
    """All notes and note types that were ever exported.

    Attributes:
        set_id: id of the set; empty before the first deck.
        decks: name of the deck of each topic, by its id.
        note_types: by key.
        notes: that the set had when a deck was last built, by key.
        retired: that were in an earlier deck and have gone from the set; Anki keeps them.
        file: where it was read from, as messages show it.
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
        """Return where the file tells of a note."""
        return Location(self.file, self.lines.get(key, 1))


@dataclass(frozen=True, slots=True)
class Present:
    """What a set is now: the counterpart of a state, without times."""

    set_id: str
    decks: Mapping[str, str]
    note_types: Mapping[str, str]
    notes: Mapping[str, Noted]


class Changes(NamedTuple):
    """What a re-import of the whole deck will do.

    Attributes:
        added: keys of new notes.
        changed: keys of notes whose content is another.
        retired: keys of notes that have gone from the set.
        moved: old and new names of decks.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    moved: tuple[tuple[str, str], ...] = ()


def advance(old: DeckState, present: Present, now: int) -> tuple[DeckState, Changes]:
    """Return the state after a build, and what changed.

    Args:
        old: the state before.
        present: the whole set.
        now: seconds since 1970; what is new or changed gets this time, or one second more than it had.
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
    """Return what finds notes in Anki's browser, by their keys."""
    return " OR ".join(f'"Id:{set_id}/{key}"' for key in keys)


def dumps(state: DeckState) -> bytes:
    """Return the state as JSON: sorted, one line a note, so that a diff reads well."""

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
        BuildError: it is damaged; going on without it would touch every note.
    """
    try:
        text = raw.decode("utf-8", "surrogatepass")
        data = json.loads(text)
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
            raise ValueError(f'"{key}" has no hash and time')
    return seen


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _lines(text: str) -> dict[str, int]:
    """Return the line of each note; a question's own comes after a note type of the same name."""
    starts = ((number, line.partition('": ')[0]) for number, line in enumerate(text.split("\n"), 1))
    return {start[3:]: number for number, start in starts if start.startswith('  "')}
