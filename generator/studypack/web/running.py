"""A build or an exam in the background, with its progress, which can be cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, Final

from studypack.errors import BuildError, Diagnostic, StudypackError
from studypack.jobs.executor import JobExecutor
from studypack.web.finished import Finished, Work

STOPPED: Final = "cancelled"


class _Counting(JobExecutor):
    """Counts the jobs of one build on the workers of a shared executor."""

    def __init__(self, shared: JobExecutor, told: Callable[[int, int], None]) -> None:
        super().__init__(1)
        self._shared = shared
        self._told = told
        self._begun = self._done = 0
        self.stopped = threading.Event()

    def submit(self, job: Any) -> Future[Any]:
        """Submit a job to the shared executor."""
        if self.stopped.is_set():
            raise CancelledError
        misses = self._shared.misses
        future = self._shared.submit(job)
        self.misses += self._shared.misses - misses
        self._begun += 1
        self._told(self._done, self._begun)
        future.add_done_callback(self._counted)
        return future

    def _counted(self, _: Future[Any]) -> None:
        self._done += 1
        self._told(self._done, self._begun)


@dataclass(frozen=True, slots=True)
class Result:
    """How a build ended.

    Attributes:
        number: its number among the builds of the set.
        made: what was written; None if nothing was.
        problems: why nothing was written.
        seconds: how long it took.
    """

    number: int
    made: Finished | None
    problems: tuple[Diagnostic, ...]
    seconds: float


class Run:
    """A build that runs in a thread.

    Args:
        number: its number among the builds of the set.
        work: what is run.
        shared: the executor whose workers all builds of the server use.
        told: called with what there is to say about the progress, from any thread.
        ended: called once with the result.
    """

    def __init__(
        self,
        number: int,
        work: Work,
        shared: JobExecutor,
        told: Callable[[dict[str, Any]], None],
        ended: Callable[[Result], None],
    ) -> None:
        self._work = work
        self._number = number
        self._told = told
        self._ended = ended
        self._executor = _Counting(shared, lambda done, begun: told({"done": done, "begun": begun}))
        self._shared = shared
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop the build as soon as possible: waiting jobs are not begun, and nothing is written."""
        self._executor.stopped.set()
        self._shared.cancel()

    def wait(self) -> None:
        """Wait until the build has ended."""
        self._thread.join()

    def _step(self, name: str) -> None:
        if self._executor.stopped.is_set():
            raise CancelledError
        self._told({"step": name})

    def _run(self) -> None:
        began = time.perf_counter()
        made: Finished | None = None
        problems: tuple[Diagnostic, ...] = ()
        try:
            made = self._work(self._step, self._executor)
        except StudypackError as error:
            problems = error.diagnostics
        except CancelledError:
            problems = (Diagnostic(None, STOPPED),)
        except Exception as error:  # a fault of ours must not leave the page waiting
            problems = BuildError(Diagnostic(None, "the build failed", f"{type(error).__name__}: {error}")).diagnostics
        self._ended(Result(self._number, made, problems, time.perf_counter() - began))
