"""Edits as `studypack watch` handles them: one process, one executor, one question changed repeatedly.

`python -m tests.benchmarks.watched SET OUT EDITS` prints the seconds of each build after an edit, and how many of them
some part was being typeset, as JSON. The first edit starts the worker processes; the others find them warm. The
watcher's own delay (0.2 s in which an editor may save more) is no part of it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.typeset.parts import PartJob
from studypack.workflows.request import Request
from studypack.workflows.watch import _built
from studypack.workflows.watched_files import WatchedFiles

from tests.benchmarks.sets import edit_one
from tests.making import only


class Timed(JobExecutor):
    """An executor that remembers when parts were typeset: `spans` are their beginnings and ends in seconds."""

    def __init__(self, cache: Cache) -> None:
        super().__init__(cache=cache)
        self.spans: list[tuple[float, float]] = []

    def _started(self, job: Any) -> Future[bytes]:
        began, content = time.perf_counter(), super()._started(job)
        if isinstance(job, PartJob):
            content.add_done_callback(lambda _: self.spans.append((began, time.perf_counter())))
        return content


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """Return how long any of these spans lasted; where they overlap, that counts once."""
    whole, reached = 0.0, float("-inf")
    for began, ended in sorted(spans):
        whole += max(0.0, ended - max(began, reached))
        reached = max(reached, ended)
    return whole


def edited(path: Path, output: Path, edits: int) -> list[tuple[float, float]]:
    """Return how many seconds each edit took to be in the handbook, and how many of them parts were being typeset."""
    request = Request(path, options=only("handbook"), output=output)
    seconds, files = [], WatchedFiles(request)
    with Timed(Cache(default_folder())) as workshop:
        for revision in range(edits + 1):
            if revision:
                edit_one(path, 1000 + revision)
            workshop.spans.clear()
            outcome = _built(request, workshop, files)
            if outcome.problems:
                raise RuntimeError(str(outcome.problems[0]))
            seconds.append((outcome.seconds, covered(workshop.spans)))
    return seconds[1:]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(edited(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
