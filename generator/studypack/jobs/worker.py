"""Running a job in any process or thread, with the cyclic garbage collector paused and the result serialized."""

from __future__ import annotations

import gc
import pickle
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

FULL_COLLECTION: Final = 50_000
"""New objects above which a worker collects all generations (about 15 MB); below it, only the youngest.

A chapter leaves about 250,000.
"""


class Runnable(Protocol):
    """The part of a job's interface that a worker needs."""

    def run(self) -> Any:
        """Make the result."""

    def dumps(self, result: Any) -> bytes:
        """Serialize the result."""


def run(job: Runnable) -> bytes:
    """Run a job and return its serialized result. Raises whatever the job raises."""
    with _paused_collector():
        return job.dumps(job.run())


def run_in_worker(job: Runnable) -> bytes:
    """Run a job in a worker, after collecting the garbage of the previous job, when no caller is waiting for it.

    Raises:
        Exception: from the job; a RuntimeError with its traceback if it cannot be pickled and unpickled.
    """
    gc.collect(2 if gc.get_count()[0] > FULL_COLLECTION else 0)
    try:
        return run(job)
    except Exception as error:
        if _can_be_rebuilt(error):
            raise
        said = "".join(traceback.format_exception(error))
    raise RuntimeError(said)  # out here it has no context: tblib, which Dask installs, would send that along


def _can_be_rebuilt(error: Exception) -> bool:
    """Return whether an exception can be unpickled. One that cannot would look as if the worker had died."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - these bytes are our own
    except Exception:  # a constructor may raise anything
        return False
    return True


class _Collector:
    """The number of jobs in this process that pause the garbage collector, and whether it was enabled before."""

    lock: Final = threading.Lock()
    jobs = 0
    enabled = True


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Pause the cyclic garbage collector during a job, because it took 30% of the layout time when measured.

    It is shared by the whole process, so when jobs run in several threads, the last one to end enables it again.
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
