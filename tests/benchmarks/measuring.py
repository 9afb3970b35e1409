"""Processes measured: time on the clock, time of the processors, memory of the largest of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError

from tests import running
from tests.running import ROOT


@dataclass(frozen=True, slots=True)
class Run:
    """What one command took.

    Attributes:
        seconds: on the clock, from start to end of the process.
        processor: seconds of all cores, in all its processes.
        peak: bytes of resident memory of its largest process at its largest; forked ones count what they share.
        output: what it printed.
    """

    seconds: float
    processor: float
    peak: int
    output: str = ""


def measured(command: Sequence[str | Path], cache: Path) -> Run:
    """Run a command in a process of its own, with its parts' cache in a folder; return what it took.

    Raises:
        SubprocessError: it failed.
    """
    environment = os.environ | {"STUDYPACK_CACHE": str(cache), "SOURCE_DATE_EPOCH": "1577836800"}
    done, seconds, processor, peak = running.measured(command, ROOT, environment)
    if done.returncode:
        raise SubprocessError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}")
    return Run(seconds, processor, peak, done.stdout.strip())


def best(runs: Iterable[Run]) -> Run:
    """Return the least time of repeated runs, which others disturbed least, and the greatest memory of any."""
    known = list(runs)
    seconds, processor = (min(getattr(run, name) for run in known) for name in ("seconds", "processor"))
    return Run(seconds, processor, max(run.peak for run in known), known[-1].output)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one set.

    Attributes:
        questions: how many it has.
        bare: the same questions as one plain WeasyPrint document.
        single: one WeasyPrint document of the handbook.
        cold: the handbook built with an empty cache.
        pack: all three products built with an empty cache; of the bundled set alone.
        edit: the handbook after one question was edited, by a new process.
        watch: seconds of each of the same edits in one process, and how many of them parts were being typeset.
        nothing: the same command again, with nothing changed.
        bound: the handbook in another folder, by one process, with all its parts in the cache.
        pages, size: of the handbook; size in bytes.
        single_pages, single_size: of the single document.
        bare_pages: of the bare document.
    """

    questions: int
    bare: Run
    single: Run
    cold: Run
    edit: Run
    watch: tuple[tuple[float, float], ...]
    nothing: Run
    bound: Run
    pages: int
    size: int
    single_pages: int
    single_size: int
    bare_pages: int
    pack: Run | None = None


Measured = Mapping[str, Figures]
"""Of each set: `bundled`, or its number of questions."""
