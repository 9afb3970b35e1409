"""Figures that the text computes are computed here again."""

from __future__ import annotations

import re
from math import factorial

from studypack.questions.loader import load
from studypack.resources import bundled_set

from tests.running import ROOT

ENGINEERING = (ROOT / "content/amazon-backend/questions/engineering.yaml").read_text("utf-8")
DESIGN = (ROOT / "content/amazon-backend/questions/design.yaml").read_text("utf-8")


def _p99(times: dict[int, float]) -> int:
    """Return the 99th percentile of a distribution: time in ms to its probability."""
    reached = 0.0
    for time in sorted(times):
        reached += times[time]
        if reached >= 0.99:
            return time
    raise ValueError("the probabilities do not reach 0.99")


def test_the_p99_of_a_sum_can_exceed_the_sum_of_the_p99s() -> None:
    """Two steps with a p99 of 10 ms have a total with a p99 of 510 ms."""
    step = {10: 0.991, 500: 0.009}
    total: dict[int, float] = {}
    for first, p in step.items():
        for second, q in step.items():
            total[first + second] = total.get(first + second, 0) + p * q
    assert (_p99(step), _p99(total)) == (10, 510)
    assert "their total has one of 510 ms" in ENGINEERING


def test_a_pool_of_thirty_hardly_waits_at_ninety_per_cent() -> None:
    """Erlang's C formula gives a mean response of 1.16 service times for 30 servers."""
    servers, load = 30, 27.0
    waiting = load**servers / factorial(servers) * servers / (servers - load)
    wait = waiting / (sum(load**k / factorial(k) for k in range(servers)) + waiting)
    assert round(1 + wait / (servers - load), 2) == 1.16
    assert "A pool of 30 servers at 90% needs only 1.16" in ENGINEERING


def test_the_storage_of_the_chat_is_that_of_its_messages() -> None:
    """A hundred thousand messages of 1 KB a second are 8.64 TB a day."""
    assert 100_000 * 1_000 * 86_400 == 8.64e12
    assert DESIGN.count("8.64 TB a day") == 2


def test_hash_mod_n_moves_ten_keys_in_eleven() -> None:
    """From 10 to 11 shards, a key stays only where both remainders agree."""
    moved = sum(key % 10 != key % 11 for key in range(110))
    assert moved == 100


def test_the_sums_of_the_plan_are_right() -> None:
    """Two questions a day take 22 days; sixteen cards a day (a term has two) are done before the last of five weeks."""
    loaded = load(bundled_set()).question_set
    plan = loaded.header.introduction or ""
    assert "has 44 questions. At two a day, the first pass takes 22 days; at sixteen new cards a day" in plan
    assert len(loaded.questions) == 44 == 2 * 22
    gaps = [len(set(re.findall(r"{{c(\d)::", card.cloze or ""))) or 1 for q in loaded.questions for card in q.cards]
    assert 16 * 21 < len(loaded.questions) + sum(gaps) + 2 * len(loaded.glossary) <= 16 * 28
