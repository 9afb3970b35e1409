"""A source that is edited and imported again, as Anki's own engine sees the decks that are built of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pytest
from studypack.workflows.importing import Request, import_files

from tests.anki_reading import import_deck, note_with_id, profile, review_all, schedule
from tests.importers.foreign_files import apkg
from tests.running import run

Pairs = Sequence[tuple[str, str, str]]
"""Questions: a name that the source's format may use as its key, the question, the answer."""

FIRST: Final = (
    ("g1", "What is an offer?", "A promise."),
    ("g2", "What is negligence?", "A breach of a duty of care."),
    ("g3", "Who is a minor?", "Who is under age."),
)
LATER: Final = (
    ("g4", "What is a trust?", "Property that is held for another."),
    ("g1", "What is an offer?", "A promise with terms."),
    ("g2", "What is negligence in law?", "A breach of a duty of care."),
)
"""One inserted before the others, an answer and a question edited, the last one deleted."""


def _markdown(pairs: Pairs) -> bytes:
    return "\n".join(f"## {question}\n\n{answer}\n" for _, question, answer in pairs).encode()


def _csv(pairs: Pairs) -> bytes:
    return "".join(["question,answer\n", *(f"{question},{answer}\n" for _, question, answer in pairs)]).encode()


def _apkg(pairs: Pairs) -> bytes:
    return apkg(notes=[(guid, 1, f"{question}\x1f{answer}", "") for guid, question, answer in pairs])


@pytest.mark.parametrize(("name", "written"), [("q.md", _markdown), ("q.csv", _csv), ("q.apkg", _apkg)])
def test_schedules_survive(tmp_path: Path, name: str, written: Callable[[Pairs], bytes]) -> None:
    """Edited questions keep theirs, the inserted one is new, and the deleted one stays as it was."""
    deck = _deck(tmp_path, name, written(FIRST), 1_900_000_000)
    with profile(tmp_path / "anki") as collection:
        assert import_deck(collection, deck).new == 3
        review_all(collection)
        before = schedule(collection)
        deck = _deck(tmp_path, name, written(LATER), 2_000_000_000)
        assert import_deck(collection, deck).new == 1
        after = schedule(collection)
        assert {card: after[card] for card in before} == before
        (new,) = [collection.get_card(card) for card in after if card not in before]
        assert (new.type, new.reps, new.note()["Id"]) == (0, 0, "set/trust")
        assert "with terms" in note_with_id(collection, "set/offer")["Answer"]
        assert "in law" in note_with_id(collection, "set/negligence")["Question"]
        assert "under age" in note_with_id(collection, "set/minor")["Answer"]


def _deck(folder: Path, name: str, content: bytes, now: int) -> bytes:
    """Import a file into the same folder as before, build the deck at this time, and return it."""
    (folder / name).write_bytes(content)
    import_files(Request((folder / name,), folder / "set"))
    done = run("build", "set", "-p", "deck", "-j", "1", cwd=folder, SOURCE_DATE_EPOCH=str(now))
    assert done.returncode == 0, done.stderr
    return (folder / "out/set/deck.apkg").read_bytes()
