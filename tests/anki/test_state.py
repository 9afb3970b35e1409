"""The modification time of a note advances exactly when the note changes."""

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
    """Without an earlier state, every note is new and gets the time of the build."""
    state, changes = _advance(DeckState(), {"a": "1", "b": "2"}, {"type": "3"}, 100, t="Set::T")
    assert state.notes == {"a": Seen("1", 100, "What is a?"), "b": Seen("2", 100, "What is b?")}
    assert (state.set_id, state.decks, state.note_types) == ("made", {"t": "Set::T"}, {"type": Seen("3", 100)})
    assert changes == (("a", "b"), (), (), ())


def test_added_changed_and_retired_are_told_apart() -> None:
    """A new key is added, another digest is changed, a missing key is retired, and anything else is unchanged."""
    old = _state({"same": Seen("1", 100), "changed": Seen("1", 100), "gone": Seen("1", 100, "Old?")})
    state, changes = _advance(old, {"new": "1", "changed": "2", "same": "1"}, now=200)
    assert changes[:3] == (("new",), ("changed",), ("gone",))
    assert {key: seen.modified for key, seen in state.notes.items()} == {"same": 100, "changed": 200, "new": 200}
    assert state.retired == {"gone": Seen("1", 100, "Old?")}
    assert _advance(state, {"new": "1", "changed": "2", "same": "1"}, now=300) == (state, ((), (), (), ()))


def test_a_note_that_comes_back_goes_on() -> None:
    """A retired note that returns with changes is newer than the one that Anki may still have."""
    old, _ = _advance(DeckState(), {"a": "1"}, now=100)
    without, _ = _advance(old, {}, now=200)
    assert _advance(without, {"a": "1"}, now=300)[0] == old
    state, changes = _advance(without, {"a": "2"}, now=300)
    assert (state.notes["a"].modified, dict(state.retired)) == (300, {})
    assert changes.changed == ("a",)


def test_a_renamed_deck_is_told_once() -> None:
    """The old and new name of a renamed deck are reported by the first build only."""
    old, _ = _advance(DeckState(), {}, t="Set::T", u="Set::U")
    state, changes = _advance(old, {}, t="Set::T", u="Set::V")
    assert changes.moved == (("Set::U", "Set::V"),)
    assert _advance(state, {}, t="Set::T", u="Set::V")[1].moved == ()


def test_a_clock_set_back_does_not_hide_a_change() -> None:
    """A changed note gets at least one second more than before, because Anki updates only older notes."""
    old = _state({"a": Seen("1", 500)}, note_types={"t": Seen("1", 500)})
    state, _ = _advance(old, {"a": "2"}, {"t": "2"}, 100)
    assert (state.notes["a"].modified, state.note_types["t"].modified) == (501, 501)


@given(st.lists(st.tuples(DIGESTS, TIMES), max_size=6))
@settings(max_examples=100, deadline=None)
def test_times_advance_exactly_when_digests_change(builds: list[tuple[dict[str, str], int]]) -> None:
    """Over any number of builds and for any clock, a time increases exactly when the digest changes."""
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
    """Any state can be written and read back, and the file does not depend on the order of notes."""
    kinds = {key: seen._replace(words="") for key, seen in types.items()}
    state = _state(notes, note_types=kinds, retired=types, decks=dict.fromkeys(notes, "D"))
    assert loads(dumps(state), "f") == state
    assert dumps(state) == dumps(replace(state, notes=dict(reversed(notes.items()))))


def test_the_file_has_one_line_for_each_note() -> None:
    """The file has one line per note in sorted order and ends with a line feed, for readable diffs."""
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
    """A damaged state stops the build with a remedy, because continuing without it would update every note."""
    with pytest.raises(BuildError) as caught:
        loads(damaged, "deck-state.json")
    (diagnostic,) = caught.value.diagnostics
    assert str(diagnostic).startswith("deck-state.json:1:1: the deck's state cannot be read, ")
    assert diagnostic.remedy == (
        "restore it from version control, or rebuild it with `studypack deck-state --from deck.apkg`"
    )


def test_a_merge_conflict_is_found_at_its_line() -> None:
    """Conflict markers are reported with their line."""
    text = dumps(_state({"a": Seen("1", 4)})).decode().replace('  "a"', '<<<<<<< ours\n  "a"')
    with pytest.raises(BuildError) as caught:
        loads(text.encode(), "deck-state.json")
    assert str(caught.value).startswith("deck-state.json:11:1: ")


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\uDFFF x"', '"a\ud800"'])
def test_half_a_pair_of_surrogates_is_a_damaged_state(text: str) -> None:
    """It could be written into no deck: the state says so, and not the deck's engine."""
    raw = f'{{"format": 1, "set": "made", "decks": {{"a": {text}}}, "note_types": {{}}, "notes": {{}}}}'
    with pytest.raises(BuildError, match=r"state cannot be read, Unicode(En|De)codeError"):
        loads(raw.encode("utf-8", "surrogatepass"), "deck-state.json")


def test_a_pair_of_surrogates_is_a_character() -> None:
    """JSON may write any character in this way."""
    raw = rb'{"format": 1, "set": "made", "decks": {"a": "\ud83d\ude00"}, "note_types": {}, "notes": {}}'
    assert loads(raw, "deck-state.json").decks == {"a": "\U0001f600"}
