"""A pool of worker processes that exit when the build finishes, is interrupted, or is killed."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
import tempfile
import threading
import warnings
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing.connection import Connection, wait
from pathlib import Path

from studypack.jobs.worker import Runnable, run_in_worker
from studypack.temporary import temporary_folder


class WorkerPool:
    """Processes that run jobs. They are started when the first job is submitted.

    Args:
        workers: the number of processes.

    Raises:
        OSError: the temporary folder cannot be created.
    """

    def __init__(self, workers: int) -> None:
        self._resources = ExitStack()
        folder = self._resources.enter_context(temporary_folder(Path(tempfile.gettempdir()), "studypack-"))
        context = multiprocessing.get_context(start_method())
        told, self._tell = (self._resources.enter_context(end) for end in context.Pipe(duplex=False))
        self._processes = ProcessPoolExecutor(workers, context, _initialize, (told, str(folder)))

    def submit(self, job: Runnable) -> Future[bytes]:
        """Run a job in one of the processes, and return the future of its serialized result.

        Raises:
            BrokenExecutor: a process died.
            OSError: no process can be started.
        """
        try:
            return self._processes.submit(run_in_worker, job)
        except OSError:  # some may have been started: nobody else would ever end them
            self._end_now()
            raise

    def close(self, error: BaseException | None = None) -> None:
        """End the processes, and wait for them.

        Args:
            error: the reason. None: all jobs are finished first. An Exception: running jobs finish, waiting ones are
                cancelled. Anything else, such as KeyboardInterrupt: the processes are terminated at once.
        """
        with self._resources:
            try:
                if error is not None and not isinstance(error, Exception):
                    self._end_now()
                # Let the executor cancel futures: it fails on a future that was cancelled elsewhere when a worker dies.
                self._processes.shutdown(cancel_futures=error is not None)
            except BaseException:  # Ctrl-C while waiting for the last jobs
                self._end_now()
                raise

    def _end_now(self) -> None:
        """Tell the workers to exit immediately. They hold nothing that could be lost."""
        self._tell.send_bytes(b"end")  # never read, so the pipe stays readable for every worker


def start_method() -> str:
    """Return the start method for worker processes.

    Linux forks them, so that they have what this process has imported. A fork copies any lock that another thread holds
    at that moment, and nobody would ever release the copy: with other threads alive, and on other systems, each
    worker is a new interpreter.
    """
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _initialize(told: Connection, folder: str) -> None:
    """Prepare a worker: it ignores Ctrl-C, and exits when it is told to or when its parent process has ended.

    Args:
        told: becomes readable when the worker must exit.
        folder: the folder for its temporary files; the parent removes it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tempfile.tempdir = folder
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    gc.freeze()  # what came from the parent stays: no collection needs to look at it
    gc.disable()  # for good: `run_in_worker` collects
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_when_told, args=(told, parent.sentinel), daemon=True).start()


def _end_when_told(told: Connection, parent: int) -> None:
    wait([told, parent])
    signal.raise_signal(signal.SIGTERM)
