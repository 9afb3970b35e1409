"""Modification times of notes: they advance exactly when a note changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.deck_state import LATEST, DeckState, Seen, advance, dumps, loads
from generator.errors import BuildError

DIGESTS = st.dictionaries(st.sampled_from("abcde"), st.sampled_from(["1", "2"]), max_size=5)
TIMES = st.integers(0, LATEST)
SEEN = st.dictionaries(st.text(max_size=8), st.builds(Seen, st.text(max_size=8), TIMES), max_size=6)


def test_the_first_deck_is_all_new() -> None:
    """Without an old state every note is added, with the time of the build."""
    state, changes = advance(DeckState(), {"a": "1", "b": "2"}, {"type": "3"}, 100)
    assert state == DeckState({"a": Seen("1", 100), "b": Seen("2", 100)}, {"type": Seen("3", 100)})
    assert changes == (("a", "b"), (), ())


def test_added_changed_and_retired_are_told_apart() -> None:
    """A new key, another digest, and a key that is gone; what is as it was is none of them."""
    old = DeckState({"same": Seen("1", 100), "changed": Seen("1", 100), "gone": Seen("1", 100)})
    state, changes = advance(old, {"new": "1", "changed": "2", "same": "1"}, {}, 200)
    assert changes == (("new",), ("changed",), ("gone",))
    assert state.notes == {
        "same": Seen("1", 100),
        "changed": Seen("2", 200),
        "new": Seen("1", 200),
        "gone": Seen("1", 100),
    }


def test_a_note_that_comes_back_goes_on() -> None:
    """A retired note is remembered: when it returns changed it is newer than the one that Anki may still have."""
    old, _ = advance(DeckState(), {"a": "1"}, {}, 100)
    without, _ = advance(old, {}, {}, 200)
    state, changes = advance(without, {"a": "2"}, {}, 300)
    assert state.notes == {"a": Seen("2", 300)}
    assert changes.changed == ("a",)


def test_a_clock_set_back_does_not_hide_a_change() -> None:
    """A changed note gets at least one second more than it had: Anki updates only what is newer."""
    old = DeckState({"a": Seen("1", 500)}, {"t": Seen("1", 500)})
    state, _ = advance(old, {"a": "2"}, {"t": "2"}, 100)
    assert state == DeckState({"a": Seen("2", 501)}, {"t": Seen("2", 501)})


@given(st.lists(st.tuples(DIGESTS, TIMES), max_size=6))
@settings(max_examples=100, deadline=None)
def test_times_advance_exactly_when_digests_change(builds: list[tuple[dict[str, str], int]]) -> None:
    """Over any number of builds, whatever the clock says: a time changes with its digest, and only upwards."""
    state = DeckState()
    for digests, now in builds:
        after, changes = advance(state, digests, digests, now)
        for key, digest in digests.items():
            before, seen = state.notes.get(key), after.notes[key]
            assert seen.digest == digest
            if before is not None:
                assert (seen.modified > before.modified) == (seen.digest != before.digest)
                assert seen.modified >= before.modified
                assert (key in changes.changed) == (seen.digest != before.digest)
            assert (key in changes.added) == (before is None)
        assert set(changes.retired) == set(state.notes) - set(digests)
        assert after.notes == after.note_types
        assert after.notes.keys() >= state.notes.keys()
        state = after


@given(SEEN, SEEN)
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_again(notes: dict[str, Seen], types: dict[str, Seen]) -> None:
    """Any state survives the file, and the file does not depend on the order of the notes."""
    state = DeckState(notes, types)
    assert loads(dumps(state), "f") == state
    assert dumps(state) == dumps(DeckState(dict(reversed(notes.items())), types))


def test_the_file_has_one_line_for_each_note() -> None:
    """A changed note is one changed line in a review; the whole is sorted and ends with a line end."""
    text = dumps(DeckState({"b": Seen("2", 5), "a": Seen("1", 4)}, {"t": Seen("3", 6)})).decode()
    assert text == (
        '{\n"format": 1,\n"note_types": {\n  "t": ["3", 6]\n},\n"notes": {\n  "a": ["1", 4],\n  "b": ["2", 5]\n}\n}\n'
    )


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
    ],
    ids=range(16),
)
def test_a_damaged_file_is_a_diagnostic(damaged: bytes) -> None:
    """Going on without the state would touch every note: the build stops with a remedy."""
    with pytest.raises(BuildError) as caught:
        loads(damaged, "deck-state.json")
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic).startswith("deck-state.json:1:1: the deck's state cannot be read, ")
    assert diagnostic.remedy == "restore it from version control; without it every note counts as new"


def test_a_merge_conflict_is_found_at_its_line() -> None:
    """Marks of a conflict have the place where they stand."""
    text = dumps(DeckState({"a": Seen("1", 4)})).decode().replace('  "a"', '<<<<<<< ours\n  "a"')
    with pytest.raises(BuildError) as caught:
        loads(text.encode(), "deck-state.json")
    assert str(caught.value).startswith("deck-state.json:7:1: ")
