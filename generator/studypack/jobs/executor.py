"""The executor: runs jobs in this process, in a pool of processes or in another executor, and uses the cache.

Whether a result comes from this process, a worker or an earlier build, it is serialized and restored (by `dumps`
and `loads` of its job), so that serial and parallel, cold and warm builds cannot differ.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from studypack.digest import digest
from studypack.errors import BuildError, Diagnostic
from studypack.jobs import fingerprints
from studypack.jobs.cache import Cache
from studypack.jobs.worker import run, run_in_worker

if TYPE_CHECKING:  # imports multiprocessing, which a build from the cache does not need
    from studypack.jobs.pool import WorkerPool

R = TypeVar("R")

MOST_WORKERS: Final = 8
"""The maximum number of workers started by default; each uses up to 200 MB."""


WINDOW: Final = 128
"""The jobs of a long row that are submitted before the first result is asked for: enough for a large cluster."""


class Job(Protocol[R]):
    """A unit of work: a picklable value that contains everything that its result depends on.

    One with a true attribute `here` need not be picklable: it always runs in the process that submits it, at once.
    """

    def inputs(self) -> Iterable[bytes | str] | None:
        """Return everything except the program that the result depends on; None if it must not be cached."""
        ...

    def run(self) -> R:
        """Make the result. Pure. Raises StudypackError for problems that the user can fix."""
        ...

    def dumps(self, result: R) -> bytes:
        """Serialize the result."""
        ...

    def loads(self, content: bytes) -> R:
        """Return the result that `dumps` serialized. Raises any exception if the content is invalid."""
        ...


class JobExecutor:
    """Runs jobs in one or more processes. A context manager.

    Args:
        workers: the number of processes; 1 runs each job in this process when it is submitted; 0 means one per core.
        cache: the cache of results; None for no cache.
        executor: used instead of the pool of processes; the caller shuts it down.
        told: called with the numbers of finished and of submitted jobs when one of them changes, from any thread.

    Attributes:
        hits: the number of results that came from the cache.
        misses: the number of results that did not.
        prepare: called before the first job that the cache does not answer, which may be in a forked process.
    """

    def __init__(
        self,
        workers: int = 0,
        cache: Cache | None = None,
        executor: Executor | None = None,
        told: Callable[[int, int], None] = lambda *_: None,
    ) -> None:
        self.hits = 0
        self.misses = 0
        self._told, self._finished = told, 0
        self._workers = workers or usable_cores()
        self._cache = cache
        self._executor = executor
        self._pool: WorkerPool | None = None
        self._running: set[Future[bytes]] = set()
        self.prepare: Callable[[], None] | None = None

    def submit(self, job: Job[R]) -> Future[R]:
        """Run a job, or find its result in the cache.

        Returns:
            its result or its exception: the job's own, or a BuildError if its worker process died. The future itself
            cannot be cancelled; leaving the context with an exception cancels all waiting jobs.

        Raises:
            BuildError: no worker process can be started, or one died.
        """
        key = self._key(job)
        made: Future[R] = Future()
        made.set_running_or_notify_cancel()
        if self._answered(job, key, made):
            self.hits += 1
            self._finished += 1
            self._told(self._finished, self.hits + self.misses)
            return made
        self.misses += 1
        if self.prepare is not None:
            prepare, self.prepare = self.prepare, None
            prepare()
        content = self._started(job)
        self._running.add(content)
        content.add_done_callback(lambda done: self._finish(job, key, done, made))
        return made

    def cancel(self) -> None:
        """Cancel all waiting jobs; their futures raise CancelledError. Those that run are finished."""
        for future in list(self._running):
            future.cancel()

    def map(self, jobs: Iterable[Job[R]], window: int = WINDOW) -> Iterator[R]:
        """Yield the results of jobs in their order; there are at most `window` jobs at a time.

        Raises:
            Exception: whatever a job raises, when its turn comes.
        """
        waiting: deque[Future[R]] = deque()
        for job in jobs:
            waiting.append(self.submit(job))
            if len(waiting) >= window:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close(error)
        elif error is not None:
            self.cancel()
        if self._cache:
            self._cache.trim()

    def _key(self, job: Job[Any]) -> str:
        """Return the cache key of a job's result; empty if it is not cached."""
        inputs = job.inputs() if self._cache else None
        return "" if inputs is None else digest(fingerprints.program(), *inputs)

    def _answered(self, job: Job[R], key: str, made: Future[R]) -> bool:
        """Set the result of a future from the cache, and return whether the cache had a usable one."""
        content = self._cache.get(key) if self._cache and key else None
        if content is None:
            return False
        try:
            made.set_result(job.loads(content))
        except Exception:  # the entry is unusable, so the job is run again
            return False
        return True

    def _started(self, job: Job[Any]) -> Future[bytes]:
        """Start a job in a worker, or run it in this process."""
        if getattr(job, "here", False) or (self._executor is None and self._workers == 1):
            return _done(job)
        try:
            if self._executor is not None:
                return self._executor.submit(run_in_worker, job)
            return self._in_pool(job)
        except BrokenExecutor as error:
            raise _died() from error
        except (OSError, NotImplementedError) as error:
            raise BuildError(
                Diagnostic(None, "no worker process can be started", str(error), "use one job (-j 1)")
            ) from error

    def _in_pool(self, job: Job[Any]) -> Future[bytes]:
        """Start a job in the pool. A pool one of whose workers died is of no more use: there is a new one then."""
        from studypack.jobs.pool import WorkerPool

        if self._pool is not None:
            try:
                return self._pool.submit(job)
            except BrokenExecutor as error:
                broken, self._pool = self._pool, None
                broken.close(error)
        self._pool = WorkerPool(self._workers)
        return self._pool.submit(job)

    def _finish(self, job: Job[R], key: str, done: Future[bytes], made: Future[R]) -> None:
        """Set the result of a job that was run, and cache it. May be called from any thread."""
        self._running.discard(done)
        self._finished += 1
        self._told(self._finished, self.hits + self.misses)
        try:
            content = done.result()
            result = job.loads(content)
            if self._cache and key:
                self._cache.put(key, content)
        except BrokenExecutor as error:
            made.set_exception(_died(error))
        except BaseException as error:  # raised when the caller asks for the result
            made.set_exception(error)
        else:
            made.set_result(result)


def usable_cores() -> int:
    """Return the number of cores that this process may use, but at most `MOST_WORKERS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_WORKERS, cores)


def _done(job: Job[Any]) -> Future[bytes]:
    """Run a job in this process. KeyboardInterrupt propagates to the caller."""
    future: Future[bytes] = Future()
    try:
        future.set_result(run(job))
    except Exception as error:  # stored in the future, as an executor would
        future.set_exception(error)
    return future


def _died(cause: BaseException | None = None) -> BuildError:
    error = BuildError(
        Diagnostic(None, "a worker process died", "the machine may be out of memory", "use fewer jobs (-j 1)")
    )
    error.__cause__ = cause
    return error
