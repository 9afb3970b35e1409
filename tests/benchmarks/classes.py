"""Exams and batches of any size, in the pool and on a local cluster: `make bench-classes`. Not a test.

The set has 100 questions in topics of five. An exam has papers of six questions; a pack of a batch has three whole
topics, another three for each person, whose chapters come from the cache.
"""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

import psutil

from tests.benchmarks.measuring import Run, measured
from tests.benchmarks.sets import write_set
from tests.running import environment

STUDYPACK: Final = (sys.executable, "-m", "studypack")
QUESTIONS: Final = 100
PER_TOPIC: Final = 5
LIMITS: Final = {"exam": 1.2, "batch: handbook": 1.5, "batch: all": 4.0}
"""Seconds of a processor for each paper with its key, and for each pack."""
MOST_MEMORY: Final = 300_000_000
CLUSTER: Final = 1.25
"""How many times the pool's time the cluster may take, with as many workers."""


class Figure(NamedTuple):
    """What one run took: its name, the number of papers or packs that it made, and seconds and bytes."""

    name: str
    number: int
    run: Run

    @property
    def each(self) -> float:
        """Seconds of a processor for each paper or pack."""
        return self.run.processor / self.number


def people(path: Path, count: int) -> Path:
    """Write a table of so many people, each with another three topics, and return its path."""
    topics = range(-(-QUESTIONS // PER_TOPIC))
    chosen = list(itertools.combinations(topics, 3))
    Random(1).shuffle(chosen)
    rows = (f"Person {n},{';'.join(f'topic-{t}' for t in each)}\n" for n, each in enumerate(chosen[:count], 1))
    path.write_text("name,topics\n" + "".join(rows), "utf-8")
    return path


def figures(path: Path, scratch: Path, count: int) -> Iterator[Figure]:
    """Measure everything for one number of papers and packs."""
    asked = ["--questions", "6", "--variants", str(count), "--no-cache", "-j", "2"]
    exam: list[str | Path] = [*STUDYPACK, "exam", path, *asked]
    yield Figure("exam", count, measured([*exam, "-o", scratch / f"exam-{count}"], scratch / "none"))
    with _cluster(scratch) as (address, processes):
        before = _processor(processes)
        run = measured([*exam, "--cluster", address, "-o", scratch / f"exam-{count}"], scratch / "none")
        more = _processor(processes) - before
    yield Figure("exam, cluster", count, Run(run.seconds, run.processor + more, run.peak))
    table = people(scratch / f"people-{count}.csv", count)
    cache = scratch / "cache"
    measured([*STUDYPACK, "build", path, "-p", "handbook", "-o", scratch / "whole"], cache)
    batch: list[str | Path] = [*STUDYPACK, "batch", table, path, "-j", "2"]
    yield Figure("batch: handbook", count, measured([*batch, "-p", "handbook", "-o", scratch / f"a-{count}"], cache))
    yield Figure("batch: all", count, measured([*batch, "-o", scratch / f"b-{count}"], cache))


@contextmanager
def _cluster(scratch: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Run a scheduler and two workers, and yield its address and their processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    dask = [sys.executable, "-m", "dask"]
    started = []
    with (scratch / "dask.log").open("wb") as log:
        for words in (["scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2]],
                      *[["worker", address, "--nthreads", "1", "--no-nanny"]] * 2):  # fmt: skip  # one list
            command = [*dask, *words, "--no-dashboard"]
            started.append(subprocess.Popen(command, cwd=scratch, env=environment(), stdout=log, stderr=log))
            time.sleep(5)
        try:
            yield address, [psutil.Process(process.pid) for process in started]
        finally:
            for process in started:
                process.kill()
                process.wait()


def _processor(processes: Sequence[psutil.Process]) -> float:
    return sum(float(times.user + times.system) for times in (process.cpu_times() for process in processes))


def lines(found: Sequence[Figure]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: each figure beside its target, then how time grows."""
    yield "| | number | processors’ time each | target | clock | largest process |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for each in found:
        target = f"≤ {LIMITS[each.name]:.1f} s" if each.name in LIMITS else ""
        cells = (each.name, str(each.number), f"{each.each:.2f} s", target, f"{each.run.seconds:.0f} s")
        yield f"| {' | '.join(cells)} | {each.run.peak / 1e6:.0f} MB |"
    yield ""
    by = {(each.name, each.number): each for each in found}
    for (name, count), each in by.items():
        if name == "exam, cluster":
            share = each.run.processor / by["exam", count].run.processor
            yield f"{count} papers, cluster ÷ pool: {share:.2f} (target ≤ {CLUSTER})"
    sizes = sorted({each.number for each in found})
    for name in LIMITS if len(sizes) > 1 else ():
        first, last = by[name, sizes[0]], by[name, sizes[-1]]
        yield f"{name}, {last.number} each ÷ {first.number} each: {last.each / first.each:.2f}"


def main(sizes: Sequence[int]) -> None:
    """Measure, and print the table."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        path = write_set(scratch / "set", QUESTIONS, PER_TOPIC)
        for size in sizes:
            for each in figures(path, scratch, size):
                found.append(each)
                sys.stderr.write(f"{each.name}, {each.number}: {each.each:.2f} s each\n")
    sys.stdout.write("\n".join(lines(found)) + "\n")


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]])
