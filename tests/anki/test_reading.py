"""Packages read back: what the proof finds in a deck, and what is refused."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from studypack.anki.reading import parse_deck
from studypack.errors import BuildError

from tests.making import proved
from tests.products.deck.making import content, loader, rendered

COLLECTION = "collection.anki2"


def _changed(apkg: bytes, *statements: str) -> bytes:
    """Return the package after statements of SQL in its collection."""
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(files[COLLECTION])
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        files[COLLECTION] = connection.serialize()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return packed.getvalue()


def test_a_note_has_its_number_and_its_words(tmp_path: Path) -> None:
    """Words are without markup and character references, and without the set, topic and level of the note."""
    authored = content()
    authored["questions"][1]["answer"] = "Is **a < b** & c?"
    note = parse_deck(rendered(loader(tmp_path)(authored)).content).notes["question-1"]
    assert note.number == "Q2"
    assert "Is a < b & c?" in " ".join(note.text.split())
    assert "<" not in note.text.replace("a < b", "")
    assert "A made set" not in note.text


def test_a_note_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Anki would import one of the two: neither a comparison nor the proof may take one of them for both."""
    deck = _changed(
        rendered(loader(tmp_path)()).content,
        "CREATE TEMP TABLE copy AS SELECT * FROM notes WHERE flds LIKE 'made/question-1\x1f%'",
        "UPDATE copy SET id = id + 100000, guid = 'other'",
        "INSERT INTO notes SELECT * FROM copy",
        "INSERT INTO cards SELECT id + 100000, (SELECT id FROM copy), did, ord, mod, usn, type, queue, due, ivl,"
        " factor, reps, lapses, left, odue, odid, flags, data FROM cards WHERE nid = (SELECT id - 100000 FROM copy)",
    )
    with pytest.raises(BuildError, match="no deck of studypack, it holds the note question-1 twice"):
        parse_deck(deck)


def test_a_note_without_cards_is_not_in_the_deck(tmp_path: Path) -> None:
    """Anki never shows it: the proof says that its question is missing."""
    whole = loader(tmp_path)()
    deck = _changed(
        rendered(whole).content,
        "DELETE FROM cards WHERE nid IN (SELECT id FROM notes WHERE flds LIKE 'made/question-1\x1f%')",
    )
    (problem,) = proved("deck", deck, whole).problems
    assert "question-1" in problem.why
