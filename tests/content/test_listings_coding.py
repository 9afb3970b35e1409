"""The listings of the topic `coding` solve what their questions ask."""

from __future__ import annotations

import itertools
from collections import Counter, OrderedDict
from itertools import pairwise
from math import log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.content.listings import load_python

merge: Any = load_python("merge-sorted-arrays.py")["merge"]
LRUCache: Any = load_python("lru-cache.py")["LRUCache"]
levels: Any = load_python("dependency-order.py")["levels"]
longest_unique: Any = load_python("longest-unique-window.py")["longest_unique"]
top: Any = load_python("top-k.py")["top"]
locker = load_python("parcel-locker.py")

quickly = settings(max_examples=80, deadline=None, derandomize=True, database=None)
NUMBERS = st.lists(st.integers(-9, 9), max_size=12)


@quickly
@given(st.lists(NUMBERS.map(sorted), max_size=6))
def test_merging_is_sorting_the_sum(arrays: list[list[int]]) -> None:
    """Any sorted arrays, empty ones and none at all included, and the inputs stay as they were."""
    before = [list(array) for array in arrays]
    assert merge(arrays) == sorted(itertools.chain.from_iterable(arrays))
    assert arrays == before


@quickly
@given(st.integers(1, 3), st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers()), max_size=40))
def test_the_cache_agrees_with_an_ordered_dict(capacity: int, steps: list[tuple[bool, int, int]]) -> None:
    """After any gets and puts it holds the entries that were used last."""
    ours, theirs = LRUCache(capacity), OrderedDict[int, int]()
    for put, key, value in steps:
        if put:
            ours.put(key, value)
            theirs[key] = value
        else:
            assert ours.get(key) == theirs.get(key)
        if key in theirs:
            theirs.move_to_end(key)
        while len(theirs) > capacity:
            theirs.popitem(last=False)
        assert len(ours._nodes) == len(theirs)
    assert {key: ours.get(key) for key in theirs} == theirs


def test_the_hand_run_of_the_cache() -> None:
    """Capacity two: put A, put B, get A, put C evicts B."""
    cache = LRUCache(2)
    cache.put("A", 1)
    cache.put("B", 2)
    assert cache.get("A") == 1
    cache.put("C", 3)
    assert (cache.get("A"), cache.get("B"), cache.get("C")) == (1, None, 3)
    with pytest.raises(ValueError, match="positive"):
        LRUCache(0)


def test_the_hand_run_of_the_tasks() -> None:
    """Five tasks come out in the three levels of the table; a task that is only needed is a task."""
    needs = {"data": ["schema"], "service": ["config", "schema"], "tests": ["data", "service"]}
    assert levels(needs) == [["config", "schema"], ["data", "service"], ["tests"]]
    assert levels({}) == []


@quickly
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda edge: edge[0] < edge[1])))
def test_every_need_comes_before(edges: list[tuple[int, int]]) -> None:
    """Each task stands in a later level than all that it needs, and comes out once."""
    needs: dict[int, list[int]] = {}
    for need, task in edges:
        needs.setdefault(task, []).append(need)
    found = levels(needs)
    place = {task: level for level, tasks in enumerate(found) for task in tasks}
    assert all(place[need] < place[task] for need, task in edges)
    assert sum(map(len, found)) == len(place)


@pytest.mark.parametrize("needs", [{"a": ["a"]}, {"a": ["b"], "b": ["a"], "c": ["a"], "d": []}])
def test_a_cycle_is_named(needs: dict[str, list[str]]) -> None:
    """What is on the cycle or behind it is named, what is free is not."""
    with pytest.raises(ValueError, match="'a'") as caught:
        levels(needs)
    assert "'d'" not in str(caught.value)


@quickly
@given(st.text("abc", max_size=12))
def test_the_window_is_the_longest(text: str) -> None:
    """It has no repeats, and no longer part has none."""
    parts = [text[i:j] for i in range(len(text)) for j in range(i + 1, len(text) + 1)]
    assert len(longest_unique(text)) == max((len(p) for p in parts if max(Counter(p).values()) == 1), default=0)
    assert longest_unique(text) in text
    assert all(count == 1 for count in Counter(longest_unique(text)).values())


def test_the_left_end_never_goes_back() -> None:
    """`abba` gives `ab`, not `bba`."""
    assert longest_unique("abba") == "ab"


@quickly
@given(st.integers(0, 5), NUMBERS)
def test_top_is_the_end_of_the_sorted_list(k: int, numbers: list[int]) -> None:
    """For every k, also zero and more than there are."""
    assert top(k, iter(numbers)) == sorted(numbers, reverse=True)[:k]
    assert all(a >= b for a, b in pairwise(top(k, numbers)))


def test_few_items_reach_the_root() -> None:
    """Of a million random numbers about 115 replace one of the best ten."""
    expected = sum(10 / i for i in range(11, 1_000_001))
    assert round(expected) == 115
    assert abs(expected - 10 * log(100_000)) < 1


def test_the_locker_gives_the_smallest_compartment_that_fits() -> None:
    """A medium parcel takes the medium one, the next a large one; a full locker gives no code, a code works once."""
    small, medium, large = locker["Size"]
    codes, now = iter("abcd"), [0.0]
    box = locker["Locker"]([large, small, medium], lambda: next(codes), lambda: now[0])
    assert [box.deposit(f"parcel {n}", medium) for n in range(3)] == ["a", "b", None]
    assert box.deposit("letter", small) == "c"
    now[0] = 3 * 86_400 + 1
    assert [claim.number for claim in box.overdue().values()] == [2, 0, 1]
    assert box.pick_up("a") == "parcel 0"
    assert box.deposit("parcel 3", medium) == "d"
    assert [claim.parcel for claim in box.overdue().values()] == ["parcel 1", "letter"]
    with pytest.raises(KeyError):
        box.pick_up("a")


def test_a_code_in_use_is_drawn_again() -> None:
    """Equal codes in a row do not overwrite a claim: both parcels come out, each under a code of its own."""
    small = locker["Size"].SMALL
    codes = iter("aab")
    box = locker["Locker"]([small, small], lambda: next(codes), lambda: 0.0)
    assert [box.deposit("first", small), box.deposit("second", small)] == ["a", "b"]
    assert [box.pick_up("a"), box.pick_up("b")] == ["first", "second"]


def test_an_overdue_parcel_can_be_freed() -> None:
    """The codes that `overdue` lists empty the compartments, which then take new parcels."""
    small = locker["Size"].SMALL
    codes, now = iter("ab"), [0.0]
    box = locker["Locker"]([small], lambda: next(codes), lambda: now[0])
    assert box.deposit("forgotten", small) == "a"
    assert box.overdue() == {}
    now[0] = 3 * 86_400 + 1
    assert [box.pick_up(code) for code in box.overdue()] == ["forgotten"]
    assert box.overdue() == {}
    assert box.deposit("next", small) == "b"
