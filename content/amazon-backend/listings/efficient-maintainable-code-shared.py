"""Membership: a list against a set."""

import timeit
from functools import partial


def shared_slow(ours, theirs):  # O(n × m): `in` walks the list
    return [key for key in ours if key in theirs]


def shared(ours, theirs):  # expected O(n + m): `in` hashes once
    known = set(theirs)  # built once; the keys must be hashable
    return [key for key in ours if key in known]


if __name__ == "__main__":
    ours = [f"payment-{i}" for i in range(5_000)]
    theirs = [f"payment-{i}" for i in range(4_000, 9_000)]
    assert shared(ours, theirs) == shared_slow(ours, theirs)
    for find in (shared_slow, shared):
        timer = timeit.Timer(partial(find, ours, theirs))
        best = min(timer.repeat(5, number=1)) * 1000
        print(f"{find.__name__}: {best:.1f} ms")
