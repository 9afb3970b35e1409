"""Jobs in a pool of processes, and from the cache where possible.

Whatever makes a result, whether this process, a worker or an earlier build, it comes through the same bytes (`dumps`
and `loads` of its job), so that serial and parallel, cold and warm builds cannot differ.
"""

from __future__ import annotations

import copy
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar

from studypack.errors import BuildError, Diagnostic
from studypack.jobs.cache import Cache

if TYPE_CHECKING:  # it brings multiprocessing along, which a build from the cache does without
    from concurrent.futures import ProcessPoolExecutor

R = TypeVar("R")

MOST_WORKERS: Final = 8
"""Workers that are started unasked, at most: each takes up to 200 MB."""

LITTER: Final = 50_000
"""Objects, some 15 MB: a job that leaves more is worth a look at all that a worker has. A chapter leaves 250,000."""


class Job(Protocol[R]):
    """Something to make: a picklable value that holds everything the result depends on."""

    def fingerprint(self) -> str:
        """Return the hexadecimal hash of everything that matters to the result, the program included.

        Empty: the result is never kept.
        """
        ...

    def run(self) -> R:
        """Make the result; pure. Raises StudypackError for what the user can mend."""
        ...

    def dumps(self, result: R) -> bytes:
        """Return the result as bytes."""
        ...

    def loads(self, content: bytes) -> R:
        """Return the result that `dumps` wrote. Raises any exception on nonsense."""
        ...


class Ticket(Generic[R]):
    """What `Workshop.submit` gives for a job: the promise of its result.

    Args:
        claim: returns the result; asked once.
    """

    def __init__(self, claim: Callable[[], R]) -> None:
        self._claim: Callable[[], R] | None = claim
        self._results: list[R] = []

    def result(self) -> R:
        """Return the job's result; waits for it where need be.

        Raises:
            StudypackError: the job's own, or a worker process died.
        """
        if self._claim is not None:
            self._results.append(self._claim())
            self._claim = None  # the bytes it holds are no longer needed
        return self._results[0]


class Workshop:
    """Runs jobs, on several processes at once; a context manager.

    On Linux the processes are forked with the first job that is not in the cache: what this process has imported and
    prepared by then they have too. It must have no other threads at that moment.

    Args:
        workers: how many processes; 1 runs the jobs in this process as their results are asked for; 0 chooses.
        cache: where results are looked up and kept; None for nowhere.
        executor: takes the place of the pool of processes; its owner shuts it down.

    Attributes:
        hits: how many jobs were answered from the cache.
        misses: how many were not.
    """

    def __init__(self, workers: int = 0, cache: Cache | None = None, executor: Executor | None = None) -> None:
        self.hits = 0
        self.misses = 0
        self._workers = workers or usable_cores()
        self._cache = cache
        self._executor = executor
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[bytes], str] = {}
        """Jobs whose results nobody has asked for yet, and their fingerprints."""

    def submit(self, job: Job[R]) -> Ticket[R]:
        """Take on a job and return at once.

        Raises:
            BuildError: no worker process can be started, or one died.
        """
        key = job.fingerprint() if self._cache else ""
        kept = self._kept(job, key)
        if kept:
            self.hits += 1
            return kept
        self.misses += 1
        if self._executor is None and self._workers == 1:
            return Ticket(lambda: self._finished(job, key, _run(job)))
        future = self._start(job)
        self._running[future] = key
        return Ticket(lambda: self._finished(job, key, self._wait(future)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._close(self._pool, error)
        elif error is not None:
            for future in self._running:
                future.cancel()
        self._keep_the_rest()
        if self._cache:
            self._cache.trim()

    def _kept(self, job: Job[R], key: str) -> Ticket[R] | None:
        """Return the ticket of a job whose result is in the cache."""
        content = self._cache.get(key) if self._cache and key else None
        if content is None:
            return None
        try:
            result = job.loads(content)
        except Exception:  # whatever an unusable entry causes: the job is run again
            return None
        return Ticket(lambda: result)

    def _finished(self, job: Job[R], key: str, content: bytes) -> R:
        """Return the result of a job that has just been run, and keep it for the next build."""
        result = job.loads(content)
        if self._cache and key:
            self._cache.put(key, content)
        return result

    def _keep_the_rest(self) -> None:
        """Keep what was made but not asked for, because something else failed: the next build has it."""
        for future, key in self._running.items():
            if self._cache and key and future.done() and not future.cancelled() and future.exception() is None:
                self._cache.put(key, future.result())
        self._running.clear()

    def _start(self, job: Job[Any]) -> Future[bytes]:
        try:
            if self._executor is None:
                self._executor = self._pool = _pool(self._workers)
            return self._executor.submit(_work, job)
        except BrokenExecutor as error:
            raise _died() from error
        except (OSError, NotImplementedError) as error:
            raise BuildError(
                Diagnostic(None, "no worker process can be started", str(error), "use one job (-j 1)")
            ) from error

    def _wait(self, future: Future[bytes]) -> bytes:
        try:
            return future.result()
        except BrokenExecutor as error:
            raise _died() from error
        finally:
            if future.done():  # after Ctrl-C it need not be
                self._running.pop(future, None)

    def _close(self, pool: ProcessPoolExecutor, error: BaseException | None) -> None:
        """End our own pool: when all jobs are done; on an error when those are that were begun; on Ctrl-C at once."""
        try:
            if error is not None and not isinstance(error, Exception):
                _kill(pool)
            # It cancels the jobs that wait: a future that we cancel would trip it up if a worker died.
            pool.shutdown(cancel_futures=error is not None)
        except BaseException:  # Ctrl-C while waiting for the last jobs
            _kill(pool)
            raise


def usable_cores() -> int:
    """Return the number of cores that this process may use, but at most `MOST_WORKERS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_WORKERS, cores)


def _pool(workers: int) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("fork" if sys.platform == "linux" else None)
    return ProcessPoolExecutor(workers, context, _begin)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the workers at once, whatever they do; they hold nothing that could be lost."""
    for process in list((pool._processes or {}).values()):
        process.kill()


def _died() -> BuildError:
    return BuildError(
        Diagnostic(None, "a worker process died", "the machine may be out of memory", "use fewer jobs (-j 1)")
    )


def _begin() -> None:
    """Prepare a worker: Ctrl-C is its parent's matter, and it ends when its parent does, however that ended."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()  # what came from the parent stays: no collection needs to look at it
    gc.disable()  # for good: `_work` collects
    parent = multiprocessing.parent_process()
    if parent is not None:

        def follow() -> None:
            parent.join()
            signal.raise_signal(signal.SIGTERM)

        threading.Thread(target=follow, daemon=True).start()


def _work(job: Job[Any]) -> bytes:
    """Run a job in a worker, after clearing away what the one before it left: nobody waits for that any more."""
    gc.collect(2 if gc.get_count()[0] > LITTER else 0)
    try:
        return _run(job)
    except Exception as error:
        if _portable(error):
            raise
        raise RuntimeError("".join(traceback.format_exception(error))) from None


def _run(job: Job[R]) -> bytes:
    with _resting_collector():
        return job.dumps(job.run())


def _portable(error: Exception) -> bool:
    """Tell whether the parent can build an exception again: one that cannot be would look like a worker's death."""
    try:
        copy.copy(error)  # takes the way that pickling takes
    except Exception:  # a class of anybody's may fail in any way
        return False
    return True


class _Collector:
    """How many jobs of this process keep its cyclic garbage collector out, and whether it was on before them."""

    lock: Final = threading.Lock()
    jobs = 0
    enabled = True


@contextmanager
def _resting_collector() -> Iterator[None]:
    """Keep the cyclic garbage collector out of a job: it took 30% of the layout's time when measured.

    The threads of another executor share the collector: it comes back when the last of them is done.
    """
    with _Collector.lock:
        if not _Collector.jobs:
            _Collector.enabled = gc.isenabled()
            gc.disable()
        _Collector.jobs += 1
    try:
        yield
    finally:
        with _Collector.lock:
            _Collector.jobs -= 1
            if not _Collector.jobs and _Collector.enabled:
                gc.enable()
