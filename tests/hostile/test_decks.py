"""Decks of other people: databases that never end, zips that unpack to gigabytes, texts that drive a terminal."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from studypack.anki import collection
from studypack.anki.reading import parse_deck
from studypack.errors import BuildError

from tests.products.deck.making import loader, rendered
from tests.running import measure, run, run_within

SECONDS = 60
"""After which a run that should end at once is given up."""

COLLECTION = "collection.anki2"
Change = Callable[[sqlite3.Connection], None]


def _deck(folder: Path) -> bytes:
    return rendered(loader(folder)()).content


def _changed(apkg: bytes, change: Change) -> bytes:
    """Return a deck after a change of its collection."""
    with zipfile.ZipFile(io.BytesIO(apkg)) as archive, closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(archive.read(COLLECTION))
        change(connection)
        connection.commit()
        return _packed(connection.serialize())


def _packed(whole: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(COLLECTION, whole)
    return packed.getvalue()


def _script(*lines: str) -> Change:
    def change(connection: sqlite3.Connection) -> None:
        for line in lines:
            connection.execute(line)

    return change


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, 1 AS mid, 'a' AS flds FROM n"
CHANGES = {
    "endless view": (
        _script("DROP TABLE notes", f"CREATE VIEW notes AS {ENDLESS}"),
        "its collection has no table notes",
    ),
    "view of cards": (
        _script("ALTER TABLE cards RENAME TO c", "CREATE VIEW cards AS SELECT * FROM c"),
        "its collection has no table cards",
    ),
    "view of col": (
        _script("ALTER TABLE col RENAME TO c", "CREATE VIEW col AS SELECT * FROM c"),
        "its collection has no table col",
    ),
    "computed column": (
        _script("ALTER TABLE notes ADD COLUMN large AS (zeroblob(1000000000))"),
        "its table notes runs something",
    ),
    "trigger": (
        _script("CREATE TRIGGER t AFTER INSERT ON notes BEGIN SELECT 1; END"),
        "its table notes runs something",
    ),
    "virtual table": (
        _script("DROP TABLE notes", "CREATE VIRTUAL TABLE notes USING fts4(flds)"),
        "its collection has no table notes",
    ),
    "no collection": (_script("UPDATE col SET models = '[]'"), "not a studypack deck"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_collection_that_runs_something_is_refused(name: str, tmp_path: Path) -> None:
    """What is asked of a collection are tables, which hold what they give."""
    change, said = CHANGES[name]
    with pytest.raises(BuildError, match=said):
        parse_deck(_changed(_deck(tmp_path), change))


def test_a_collection_that_takes_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables without keys make the question for the cards of each note quadratic: SQLite's steps are counted."""

    def change(connection: sqlite3.Connection) -> None:
        for table in ("notes", "cards"):
            connection.execute(f"CREATE TABLE other AS SELECT * FROM {table}")
            connection.execute(f"DROP TABLE {table}")
            connection.execute(f"ALTER TABLE other RENAME TO {table}")
        connection.execute("UPDATE cards SET nid = (SELECT min(id) FROM notes)")
        connection.execute("UPDATE notes SET id = (SELECT min(id) FROM notes)")
        for _ in range(8):
            connection.execute("INSERT INTO cards SELECT * FROM cards")
            connection.execute("INSERT INTO notes SELECT * FROM notes")

    monkeypatch.setattr(collection, "MOST_STEPS", 2_000_000)
    with pytest.raises(BuildError, match="its collection takes too long to read"):
        parse_deck(_changed(_deck(tmp_path), change))


def test_rows_that_are_more_than_the_file_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is read of a collection is counted: in a damaged one rows may share their bytes."""
    deck = _deck(tmp_path)
    parse_deck(deck)
    monkeypatch.setattr(collection, "member", lambda archive, name: archive.read(name))
    monkeypatch.setattr(collection, "LARGEST", 3000)
    with pytest.raises(BuildError, match="holds more than it has room for"):
        parse_deck(deck)


def test_a_zip_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """What counts is how much it unpacks to, whatever its header says; the rest of it stays packed."""
    whole = io.BytesIO()
    with (
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(COLLECTION, "w") as file,
    ):
        file.write(b"SQLite format 3\0")
        for _ in range(1024):
            file.write(b"\0" * (1 << 20))
    deck = whole.getvalue().replace(((1 << 30) + 16).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (tmp_path / "deck.apkg").write_bytes(deck)
    (tmp_path / "honest.apkg").write_bytes(whole.getvalue())
    for name in ("deck.apkg", "honest.apkg"):
        done, *_, peak = measure("diff", name, name, cwd=tmp_path)
        assert done.returncode == 1
        assert "not a studypack deck" in done.errors[0]
        assert peak < 600e6


@pytest.mark.parametrize("place", ["deck", "manifest"])
def test_a_pipe_is_not_waited_for(place: str, tmp_path: Path) -> None:
    """A pipe where a deck or a manifest should be is refused at once: nobody may ever write to it."""
    if place == "deck":
        os.mkfifo(tmp_path / "deck.apkg")
        said = run_within(SECONDS, "diff", "deck.apkg", "deck.apkg", cwd=tmp_path).errors
        assert said[0].startswith("deck.apkg:1:1: not a studypack deck, not a regular file; ")
    else:
        (tmp_path / "made").mkdir()
        os.mkfifo(tmp_path / "made" / "pack.json")
        said = run_within(SECONDS, "verify", "made", cwd=tmp_path).errors
        assert said[0].startswith("made/pack.json:1:1: not a pack, not a regular file; ")


HOSTILE = "\x1b]0;owned\x07\x9b2J \u202elast\u202c \udc9b"


def test_the_texts_of_a_deck_do_not_drive_a_terminal(tmp_path: Path) -> None:
    """Escapes, C1 controls and marks that turn the order of a line come as escapes: in lists and in JSON."""
    deck = _deck(tmp_path)
    (tmp_path / "old.apkg").write_bytes(deck)

    def change(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE notes SET mod = mod + 1, flds = replace(flds, 'would you say', ?)", (HOSTILE[:-1],))
        decks = json.loads(connection.execute("SELECT decks FROM col").fetchone()[0])
        for entry in decks.values():
            entry["name"] += HOSTILE
        connection.execute("UPDATE col SET decks = ?", (json.dumps(decks),))

    (tmp_path / "new.apkg").write_bytes(_changed(deck, change))
    for arguments in (("old.apkg", "new.apkg"), ("new.apkg", "old.apkg"), ("new.apkg", "old.apkg", "--json")):
        done = run("diff", *arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert not {*done.stdout} & {*"\x1b\x07\x9b\u202e\u202c\udc9b"}
        assert "\\u202e" in done.stdout
    assert json.loads(done.stdout)["kept"]
