"""The effect of importing one deck after another, and the deck's state as reconstructed from decks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studypack.anki.note_types import PLACE
from studypack.anki.notes import noted
from studypack.anki.reading import ReadDeck, ReadNote, read_deck
from studypack.anki.state import DeckState, Seen
from studypack.errors import BuildError, Diagnostic, Location


@dataclass(frozen=True, slots=True)
class Difference:
    """A note that differs between two decks; `changes` is empty if the note was added or retired."""

    key: str
    number: str
    words: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """The effect of importing the new deck into a collection that contains the old one.

    Attributes:
        added: notes that are new.
        changed: notes that are updated.
        retired: notes that only the old deck has; Anki keeps them.
        note_types: the keys of the note types with a different side or style sheet.
        kept: notes that differ but are not newer, so Anki keeps the old ones.
    """

    added: tuple[Difference, ...]
    changed: tuple[Difference, ...]
    retired: tuple[Difference, ...]
    note_types: tuple[str, ...]
    kept: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the differences as plain data."""
        parts = {"added": self.added, "changed": self.changed, "retired": self.retired, "kept": self.kept}
        listed = {name: [_plain(difference) for difference in found] for name, found in parts.items()}
        return {**listed, "note_types": list(self.note_types)}


def _plain(difference: Difference) -> dict[str, Any]:
    own = {"key": difference.key, "number": difference.number, "words": difference.words}
    return own | ({"changes": list(difference.changes)} if difference.changes else {})


def diff(old_file: Path, new_file: Path) -> Diff:
    """Compare two packages that this program made.

    Raises:
        BuildError: one of them is something else, or they belong to different sets.
    """
    old, new = read_deck(old_file), read_deck(new_file)
    if old.set_id and new.set_id and old.set_id != new.set_id:
        what = f'a deck of the set "{new.set_id}", not of "{old.set_id}"'
        raise BuildError(Diagnostic(Location(str(new_file)), what, "they have no note in common"))
    both = [(old.notes[key], note) for key, note in new.notes.items() if key in old.notes]
    other = [(_difference(after, before), after.modified > before.modified) for before, after in both]
    return Diff(
        tuple(_difference(note) for key, note in new.notes.items() if key not in old.notes),
        tuple(found for found, newer in other if found.changes and newer),
        tuple(_difference(note) for key, note in old.notes.items() if key not in new.notes),
        tuple(
            k for k, seen in new.note_types.items() if k in old.note_types and old.note_types[k].digest != seen.digest
        ),
        tuple(found for found, newer in other if found.changes and not newer),
    )


def _difference(note: ReadNote, before: ReadNote | None = None) -> Difference:
    """Return what identifies a note, and how it differs from the note before."""
    fields = dict(zip(note.type.fields, note.values, strict=True))
    words = noted(note.type, note.values, note.tags).words
    return Difference(note.key, fields["Number"], words, tuple(_changes(before, note)) if before else ())


def _changes(before: ReadNote, after: ReadNote) -> Iterable[str]:
    if before.type != after.type:
        yield "note type"
        return
    pairs = zip(after.type.fields, before.values, after.values, strict=True)
    fields = [name.lower() for name, old, new in pairs if old != new]
    yield from sorted(fields, key=lambda name: name in {place.lower() for place in PLACE})
    if before.tags != after.tags:
        yield "tags"
    if before.deck != after.deck:
        yield f'deck (cards stay in "{before.deck}")'


def state_of(paths: Iterable[Path], set_id: str, decks: Mapping[str, str]) -> DeckState:
    """Return the deck's state as reconstructed from earlier decks; the newest version of each note counts.

    Args:
        paths: Anki packages that this program made.
        set_id: the set's id.
        decks: the current names of the set's decks, by topic.

    Raises:
        BuildError: one of them is something else, or belongs to another set.
    """
    notes: dict[str, Seen] = {}
    note_types: dict[str, Seen] = {}
    names: dict[str, str] = {}
    for path in paths:
        deck = read_deck(path)
        if deck.set_id not in ("", set_id):
            raise BuildError(Diagnostic(Location(str(path)), f'a deck of the set "{deck.set_id}", not of "{set_id}"'))
        _keep_newest(notes, {key: _seen(note) for key, note in deck.notes.items()})
        _keep_newest(note_types, deck.note_types)
        names |= _topics(deck)
    return DeckState(set_id, {**decks, **names}, note_types, notes)


def _seen(note: ReadNote) -> Seen:
    digest, words = noted(note.type, note.values, note.tags)
    return Seen(digest, note.modified, words)


def _keep_newest(kept: dict[str, Seen], further: Mapping[str, Seen]) -> None:
    for key, seen in further.items():
        if key not in kept or seen.modified > kept[key].modified:
            kept[key] = seen


def _topics(deck: ReadDeck) -> dict[str, str]:
    """Return the name of each topic's deck; questions have their topic as a tag."""
    found = {}
    for note in deck.notes.values():
        for tag in note.tags:
            if tag.startswith("topic::") and not note.key.startswith("term:"):
                found[tag.removeprefix("topic::")] = note.deck
    return found
