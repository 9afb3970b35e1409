"""The listings of the topic `distributed` do what their captions say."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from tests.content.listings import load_python

CALLERS = 20


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on without waiting, and note by how much."""
        self.pauses.append(seconds)
        self.now += seconds


class Loader:
    """Counts its calls, and answers only once it is let go."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = answers
        self.calls = 0
        self.started = threading.Event()
        self.go = threading.Event()

    def __call__(self, key: str) -> str:
        answer = self.answers[min(self.calls, len(self.answers) - 1)]
        self.calls += 1
        self.started.set()
        assert self.go.wait(30)
        if isinstance(answer, Exception):
            raise answer
        return answer


def at_once(loader: Loader, cache: Any, monkeypatch: pytest.MonkeyPatch) -> list[Future[str]]:
    """Let all callers ask for one key, and the load return once each of them waits for it."""
    waiting = threading.Semaphore(0)
    result = Future.result

    def counted(entry: Future[str], timeout: float | None = None) -> str:
        waiting.release()
        return result(entry, timeout)

    with ThreadPoolExecutor(CALLERS) as pool, monkeypatch.context() as patch:
        patch.setattr(Future, "result", counted)
        asked = [pool.submit(cache.get, "k") for _ in range(CALLERS)]
        try:
            for _ in range(CALLERS - 1):
                assert waiting.acquire(timeout=20), "not all others came to wait"
        finally:
            loader.go.set()
    return asked


def cache_of(load: Callable[[str], str], clock: Clock, ttl: float = 10) -> Any:
    """Return the listing's cache."""
    return load_python("caching-single-flight.py")["Cache"](load, ttl, clock)


def test_concurrent_callers_of_a_missing_key_share_one_load(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Twenty callers meet an empty cache: one load, and everyone gets its value."""
    loader = Loader("v1", "v2")
    asked = at_once(loader, cache_of(loader, Clock()), monkeypatch)
    assert [f.result() for f in asked] == ["v1"] * CALLERS
    assert loader.calls == 1


def test_a_failed_load_reaches_all_who_wait_and_is_not_cached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The callers of one failing load all see its error; the next caller loads anew."""
    loader = Loader(ConnectionError("down"), "v2")
    cache = cache_of(loader, Clock())
    asked = at_once(loader, cache, monkeypatch)
    assert all(isinstance(f.exception(), ConnectionError) for f in asked)
    assert loader.calls == 1
    assert cache.get("k") == "v2"
    assert loader.calls == 2


def test_a_value_is_kept_until_its_jittered_expiry() -> None:
    """Served without a load for nine tenths of the TTL, loaded again at the TTL."""
    clock, loader = Clock(), Loader("v1", "v2")
    loader.go.set()
    cache = cache_of(loader, clock, ttl=10)
    assert cache.get("k") == "v1"
    clock.now = 8.99
    assert (cache.get("k"), loader.calls) == ("v1", 1)
    clock.now = 10
    assert (cache.get("k"), loader.calls) == ("v2", 2)


def test_expiries_of_keys_loaded_together_differ() -> None:
    """Keys loaded in the same instant do not expire in the same instant."""
    loader = Loader("v")
    loader.go.set()
    cache = cache_of(loader, Clock())
    for number in range(50):
        cache.get(str(number))
    assert len({expiry for _, expiry in cache._entries.values()}) > 10


def test_a_load_that_a_delete_overtook_is_not_stored() -> None:
    """The stale-set race is closed: the old value reaches its caller, not the cache."""
    loader = Loader("old", "new")
    cache = cache_of(loader, Clock())
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(cache.get, "k")
        assert loader.started.wait(20)
        cache.delete("k")
        loader.go.set()
        assert early.result(20) == "old"
    assert cache.get("k") == "new"
    assert cache.get("k") == "new"
    assert loader.calls == 2


def test_an_overtaken_load_does_not_displace_a_newer_value() -> None:
    """An old load that ends after a newer one was stored leaves the newer value there."""
    old = Loader("old")
    loads: Iterator[Callable[[str], str]] = iter([old, lambda _: "new"])
    cache = cache_of(lambda key: next(loads)(key), Clock())
    with ThreadPoolExecutor(1) as pool:
        early = pool.submit(cache.get, "k")
        assert old.started.wait(20)
        cache.delete("k")
        try:
            assert cache.get("k") == "new"
        finally:
            old.go.set()
        assert early.result(20) == "old"
    assert cache.get("k") == "new"


def test_keys_do_not_wait_for_each_other() -> None:
    """A slow load of one key leaves the lock free for another."""
    slow = Loader("slow")
    cache = cache_of(lambda key: slow(key) if key == "slow" else key, Clock())
    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(cache.get, "slow")
        try:
            assert slow.started.wait(20)
            assert pool.submit(cache.get, "fast").result(20) == "fast"
            assert not waiting.done()
        finally:
            slow.go.set()


class Dependency:
    """Fails as often as told; notes the idempotency keys and time limits it was given."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures, self.error = failures, error
        self.keys: list[str] = []
        self.timeouts: list[float] = []

    def __call__(self, key: str, timeout: float) -> str:
        self.keys.append(key)
        self.timeouts.append(timeout)
        if len(self.keys) <= self.failures:
            raise self.error
        return "done"


class Backoff:
    """The listing on backoff, with a clock of its own and a chosen draw of the jitter."""

    def __init__(self) -> None:
        listing = load_python("distributed-pitfalls-backoff.py")
        self.error: type[Exception] = listing["TransientError"]
        self.clock = Clock()
        self.drawn: list[tuple[float, float]] = []
        self.longest = True
        self.retry = listing["retry"]
        self.retry.__globals__["time"] = SimpleNamespace(monotonic=self.clock, sleep=self.clock.sleep)
        self.retry.__globals__["random"] = SimpleNamespace(uniform=self.uniform)

    def uniform(self, low: float, high: float) -> float:
        """Return an end of the range, and note the range."""
        self.drawn.append((low, high))
        return high if self.longest else low


@pytest.fixture
def backoff() -> Backoff:
    return Backoff()


def test_a_transient_failure_is_retried_with_the_same_key(backoff: Backoff) -> None:
    """Two failures, then success: three calls, all with one idempotency key."""
    callee = Dependency(2, backoff.error())
    assert backoff.retry(callee) == "done"
    assert len(callee.keys) == 3
    assert len(set(callee.keys)) == 1


def test_each_operation_has_a_key_of_its_own(backoff: Backoff) -> None:
    """Two operations are not taken for one."""
    callee = Dependency(0, backoff.error())
    backoff.retry(callee)
    backoff.retry(callee)
    assert len(set(callee.keys)) == 2


def test_the_bound_doubles_up_to_the_cap(backoff: Backoff) -> None:
    """The longest pauses are 0.1, 0.2, 0.4, … seconds, and never above the cap."""
    backoff.retry(Dependency(6, backoff.error()), attempts=7, cap=1.0, budget=60)
    assert backoff.clock.pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0])


def test_the_jitter_is_full(backoff: Backoff) -> None:
    """Each pause is drawn from zero to the bound."""
    backoff.longest = False
    backoff.retry(Dependency(2, backoff.error()))
    assert [low for low, _ in backoff.drawn] == [0, 0]
    assert [high for _, high in backoff.drawn] == pytest.approx([0.1, 0.2])
    assert backoff.clock.pauses == [0, 0]


def test_the_attempts_are_limited(backoff: Backoff) -> None:
    """Four attempts, three pauses, then the error."""
    callee = Dependency(99, backoff.error())
    with pytest.raises(backoff.error):
        backoff.retry(callee)
    assert (len(callee.keys), len(backoff.clock.pauses)) == (4, 3)


def test_no_pause_outlives_the_deadline(backoff: Backoff) -> None:
    """With half a second in all, the third pause would end too late, so the error comes now."""
    callee = Dependency(99, backoff.error())
    with pytest.raises(backoff.error):
        backoff.retry(callee, budget=0.5)
    assert backoff.clock.pauses == pytest.approx([0.1, 0.2])
    assert callee.timeouts == pytest.approx([0.5, 0.4, 0.2])


def test_a_sleep_that_overruns_the_deadline_ends_the_attempts(backoff: Backoff) -> None:
    """No attempt begins with no time left, however long a pause lasted."""
    callee = Dependency(99, backoff.error())
    backoff.retry.__globals__["time"].sleep = lambda pause: backoff.clock.sleep(pause + 5)
    with pytest.raises(backoff.error):
        backoff.retry(callee)
    assert callee.timeouts == [1]


def test_the_default_cap_is_reached(backoff: Backoff) -> None:
    """The third pause would be 0.4 s and is cut to 0.3 s."""
    with pytest.raises(backoff.error):
        backoff.retry(Dependency(99, backoff.error()))
    assert backoff.clock.pauses == pytest.approx([0.1, 0.2, 0.3])


def test_a_call_that_hangs_leaves_time_for_the_others(backoff: Backoff) -> None:
    """Each attempt may last one second, so that the first cannot use up the budget of all."""
    callee = Dependency(99, backoff.error())

    def hangs(key: str, timeout: float) -> str:
        backoff.clock.now += timeout
        return callee(key, timeout)

    with pytest.raises(backoff.error):
        backoff.retry(hangs)
    assert callee.timeouts == pytest.approx([1, 1, 1, 1])


def test_other_errors_are_not_retried(backoff: Backoff) -> None:
    """A validation error comes through at the first call."""
    callee = Dependency(99, ValueError("no such currency"))
    with pytest.raises(ValueError, match="currency"):
        backoff.retry(callee)
    assert len(callee.keys) == 1
