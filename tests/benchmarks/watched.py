"""Edits as `studypack watch` handles them: one process, one executor, one question changed repeatedly.

`python -m tests.benchmarks.watched SET OUT EDITS` prints the seconds of each build after an edit, as JSON. The first
edit starts the worker processes; the others find them warm. The watcher's own delay (0.2 s in which an editor may
save more) is no part of it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.workflows.request import Request
from studypack.workflows.watch import _built
from studypack.workflows.watched_files import WatchedFiles

from tests.benchmarks.sets import edit_one
from tests.making import only


def edited(path: Path, output: Path, edits: int) -> list[float]:
    """Return how many seconds each edit took to be in the handbook."""
    request = Request(path, options=only("handbook"), output=output)
    seconds, files = [], WatchedFiles(request)
    with JobExecutor(cache=Cache(default_folder())) as workshop:
        for revision in range(edits + 1):
            if revision:
                edit_one(path, 1000 + revision)
            outcome = _built(request, workshop, files)
            if outcome.problems:
                raise RuntimeError(str(outcome.problems[0]))
            seconds.append(outcome.seconds)
    return seconds[1:]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(edited(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
