"""How a job is run, in whatever process or thread: without the cyclic garbage collector, with its result as bytes."""

from __future__ import annotations

import copy
import gc
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

FULL_COLLECTION: Final = 50_000
"""New objects after which a worker collects all generations (some 15 MB); below it, only the youngest.

A chapter leaves 250,000.
"""


class Runnable(Protocol):
    """What a worker needs of a job."""

    def run(self) -> Any:
        """Make the result."""

    def dumps(self, result: Any) -> bytes:
        """Return the result as bytes."""


def run(job: Runnable) -> bytes:
    """Run a job and return its result as bytes. Raises what the job raises."""
    with _paused_collector():
        return job.dumps(job.run())


def run_in_worker(job: Runnable) -> bytes:
    """Run a job in a worker, after collecting the garbage of the one before it: nobody waits for a worker at rest.

    Raises:
        Exception: the job's own; as a RuntimeError with its traceback if another process could not rebuild it.
    """
    gc.collect(2 if gc.get_count()[0] > FULL_COLLECTION else 0)
    try:
        return run(job)
    except Exception as error:
        if _can_be_rebuilt(error):
            raise
        raise RuntimeError("".join(traceback.format_exception(error))) from None


def _can_be_rebuilt(error: Exception) -> bool:
    """Return whether an exception survives pickling: one that does not would look like the death of the worker."""
    try:
        copy.copy(error)  # goes the way that pickling goes
    except Exception:  # whatever a class's own constructor raises
        return False
    return True


class _Collector:
    """How many jobs of this process have paused its cyclic garbage collector, and whether it was on before them."""

    lock: Final = threading.Lock()
    jobs = 0
    enabled = True


@contextmanager
def _paused_collector() -> Iterator[None]:
    """Pause the cyclic garbage collector for a job: it took 30% of the layout's time when measured.

    It belongs to the whole process, so with jobs in several threads the last one to end switches it on again.
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
