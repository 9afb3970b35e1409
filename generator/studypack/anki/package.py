"""Write Anki packages with genanki, extended so that the same notes give the same bytes.

genanki 0.13.1 gives all notes, cards and note types one modification time, numbers rows by that time, leaves temporary
files behind, stamps the zip with the current time, and does not find nested gaps. Here, each note and note type has
its own time, rows are numbered from a given start, the database is kept in memory, and the zip has fixed times.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

LARGEST_PACKED: Final = 4 << 20
"""The largest collection, in bytes, that is compressed. Compressing 10,000 notes took four times as long as the rest
of the writing, and genanki does not compress at all."""
_ZIP_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can represent."""

_GAP_MARK: Final = re.compile(r"\{\{c(?P<numbers>\d+(?:,\d+)*)::|\}\}")


def gaps(text: str) -> set[int]:
    """Return the numbers of the gaps in a cloze text, for each of which Anki makes a card; gaps may be nested."""
    found: set[int] = set()
    opened: list[str] = []
    for mark in _GAP_MARK.finditer(text):
        if mark["numbers"]:
            opened.append(mark["numbers"])
        elif opened:
            found.update(int(number) for number in opened.pop().split(","))
    return found - {0}


class TimedNote(genanki.Note):  # type: ignore[misc]
    """A note with its own modification time (seconds since 1970)."""

    def __init__(self, modified: int, **values: Any) -> None:
        super().__init__(**values)
        self.modified = modified

    def write_to_db(self, cursor: Any, timestamp: float, deck_id: int, id_gen: Iterator[int]) -> None:
        """Write the note with its own time instead of the package's."""
        super().write_to_db(cursor, self.modified, deck_id, id_gen)

    def _cloze_cards(self) -> list[genanki.Card]:
        """Return a card for each gap in the sort field, where our cloze note type has them."""
        return [genanki.Card(number - 1) for number in sorted(gaps(self.sort_field))]

    def _check_invalid_html_tags_in_fields(self) -> None:
        """Suppress genanki's warning, which takes a tag with a line break inside for a stray `<`."""


class TimedModel(genanki.Model):  # type: ignore[misc]
    """A note type with its own modification time (seconds since 1970)."""

    def __init__(self, modified: int, **values: Any) -> None:
        super().__init__(**values)
        self.modified = modified

    def to_json(self, timestamp: float, deck_id: int) -> Any:
        """Return Anki's description of the note type, with its own time instead of the package's."""
        return super().to_json(self.modified, deck_id)


def package(decks: Sequence[genanki.Deck], media: Mapping[str, bytes], first_id: int) -> bytes:
    """Return the decks as the bytes of an `.apkg` file.

    Args:
        decks: the decks with their notes.
        media: the bytes of each media file, by the name that notes use.
        first_id: the first row id of notes and cards; Anki reads row ids as milliseconds since 1970.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        cursor = connection.cursor()
        cursor.executescript(APKG_SCHEMA)
        cursor.executescript(APKG_COL)
        numbers = itertools.count(first_id)
        for deck in decks:
            deck.write_to_db(cursor, 0, numbers)
        connection.commit()
        collection = connection.serialize()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        _add(archive, "collection.anki2", collection, packed=len(collection) <= LARGEST_PACKED)
        names = sorted(media)
        _add(archive, "media", json.dumps(dict(enumerate(names))).encode())
        for number, name in enumerate(names):
            _add(archive, str(number), media[name])
    return packed.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, *, packed: bool = True) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
