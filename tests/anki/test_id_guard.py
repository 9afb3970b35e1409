"""Ids that were changed or reused by mistake are refused with both locations; intended changes are recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from studypack.anki.id_guard import acknowledge, suspicions
from studypack.anki.state import DeckState, Noted, Present, Seen, advance, dumps, loads
from studypack.errors import BuildError, Location

NOTES = {
    "deadlock": Noted("111111aaaaaa", "What is a deadlock?"),
    "deadlock/four": Noted("222222bbbbbb", "Name the four conditions of a deadlock."),
    "deadlock/cloze:gap": Noted("333333cccccc", "A {{c1::wait}} has no preemption."),
    "mutex": Noted("444444dddddd", "What is a mutex?"),
    "term:lock": Noted("555555eeeeee", "Lock"),
}
"""Digests of six characters for the head and six for the body."""


def _present(notes: dict[str, Noted], set_id: str = "made") -> Present:
    return Present(set_id, {}, {}, notes)


def _state(notes: dict[str, Noted] | None = None) -> DeckState:
    """Return the state after a deck of these notes, as read back from its file."""
    state, _ = advance(DeckState(), _present(notes or NOTES), 100)
    return loads(dumps(state), "deck-state.json")


def _said(state: DeckState, notes: dict[str, Noted], set_id: str = "made") -> list[str]:
    places = {key: Location("set.yaml", number) for number, key in enumerate(notes, 1)}
    return [str(diagnostic) for diagnostic in suspicions(state, _present(notes, set_id), places)]


def _renamed(old: str, new: str, **changed: Noted) -> dict[str, Noted]:
    """Return the notes with an id replaced at the beginning of their keys."""
    return {
        new + key.removeprefix(old) if key.startswith(old) else key: noted for key, noted in NOTES.items()
    } | changed


def test_a_set_that_did_not_change_is_not_doubted() -> None:
    """An unchanged set, an added or removed question, and a first deck are not suspicious."""
    assert _said(_state(), NOTES) == []
    assert _said(_state(), NOTES | {"new": Noted("9" * 12, "What is new?")}) == []
    assert _said(_state(), {key: noted for key, noted in NOTES.items() if key != "mutex"}) == []
    assert _said(DeckState(), NOTES) == []


def test_a_renamed_question_is_told_once_with_both_places() -> None:
    """A renamed question is reported once, without its cards, with the lines in the state and in the set."""
    assert _said(_state(), _renamed("deadlock", "dead-lock")) == [
        'set.yaml:1:1: the id "deadlock" has become "dead-lock", deck-state.json:11 has the same question as'
        ' "deadlock"; Anki would show it twice; restore the old id, or confirm the change with'
        " `--retire deadlock`; if no deck with it was ever imported, nothing is lost by that "
        "(beside a running watch: `studypack check --retire deadlock`)"
    ]


def test_a_renamed_question_is_known_by_its_answer_too() -> None:
    """A question that was renamed and reworded at the same time is recognized by its unchanged body."""
    reworded = _renamed("mutex", "lock", lock=Noted("999999dddddd", "Which lock has one owner?"))
    (said,) = _said(_state(), reworded)
    assert said.startswith('set.yaml:4:1: the id "mutex" has become "lock", deck-state.json:14 has')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("deadlock/four", "deadlock/conditions", 'the id "four" has become "conditions", deck-state.json:13 has'),
        ("deadlock/cloze:gap", "deadlock/cloze:wait", 'the id "gap" has become "wait"'),
        ("deadlock/four", "mutex/four", 'the id "deadlock/four" has become "mutex/four"'),
        ("term:lock", "term:a-lock", 'the id "lock" has become "a-lock"'),
    ],
)  # fmt: skip  # a table
def test_a_renamed_or_moved_card_is_told(old: str, new: str, said: str) -> None:
    """Renamed cards and terms are reported, as is a card that moves to another question."""
    (found,) = _said(_state(), _renamed(old, new))
    assert said in found
    assert f"--retire {old}`" in found


def test_notes_of_different_kinds_are_not_the_same() -> None:
    """A card and a cloze card, or a term and a question, are never the same note."""
    notes = dict(NOTES)
    del notes["deadlock/four"]
    notes["deadlock/cloze:four"] = NOTES["deadlock/four"]
    assert _said(_state(), notes) == []


@pytest.mark.parametrize("again", [False, True])
def test_an_id_that_stands_for_something_else_is_refused(again: bool) -> None:
    """An id whose words and answer have all changed is refused, even if it had been retired."""
    state = _state()
    if again:
        state, _ = advance(state, _present({"deadlock": NOTES["deadlock"]}), 200)
        state = loads(dumps(state), "deck-state.json")
    line = 16 if again else 14
    assert _said(state, NOTES | {"mutex": Noted("9" * 12, "How does quicksort behave?")})[-1:] == [
        f'set.yaml:4:1: the id "mutex" was used for something else, deck-state.json:{line} has it as '
        '"What is a mutex?"; its note in Anki would be overwritten; give the new question an id of its own, '
        "or confirm the change with `--retire mutex`"
    ]


@pytest.mark.parametrize(
    "noted",
    [
        Noted("9" * 12, "Explain mutexes, please."),
        Noted("999999dddddd", "Something else altogether?"),
        Noted("444444999999", "What is a mutex?"),
        Noted("9" * 12, "O(1)?"),
    ],
    ids=["a word is left", "the answer is left", "the question is left", "no words to compare"],
)
def test_a_reworded_question_is_not_doubted(noted: Noted) -> None:
    """A question that keeps a word, its question or its answer is the same question."""
    assert _said(_state(), NOTES | {"mutex": noted}) == []


def test_languages_without_spaces_are_compared_by_pairs() -> None:
    """A Japanese question that keeps a word is the same question, and one without common words is another."""
    state = _state({"q": Noted("1" * 12, "デッドロックとは何ですか。")})
    assert _said(state, {"q": Noted("2" * 12, "デッドロックを説明してください。")}) == []
    assert len(_said(state, {"q": Noted("2" * 12, "索引木を説明せよ。")})) == 1


def test_another_set_is_refused() -> None:
    """A changed set id, as after renaming a folder, is refused, because it would change the id of every note."""
    (said,) = _said(_state(), NOTES, set_id="other")
    assert said == (
        'deck-state.json:3:1: the set\'s id has changed from "made" to "other", Anki would show every note twice;'
        " write `id: made` in the set, or delete this file if it belongs to another set"
    )


def test_a_meant_change_is_recorded() -> None:
    """After confirmation, a renamed question is retired with its cards, and a reused id is accepted."""
    present = _present(_renamed("deadlock", "dead-lock", mutex=Noted("9" * 12, "How does quicksort behave?")))
    state = acknowledge(_state(), present, ["deadlock", "mutex"])
    assert set(state.retired) == {"deadlock", "deadlock/four", "deadlock/cloze:gap"}
    assert suspicions(state, present, {}) == []
    after, _ = advance(state, present, 200)
    assert suspicions(after, present, {}) == []
    assert after.notes["mutex"] == Seen("9" * 12, 200, "How does quicksort behave?")


def test_one_card_is_retired_alone() -> None:
    """`question/card` retires a single card and keeps its question."""
    notes = {key: noted for key, noted in NOTES.items() if key != "deadlock/four"}
    assert set(acknowledge(_state(), _present(notes), ["deadlock/four"]).retired) == {"deadlock/four"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("mutax", 'there is no note "mutax" to retire, no earlier deck had it; did you mean "mutex"?'),
        ("mutex", '"mutex" is in the set unchanged; delete it from the set first'),
        ("old", '"old" is already retired; omit --retire'),
    ],
)
def test_nothing_to_retire_is_an_error(wanted: str, said: str) -> None:
    """Retiring an unknown, an unchanged or an already retired note is an error with a remedy."""
    state = replace(_state(), retired={"old": Seen("1" * 12, 5, "Old?")})
    with pytest.raises(BuildError) as caught:
        acknowledge(state, _present(NOTES), [wanted])
    assert str(caught.value) == said
