"""Read Anki packages that this program made: all notes with their fields, tags and times."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from studypack.anki.collection import asked, collection_of, rows
from studypack.anki.note_types import NOTE_TYPES, PLACE, NoteType, type_digest
from studypack.anki.package import gaps
from studypack.anki.state import LATEST, Seen
from studypack.bounded import read_bounded
from studypack.errors import BuildError, Diagnostic, Location

_COLLECTION: Final = "collection.anki2"
_NOTES: Final = (
    "SELECT notes.guid, notes.mid, notes.flds, notes.tags, notes.mod, min(cards.did), count(cards.id)"
    " FROM notes LEFT JOIN cards ON cards.nid = notes.id GROUP BY notes.id ORDER BY notes.id"
)


class ReadNote(NamedTuple):
    """A note of a package.

    Attributes:
        key: its key; see studypack/anki/notes.py.
        guid: its id in Anki.
        type: its note type.
        values: its fields, in the note type's order.
        tags: its tags, in order.
        modified: its modification time in seconds since 1970.
        deck: the name of its deck.
    """

    key: str
    guid: str
    type: NoteType
    values: tuple[str, ...]
    tags: tuple[str, ...]
    modified: int
    deck: str

    @property
    def number(self) -> str:
        """The label of its question, such as `Q7`."""
        return self.values[PLACE.index("Number")]

    @property
    def text(self) -> str:
        """What it asks and answers as plain text, without the fields about its place in the set."""
        return html.unescape(re.sub(r"<[^>]*>", " ", " ".join(self.values[len(PLACE) :])))


@dataclass(frozen=True, slots=True)
class ReadDeck:
    """A package: id of its set, empty if it has no notes; these by key in their order, and its note types by key."""

    set_id: str
    notes: Mapping[str, ReadNote]
    note_types: Mapping[str, Seen]


def read_deck(path: Path) -> ReadDeck:
    """Return the content of an Anki package in a file.

    Raises:
        BuildError: it cannot be read, or it was not made by this program.
    """
    where = Location(str(path))
    try:
        apkg = read_bounded(path)
    except OSError as error:
        raise _no_deck(where, error.strerror or str(error)) from error
    return parse_deck(apkg, where)


def parse_deck(apkg: bytes, where: Location | None = None) -> ReadDeck:
    """Return the content of an Anki package.

    Args:
        apkg: the bytes of the package.
        where: the location for diagnostics.

    Raises:
        BuildError: it is damaged, or it was not made by this program.
    """
    try:
        return _read(apkg)
    except MemoryError:
        raise
    except Exception as error:  # a file of other origin: the zip and SQLite readers may raise anything
        raise _no_deck(where, str(error)) from error


def _no_deck(where: Location | None, why: str) -> BuildError:
    return BuildError(Diagnostic(where, "not a studypack deck", why, "use a deck.apkg that `studypack build` made"))


def _read(apkg: bytes) -> ReadDeck:
    with asked(collection_of(apkg, _COLLECTION), ("col", "notes", "cards")) as connection:
        models, decks = map(json.loads, next(rows(connection, "SELECT models, decks FROM col")))
        found = list(rows(connection, _NOTES))
    kinds = {kind.id: kind for kind in NOTE_TYPES}
    names = {int(number): deck["name"] for number, deck in decks.items()}
    ids, notes = set(), {}
    for guid, model, fields, tags, modified, deck, cards in found:
        note_type, values = kinds[model], tuple(fields.split("\x1f"))
        if len(values) != len(note_type.fields):
            raise ValueError("its notes have other fields")
        set_id, _, key = values[0].partition("/")
        if key in notes:
            raise ValueError(f"it contains the note {key} twice")
        if cards != _cards(note_type, values):
            raise ValueError(f"the note {key} does not have all of its cards")
        ids.add(set_id)
        notes[key] = ReadNote(key, guid, note_type, values, tuple(tags.split()), _time(modified), str(names[deck]))
    if len(ids) > 1:
        raise ValueError("its notes are not those of one set")
    return ReadDeck("".join(ids), notes, _types(models, kinds))


def _cards(kind: NoteType, values: tuple[str, ...]) -> int:
    """Return how many cards a note has: one for each side that asks, or for each gap."""
    return len(gaps(values[kind.fields.index(kind.sort_field)])) if kind.cloze else len(kind.templates)


def _time(modified: object) -> int:
    """Return a time in seconds since 1970, if it is one."""
    if type(modified) is not int or not 0 <= modified <= LATEST:
        raise ValueError(f"{modified!r} is not a time")
    return modified


def _types(models: Mapping[str, Any], kinds: Mapping[int, NoteType]) -> dict[str, Seen]:
    return {
        kinds[int(number)].key: Seen(type_digest(model["tmpls"], model["css"]), _time(model["mod"]))
        for number, model in models.items()
        if int(number) in kinds
    }
