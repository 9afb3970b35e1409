"""Anki's packages, text notes and CrowdAnki: what comes in, and what is refused."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
import zstandard
from studypack.errors import ContentError
from studypack.importers.anki_package import AnkiPackage
from studypack.importers.anki_text import AnkiText
from studypack.importers.crowdanki import CrowdAnki
from studypack.importers.draft import Reading, Wishes

from tests.importers.foreign_files import ANKI_TEXT, CROWDANKI, NOTES, apkg, collection, picture, zipped


def read(content: bytes, **columns: str) -> Reading:
    return AnkiPackage().read("a.apkg", content, Wishes(columns=columns))


@pytest.mark.parametrize("generation", ["anki2", "anki21", "anki21b"])
def test_every_generation_gives_the_same_questions(generation: str) -> None:
    """Fields, tags, deck, media and GUIDs come in from all three; the stub of an older one is not read."""
    reading = read(apkg(generation))
    questions = [draft.question for draft in reading.drafts]
    assert questions[0] == "What is a **mutex**?"
    assert reading.drafts[0].answer == "A lock with *one* owner."
    assert reading.drafts[0].key == "g1"
    assert reading.title == "Set – Locks"
    assert reading.drafts[0].topic == ("a", "locks")
    assert reading.drafts[0].tags == ("threads",)
    assert questions[1] == "![](figures/heap.png)"
    assert reading.media == {"figures/heap.png": picture(), "sounds/a.mp3": b"ID3"}
    assert len(reading.drafts) == 4
    assert [skipped.why for skipped in reading.skipped] == ["the note is empty"]


def test_a_cloze_note_keeps_its_clozes() -> None:
    """The question has gaps and hints, the answer the whole text, and the card Anki's own marks."""
    draft = read(apkg()).drafts[2]
    assert draft.question == "A semaphore has […] and [how many] owner."
    assert draft.answer == "A semaphore has **permits** and **no** owner.\n\nSee a book."
    assert draft.cards[0].cloze == "A semaphore has {{c1::permits}} and {{c2::no::how many}} owner."


def test_a_note_of_sound_alone_is_kept() -> None:
    """The sound lies beside the questions, and the text names it, with a doubt."""
    draft = read(apkg()).drafts[3]
    assert draft.question == "[sound:sounds/a.mp3]"
    assert "a.mp3" in draft.doubts[0]


def test_the_user_chooses_the_fields() -> None:
    """Fields are named, or numbered from 1."""
    draft = read(apkg(notes=NOTES[:1]), question="Back", answer="1").drafts[0]
    assert (draft.question, draft.answer) == ("A lock with *one* owner.", "What is a **mutex**?")


def test_a_field_that_no_card_shows_is_named() -> None:
    """A note type whose card leaves a field out is a warning with the number of its notes."""
    reading = CrowdAnki().read(
        "x.json", CROWDANKI.replace(b"{{FrontSide}}<hr id=answer>{{B}}", b"").replace(b"{{B}}", b""), Wishes()
    )
    assert 'the field "B"' in reading.warnings[0].why


BOMB = zipped({"collection.anki2": b"SQLite format 3\0" + bytes(64 << 20)})
MANY_FILES = b"PK\x03\x04" + b"PK\x01\x02" * 100_001
SLIPPED = zipped({"collection.anki2": collection(), "media": b'{"0": "../../x.png"}', "0": picture()})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "more than is read"),
        (zipped({"collection.anki21b": zstandard.ZstdCompressor().compress(bytes(64 << 20))}), "unpacks to more"),
        (apkg()[:400], "not a zip"),
        (MANY_FILES, "more than 100000 files"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "Git LFS"),
        (zipped({"collection.anki2": b"no database"}), "no database"),
        (zipped({"readme.txt": b"x"}), "no collection of Anki"),
        (apkg(extra="CREATE TRIGGER t AFTER INSERT ON cards BEGIN SELECT 1; END;"), "runs something"),
        (apkg(extra="ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL"
                    " SELECT x + 1 FROM r) SELECT x AS id, '' AS guid, 1 AS mid, '' AS flds, '' AS tags FROM r;"
                    ""), "no table notes"),
    ],
)  # fmt: skip  # one hostile file, one glance
def test_a_hostile_package_is_refused_in_a_sentence(content: bytes, words: str) -> None:
    """Bombs, truncated and foreign archives, triggers and views are one problem with its reason."""
    with pytest.raises(ContentError) as refused:
        read(content)
    assert len(refused.value.diagnostics) == 1
    assert words in str(refused.value)


def test_an_encrypted_package_is_refused() -> None:
    """A password is not asked for."""
    packed = bytearray(apkg())
    for start in (b"PK\x03\x04", b"PK\x01\x02"):
        packed[packed.index(start) + (6 if start[2] == 3 else 8)] |= 1
    with zipfile.ZipFile(BytesIO(bytes(packed))) as archive:
        assert archive.infolist()[0].flag_bits & 1
    with pytest.raises(ContentError, match="encrypted"):
        read(bytes(packed))


def test_media_outside_the_folder_are_not_taken() -> None:
    """A name that leads elsewhere is no medium of the package."""
    assert not read(SLIPPED).media


def test_text_notes_follow_their_own_head() -> None:
    """Columns of GUID, deck and tags, quoted fields of several lines, and the line of each note."""
    reading = AnkiText().read("n.txt", ANKI_TEXT, Wishes())
    first, second = reading.drafts
    assert (first.key, first.topic, first.tags) == ("g1", ("Locks",), ("threads",))
    assert first.answer == 'A "lock" of one owner'
    assert (first.where.line, second.where.line) == (6, 8)
    assert reading.title == "Set"


def test_crowdanki_decks_become_topics() -> None:
    """Children are topics below the deck, and a second template is a further card."""
    reading = CrowdAnki().read("x.json", CROWDANKI, Wishes())
    draft = reading.drafts[0]
    assert (draft.question, draft.answer, draft.key) == ("What is a mutex?", "A lock", "g1")
    assert (draft.cards[0].front, draft.cards[0].back) == ("A lock", "What is a mutex?")
