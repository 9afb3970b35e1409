"""Decks imported into Anki's own engine, as the desktop program does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from anki.collection import Collection, ImportAnkiPackageRequest


class Imported(NamedTuple):
    """What Anki said of an import, as numbers of notes."""

    new: int
    updated: int
    unchanged: int
    conflicting: int


@contextmanager
def profile(folder: Path) -> Iterator[Any]:
    """Open a fresh collection in the folder (made if need be), and close it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    collection = Collection(str(folder / "collection.anki2"))
    try:
        yield collection
    finally:
        collection.close()


def import_deck(collection: Any, apkg: bytes) -> Imported:
    """Import a package with Anki's default options."""
    path = Path(collection.path).parent / "deck.apkg"
    path.write_bytes(apkg)
    log = collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path))).log
    return Imported(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting))


def note_with_id(collection: Any, key: str) -> Any:
    """Return the note whose field `Id` is `set/question` or `set/question/card`."""
    (found,) = collection.find_notes(f'"Id:{key}"')
    return collection.get_note(found)


def cards_by_deck(collection: Any) -> dict[str, int]:
    """Return how many cards each deck that has any holds itself."""
    counts: dict[str, int] = {}
    for number in collection.find_cards(""):
        name = collection.decks.name(collection.get_card(number).did)
        counts[name] = counts.get(name, 0) + 1
    return counts


def schedule(collection: Any) -> dict[int, tuple[int, ...]]:
    """Return type, queue, due day, interval, repetitions and lapses of each card."""
    cards = [collection.get_card(number) for number in collection.find_cards("")]
    return {c.id: (c.type, c.queue, c.due, c.ivl, c.reps, c.lapses) for c in cards}


def review_all(collection: Any, days: int = 30) -> None:
    """Give every card the state of one that was reviewed and is due again in some days."""
    cards = list(collection.find_cards(""))
    collection.sched.set_due_date(cards, f"{days}!")
