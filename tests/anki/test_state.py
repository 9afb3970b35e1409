"""Modification times of notes: they advance exactly when a note changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studypack.anki.state import LATEST, Changes, DeckState, Noted, Present, Seen, advance, dumps, loads
from studypack.errors import BuildError

DIGESTS = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["1", "2"]), max_size=5)
TIMES = st.integers(0, LATEST)
SEEN = st.dictionaries(
    st.text(max_size=8), st.builds(Seen, st.text(max_size=8), TIMES, st.text(max_size=8)), max_size=6
)


def _state(notes: dict[str, Seen] | None = None, **parts: Any) -> DeckState:
    return DeckState("made", notes=notes or {}, **parts)


def _advance(
    old: DeckState, notes: dict[str, str], types: dict[str, str] | None = None, now: int = 0, **decks: str
) -> tuple[DeckState, Changes]:
    present = Present(
        "made", decks, types or {}, {key: Noted(digest, f"What is {key}?") for key, digest in notes.items()}
    )
    return advance(old, present, now)


def test_the_first_deck_is_all_new() -> None:
    """Without an old state every note is added, with the time of the build."""
    state, changes = _advance(DeckState(), {"a": "1", "b": "2"}, {"type": "3"}, 100, t="Set::T")
    assert state.notes == {"a": Seen("1", 100, "What is a?"), "b": Seen("2", 100, "What is b?")}
    assert (state.set_id, state.decks, state.note_types) == ("made", {"t": "Set::T"}, {"type": Seen("3", 100)})
    assert changes == (("a", "b"), (), (), ())


def test_added_changed_and_retired_are_told_apart() -> None:
    """A new key, another digest, and a key that is gone; what is as it was is none of them."""
    old = _state({"same": Seen("1", 100), "changed": Seen("1", 100), "gone": Seen("1", 100, "Old?")})
    state, changes = _advance(old, {"new": "1", "changed": "2", "same": "1"}, now=200)
    assert changes[:3] == (("new",), ("changed",), ("gone",))
    assert {key: seen.modified for key, seen in state.notes.items()} == {"same": 100, "changed": 200, "new": 200}
    assert state.retired == {"gone": Seen("1", 100, "Old?")}
    assert _advance(state, {"new": "1", "changed": "2", "same": "1"}, now=300) == (state, ((), (), (), ()))


def test_a_note_that_comes_back_goes_on() -> None:
    """A retired note is remembered: when it returns changed it is newer than the one that Anki may still have."""
    old, _ = _advance(DeckState(), {"a": "1"}, now=100)
    without, _ = _advance(old, {}, now=200)
    assert _advance(without, {"a": "1"}, now=300)[0] == old
    state, changes = _advance(without, {"a": "2"}, now=300)
    assert (state.notes["a"].modified, dict(state.retired)) == (300, {})
    assert changes.changed == ("a",)


def test_a_renamed_deck_is_told_once() -> None:
    """Old and new name of a topic's deck; the build after it has nothing to tell."""
    old, _ = _advance(DeckState(), {}, t="Set::T", u="Set::U")
    state, changes = _advance(old, {}, t="Set::T", u="Set::V")
    assert changes.moved == (("Set::U", "Set::V"),)
    assert _advance(state, {}, t="Set::T", u="Set::V")[1].moved == ()


def test_a_clock_set_back_does_not_hide_a_change() -> None:
    """A changed note gets at least one second more than it had: Anki updates only what is newer."""
    old = _state({"a": Seen("1", 500)}, note_types={"t": Seen("1", 500)})
    state, _ = _advance(old, {"a": "2"}, {"t": "2"}, 100)
    assert (state.notes["a"].modified, state.note_types["t"].modified) == (501, 501)


@given(st.lists(st.tuples(DIGESTS, TIMES), max_size=6))
@settings(max_examples=100, deadline=None)
def test_times_advance_exactly_when_digests_change(builds: list[tuple[dict[str, str], int]]) -> None:
    """Over any number of builds, whatever the clock says: a time changes with its digest, and only upwards."""
    state = DeckState()
    for digests, now in builds:
        after, changes = _advance(state, digests, digests, now)
        known = {**state.retired, **state.notes}
        for key, digest in digests.items():
            before, seen = known.get(key), after.notes[key]
            assert seen.digest == after.note_types[key].digest == digest
            if before is not None:
                assert (seen.modified > before.modified) == (seen.digest != before.digest)
                assert seen.modified >= before.modified
                assert (key in changes.changed) == (seen.digest != before.digest)
            assert (key in changes.added) == (before is None)
        assert set(changes.retired) == set(state.notes) - set(digests)
        assert set(after.notes) == set(digests)
        assert set(after.retired) == set(known) - set(digests)
        assert after.note_types.keys() >= state.note_types.keys()
        state = after


@given(SEEN, SEEN)
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again(notes: dict[str, Seen], types: dict[str, Seen]) -> None:
    """Any state survives the file, and the file does not depend on the order of the notes."""
    kinds = {key: seen._replace(words="") for key, seen in types.items()}
    state = _state(notes, note_types=kinds, retired=types, decks=dict.fromkeys(notes, "D"))
    assert loads(dumps(state), "f") == state
    assert dumps(state) == dumps(replace(state, notes=dict(reversed(notes.items()))))


def test_the_file_has_one_line_for_each_note() -> None:
    """A changed note is one changed line in a review; the whole is sorted and ends with a line end."""
    text = dumps(
        _state(
            {"b": Seen("2", 5, "Mutex „b“?"), "a": Seen("1", 4)},
            decks={"t": "Set::T"},
            note_types={"t": Seen("3", 6)},
            retired={"c": Seen("4", 7, "C")},
        )
    ).decode()
    assert text.splitlines() == [
        "{",
        '"format": 1,',
        '"set": "made",',
        '"decks": {',
        '  "t": "Set::T"',
        "},",
        '"note_types": {',
        '  "t": ["3", 6]',
        "},",
        '"notes": {',
        '  "a": ["1", 4],',
        '  "b": ["2", 5, "Mutex „b“?"]',
        "},",
        '"retired": {',
        '  "c": ["4", 7, "C"]',
        "}",
        "}",
    ]
    assert text.endswith("}\n")
    state = loads(text.encode(), "deck-state.json")
    assert [str(state.place(key)) for key in ("b", "c")] == ["deck-state.json:12:1", "deck-state.json:15:1"]


GOOD = '{"format": 1, "notes": {"a": ["1", 4]}, "note_types": {}}'


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        GOOD.replace('"format": 1', '"format": 2').encode(),
        GOOD.replace('"notes"', '"nodes"').encode(),
        GOOD.replace('{"a": ["1", 4]}', "[]").encode(),
        GOOD.replace('["1", 4]', '"14"').encode(),
        GOOD.replace('["1", 4]', '["1"]').encode(),
        GOOD.replace('["1", 4]', '["1", true]').encode(),
        GOOD.replace('["1", 4]', '["1", 4.5]').encode(),
        GOOD.replace('["1", 4]', '["1", -1]').encode(),
        GOOD.replace('["1", 4]', '["1", 99999999999999]').encode(),
        GOOD.replace('["1", 4]', "[1, 4]").encode(),
        GOOD.replace('["1", 4]', "5").encode(),
        GOOD.replace('["1", 4]', '["1", 4, 5]').encode(),
        GOOD.replace('["1", 4]', '["1", 4, "w", "x"]').encode(),
        GOOD.replace('"format": 1', '"format": 1, "set": 5').encode(),
        GOOD.replace('"format": 1', '"format": 1, "decks": {"t": 5}').encode(),
        GOOD.replace('"format": 1', '"format": 1, "decks": "t"').encode(),
    ],
    ids=range(21),
)
def test_a_damaged_file_is_a_diagnostic(damaged: bytes) -> None:
    """Going on without the state would touch every note: the build stops with a remedy."""
    with pytest.raises(BuildError) as caught:
        loads(damaged, "deck-state.json")
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic).startswith("deck-state.json:1:1: the deck's state cannot be read, ")
    assert diagnostic.remedy == (
        "restore it from version control, or rebuild it with `studypack deck-state --from deck.apkg`"
    )


def test_a_merge_conflict_is_found_at_its_line() -> None:
    """Marks of a conflict have the place where they stand."""
    text = dumps(_state({"a": Seen("1", 4)})).decode().replace('  "a"', '<<<<<<< ours\n  "a"')
    with pytest.raises(BuildError) as caught:
        loads(text.encode(), "deck-state.json")
    assert str(caught.value).startswith("deck-state.json:11:1: ")
