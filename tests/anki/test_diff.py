"""Comparing two decks predicts what importing the second does to a collection with the first."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from studypack.anki.diff import Diff, diff, state_of
from studypack.anki.state import loads
from studypack.errors import BuildError
from studypack.products.interface import Rendered
from studypack.questions.selection import Criteria, select
from studypack.workflows.deck_state import diff_lines

from tests import anki_reading as anki
from tests.making import question
from tests.products.deck.making import DAY, T0, content, loader, rendered


def _changed() -> dict[str, Any]:
    changed = content()
    changed["questions"][2] |= {"answer": "An answer in other words.", "tags": ["new"]}
    changed["questions"][3] = question(8, "topic-1", question="Is this another matter?")
    return changed


def _files(folder: Path, first: Rendered, second: Rendered) -> tuple[Path, Path]:
    old, new = folder / "old.apkg", folder / "new.apkg"
    old.write_bytes(first.content)
    new.write_bytes(second.content)
    return old, new


def _keys(found: Diff) -> dict[str, list[str]]:
    return {
        part: [d["key"] for d in differences] for part, differences in found.as_json().items() if part != "note_types"
    }


def test_says_what_anki_does(tmp_path: Path) -> None:
    """The diff agrees with Anki's own import, and gives each note's number, words and changes."""
    made = loader(tmp_path)
    first = rendered(made())
    second = rendered(made(_changed()), first.state, T0 + DAY)
    found = diff(*_files(tmp_path, first, second))
    assert _keys(found) == {"added": ["question-8"], "changed": ["question-2"], "retired": ["question-3"], "kept": []}
    assert diff_lines(found) == [
        "1 added, 1 changed, 1 retired, 0 note types changed",
        "",
        "added",
        "    Q4  question-8: Is this another matter?",
        "",
        "changed",
        "    Q3  question-2 (answer, tags): What would you say about matter 2 if you were asked?",
        "",
        "retired: Anki keeps them",
        "    Q4  question-3: What would you say about matter 3 if you were asked?",
    ]
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, first.content)
        assert anki.import_deck(collection, second.content) == anki.Imported(1, 1, 5, 0)


def test_a_selection_beside_the_whole(tmp_path: Path) -> None:
    """In the deck of a selection, all other notes appear as retired, and none as changed."""
    whole = loader(tmp_path)()
    first = rendered(whole)
    part = rendered(select(whole, Criteria(ids=("Q1",))), first.state, whole=whole)
    assert {key: len(found) for key, found in _keys(diff(*_files(tmp_path, first, part))).items()} == {
        "added": 0, "changed": 0, "retired": 6, "kept": 0,
    }  # fmt: skip  # a table


def test_an_older_text_is_told_to_stay_out(tmp_path: Path) -> None:
    """If an older deck is imported after a newer one, Anki keeps the newer text."""
    made = loader(tmp_path)
    first = rendered(made())
    second = rendered(made(_changed()), first.state, T0 + DAY)
    found = diff(*reversed(_files(tmp_path, first, second)))
    assert (_keys(found)["changed"], _keys(found)["kept"]) == ([], ["question-2"])
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, second.content)
        assert anki.import_deck(collection, first.content).updated == 0


def _zip(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, file in files.items():
            archive.writestr(name.replace("_", "."), file)
    return packed.getvalue()


@pytest.mark.parametrize(
    "damaged",
    [b"", b"PK", _zip(media=b"{}"), _zip(collection_anki2=b""), _zip(collection_anki2=b"SQLite format 3\0" * 99)],
    ids=["empty", "cut", "no collection", "empty collection", "damaged collection"],
)
def test_what_is_no_deck_of_ours_is_a_diagnostic(tmp_path: Path, damaged: bytes) -> None:
    """Any other file is reported with its name, the reason and a remedy, without a traceback."""
    (tmp_path / "x.apkg").write_bytes(damaged)
    with pytest.raises(BuildError) as caught:
        diff(tmp_path / "x.apkg", tmp_path / "x.apkg")
    assert "x.apkg:1:1: not a studypack deck, " in str(caught.value)
    assert str(caught.value).endswith("; use a deck.apkg that `studypack build` made")


def test_a_deck_of_anki_itself_is_refused(tmp_path: Path) -> None:
    """A package with other note types is refused."""
    from anki.collection import ExportAnkiPackageOptions

    with anki.profile(tmp_path / "anki") as collection:
        note = collection.new_note(collection.models.by_name("Basic"))
        note["Front"] = "x"
        collection.add_note(note, collection.decks.id("Default"))
        out = tmp_path / "other.apkg"
        options = ExportAnkiPackageOptions(with_scheduling=False, with_media=False, legacy=True)
        collection.export_anki_package(out_path=str(out), options=options, limit=None)
    with pytest.raises(BuildError, match="not a studypack deck"):
        diff(out, out)


def test_decks_of_two_sets_are_not_compared(tmp_path: Path) -> None:
    """Decks of two sets are neither compared nor combined into a state."""
    made = loader(tmp_path)
    old, new = _files(tmp_path, rendered(made()), rendered(made(content() | {"id": "other"})))
    with pytest.raises(BuildError, match='a deck of the set "other", not of "made"'):
        diff(old, new)
    with pytest.raises(BuildError, match='a deck of the set "other", not of "made"'):
        state_of([old, new], "made", {})


def test_a_state_is_made_of_several_parts(tmp_path: Path) -> None:
    """If a note is in two decks, the newer version counts."""
    made = loader(tmp_path)
    whole, changed = made(), made(_changed())
    first = rendered(whole)
    part = rendered(select(changed, Criteria(ids=("Q3",))), first.state, T0 + DAY, whole=changed)
    old, new = _files(tmp_path, first, part)
    assert first.state is not None
    assert part.state is not None
    both = state_of([new, old], "made", {})
    assert both.notes == {**loads(first.state, "").notes, "question-2": loads(part.state, "").notes["question-2"]}
    assert both.note_types == loads(first.state, "").note_types
