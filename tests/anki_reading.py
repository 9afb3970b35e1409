"""Decks imported into Anki's own engine, as the desktop program does it, reviewed and rendered."""

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
    """Return of each card type, queue, due day, interval, ease, repetitions and lapses, and then its review log."""
    cards = [collection.get_card(number) for number in collection.find_cards("")]
    kept: dict[int, tuple[int, ...]] = {
        c.id: (c.type, c.queue, c.due, c.ivl, c.factor, c.reps, c.lapses) for c in cards
    }
    for number, *entry in collection.db.all("select cid, id, ease, ivl, lastIvl, factor, type from revlog order by id"):
        kept[number] += tuple(entry)
    return kept


def review_all(collection: Any) -> None:
    """Answer every card: as one that was due, with each of Anki's four buttons in turn."""
    cards = list(collection.find_cards(""))
    collection.sched.set_due_date(cards, "0")
    answered = 0
    for deck in collection.decks.all_names_and_ids():
        collection.decks.select(deck.id)
        while (card := collection.sched.getCard()) and card.id not in collection.db.list(
            "select cid from revlog where type = 1"
        ):
            collection.sched.answerCard(card, answered % 4 + 1)
            answered += 1
    reviewed = collection.db.scalar("select count(distinct cid) from revlog where type = 1")
    assert reviewed == len(cards), "every card has been reviewed"


class Side(NamedTuple):
    """A side of a card as Anki's reviewer shows it; `name` tells note type, card and side."""

    name: str
    html: str


def sides(collection: Any) -> list[Side]:
    """Return front and back of the first card of each template, and of each cloze note, of a collection."""
    shown: dict[str, Side] = {}
    for number in collection.find_cards(""):
        card = collection.get_card(number)
        output = card.render_output(browser=False)
        kind = card.note_type()["name"].removeprefix("studypack ")
        key = f"{card.note()['Id'].replace('/', '-').replace(':', '-')}-{kind}-{card.ord + 1}"
        for side, text in (("front", output.question_text), ("back", output.answer_text)):
            shown[f"{key}-{side}"] = Side(f"{key}-{side}", f"<style>{output.css}</style>{text}")
    return list(shown.values())
