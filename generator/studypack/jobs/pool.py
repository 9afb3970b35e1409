"""A pool of worker processes that end with the build: when it is done, on Ctrl-C, and when its process is killed."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import tempfile
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection, wait
from pathlib import Path

from studypack.jobs.worker import Runnable, run_in_worker
from studypack.temporary import temporary_folder


class WorkerPool:
    """Processes that run jobs; they are started with the first one.

    Args:
        workers: how many.

    Raises:
        OSError: the system has no room for temporary files.
    """

    def __init__(self, workers: int) -> None:
        self._resources = ExitStack()
        folder = self._resources.enter_context(temporary_folder(Path(tempfile.gettempdir()), "studypack-"))
        context = multiprocessing.get_context(start_method())
        told, self._tell = (self._resources.enter_context(end) for end in context.Pipe(duplex=False))
        self._processes = ProcessPoolExecutor(workers, context, _initialize, (told, str(folder)))

    def submit(self, job: Runnable) -> Future[bytes]:
        """Run a job in one of the processes; its future has the result as bytes.

        Raises:
            BrokenExecutor: a process died.
            OSError: the system does not start a process.
        """
        return self._processes.submit(run_in_worker, job)

    def close(self, error: BaseException | None = None) -> None:
        """End the processes, and wait for them.

        Args:
            error: why. None: all jobs are done first. An Exception: those that run are done, those that wait are
                cancelled. Anything else, such as KeyboardInterrupt: none is waited for.
        """
        with self._resources:
            try:
                if error is not None and not isinstance(error, Exception):
                    self._end_now()
                # Cancelled here and not by us: a future that we cancel would trip it up if a worker died.
                self._processes.shutdown(cancel_futures=error is not None)
            except BaseException:  # Ctrl-C while waiting for the last jobs
                self._end_now()
                raise

    def _end_now(self) -> None:
        """Tell the workers to end, whatever they do: they have nothing that could be lost."""
        self._tell.send_bytes(b"end")  # nobody reads it: the pipe stays readable for all of them


def start_method() -> str:
    """Return how worker processes are started.

    Linux forks them, so that they have what this process has imported. A fork copies any lock that another thread holds
    at that moment, and nobody would ever release the copy: with other threads alive, and on other systems, each
    worker is a new interpreter.
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _initialize(told: Connection, folder: str) -> None:
    """Prepare a worker: it leaves Ctrl-C to its parent, and ends when it is told to and when its parent has ended.

    Args:
        told: becomes readable when the worker is to end.
        folder: where its temporary files go; the parent removes it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tempfile.tempdir = folder
    gc.freeze()  # what came from the parent stays: no collection needs to look at it
    gc.disable()  # for good: `run_in_worker` collects
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_when_told, args=(told, parent.sentinel), daemon=True).start()


def _end_when_told(told: Connection, parent: int) -> None:
    wait([told, parent])
    signal.raise_signal(signal.SIGTERM)
