"""Reading packages: what the proof finds in a deck, and what is refused."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from studypack.anki.reading import parse_deck
from studypack.errors import BuildError

from tests.products.deck.making import content, loader, rendered

COLLECTION = "collection.anki2"


def _changed(apkg: bytes, *statements: str) -> bytes:
    """Return the package after running SQL statements on its collection."""
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
    """A note's text is without markup, character references, and the names of its set, topic and level."""
    authored = content()
    authored["questions"][1]["answer"] = "Is **a < b** & c?"
    note = parse_deck(rendered(loader(tmp_path)(authored)).content).notes["question-1"]
    assert note.number == "Q2"
    assert "Is a < b & c?" in " ".join(note.text.split())
    assert "<" not in note.text.replace("a < b", "")
    assert "A made set" not in note.text


def test_a_note_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """A duplicate note is refused, because Anki would import only one of the two."""
    deck = _changed(
        rendered(loader(tmp_path)()).content,
        "CREATE TEMP TABLE copy AS SELECT * FROM notes WHERE flds LIKE 'made/question-1\x1f%'",
        "UPDATE copy SET id = id + 100000, guid = 'other'",
        "INSERT INTO notes SELECT * FROM copy",
        "INSERT INTO cards SELECT id + 100000, (SELECT id FROM copy), did, ord, mod, usn, type, queue, due, ivl,"
        " factor, reps, lapses, left, odue, odid, flags, data FROM cards WHERE nid = (SELECT id - 100000 FROM copy)",
    )
    with pytest.raises(BuildError, match="not a studypack deck, it contains the note question-1 twice"):
        parse_deck(deck)


@pytest.mark.parametrize(
    ("which", "key"),
    [
        ("flds LIKE 'made/question-1\x1f%'", "question-1"),
        ("flds LIKE 'made/term:lock\x1f%') AND (ord = 1", "term:lock"),
        ("flds LIKE 'made/question-1/cloze:gap\x1f%') AND (ord = 0", "question-1/cloze:gap"),
        ("1", "question-0"),
    ],
)
def test_a_note_without_one_of_its_cards_is_refused(which: str, key: str, tmp_path: Path) -> None:
    """Anki never shows what the card asks: not one direction of a term, not one gap, not a whole deck."""
    whole = loader(tmp_path)()
    deck = _changed(rendered(whole).content, f"DELETE FROM cards WHERE nid IN (SELECT id FROM notes WHERE {which})")
    with pytest.raises(BuildError, match=f"the note {key} does not have all of its cards"):
        parse_deck(deck)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE notes SET mod = 1.5",
        "UPDATE notes SET mod = -1",
        "UPDATE col SET models = replace(models, '\"mod\": 17', '\"mod\": 0.17')",
    ],
)
def test_a_time_that_is_none_is_refused(statement: str, tmp_path: Path) -> None:
    """The deck's state would be written from it, and then not be read again."""
    deck = _changed(rendered(loader(tmp_path)()).content, statement)
    with pytest.raises(BuildError, match="is not a time"):
        parse_deck(deck)
