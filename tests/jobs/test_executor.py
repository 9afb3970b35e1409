"""The executor: the same results from this process, from workers and from the cache, and nothing that hangs."""

from __future__ import annotations

import copyreg
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from studypack.digest import digest
from studypack.errors import BuildError, ContentError, Diagnostic, Location, StudypackError
from studypack.jobs import fingerprints, pool
from studypack.jobs.cache import MAGIC, Cache
from studypack.jobs.executor import JobExecutor, usable_cores
from studypack.jobs.fingerprints import program

# pytest-xdist's workers have a thread, of which Python 3.12 and later warn where they fork.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")

ROOT = Path(__file__).parents[2]
FOUND = (Diagnostic(Location("set.yaml", 3, 7), "what", "why", "remedy"), Diagnostic(None, "more"))
DIED = "a worker process died, the machine may be out of memory; use fewer jobs (-j 1)"


@dataclass(frozen=True)
class Job:
    """Returns a list that `dumps` makes a tuple of, so that a result which did not go through the bytes is seen."""

    name: str

    def inputs(self) -> list[bytes | str] | None:
        return [self.name]

    def run(self) -> object:
        return [self.name, self.name.upper()]

    def dumps(self, result: object) -> bytes:
        return repr(result).encode()

    def loads(self, content: bytes) -> object:
        text = content.decode()
        if not text.startswith("["):
            raise ValueError(text)
        return ("made", text)


class Where(Job):
    """Returns the process that ran it, and whether its garbage collector was on."""

    def run(self) -> object:
        return [os.getpid(), gc.isenabled()]

    def loads(self, content: bytes) -> object:
        return content.decode()


class Failing(Job):
    """Fails in the way that its name says."""

    def run(self) -> object:
        match self.name:
            case "content":
                raise ContentError(*FOUND)
            case "key":
                raise KeyError("lost")
            case "odd":
                raise OddError("first", "second")
            case "held":
                held = RuntimeError("first and second")
                held.lock = threading.Lock()  # type: ignore[attr-defined]  # it can be copied, and not be sent
                raise held
            case _:
                os._exit(7)


class OddError(Exception):
    """Cannot be built from its own arguments, and therefore not be sent from one process to another."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


@dataclass(frozen=True)
class Slow(Job):
    """Says in a folder that it has begun, and beside it that it has ended, after a minute; it is itself large."""

    folder: Path
    load: bytes = bytes(300_000)

    def run(self) -> object:
        (self.folder / str(os.getpid())).touch()
        time.sleep(60)
        self.folder.with_name("ended").touch()
        return []


@dataclass(frozen=True)
class Noted(Job):
    """Says in a folder that it has begun, and takes a tenth of a second."""

    folder: Path

    def run(self) -> object:
        (self.folder / self.name).touch()
        time.sleep(0.1)
        return []


@dataclass(frozen=True)
class Gate(Job):
    """Ends when a file is there."""

    file: Path

    def run(self) -> object:
        _until(self.file.exists)
        return [self.name]


def _until(met: Callable[[], object]) -> None:
    """Wait until a condition is met, 20 seconds at most."""
    end = time.monotonic() + 20
    while not met():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def _runs(process: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def _serial(cache: Cache | None = None) -> Iterator[JobExecutor]:
    with JobExecutor(1, cache) as shop:
        yield shop


@contextmanager
def _processes(cache: Cache | None = None) -> Iterator[JobExecutor]:
    with JobExecutor(2, cache) as shop:
        yield shop


@contextmanager
def _threads(cache: Cache | None = None) -> Iterator[JobExecutor]:
    with ThreadPoolExecutor(2) as executor, JobExecutor(1, cache, executor) as shop:
        yield shop


WAYS = [_serial, _processes, _threads]
JOBS = [Job(f"job {number}") for number in range(12)]
MADE = [("made", f"['job {number}', 'JOB {number}']") for number in range(12)]

in_every_way = pytest.mark.parametrize("way", WAYS, ids=["serial", "processes", "threads"])
Way = Callable[..., AbstractContextManager[JobExecutor]]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Return an empty cache."""
    return Cache(tmp_path / "cache")


@pytest.fixture(autouse=True)
def forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers be forked, as from the command line, although pytest-xdist's own thread is there."""
    if sys.platform == "linux":
        monkeypatch.setattr(pool, "start_method", lambda: "fork")


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let starting a pool fail the test."""

    def refused(workers: int) -> None:
        raise AssertionError("a pool was started")

    monkeypatch.setattr(pool, "WorkerPool", refused)


def _key(job: Job) -> str:
    return digest(program(), *(job.inputs() or ()))


def _results(shop: JobExecutor, jobs: list[Job]) -> list[object]:
    return [future.result() for future in [shop.submit(job) for job in jobs]]


@in_every_way
def test_results_are_the_same_however_made(way: Way, cache: Cache) -> None:
    """Without a cache, with a cold one and with a warm one: the same results in the jobs' order, rightly counted."""
    for kept, counted in [(None, (0, 12)), (cache, (0, 12)), (cache, (12, 0))]:
        with way(kept) as shop:
            assert _results(shop, JOBS) == MADE
            assert (shop.hits, shop.misses) == counted


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("second", WAYS)
def test_a_cache_serves_every_way(first: Way, second: Way, cache: Cache) -> None:
    """What one kind of build has kept is what another finds."""
    with first(cache) as shop:
        _results(shop, JOBS[:2])
    with second(cache) as shop:
        assert _results(shop, JOBS[:3]) == MADE[:3]
        assert (shop.hits, shop.misses) == (2, 1)


def test_jobs_run_where_they_should() -> None:
    """One worker is this process; two are others, at most two; an executor takes the place of both."""
    jobs: list[Job] = [Where(f"{number}") for number in range(8)]
    own = str(os.getpid())
    with _serial() as shop:
        assert {str(result).strip("[").split(",")[0] for result in _results(shop, jobs)} == {own}
    with _threads() as shop:
        assert {str(result).strip("[").split(",")[0] for result in _results(shop, jobs)} == {own}
    with _processes() as shop:
        others = {str(result).strip("[").split(",")[0] for result in _results(shop, jobs)}
    assert own not in others
    assert 1 <= len(others) <= 2


def test_a_job_can_ask_to_run_here(no_processes: None) -> None:
    """A job with `here` runs in the process that submits it, whatever the number of workers."""

    class Here(Where):
        here = True

    with JobExecutor(2) as shop:
        (result,) = _results(shop, [Here("1")])
    assert str(result).startswith(f"[{os.getpid()},")


def test_hits_start_no_process(cache: Cache, no_processes: None) -> None:
    """Two workers were allowed, and none is started while everything comes from the cache; nor without any job."""
    with _serial(cache) as shop:
        _results(shop, JOBS)
    with JobExecutor(2, cache) as shop:
        assert _results(shop, JOBS) == MADE
    with pytest.raises(AssertionError, match="a pool was started"), JobExecutor(2, cache) as shop:
        shop.submit(Job("new"))


def test_hits_do_not_load_multiprocessing(cache: Cache) -> None:
    """A build from the cache does without what pools need."""
    with _serial(cache) as shop:
        _results(shop, JOBS[:1])
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from studypack.jobs.cache import Cache\nfrom studypack.jobs.executor import *\n"
        "class Job:\n"
        f"    inputs = lambda self: {JOBS[0].inputs()!r}\n"
        "    loads = lambda self, content: content\n"
        f"with JobExecutor(2, Cache(Path({str(cache.folder)!r}))) as shop:\n"
        "    print(shop.submit(Job()).result().decode())\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    said, loaded = run.stdout.splitlines()
    assert said == "['job 0', 'JOB 0']"
    assert "concurrent.futures" in loaded.split()
    assert not {"multiprocessing", "concurrent.futures.process", "weasyprint"} & set(loaded.split())


def test_another_program_finds_nothing(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier version of the program has kept is not taken for a result of this one."""
    for name, counted in [("one", (0, 1)), ("one", (1, 0)), ("another", (0, 1))]:
        monkeypatch.setattr(fingerprints, "program", lambda name=name: name)
        with _serial(cache) as shop:
            assert _results(shop, JOBS[:1]) == MADE[:1]
            assert (shop.hits, shop.misses) == counted


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are never forked")
def test_no_fork_while_other_threads_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fork would copy the locks that they hold, and wait for them for ever; new processes give the same results."""
    monkeypatch.undo()
    free = threading.Event()
    thread = threading.Thread(target=_holding_a_lock, args=(free,))
    thread.start()
    try:
        with _processes() as shop:
            assert [shop.submit(Locked("x")).result() for _ in range(2)] == [("made", "[True]")] * 2
    finally:
        free.set()
        thread.join()
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert pool.start_method() == "fork"


LOCK = threading.Lock()


def _holding_a_lock(until: threading.Event) -> None:
    with LOCK:
        until.wait()


class Locked(Job):
    """Returns whether this process can acquire the lock that a thread of its parent holds."""

    def run(self) -> object:
        free = LOCK.acquire(timeout=1)
        if free:
            LOCK.release()
        return [free]


def test_without_a_cache_no_inputs_are_gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing is work too: `--no-cache` does without."""
    monkeypatch.setattr(Job, "inputs", None)
    with _serial() as shop:
        assert _results(shop, JOBS[:1]) == MADE[:1]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "corrupt": lambda entry: entry[:-1] + b"!",
    "of another version": lambda entry: entry.replace(MAGIC, MAGIC.replace(b"1", b"2"), 1),
    "truncated": lambda entry: entry[:-3],
    "foreign": lambda entry: b"something else",
}


@in_every_way
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_made_again(way: Way, damage: Callable[[bytes], bytes], cache: Cache) -> None:
    """The result is as ever, it counts as a miss, and the next build finds a good entry."""
    with way(cache) as shop:
        _results(shop, JOBS[:1])
    (path,) = cache.folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))
    for counted in [(0, 1), (1, 0)]:
        with way(cache) as shop:
            assert _results(shop, JOBS[:1]) == MADE[:1]
            assert (shop.hits, shop.misses) == counted


@in_every_way
def test_an_entry_that_loads_wrongly_is_made_again(way: Way, cache: Cache) -> None:
    """A whole entry with nonsense in it, which `loads` refuses: run again, silently, and replaced."""
    cache.put(_key(JOBS[0]), b"nonsense")
    for counted in [(0, 1), (1, 0)]:
        with way(cache) as shop:
            assert _results(shop, JOBS[:1]) == MADE[:1]
            assert (shop.hits, shop.misses) == counted


def test_nonsense_from_the_job_itself_is_told(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """If `loads` rejects what `dumps` has just written, that is a bug: it is raised, and nothing is cached."""
    monkeypatch.setattr(Job, "dumps", lambda self, result: b"nonsense")
    with pytest.raises(ValueError, match="nonsense"), _serial(cache) as shop:
        _results(shop, JOBS[:1])
    assert cache.size() == 0


def test_the_cache_is_trimmed_at_the_end(tmp_path: Path) -> None:
    """After a build the cache is within its limit, also after one that failed."""
    small = Cache(tmp_path, limit=300)
    with _serial(small) as shop:
        _results(shop, JOBS)
        assert small.size() > 300
    assert 0 < small.size() <= 300
    with pytest.raises(ContentError), _serial(small) as shop:
        _results(shop, [*JOBS, Failing("content")])
    assert 0 < small.size() <= 300


@in_every_way
def test_the_collector_is_off_in_a_job_alone(way: Way) -> None:
    """It is off while a job runs, and on again after it, also after one that failed."""
    with way() as shop:
        assert str(shop.submit(Where("x")).result()).endswith(" False]")
        assert gc.isenabled()
        with pytest.raises(KeyError):
            shop.submit(Failing("key")).result()
        assert gc.isenabled()


def test_the_collector_stays_off_where_it_was_off() -> None:
    """A caller that has no use for it gets it back as it was."""
    gc.disable()
    try:
        with _serial() as shop:
            _results(shop, JOBS[:1])
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_threads_share_the_collector(tmp_path: Path) -> None:
    """With two jobs in threads it comes back when the last one ends, whichever began first."""
    for first, second in [("a", "b"), ("b", "a")]:
        with _threads() as shop:
            futures = {name: shop.submit(Gate(name, tmp_path / f"{first}{name}")) for name in "ab"}
            _until(lambda: not gc.isenabled())
            (tmp_path / f"{first}{first}").touch()
            futures[first].result()
            assert not gc.isenabled()
            (tmp_path / f"{first}{second}").touch()
            futures[second].result()
            assert gc.isenabled()


def test_a_worker_collects_after_each_job() -> None:
    """Cycles that a job leaves are gone before the next one, so that a worker's memory does not grow."""
    workers = pool.WorkerPool(1)
    try:
        assert [workers.submit(Cycles("x")).result() for _ in range(3)] == [b"[0]"] * 3
    finally:
        workers.close()


class Knot:
    """Refers to itself."""

    made: int = 0

    def __init__(self) -> None:
        self.self = self
        Knot.made += 1

    def __del__(self) -> None:
        Knot.made -= 1


class Cycles(Job):
    """Returns how many reference cycles there were, and leaves one."""

    def run(self) -> object:
        before = Knot.made
        Knot()
        return [before]


@in_every_way
def test_errors_keep_their_diagnostics(way: Way, cache: Cache) -> None:
    """A job's error arrives with its type and all locations, and nothing is cached."""
    with pytest.raises(StudypackError) as caught, way(cache) as shop:
        _results(shop, [Failing("content")])
    assert type(caught.value) is ContentError
    assert caught.value.diagnostics == FOUND
    assert isinstance(caught.value.diagnostics[0].where, Location)
    assert str(caught.value) == "set.yaml:3:7: what, why; remedy\nmore"
    assert cache.size() == 0


@in_every_way
def test_any_other_exception_goes_on(way: Way) -> None:
    """A bug in the program is not reported as the user's mistake."""
    with pytest.raises(KeyError, match="lost"), way() as shop:
        _results(shop, [Failing("key")])


@pytest.mark.parametrize("name", ["odd", "held"])
def test_an_exception_that_cannot_travel_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It arrives as its text; sent as it is, it would break the pool and look like a worker's death."""
    # tblib, which Dask installs when another test imports it, makes every class that exists by then travel.
    monkeypatch.delitem(copyreg.dispatch_table, OddError, raising=False)
    with JobExecutor(2) as shop:
        with pytest.raises(RuntimeError, match="first and second"):
            shop.submit(Failing(name)).result()
        assert _results(shop, JOBS) == MADE


def test_a_dying_worker_is_a_build_error() -> None:
    """The job's future says so as often as it is asked; nothing hangs."""
    with JobExecutor(2) as shop:
        future = shop.submit(Failing("die"))
        for _ in range(2):
            with pytest.raises(BuildError) as caught:
                future.result()
            assert str(caught.value) == DIED


def test_a_dying_worker_ends_a_build_with_jobs_waiting(cache: Cache) -> None:
    """With the error on its way out, the jobs that wait are given up, and what was done is kept."""

    def build() -> None:
        with JobExecutor(2, cache) as shop:
            shop.submit(JOBS[0]).result()
            dying = shop.submit(Failing("die"))
            for job in JOBS[1:]:
                shop.submit(job)
            dying.result()

    with pytest.raises(BuildError, match="died"):
        build()
    assert cache.get(_key(JOBS[0])) is not None


def test_no_processes_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the system refuses to start a process, the message has a remedy."""

    def refused() -> int:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    with pytest.raises(BuildError) as caught, JobExecutor(2) as shop:
        shop.submit(JOBS[0])
    assert "no worker process can be started" in str(caught.value)
    assert "Resource temporarily unavailable; use one job (-j 1)" in str(caught.value)


@pytest.mark.parametrize("way", [_processes, _threads])
def test_what_was_made_is_kept_when_something_fails(way: Way, cache: Cache) -> None:
    """Unused results are in the cache, so that they are not made again after the mistake is corrected."""

    def build() -> None:
        with way(cache) as shop:
            for job in JOBS[:3]:
                shop.submit(job)
            _until(lambda: not shop._running)
            shop.submit(Failing("content")).result()

    with pytest.raises(ContentError):
        build()
    with way(cache) as shop:
        assert _results(shop, JOBS[:3]) == MADE[:3]
        assert shop.hits == 3


def test_an_error_gives_up_the_jobs_that_wait(tmp_path: Path) -> None:
    """A job that failed ends the build with those that were begun, not with all that were submitted."""

    def build() -> None:
        with JobExecutor(2) as shop:
            first = shop.submit(Failing("key"))
            for number in range(40):
                shop.submit(Noted(f"{number}", tmp_path))
            first.result()

    with pytest.raises(KeyError):
        build()
    assert len(list(tmp_path.iterdir())) < 20


def test_a_given_executor_is_its_owners(tmp_path: Path) -> None:
    """It is not shut down; on an error our waiting jobs are taken off it."""
    gate = tmp_path / "gate"

    def build(executor: Executor) -> tuple[Future[object], Future[object]]:
        shop = JobExecutor(executor=executor)
        futures = shop.submit(Gate("a", gate)), shop.submit(Gate("b", tmp_path / "never"))
        _until(lambda: not gc.isenabled())  # the first one runs
        shop.__exit__(KeyError, KeyError(), None)
        return futures

    with ThreadPoolExecutor(1) as executor:
        first, second = build(executor)
        gate.touch()
        assert first.result() == ("made", "['a']")
        assert executor.submit(partial(int, 7)).result() == 7
        with pytest.raises(CancelledError):
            second.result()


def test_a_result_is_made_once(tmp_path: Path) -> None:
    """Asked twice, a future gives the same object."""
    for way in WAYS:
        with way() as shop:
            future = shop.submit(Job("x"))
            assert future.result() is future.result()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_workers_have_what_was_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has prepared by the first job, such as imports and fonts, its workers need not do again."""
    monkeypatch.setattr(Knot, "made", 5)
    with JobExecutor(2) as shop:
        assert shop.submit(Cycles("x")).result() == ("made", "[5]")


def test_the_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unasked, as many as there are usable cores, 8 at most; with one core, and when told so, no pool."""
    monkeypatch.setattr("studypack.jobs.executor.usable_cores", usable_cores)  # tests/conftest.py has another
    for cores, workers in [(1, 1), (2, 2), (8, 8), (64, 8)]:
        monkeypatch.setattr(os, "sched_getaffinity", lambda process, cores=cores: set(range(cores)), raising=False)
        assert usable_cores() == JobExecutor()._workers == workers
        assert JobExecutor(3)._workers == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    for told, workers in [(None, 1), (4, 4), (64, 8)]:
        monkeypatch.setattr(os, "cpu_count", lambda told=told: told)
        assert usable_cores() == workers


def test_ctrl_c_ends_the_workers(tmp_path: Path) -> None:
    """An interrupt waits for no job, however long and large the jobs are, and no process stays."""
    begun = tmp_path / "begun"
    begun.mkdir()

    def build() -> None:
        with JobExecutor(2) as shop:
            for number in range(20):
                shop.submit(Slow(f"{number}", begun))
            _until(lambda: len(list(begun.iterdir())) == 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build()
    assert not (tmp_path / "ended").exists()
    workers = [int(path.name) for path in begun.iterdir()]
    assert len(workers) == 2
    _until(lambda: not any(map(_runs, workers)))


class Settings(Job):
    """Returns how a worker handles signals, and whether its collector ignores inherited objects."""

    def run(self) -> object:
        return [signal.getsignal(signal.SIGINT).name, signal.getsignal(signal.SIGTERM).name, gc.get_freeze_count() > 0]  # type: ignore[union-attr]


def test_a_worker_leaves_signals_to_its_parent() -> None:
    """It passes over Ctrl-C, which a terminal sends to all; whatever its parent does when told to end, it just ends."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    try:
        with JobExecutor(2) as shop:
            assert shop.submit(Settings("x")).result() == ("made", "['SIG_IGN', 'SIG_DFL', True]")
    finally:
        signal.signal(signal.SIGTERM, before)


SCRIPT = """
from pathlib import Path
from tests.jobs.test_executor import Slow, JobExecutor
with JobExecutor(2) as shop:
    futures = [shop.submit(Slow(str(number), Path({folder!r}))) for number in range(20)]
    {last}
"""


@contextmanager
def _building(folder: Path, last: str = "futures[0].result()") -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """Run a build of long jobs in a process group of its own; give it, and its workers once they are at work."""
    code = SCRIPT.format(folder=str(folder), last=last)
    command = [sys.executable, "-c", code]
    with subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's `&` would have it ignored
    ) as process:  # fmt: skip  # one process, one glance
        try:
            _until(lambda: len(list(folder.iterdir())) == 2)
            yield process, [int(path.name) for path in folder.iterdir()]
        finally:
            for number in [process.pid, *(int(path.name) for path in folder.iterdir())]:
                if _runs(number):
                    os.kill(number, signal.SIGKILL)


@pytest.mark.parametrize("last", ["futures[0].result()", "pass"], ids=["waiting for a result", "leaving"])
def test_ctrl_c_on_a_terminal_ends_all(last: str, tmp_path: Path) -> None:
    """A terminal interrupts parent and workers alike: one traceback, of the parent's, and all of them end."""
    with _building(tmp_path, last) as (process, workers):
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=10)[1]
        assert process.returncode == -signal.SIGINT
        assert said.count("KeyboardInterrupt") == said.count("Traceback") == 1
        _until(lambda: not any(map(_runs, workers)))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_do_not_outlive_their_parent(how: signal.Signals, tmp_path: Path) -> None:
    """A parent that is ended by force, as by a time limit, leaves no process behind."""
    with _building(tmp_path) as (process, workers):
        assert all(map(_runs, workers))
        os.kill(process.pid, how)
        process.communicate(timeout=10)
        _until(lambda: not any(map(_runs, workers)))


def test_the_parent_has_no_threads_left() -> None:
    """After a build everything that the pool had started is gone."""
    before = threading.active_count()
    with JobExecutor(2) as shop:
        _results(shop, JOBS)
    assert threading.active_count() == before


class Unkept(Job):
    """Depends on unknown inputs, so its result must not be cached."""

    def inputs(self) -> list[bytes | str] | None:
        return None


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_without_inputs_is_never_kept(tmp_path: Path, workers: int) -> None:
    """Two such jobs give each its own result, in one build and in the next."""
    for _ in range(2):
        with JobExecutor(workers, Cache(tmp_path)) as shop:
            futures = [shop.submit(Unkept("a")), shop.submit(Unkept("b"))]
            assert [future.result() for future in futures] == [("made", "['a', 'A']"), ("made", "['b', 'B']")]
            assert (shop.hits, shop.misses) == (0, 2)
    assert Cache(tmp_path).size() == 0


def test_a_pool_with_a_dead_worker_is_replaced() -> None:
    """A job that kills its worker fails; jobs that are submitted later run in new workers."""
    with JobExecutor(2) as executor:
        executor.submit(Job("first")).result()
        with pytest.raises(BuildError, match="a worker process died"):
            executor.submit(Failing("dies")).result()
        for name in ("second", "third"):
            assert executor.submit(Job(name)).result() == ("made", repr([name, name.upper()]))


def test_what_prepares_for_jobs_is_done_once_and_only_for_jobs_that_run(tmp_path: Path) -> None:
    """A build whose results are all in the cache needs no preparation; the job that does prepare is no exception."""
    for expected in (["prepared"], []):
        told: list[str] = []
        with JobExecutor(1, Cache(tmp_path)) as executor:
            executor.prepare = lambda: told.append("prepared")  # noqa: B023 - called within the loop
            for name in ("one", "two"):
                executor.submit(Job(name)).result()
        assert told == expected
