"""A build in the background, with its progress, which can be cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any, Final

from studypack.errors import BuildError, Diagnostic, StudypackError
from studypack.jobs.executor import JobExecutor
from studypack.workflows.build import build
from studypack.workflows.packing import Pack
from studypack.workflows.request import Request

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
        hits = self._shared.hits
        future = self._shared.submit(job)
        self.hits += self._shared.hits - hits
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
        pack: what was written; None if nothing was.
        problems: why nothing was written.
        seconds: how long it took.
    """

    number: int
    pack: Pack | None
    problems: tuple[Diagnostic, ...]
    seconds: float


class Run:
    """A build that runs in a thread.

    Args:
        number: its number among the builds of the set.
        request: what is built.
        shared: the executor whose workers all builds of the server use.
        told: called with what there is to say about the progress, from any thread.
        ended: called once with the result.
    """

    def __init__(
        self,
        number: int,
        request: Request,
        shared: JobExecutor,
        told: Callable[[dict[str, Any]], None],
        ended: Callable[[Result], None],
    ) -> None:
        self.request = request
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
        pack: Pack | None = None
        problems: tuple[Diagnostic, ...] = ()
        try:
            pack = build(self.request, self._step, self._executor)
        except StudypackError as error:
            problems = error.diagnostics
        except CancelledError:
            problems = (Diagnostic(None, STOPPED),)
        except Exception as error:  # a fault of ours must not leave the page waiting
            problems = BuildError(Diagnostic(None, "the build failed", f"{type(error).__name__}: {error}")).diagnostics
        self._ended(Result(self._number, pack, problems, time.perf_counter() - began))
