"""The listings of the topic `concurrency` do what their captions say."""

from __future__ import annotations

import asyncio
import selectors
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.content.listings import LISTINGS, load_python, run_java

TRANSFER = "deadlock-transfer.java"
COUNTER = "thread-safety-counter.java"
GATHER = "sync-vs-async-gather.py"

HOLD_THE_LOWER_ID = """
class Probe {
    public static void main(String[] args) throws Exception {
        var low = new Transfers.Account(1);
        var high = new Transfers.Account(2);
        Thread transfer = new Thread(() -> Transfers.transfer(high, low, 1));
        transfer.setDaemon(true);
        synchronized (low) {
            transfer.start();
            while (transfer.getState() != Thread.State.BLOCKED && transfer.isAlive()) Thread.sleep(1);
            System.out.println(transfer.getState());
            Thread free = new Thread(() -> { synchronized (high) { } });
            free.setDaemon(true);
            free.start();
            free.join(5_000);
            System.out.println(free.getState());
        }
    }
}
"""

REFUSALS = """
class Probe {
    public static void main(String[] args) {
        var a = new Transfers.Account(1);
        var b = new Transfers.Account(2);
        System.out.println(Transfers.transfer(a, b, 1_000_000) + " " + a.balance + " " + b.balance);
        System.out.println(Transfers.transfer(a, b, 1) + " " + a.balance + " " + b.balance);
        refused(() -> Transfers.transfer(b, b, 1));
        refused(() -> Transfers.transfer(b, a, -1));
        System.out.println(a.balance + " " + b.balance);
    }

    static void refused(Runnable call) {
        try {
            call.run();
            System.out.println("accepted");
        } catch (IllegalArgumentException error) {
            System.out.println("refused");
        }
    }
}
"""

HOLD_THE_LOCK = """
class Probe {
    public static void main(String[] args) throws Exception {
        Thread step = new Thread(() -> Counters.locked());
        synchronized (Counters.class) {
            step.start();
            while (step.getState() != Thread.State.BLOCKED && step.isAlive()) Thread.sleep(1);
            System.out.println(step.getState() + " " + Counters.guarded);
        }
        step.join();
        System.out.println(Counters.guarded);
    }
}
"""

MEETING_READERS = """
class AtomicInteger {
    private final java.util.concurrent.atomic.AtomicInteger real =
        new java.util.concurrent.atomic.AtomicInteger();
    private final CountDownLatch readers = new CountDownLatch(2);

    int get() throws InterruptedException {
        int seen = real.get();
        if (Thread.currentThread().getName().equals("main")) return seen;
        readers.countDown(); // nobody who has read goes on before a second one has read, too
        readers.await(30, TimeUnit.SECONDS);
        return seen;
    }

    void set(int value) { real.set(value); }

    boolean compareAndSet(int seen, int value) { return real.compareAndSet(seen, value); }

    int incrementAndGet() { return real.incrementAndGet(); }
}
"""


def probe(listing: str, main: str, folder: Path) -> list[str]:
    """Run the class `main` beside the listing's classes; return the lines it prints."""
    source = (LISTINGS / listing).read_text(encoding="utf-8")
    head, brace, classes = source.partition("\nclass ")
    file = folder / "Probe.java"
    file.write_text(head + main + brace + classes, encoding="utf-8")
    return run_java(str(file)).splitlines()


def test_many_opposite_transfers_finish_and_money_is_conserved() -> None:
    """A million transfers each way all move money, and the two balances still add up to 2,000,000."""
    assert run_java(TRANSFER).split() == ["2000000", "2000000"]


def test_a_transfer_waits_for_the_lower_id_without_holding_the_higher(tmp_path: Path) -> None:
    """From account 2 to account 1: while 1 is taken, 2 stays free, so no cycle can form."""
    assert probe(TRANSFER, HOLD_THE_LOWER_ID, tmp_path) == ["BLOCKED", "TERMINATED"]


def test_a_transfer_never_overdraws_and_refuses_nonsense(tmp_path: Path) -> None:
    """The last penny may go, not more; neither to oneself nor backwards."""
    assert probe(TRANSFER, REFUSALS, tmp_path) == [
        "true 0 2000000",
        "false 0 2000000",
        "refused",
        "refused",
        "0 2000000",
    ]


def test_the_plain_counter_loses_updates_and_the_three_fixes_none() -> None:
    """Of 2,000 plain increments 1,000 are lost; of 2,000,000 by each fix none."""
    assert run_java(COUNTER).splitlines() == [
        "plain 1000",
        "lock 2000000",
        "atomic 2000000",
        "confined 2000000",
    ]


def test_volatile_makes_no_difference_to_the_loss(tmp_path: Path) -> None:
    """Without the word the plain counter still loses exactly half."""
    source = (LISTINGS / COUNTER).read_text(encoding="utf-8")
    assert "static volatile int plain;" in source
    file = tmp_path / "Counters.java"
    file.write_text(source.replace("static volatile int plain;", "static int plain;"), encoding="utf-8")
    assert run_java(str(file)).splitlines()[0] == "plain 1000"


def test_the_atomic_increment_is_one_step(tmp_path: Path) -> None:
    """Not a read and then a write: readers who wait for each other would lose an update.

    Contention alone shows such a loss in two runs of three; this stand-in makes it certain.
    """
    source = (LISTINGS / COUNTER).read_text(encoding="utf-8")
    real = "import java.util.concurrent.atomic.AtomicInteger;\n"
    assert real in source
    assert "AtomicInteger atomic = new AtomicInteger();" in source
    file = tmp_path / "Counters.java"
    file.write_text(source.replace(real, "") + MEETING_READERS, encoding="utf-8")
    assert "atomic 2000000" in run_java(str(file)).splitlines()


def test_the_locked_increment_waits_for_the_lock(tmp_path: Path) -> None:
    """While another thread holds the lock, nothing is counted; afterwards it is."""
    assert probe(COUNTER, HOLD_THE_LOCK, tmp_path) == ["BLOCKED 0", "1"]


class Waits(selectors.SelectSelector):
    """Does not wait: it lets a clock go on by as long as it was told to wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.sleep(timeout or 0.0)
        return super().select(0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose clock goes on by what is waited for alone: nothing depends on how fast the machine is."""

    def __init__(self) -> None:
        self.clock = Waits()
        super().__init__(self.clock)

    def time(self) -> float:
        return self.clock.now


def played(plan: str) -> tuple[float, Any, int]:
    """Run one of the listing's plans; return its seconds, its result, and how often a task of 10 ms had a turn."""
    listing = load_python(GATHER)
    turns = 0

    async def ticker() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.01)
            turns += 1

    async def beside() -> Any:
        ticking = asyncio.create_task(ticker())
        result = await listing[plan]()
        ticking.cancel()
        return result

    with asyncio.Runner(loop_factory=Loop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        listing[plan].__globals__["time"] = SimpleNamespace(sleep=loop.clock.sleep)
        result = runner.run(beside())
        return loop.time(), result, turns


@pytest.mark.parametrize(("plan", "seconds"), [("in_turn", 0.3), ("together", 0.1), ("blocking", 0.3)])
def test_waits_together_take_as_long_as_one(plan: str, seconds: float) -> None:
    """Three waits of 100 ms end together; awaited one by one, or gathered but blocking the loop, they add up."""
    spent, result, _ = played(plan)
    assert spent == pytest.approx(seconds, abs=0.005)
    assert result == ["user", "cart", "stock"]


@pytest.mark.parametrize(("plan", "least"), [("in_turn", 27), ("together", 8)])
def test_an_awaiting_plan_leaves_the_loop_to_others(plan: str, least: int) -> None:
    """While the calls wait, another task gets its turn every 10 ms."""
    assert played(plan)[2] >= least


def test_a_blocking_call_stalls_everyone() -> None:
    """During each blocking call no other task runs, so at most one turn lies between two calls."""
    assert played("blocking")[2] <= 2
