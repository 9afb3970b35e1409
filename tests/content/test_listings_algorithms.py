"""The listings of the topic `algorithms` do what their captions say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.listings import load_python

CHAINED = "hash-table-chained.py"
ChainedMap: Any = load_python(CHAINED)["ChainedMap"]

# Few keys, so that many are put twice; 1, 1.0 and True are equal, and all multiples of 64 share a low hash.
KEYS = st.one_of(st.integers(-20, 20), st.booleans(), st.sampled_from([1.0, 64, 128, 192, 256]), st.text(max_size=2))


class Key:
    """A key that counts how often it is hashed and compared."""

    hashed = 0
    compared = 0

    def __init__(self, name: int, hash_code: int) -> None:
        self.name, self.hash_code = name, hash_code

    def __hash__(self) -> int:
        Key.hashed += 1
        return self.hash_code

    def __eq__(self, other: object) -> bool:
        Key.compared += 1
        return isinstance(other, Key) and self.name == other.name


@pytest.fixture(autouse=True)
def _counts_from_zero() -> None:
    Key.hashed = Key.compared = 0


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(KEYS, st.integers()), max_size=60))
def test_agrees_with_a_dict(puts: list[tuple[Any, int]]) -> None:
    """After any sequence of puts, each key has the value that a dict has for it, and no other key has one."""
    ours, theirs = ChainedMap(), dict[Any, int]()
    for key, value in puts:
        ours.put(key, value)
        theirs[key] = value
        assert ours.get(key) == value
    assert {key: ours.get(key) for key in theirs} == theirs
    assert ours._size == len(theirs)
    assert ours.get("not there", "none") == "none"


def test_keys_in_one_bucket_stay_apart() -> None:
    """Fifty keys with the same hash keep fifty values, because the keys are stored and compared."""
    table = ChainedMap()
    keys = [Key(n, 7) for n in range(50)]
    for key in keys:
        table.put(key, key.name)
    assert [table.get(Key(n, 7)) for n in range(50)] == list(range(50))
    assert table.get(Key(50, 7)) is None


def test_putting_a_key_again_replaces_its_value() -> None:
    """A hundred puts of one key make one entry, with the last value."""
    table = ChainedMap()
    for value in range(100):
        table.put("k", value)
    assert (table.get("k"), table._size, len(table._buckets)) == (99, 1, 8)


def test_a_removed_key_is_gone_and_its_neighbours_stay() -> None:
    """Of three keys with one hash the middle one goes; removing it again changes nothing."""
    table = ChainedMap()
    for name in range(3):
        table.put(Key(name, 7), name)
    for _ in range(2):
        table.remove(Key(1, 7))
        assert [table.get(Key(name, 7)) for name in range(3)] == [0, None, 2]
        assert table._size == 2


def test_doubles_beyond_the_load_factor() -> None:
    """Eight buckets take six entries (0.75); the seventh doubles them, the thirteenth again."""
    table = ChainedMap()
    sizes = []
    for n in range(13):
        table.put(n, n)
        sizes.append(len(table._buckets))
    assert sizes == [8] * 6 + [16] * 6 + [32]


def test_growth_is_amortised() -> None:
    """All doublings together move fewer than two entries per put."""
    table, puts = ChainedMap(), 10_000
    for n in range(puts):
        table.put(Key(n, n), n)
    moved = Key.hashed - 2 * puts  # each put hashes twice, each move once
    assert 0 < moved < 2 * puts


def test_colliding_keys_cost_quadratic_comparisons() -> None:
    """Keys of one hash need n(n − 1)/2 comparisons, keys spread over the buckets fewer than n."""
    n = 300
    spread, attacked = ChainedMap(), ChainedMap()
    for name in range(n):
        spread.put(Key(name, name), name)
    assert Key.compared < n
    Key.compared = 0
    for name in range(n):
        attacked.put(Key(name, 7), name)
    assert Key.compared == n * (n - 1) / 2
