"""Anki packages of any origin and generation: notes, note types, decks and media as plain values.

Three generations are about: `collection.anki2` (Anki 2.0), `collection.anki21` (2.1, beside a stub of the first) and
`collection.anki21b` (since 2.1.50: compressed with Zstandard, tables in place of JSON, the list of media as protobuf).
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

import zstandard

from studypack import bounded
from studypack.anki.collection import LARGEST, asked, member, rows
from studypack.anki.protobuf import fields, int_field, text_field

COLLECTIONS: Final = ("collection.anki21b", "collection.anki21", "collection.anki2")
"""Newest first: a newer one comes with a stub of an older."""
MOST_FILES: Final = 100_000
"""Files of a package."""
LARGEST_MEDIUM: Final = 32 << 20
"""Bytes of a picture or sound."""
_EASY: Final = 32 << 20
_PACKED: Final = 100
"""What is larger than so many bytes, and so many times as large as when it was packed, is not read: a zip bomb."""
_POINTER: Final = b"version https://git-lfs"
_TABLES: Final = ("col", "notes", "cards")
_NEWEST_TABLES: Final = ("notetypes", "fields", "templates", "decks")
_NOTE_COLUMNS: Final = "notes.guid, notes.mid, notes.flds, notes.tags, min(cards.did)"
_NOTES: Final = (
    f"SELECT {_NOTE_COLUMNS} FROM notes LEFT JOIN cards ON cards.nid = notes.id"  # noqa: S608 - our own words
    " GROUP BY notes.id ORDER BY notes.id"
)


class Template(NamedTuple):
    """A kind of card: its name, and the HTML of its sides with fields in double braces."""

    name: str
    front: str
    back: str


@dataclass(frozen=True, slots=True)
class ForeignType:
    """A note type of somebody's own."""

    name: str
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    cloze: bool = False


class ForeignNote(NamedTuple):
    """A note: its fields' HTML in the order of its type; `deck` from the outermost deck to the innermost."""

    guid: str
    type: ForeignType
    values: tuple[str, ...]
    tags: tuple[str, ...]
    deck: tuple[str, ...]


class ForeignDeck:
    """A package, open for reading.

    Args:
        apkg: its bytes.

    Raises:
        ValueError: it is not one, or too large.
        Exception: it is damaged; of any type that the readers of zip, Zstandard and SQLite raise.
    """

    def __init__(self, apkg: bytes) -> None:
        self._archive = _opened(apkg)
        names = set(self._archive.namelist())
        self._collection = next((name for name in COLLECTIONS if name in names), "")
        if not self._collection:
            raise ValueError("it holds no collection of Anki")
        self.notes: tuple[ForeignNote, ...] = tuple(self._read_notes())
        self._media = self._read_media() if "media" in names else {}

    @property
    def media(self) -> frozenset[str]:
        """The names of the media that it holds."""
        return frozenset(self._media)

    def medium(self, name: str) -> bytes:
        """Return a picture or sound.

        Raises:
            KeyError: there is none of this name.
            ValueError: it is too large.
        """
        content = self._unpacked(self._media[name], LARGEST_MEDIUM)
        return _decompressed(content, LARGEST_MEDIUM) if self._is_newest else content

    @property
    def _is_newest(self) -> bool:
        return self._collection == COLLECTIONS[0]

    def _unpacked(self, name: str, most: int) -> bytes:
        info = self._archive.getinfo(name)
        if info.file_size > min(most, max(_EASY, _PACKED * info.compress_size)):
            raise ValueError(f"{name} unpacks to {info.file_size >> 20} MB, more than is read")
        return member(self._archive, name, most)

    def _read_notes(self) -> Iterator[ForeignNote]:
        collection = self._unpacked(self._collection, LARGEST)
        if self._is_newest:
            collection = _decompressed(collection, LARGEST)
        if not collection.startswith(b"SQLite format 3\0"):
            raise ValueError("its collection is no database")
        # Bytes 18 and 19 may say "write-ahead log" (SQLite, "Database File Format", 1.3), which memory does not have.
        collection = collection[:18] + b"\x01\x01" + collection[20:]
        with asked(collection, _TABLES + (_NEWEST_TABLES if self._is_newest else ())) as connection:
            del collection
            connection.create_collation("unicase", _unicase)
            types, decks = (_from_tables if self._is_newest else _from_json)(connection)
            unknown = ForeignType("", (), ())
            for guid, model, values, tags, deck in rows(connection, _NOTES):
                kind = types.get(model, unknown)
                yield ForeignNote(str(guid), kind, tuple(_text(values).split("\x1f")), _tags(tags), decks.get(deck, ()))

    def _read_media(self) -> dict[str, str]:
        """Return the names of the archive's files by the names of the media."""
        listed = self._unpacked("media", LARGEST_MEDIUM)
        if not self._is_newest:
            found = json.loads(listed or b"{}")
            named = ((str(number), name) for number, name in found.items()) if isinstance(found, dict) else ()
        else:
            entries = [v for n, v in fields(_decompressed(listed, LARGEST_MEDIUM)) if n == 1 and isinstance(v, bytes)]
            named = ((str(int_field(e, 255) or at), text_field(e, 1)) for at, e in enumerate(entries))
        inside = set(self._archive.namelist())
        return {
            name: number for number, name in named if isinstance(name, str) and number in inside and _is_plain(name)
        }


def _opened(apkg: bytes) -> zipfile.ZipFile:
    if apkg.startswith(_POINTER):
        raise ValueError("it is a pointer of Git LFS, not the file itself")
    archive = bounded.archive(apkg, MOST_FILES)
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise ValueError("it is encrypted")
    return archive


def _decompressed(content: bytes, most: int) -> bytes:
    """Return what Zstandard packed, up to a limit."""
    most = min(most, max(_EASY, _PACKED * len(content)))
    with zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(content, read_across_frames=True) as reader:
        unpacked: bytes = reader.read(most + 1)
    if len(unpacked) > most:
        raise ValueError(f"it unpacks to more than {most >> 20} MB")
    return unpacked


def _from_json(connection: sqlite3.Connection) -> tuple[dict[int, ForeignType], dict[int, tuple[str, ...]]]:
    """Return note types and decks as Anki kept them before 2.1.50."""
    models, decks = map(json.loads, next(rows(connection, "SELECT models, decks FROM col")))
    types = {int(number): type_of_json(model) for number, model in models.items()}
    return types, {int(number): _deck(str(deck.get("name", ""))) for number, deck in decks.items()}


def type_of_json(model: Mapping[str, Any]) -> ForeignType:
    """Return a note type that is written as JSON: in older collections, and in CrowdAnki."""
    return ForeignType(
        str(model.get("name", "")),
        tuple(str(field.get("name", "")) for field in model.get("flds", ())),
        tuple(
            Template(str(one.get("name", "")), str(one.get("qfmt", "")), str(one.get("afmt", "")))
            for one in model.get("tmpls", ())
        ),
        model.get("type") == 1,
    )


def _from_tables(connection: sqlite3.Connection) -> tuple[dict[int, ForeignType], dict[int, tuple[str, ...]]]:
    """Return note types and decks of the newest generation; the numbers are those of Anki's `notetypes.proto`."""
    field_names: dict[int, list[str]] = {}
    for kind, name in rows(connection, "SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        field_names.setdefault(kind, []).append(_text(name))
    templates: dict[int, list[Template]] = {}
    for kind, name, config in rows(connection, "SELECT ntid, name, config FROM templates ORDER BY ntid, ord"):
        sides = Template(_text(name), text_field(bytes(config), 1), text_field(bytes(config), 2))
        templates.setdefault(kind, []).append(sides)
    types = {
        number: ForeignType(
            _text(name),
            tuple(field_names.get(number, ())),
            tuple(templates.get(number, ())),
            int_field(bytes(config), 1) == 1,
        )
        for number, name, config in rows(connection, "SELECT id, name, config FROM notetypes")
    }
    return types, {number: _deck(_text(name)) for number, name in rows(connection, "SELECT id, name FROM decks")}


def _deck(name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in name.replace("\x1f", "::").split("::") if part.strip())


def _tags(tags: object) -> tuple[str, ...]:
    return tuple(_text(tags).split())


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")


def _unicase(first: str, second: str) -> int:
    """Order names as Anki's own collation does, near enough: we only read."""
    a, b = first.casefold(), second.casefold()
    return (a > b) - (a < b)


def _is_plain(name: str) -> bool:
    """Return whether a name leads nowhere else."""
    return PurePosixPath(name).name == name and "\\" not in name and "\x00" not in name
