"""What the notes of earlier decks were: so that a note's modification time advances exactly when it changes.

Anki updates an existing note on import only if the incoming one was modified later, and keeps its schedule.
A note whose rendered content is what it was keeps its time; a changed one gets the time of the build. The file
`deck-state.json` beside the question set remembers hash and time of each note; it is committed like a lock file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from generator.errors import BuildError, Diagnostic, Location

FORMAT: Final = 1
LATEST: Final = 32_503_680_000
"""The year 3000 in seconds since 1970: no note was modified later."""


class Seen(NamedTuple):
    """A note or note type as it was last exported: hash of its content, modification time in seconds."""

    digest: str
    modified: int


@dataclass(frozen=True, slots=True)
class DeckState:
    """All notes and note types that were ever exported, by key; retired notes stay in it."""

    notes: Mapping[str, Seen] = field(default_factory=dict)
    note_types: Mapping[str, Seen] = field(default_factory=dict)


class Changes(NamedTuple):
    """What a re-import of the whole deck will do, as keys of notes."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]


def advance(
    old: DeckState, notes: Mapping[str, str], note_types: Mapping[str, str], now: int
) -> tuple[DeckState, Changes]:
    """Return the state after a build, and what changed.

    Args:
        old: the state before.
        notes: key to digest of every note of the whole set.
        note_types: key to digest of every note type.
        now: seconds since 1970; what is new or changed gets this time, or one second more than it had.
    """
    state = DeckState(_advanced(old.notes, notes, now), _advanced(old.note_types, note_types, now))
    return state, Changes(
        tuple(key for key in notes if key not in old.notes),
        tuple(key for key in notes if key in old.notes and old.notes[key].digest != notes[key]),
        tuple(key for key in old.notes if key not in notes),
    )


def _advanced(old: Mapping[str, Seen], digests: Mapping[str, str], now: int) -> dict[str, Seen]:
    new = dict(old)
    for key, digest in digests.items():
        before = old.get(key)
        if before is None or before.digest != digest:
            new[key] = Seen(digest, max(now, before.modified + 1) if before else now)
    return new


def dumps(state: DeckState) -> bytes:
    """Return the state as JSON: sorted, one line a note, so that a diff reads well."""

    def lines(seen: Mapping[str, Seen]) -> str:
        return ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in sorted(seen.items()))

    return (
        f'{{\n"format": {FORMAT},\n"note_types": {{\n{lines(state.note_types)}\n}},\n'
        f'"notes": {{\n{lines(state.notes)}\n}}\n}}\n'
    ).encode()


def loads(raw: bytes, file: str) -> DeckState:
    """Return the state that `dumps` wrote.

    Raises:
        BuildError: it is damaged; going on without it would touch every note.
    """
    try:
        data = json.loads(raw)
        if data["format"] != FORMAT:
            raise ValueError(f"format {data['format']}, not {FORMAT}")
        return DeckState(_seen(data["notes"]), _seen(data["note_types"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BuildError(
            Diagnostic(
                Location(file, getattr(error, "lineno", 1), getattr(error, "colno", 1)),
                "the deck's state cannot be read",
                f"{type(error).__name__}: {error}",
                "restore it from version control; without it every note counts as new",
            )
        ) from error


def _seen(entries: Mapping[str, Any]) -> dict[str, Seen]:
    seen = {key: Seen(digest, modified) for key, (digest, modified) in entries.items()}
    for key, (digest, modified) in seen.items():
        if not isinstance(digest, str) or type(modified) is not int or not 0 <= modified <= LATEST:
            raise ValueError(f'"{key}" has no hash and time')
    return seen
