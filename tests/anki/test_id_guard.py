"""Ids that were changed or used again by mistake are refused, with both places; what is meant is recorded."""

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
"""Six characters of head, six of body."""


def _present(notes: dict[str, Noted], set_id: str = "made") -> Present:
    return Present(set_id, {}, {}, notes)


def _state(notes: dict[str, Noted] | None = None) -> DeckState:
    """Return the state after a deck of these notes, as it is read from its file."""
    state, _ = advance(DeckState(), _present(notes or NOTES), 100)
    return loads(dumps(state), "deck-state.json")


def _said(state: DeckState, notes: dict[str, Noted], set_id: str = "made") -> list[str]:
    places = {key: Location("set.yaml", number) for number, key in enumerate(notes, 1)}
    return [str(diagnostic) for diagnostic in suspicions(state, _present(notes, set_id), places)]


def _renamed(old: str, new: str, **changed: Noted) -> dict[str, Noted]:
    """Return the notes after an id was replaced at the beginning of their keys."""
    return {
        new + key.removeprefix(old) if key.startswith(old) else key: noted for key, noted in NOTES.items()
    } | changed


def test_a_set_that_did_not_change_is_not_doubted() -> None:
    """Nor one with a new question, one fewer, or a first deck."""
    assert _said(_state(), NOTES) == []
    assert _said(_state(), NOTES | {"new": Noted("9" * 12, "What is new?")}) == []
    assert _said(_state(), {key: noted for key, noted in NOTES.items() if key != "mutex"}) == []
    assert _said(DeckState(), NOTES) == []


def test_a_renamed_question_is_told_once_with_both_places() -> None:
    """Its cards went along and are not told apart; the old line of the state and the new one of the set are."""
    assert _said(_state(), _renamed("deadlock", "dead-lock")) == [
        'set.yaml:1:1: the id "deadlock" has become "dead-lock", deck-state.json:11 knows the same question as'
        ' "deadlock"; Anki would show it twice; write the old id again, or record that you mean it with'
        " `--retire deadlock`"
    ]


def test_a_renamed_question_is_known_by_its_answer_too() -> None:
    """It was reworded in the same go; its body is what it was."""
    reworded = _renamed("mutex", "lock", lock=Noted("999999dddddd", "Which lock has one owner?"))
    (said,) = _said(_state(), reworded)
    assert said.startswith('set.yaml:4:1: the id "mutex" has become "lock", deck-state.json:14 knows')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("deadlock/four", "deadlock/conditions", 'the id "four" has become "conditions", deck-state.json:13 knows'),
        ("deadlock/cloze:gap", "deadlock/cloze:wait", 'the id "gap" has become "wait"'),
        ("deadlock/four", "mutex/four", 'the id "deadlock/four" has become "mutex/four"'),
        ("term:lock", "term:a-lock", 'the id "lock" has become "a-lock"'),
    ],
)  # fmt: skip  # a table
def test_a_renamed_or_moved_card_is_told(old: str, new: str, said: str) -> None:
    """Cards and terms have ids too; a card that moves to another question has another note in Anki."""
    (found,) = _said(_state(), _renamed(old, new))
    assert said in found
    assert f"--retire {old}`" in found


def test_notes_of_different_kinds_are_not_the_same() -> None:
    """A card that became a cloze card is another note in any case; nor is a term a question."""
    notes = dict(NOTES)
    del notes["deadlock/four"]
    notes["deadlock/cloze:four"] = NOTES["deadlock/four"]
    assert _said(_state(), notes) == []


@pytest.mark.parametrize("again", [False, True])
def test_an_id_that_stands_for_something_else_is_refused(again: bool) -> None:
    """In place, or after it had been retired: not a word of what it asked and answered is left."""
    state = _state()
    if again:
        state, _ = advance(state, _present({"deadlock": NOTES["deadlock"]}), 200)
        state = loads(dumps(state), "deck-state.json")
    line = 16 if again else 14
    assert _said(state, NOTES | {"mutex": Noted("9" * 12, "How does quicksort behave?")})[-1:] == [
        f'set.yaml:4:1: the id "mutex" stood for something else, deck-state.json:{line} knows it as "What is a mutex?";'
        " this would take over its note in Anki; give the new question an id of its own, or record that you mean it"
        " with `--retire mutex`"
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
    """Words, question or answer tell that it is the same."""
    assert _said(_state(), NOTES | {"mutex": noted}) == []


def test_languages_without_spaces_are_compared_by_pairs() -> None:
    """A Japanese question that keeps a word is the same; one without is another."""
    state = _state({"q": Noted("1" * 12, "デッドロックとは何ですか。")})
    assert _said(state, {"q": Noted("2" * 12, "デッドロックを説明してください。")}) == []
    assert len(_said(state, {"q": Noted("2" * 12, "索引木を説明せよ。")})) == 1


def test_another_set_is_refused() -> None:
    """A copied or renamed folder without an id of its own would change every note's."""
    (said,) = _said(_state(), NOTES, set_id="other")
    assert said == (
        'deck-state.json:3:1: the set\'s id was "made" and is "other", Anki would show every note twice;'
        " write `id: made` in the set; if it is another set, delete this file"
    )


def test_a_meant_change_is_recorded() -> None:
    """A renamed question is retired with its cards, and doubted no more; nor is an id that was used again."""
    present = _present(_renamed("deadlock", "dead-lock", mutex=Noted("9" * 12, "How does quicksort behave?")))
    state = acknowledge(_state(), present, ["deadlock", "mutex"])
    assert set(state.retired) == {"deadlock", "deadlock/four", "deadlock/cloze:gap"}
    assert suspicions(state, present, {}) == []
    after, _ = advance(state, present, 200)
    assert suspicions(after, present, {}) == []
    assert after.notes["mutex"] == Seen("9" * 12, 200, "How does quicksort behave?")


def test_one_card_is_retired_alone() -> None:
    """`question/card` names a card; its question stays."""
    notes = {key: noted for key, noted in NOTES.items() if key != "deadlock/four"}
    assert set(acknowledge(_state(), _present(notes), ["deadlock/four"]).retired) == {"deadlock/four"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("mutax", 'there is no note "mutax" to retire, no earlier deck had it; did you mean "mutex"?'),
        ("mutex", '"mutex" is in the set as it was; delete it from the set first'),
        ("old", '"old" is retired already; leave --retire out'),
    ],
)
def test_nothing_to_retire_is_an_error(wanted: str, said: str) -> None:
    """A word that no deck knew, a note that is still there, one that has gone already: each with its remedy."""
    state = replace(_state(), retired={"old": Seen("1" * 12, 5, "Old?")})
    with pytest.raises(BuildError) as caught:
        acknowledge(state, _present(NOTES), [wanted])
    assert str(caught.value) == said
