"""What a re-import does to a collection whose cards have been reviewed, by Anki's own engine.

Each row of the table in docs/anki.md is a test here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from studypack.anki import note_types
from studypack.anki.card_style import card_css
from studypack.anki.diff import state_of
from studypack.anki.state import DeckState, dumps, loads
from studypack.products.interface import Rendered
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.typeset.templating import stylesheet

from tests import anki_reading as anki
from tests.anki_reading import Imported
from tests.making import question
from tests.products.deck.making import DAY, T0, Made, content, loader, rendered

NOTES = 7
"""Notes of the made set."""


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return a function that loads a set from authored content."""
    return loader(tmp_path)


@contextmanager
def _reviewed(folder: Path, *decks: Rendered) -> Iterator[Any]:
    """Open a collection into which decks were imported and where every card was reviewed since."""
    with anki.profile(folder / "anki") as collection:
        for deck in decks:
            anki.import_deck(collection, deck.content)
        anki.review_all(collection)
        yield collection


def _next(made: Made, before: Rendered, changed: dict[str, Any], **context: Any) -> Rendered:
    return rendered(made(changed), before.state, T0 + DAY, **context)


def test_same_deck_twice(made: Made, tmp_path: Path) -> None:
    """Every note is found, none is touched, no schedule moves."""
    first = rendered(made())
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        times = [collection.get_note(n).mod for n in collection.find_notes("")]
        assert anki.import_deck(collection, first.content) == Imported(0, 0, NOTES, 0)
        assert anki.schedule(collection) == before
        assert [collection.get_note(n).mod for n in collection.find_notes("")] == times


def test_one_answer_reworded(made: Made, tmp_path: Path) -> None:
    """Exactly that note is updated; schedule and review log stay."""
    first, changed = rendered(made()), content()
    changed["questions"][2]["answer"] = "An answer in other words."
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, _next(made, first, changed).content) == Imported(0, 1, NOTES - 1, 0)
        assert "in other words" in anki.note_with_id(collection, "made/question-2")["Answer"]
        assert anki.schedule(collection) == before


def test_style_sheet_changed(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new looks arrive with the note types; no note is touched, the schedule stays."""
    first = rendered(made())
    css = card_css()
    monkeypatch.setattr(note_types, "card_css", lambda: f"{css}\n.sp-new {{ color: red }}")
    second = rendered(made(), first.state, T0 + DAY)
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, second.content) == Imported(0, 0, NOTES, 0)
        for kind in note_types.NOTE_TYPES:
            assert ".sp-new" in collection.models.by_name(kind.name)["css"]
        assert len([m for m in collection.models.all() if "studypack" in m["name"]]) == len(note_types.NOTE_TYPES)
        assert anki.schedule(collection) == before
    assert second.state is not None
    assert first.state is not None
    assert loads(second.state, "").notes == loads(first.state, "").notes


@pytest.mark.parametrize(("later", "whose"), [(False, ".sp-mine"), (True, ".sp-new")])
def test_styling_edited_in_anki(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: bool, whose: str
) -> None:
    """The user's style sheet stays until ours changes later than it was edited."""
    first, css = rendered(made()), card_css()
    with _reviewed(tmp_path, first) as collection:
        kind = collection.models.by_name("studypack fact")
        kind["css"] = f"{css}\n.sp-mine {{ color: red }}"
        collection.models.update_dict(kind)
        monkeypatch.setattr(note_types, "card_css", lambda: f"{css}\n.sp-new {{ color: red }}")
        now = collection.models.get(kind["id"])["mod"] + (1 if later else -1)
        anki.import_deck(collection, rendered(made(), first.state, now).content)
        collection.models._clear_cache()  # it does not see what an import changes
        assert re.findall(r"\.sp-mine|\.sp-new", collection.models.get(kind["id"])["css"]) == [whose]


def test_side_of_a_card_changed(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The HTML of a side may change as the style sheet may."""
    first = rendered(made())
    old = stylesheet
    monkeypatch.setattr(note_types, "stylesheet", lambda name: f"{old(name)}<!-- new -->")
    second = rendered(made(), first.state, T0 + DAY)
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, second.content) == Imported(0, 0, NOTES, 0)
        assert "<!-- new -->" in collection.models.by_name("studypack fact")["tmpls"][0]["qfmt"]
        assert anki.schedule(collection) == before


def test_question_added(made: Made, tmp_path: Path) -> None:
    """Only its cards are new."""
    first, changed = rendered(made()), content()
    changed["questions"].append(question(8, "topic-1"))
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, _next(made, first, changed).content) == Imported(1, 0, NOTES, 0)
        after = anki.schedule(collection)
        assert {card: after[card] for card in before} == before
        (new,) = [collection.get_card(card) for card in after if card not in before]
        assert (new.type, new.reps, collection.decks.name(new.did)) == (0, 0, "A made set::Topic 1")


def test_question_removed(made: Made, tmp_path: Path) -> None:
    """Its cards are kept with their schedule; the build shows the search that finds them in Anki."""
    first, changed = rendered(made()), content()
    del changed["questions"][1]  # it takes two further cards along
    second = _next(made, first, changed)
    (remark,) = second.news
    said, search = remark.split(" (in Anki, search: ")
    assert said == "0 added, 3 changed, 3 retired"  # others have new numbers
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, second.content) == Imported(0, 3, 1, 0)
        assert anki.schedule(collection) == before
        found = {collection.get_note(n)["Id"] for n in collection.find_notes(search.removesuffix(")"))}
        assert found == {"made/question-1", "made/question-1/cost", "made/question-1/cloze:gap"}


def test_questions_reordered(made: Made, tmp_path: Path) -> None:
    """Numbers change, and nothing is lost: the same notes in the same decks with their schedules."""
    first, changed = rendered(made()), content()
    changed["questions"].reverse()
    with _reviewed(tmp_path, first) as collection:
        before, decks = anki.schedule(collection), anki.cards_by_deck(collection)
        imported = anki.import_deck(collection, _next(made, first, changed).content)
        assert (imported.new, imported.conflicting) == (0, 0)
        assert anki.note_with_id(collection, "made/question-0")["Number"] == "Q2"
        assert (anki.schedule(collection), anki.cards_by_deck(collection)) == (before, decks)


@pytest.mark.parametrize("renamed_in_anki", [False, True])
def test_topic_renamed(made: Made, tmp_path: Path, renamed_in_anki: bool) -> None:
    """The build reports it; old cards stay where they are and are found by tag, or move if the deck was renamed."""
    first, changed = rendered(made()), content()
    changed["topics"][1]["title"] = "Another title"
    changed["questions"].append(question(8, "topic-1"))
    second = _next(made, first, changed)
    assert second.news[1] == (
        'the deck "A made set::Topic 1" is "A made set::Another title" now: '
        "rename it in Anki before the import, or its cards stay where they are"
    )
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        if renamed_in_anki:
            collection.decks.rename(collection.decks.by_name("A made set::Topic 1"), "A made set::Another title")
        assert anki.import_deck(collection, second.content) == Imported(1, 2, NOTES - 2, 0)
        after = anki.schedule(collection)
        assert {card: after[card] for card in before} == before
        assert len(collection.find_cards("tag:topic::topic-1")) == 3
        counts = anki.cards_by_deck(collection)
        assert counts["A made set::Another title"] == (3 if renamed_in_anki else 1)
        assert counts.get("A made set::Topic 1", 0) == (0 if renamed_in_anki else 2)


def _part(whole: QuestionSet, *ids: str) -> QuestionSet:
    return select(whole, Criteria(ids=ids))


@pytest.mark.parametrize(
    "parts", [(("Q1", "Q2"), ()), ((), ("Q1", "Q2")), (("Q1", "Q2", "Q3"), ("Q2", "Q3", "Q4"))],
    ids=["subset-then-whole", "whole-then-subset", "overlapping-subsets"],
)  # fmt: skip  # a part without ids is the whole
def test_parts_and_the_whole_merge(made: Made, tmp_path: Path, parts: tuple[tuple[str, ...], ...]) -> None:
    """No duplicate, no conflict, schedules kept, and every card in the deck it has in the whole set."""
    whole = made()
    everything = rendered(whole)
    packs = [rendered(_part(whole, *ids) if ids else whole, everything.state, whole=whole) for ids in parts]
    with _reviewed(tmp_path, packs[0]) as collection:
        before = anki.schedule(collection)
        imported = anki.import_deck(collection, packs[1].content)
        assert (imported.updated, imported.conflicting) == (0, 0)
        after = anki.schedule(collection)
        assert {card: after[card] for card in before} == before
        assert len({collection.get_note(n).guid for n in collection.find_notes("")}) == NOTES
        merged = anki.cards_by_deck(collection)
    with anki.profile(tmp_path / "other") as collection:
        anki.import_deck(collection, everything.content)
        assert anki.cards_by_deck(collection) == merged


def test_a_part_built_from_a_changed_set(made: Made, tmp_path: Path) -> None:
    """A selection counts as the whole set does: a later whole deck holds no older note than the part."""
    first, changed = rendered(made()), content()
    changed["questions"][0]["answer"] = "An answer in other words."
    whole = made(changed)
    part = rendered(_part(whole, "Q1"), first.state, T0 + DAY, whole=whole)
    later = rendered(whole, part.state, T0 + 2 * DAY)
    with _reviewed(tmp_path, first) as collection:
        assert anki.import_deck(collection, part.content) == Imported(0, 1, 0, 0)
        assert anki.import_deck(collection, later.content) == Imported(0, 0, NOTES, 0)


def test_note_edited_in_anki(made: Made, tmp_path: Path) -> None:
    """The user's edit stays until the set changes that note; then the set's text replaces it."""
    first = rendered(made())
    with _reviewed(tmp_path, first) as collection:
        note = anki.note_with_id(collection, "made/question-2")
        note["Answer"] = "My own words."
        collection.update_note(note)
        before = anki.schedule(collection)
        assert anki.import_deck(collection, first.content) == Imported(0, 0, NOTES, 0)
        assert anki.note_with_id(collection, "made/question-2")["Answer"] == "My own words."
        elsewhere = content()
        elsewhere["questions"][0]["answer"] = "Changed."
        second = _next(made, first, elsewhere)
        assert anki.import_deck(collection, second.content) == Imported(0, 1, NOTES - 1, 0)
        assert anki.note_with_id(collection, "made/question-2")["Answer"] == "My own words."
        assert anki.schedule(collection) == before


def test_note_type_with_a_field_of_the_users(made: Made, tmp_path: Path) -> None:
    """Anki takes it for another note type: what was changed stays as it was, and is reported as conflicting."""
    first, changed = rendered(made()), content()
    changed["questions"][1]["cards"][0]["back"] = "O(1), in other words."
    with _reviewed(tmp_path, first) as collection:
        kind = collection.models.by_name("studypack fact")
        collection.models.add_field(kind, collection.models.new_field("Mine"))
        collection.models.update_dict(kind)
        before = anki.schedule(collection)
        assert anki.import_deck(collection, _next(made, first, changed).content) == Imported(0, 0, NOTES - 1, 1)
        assert "other words" not in anki.note_with_id(collection, "made/question-1/cost")["Back"]
        assert anki.schedule(collection) == before


def test_note_deleted_in_anki(made: Made, tmp_path: Path) -> None:
    """A card that the user deleted comes back as new with the next import; one suspended stays so."""
    first = rendered(made())
    with _reviewed(tmp_path, first) as collection:
        collection.remove_notes([anki.note_with_id(collection, "made/question-2").id])
        (suspended,) = anki.note_with_id(collection, "made/question-3").card_ids()
        collection.sched.suspend_cards([suspended])
        assert anki.import_deck(collection, first.content) == Imported(1, 0, NOTES - 1, 0)
        assert collection.get_card(suspended).queue == -1


def test_cards_moved_in_anki(made: Made, tmp_path: Path) -> None:
    """A card that the user moved to another deck stays there, also when its text is updated."""
    first, changed = rendered(made()), content()
    changed["questions"][0]["answer"] = "An answer in other words."
    with _reviewed(tmp_path, first) as collection:
        own = collection.decks.add_normal_deck_with_name("Mine").id
        collection.set_deck(anki.note_with_id(collection, "made/question-0").card_ids(), own)
        anki.import_deck(collection, _next(made, first, changed).content)
        assert anki.cards_by_deck(collection)["Mine"] == 1


def test_question_moved_to_another_topic(made: Made, tmp_path: Path) -> None:
    """The text and the tag are updated; the card stays in the deck where it was first."""
    first, changed = rendered(made()), content()
    changed["questions"][3]["topic"] = "topic-0"
    with _reviewed(tmp_path, first) as collection:
        before, decks = anki.schedule(collection), anki.cards_by_deck(collection)
        assert anki.import_deck(collection, _next(made, first, changed).content).new == 0
        assert "topic::topic-0" in anki.note_with_id(collection, "made/question-3").tags
        assert (anki.schedule(collection), anki.cards_by_deck(collection)) == (before, decks)


def test_two_sets_with_equal_ids_coexist(made: Made, tmp_path: Path) -> None:
    """Another set with the same question ids brings notes of its own and touches no others."""
    first = made()
    with _reviewed(tmp_path, rendered(first)) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, rendered(replace(first, id="other")).content).new == NOTES
        after = anki.schedule(collection)
        assert {card: after[card] for card in before} == before


def test_state_lost_and_rebuilt_from_the_last_deck(made: Made, tmp_path: Path) -> None:
    """The state restored from a deck gives the same deck again, and later changes reach Anki."""
    whole = made()
    first = rendered(whole)
    (tmp_path / "deck.apkg").write_bytes(first.content)
    rebuilt = state_of([tmp_path / "deck.apkg"], "made", {})
    assert dumps(rebuilt) != dumps(DeckState())
    again = rendered(whole, dumps(rebuilt), T0 + DAY)
    assert again.content == first.content
    assert again.state == first.state
    assert again.news == ("0 added, 0 changed, 0 retired",)
    changed = content()
    changed["questions"][2]["answer"] = "An answer in other words."
    with _reviewed(tmp_path, first) as collection:
        before = anki.schedule(collection)
        assert anki.import_deck(collection, _next(made, again, changed).content) == Imported(0, 1, NOTES - 1, 0)
        assert anki.schedule(collection) == before
