"""Anki packages of ours, read back: every note with its fields, tags and times."""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from studypack.anki.note_types import NOTE_TYPES, PLACE, NoteType, type_digest
from studypack.anki.state import LATEST, Seen
from studypack.errors import BuildError, Diagnostic, Location

LARGEST: Final = 1 << 30
"""Bytes of a collection, unpacked; ten thousand notes take 40 MB."""
_COLLECTION: Final = "collection.anki2"


class ReadNote(NamedTuple):
    """A note of a package.

    Attributes:
        key: see studypack/anki/notes.py.
        guid: Anki's name for it.
        type: its note type.
        values: its fields, in the note type's order.
        tags: its tags, in order.
        modified: seconds since 1970.
        deck: name of its deck.
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
        """The number of its question, `Q7`."""
        return self.values[PLACE.index("Number")]

    @property
    def text(self) -> str:
        """What it asks and answers, without markup; not where it belongs."""
        return html.unescape(re.sub(r"<[^>]*>", " ", " ".join(self.values[len(PLACE) :])))


@dataclass(frozen=True, slots=True)
class ReadDeck:
    """A package: id of its set, its notes by key in their order, and its note types by key."""

    set_id: str
    notes: Mapping[str, ReadNote]
    note_types: Mapping[str, Seen]


def read_deck(path: Path) -> ReadDeck:
    """Return what the Anki package in a file holds.

    Raises:
        BuildError: it cannot be read, or it was not made by this program.
    """
    where = Location(str(path))
    try:
        apkg = path.read_bytes()
    except OSError as error:
        raise _no_deck(where, error.strerror or "") from error
    return parse_deck(apkg, where)


def parse_deck(apkg: bytes, where: Location | None = None) -> ReadDeck:
    """Return what an Anki package holds.

    Args:
        apkg: the package.
        where: its file, for the diagnostic.

    Raises:
        BuildError: it is damaged, or it was not made by this program.
    """
    try:
        return _read(apkg)
    except (
        zipfile.BadZipFile,
        zlib.error,
        sqlite3.Error,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _no_deck(where, str(error)) from error  # all that a file of other origin can cause


def _no_deck(where: Location | None, why: str) -> BuildError:
    return BuildError(Diagnostic(where, "no deck of studypack", why, "name a deck.apkg that `studypack build` made"))


def _read(apkg: bytes) -> ReadDeck:
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        if archive.getinfo(_COLLECTION).file_size > LARGEST:
            raise ValueError(f"its collection is larger than {LARGEST >> 20} MB")
        collection = archive.read(_COLLECTION)
    if not collection.startswith(b"SQLite format 3"):
        raise ValueError("its collection is no database")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(collection)
        connection.execute("PRAGMA trusted_schema = OFF")
        models, decks = map(json.loads, connection.execute("SELECT models, decks FROM col").fetchone())
        rows = connection.execute(
            "SELECT notes.guid, notes.mid, notes.flds, notes.tags, notes.mod, min(cards.did)"
            " FROM notes JOIN cards ON cards.nid = notes.id GROUP BY notes.id ORDER BY notes.id"
        ).fetchall()
    kinds = {kind.id: kind for kind in NOTE_TYPES}
    names = {int(number): deck["name"] for number, deck in decks.items()}
    ids, notes = set(), {}
    for guid, model, fields, tags, modified, deck in rows:
        note_type, values = kinds[model], tuple(fields.split("\x1f"))
        if len(values) != len(note_type.fields) or not 0 <= modified <= LATEST:
            raise ValueError("its notes have other fields")
        set_id, _, key = values[0].partition("/")
        if key in notes:
            raise ValueError(f"it holds the note {key} twice")
        ids.add(set_id)
        notes[key] = ReadNote(key, guid, note_type, values, tuple(tags.split()), modified, names[deck])
    if len(ids) != 1:
        raise ValueError("its notes are not those of one set")
    return ReadDeck(ids.pop(), notes, _types(models, kinds))


def _types(models: Mapping[str, Any], kinds: Mapping[int, NoteType]) -> dict[str, Seen]:
    return {
        kinds[int(number)].key: Seen(type_digest(model["tmpls"], model["css"]), model["mod"])
        for number, model in models.items()
        if int(number) in kinds
    }
