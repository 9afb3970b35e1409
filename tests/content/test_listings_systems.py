"""The listings of the topic `systems` do what their captions say, and its figures are computed again."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

import pytest
from studypack.questions.loader import load
from studypack.resources import bundled_set

from tests.content.listings import load_python, run_java
from tests.content.test_listings_databases import _statements

Limiter: Any = load_python("rate-limiter-token-bucket.py")["Limiter"]
Ring: Any = load_python("consistent-hashing-ring.py")["Ring"]
isolation = load_python("transaction-isolation-skew.py")
outbox = load_python("queue-outbox.py")

QUESTIONS = {question.id: question for question in load(bundled_set()).question_set.questions}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_bucket_admits_what_the_figure_shows() -> None:
    """100 at 0.9 s, then 20 of 100 at 1.1 s; the first refused one is told to wait a hundredth of a second."""
    clock = Clock()
    limiter = Limiter(100, 100, clock)
    clock.now = 0.9
    assert [limiter.take("ana") for _ in range(100)] == [0] * 100
    clock.now = 1.1
    waits = [limiter.take("ana") for _ in range(100)]
    assert waits.count(0) == 20
    assert waits[20] == pytest.approx(0.01)
    assert limiter.take("ben") == 0


def test_a_bucket_admits_at_most_burst_and_rate_times_time() -> None:
    """Whatever the arrivals, no stretch of time admits more than b + r × t; costly requests take several tokens."""
    source, clock = random.Random(3), Clock()
    limiter = Limiter(5, 10, clock)
    admitted = []
    for _ in range(2000):
        clock.now += source.random() * 0.1
        admitted += [clock.now] if not limiter.take("ana") else []
    for start in range(0, len(admitted), 7):
        for end in range(start, len(admitted), 11):
            assert end - start + 1 <= 10 + 5 * (admitted[end] - admitted[start]) + 1e-6
    assert Limiter(5, 10, clock).take("ben", cost=10) == 0
    with pytest.raises(ValueError, match="bucket"):
        limiter.take("ben", cost=11)


def test_each_statement_changes_as_many_rows_as_it_says() -> None:
    """Two lamps are reserved, the third buyer gets none, and only one of sold and expired happens."""
    promised, changed = [], []
    with closing(sqlite3.connect(":memory:")) as database:
        for statement in _statements("stock-reservation.sql"):
            count = database.execute(statement).rowcount
            if " row" in (comment := statement.rpartition("--")[2]):
                promised.append(int(comment.split()[0]))
                changed.append(count)
        rows = database.execute("SELECT free, (SELECT group_concat(state) FROM reservations) FROM stock").fetchall()
    assert changed == promised == [1, 1, 0, 1, 1, 1, 0]
    assert rows == [(1, "sold,expired")]


def test_snapshot_isolation_stops_the_second_deposit() -> None:
    """Two transactions read 100 and write the sum: the second to commit must begin again."""
    store = isolation["Store"]({"balance": 100})
    first, second = isolation["Transaction"](store), isolation["Transaction"](store)
    for transaction, amount in ((first, 20), (second, 50)):
        transaction.write("balance", transaction.read("balance") + amount)
    first.commit()
    with pytest.raises(isolation["ConflictError"]):
        second.commit()
    assert store.rows == {"balance": 120}


def test_snapshot_isolation_lets_both_admins_step_down() -> None:
    """Each sees the other in its snapshot; one after the other, only the first may go."""
    admins = ["ana", "ben"]
    store = isolation["Store"](dict.fromkeys(admins, True))
    both = [isolation["Transaction"](store) for _ in admins]
    for transaction, me in zip(both, admins, strict=True):
        isolation["step_down"](transaction, admins, me)
    for transaction in both:
        transaction.commit()
    assert not any(store.rows.values())
    store = isolation["Store"](dict.fromkeys(admins, True))
    for me in admins:
        transaction = isolation["Transaction"](store)
        isolation["step_down"](transaction, admins, me)
        transaction.commit()  # the second has written nothing, and commits all the same
    assert store.rows == {"ana": False, "ben": True}


def test_an_event_that_is_published_twice_counts_once() -> None:
    """The relay dies after publishing; run again, it repeats the event, and the revenue is still right."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(outbox["SCHEMA"])
        for order, total in ((1, 30), (2, 12)):
            outbox["place_order"](database, order, total)
        with pytest.raises(sqlite3.IntegrityError):
            outbox["place_order"](database, 2, 99)  # neither the order nor its event
        published: list[tuple[int, int]] = []

        def dies(event: int, payload: int) -> None:
            published.append((event, payload))
            raise RuntimeError

        with pytest.raises(RuntimeError):
            outbox["relay"](database, dies)
        outbox["relay"](database, lambda *message: published.append(message))
        outbox["relay"](database, lambda *message: published.append(message))
        for message in published:
            outbox["consume"](database, *message)
        assert published == [(1, 30), (1, 30), (2, 12)]
        assert database.execute("SELECT total FROM revenue").fetchone() == (42,)


def test_an_eleventh_server_takes_its_share_and_nothing_else_moves() -> None:
    """10.7% of 100,000 keys, as the caption says, all to the new server and from each of the ten."""
    keys = [f"key-{n}" for n in range(100_000)]
    ring = Ring([f"server-{n}" for n in range(10)])
    before = [ring.owner(key) for key in keys]
    ring.add("server-10")
    moved = [(old, new) for old, key in zip(before, keys, strict=True) if old != (new := ring.owner(key))]
    assert round(100 * len(moved) / len(keys), 1) == 10.7
    assert {new for _, new in moved} == {"server-10"}
    assert len({old for old, _ in moved}) == 10
    ring.remove("server-10")
    assert [ring.owner(key) for key in keys[:1000]] == before[:1000]
    with pytest.raises(LookupError):
        Ring().owner("key")


def test_virtual_points_even_out_the_shares() -> None:
    """The mean of the largest of ten shares is the tenth harmonic number with one point each, 1.16 with 100."""
    assert round(sum(1 / n for n in range(1, 11)), 1) == 2.9
    source = random.Random(7)

    def largest(points: int) -> float:
        ring = sorted((source.random(), n % 10) for n in range(10 * points))
        shares, last = Counter[int](), ring[-1][0] - 1
        for place, server in ring:
            shares[server] += place - last  # type: ignore[assignment]
            last = place
        return max(shares.values()) * 10

    assert sum(largest(10) for _ in range(400)) / 400 == pytest.approx(1.5, abs=0.05)
    assert sum(largest(100) for _ in range(200)) / 200 == pytest.approx(1.16, abs=0.02)
    assert "1.16 × |" in str(QUESTIONS["consistent-hashing"].exhibits[2].table)


def test_the_pool_fills_in_the_order_of_the_caption() -> None:
    """Core threads, queue, extra threads, refusals; and all seven accepted tasks are done."""
    printed = run_java("thread-pool-bounded.java").splitlines()
    states = [tuple(int(word) for word in line.replace(":", "").split() if word.isdigit()) for line in printed[:-1]]
    expected = [(1, 0, 0), (2, 0, 0), (2, 1, 0), (2, 2, 0), (2, 3, 0), (3, 3, 0), (4, 3, 0), (4, 3, 1), (4, 3, 2)]
    assert [state[1:] for state in states] == expected
    assert printed[-1] == "done 7"


def test_the_arithmetic_of_the_pool_and_of_the_stock() -> None:
    """Threads by time per call, rate by time, and sales by the time that a row is locked."""
    assert (50 / 0.1, 50 / 2, 300 * 0.1, 300 - 50 / 2, 150 / 300) == (500, 25, 30, 275, 0.5)
    assert 4 * (5 + 45) / 5 == 40
    assert (1 / 0.002, 10 / 0.002) == (500, 5000)
