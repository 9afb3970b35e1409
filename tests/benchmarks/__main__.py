"""The benchmark: `make bench`, or `make bench SIZES=100` for a smaller run. Not a test; it takes many minutes."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from studypack.resources import bundled_set

from tests.benchmarks.measuring import Figures, Run, best, measured
from tests.benchmarks.sets import edit_one, write_set
from tests.benchmarks.table import lines

PYTHON: Final = sys.executable
STUDYPACK: Final = (PYTHON, "-m", "studypack")
"""This copy of the program, whichever is installed."""
LARGEST_REPEATED: Final = 400
"""The most questions for which the single document is typeset again; more take many minutes."""
EDITS: Final = 4


def figures(path: Path, scratch: Path, count: int, repeats: int) -> Figures:
    """Measure everything of one set; cold builds and single documents take turns, so that both meet the same machine.

    Args:
        path: the set's folder; its questions are edited.
        scratch: an empty folder.
        count: how many questions it has.
        repeats: how often to measure; the least time counts.
    """
    cache, out = scratch / "cache", scratch / "out"
    build: list[str | Path] = [*STUDYPACK, "build", path, "-p", "handbook", "-o", out]
    colds, singles, packs, bares = [], [], [], []
    bare: list[str | Path] = [PYTHON, "-m", "tests.benchmarks.bare", path, scratch]
    single: list[str | Path] = [PYTHON, "-m", "tests.benchmarks.single"]
    for turn in range(repeats):
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)
        colds.append(measured(build, cache))
        if not turn:
            measured([*single, "collect", path, scratch], cache)
        if not turn or count <= LARGEST_REPEATED:
            singles.append(measured([*single, "write", scratch], cache))
            bares.append(measured(bare, cache))
        if path.name == "bundled":
            packs.append(measured([*STUDYPACK, "build", path, "-o", scratch / f"all-{turn}"], scratch / f"cold-{turn}"))
    nothing = best(measured(build, cache) for _ in range(max(3, repeats)))
    bound = measured([*STUDYPACK, "build", path, "-p", "handbook", "-j", "1", "-o", scratch / "bound"], cache)
    edits = []
    for revision in range(1, repeats + 1):
        edit_one(path, revision)
        edits.append(measured(build, cache))
    watch = tuple(
        map(
            tuple, json.loads(measured([PYTHON, "-m", "tests.benchmarks.watched", path, out, str(EDITS)], cache).output)
        )
    )
    pages, size = _handbook(out)
    pdf = (scratch / "single.pdf").stat().st_size
    return Figures(
        count, best(bares), best(singles), best(colds), best(edits), watch, nothing, bound, pages, size,
        int(singles[-1].output), pdf, int(bares[-1].output), best(packs) if packs else None,
    )  # fmt: skip  # in the order of its fields


def _handbook(out: Path) -> tuple[int, int]:
    """Return pages and bytes of the handbook in a pack."""
    entry = json.loads(next(out.glob("*/pack.json")).read_bytes())["products"]["handbook"]
    return entry["pages"], entry["bytes"]


def main(arguments: Sequence[str]) -> None:
    """Measure the bundled set and sets of the given sizes, and print the tables."""
    parser = argparse.ArgumentParser("make bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="questions of the generated sets")
    parser.add_argument("--repeats", type=int, default=2, help="how often; the least time counts")
    asked = parser.parse_args(arguments)
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        importing = _importing(scratch)
        for size in (0, *asked.sizes):
            title = str(size) if size else "bundled"
            sys.stderr.write(f"measuring {title} …\n")
            path = scratch / "sets" / title
            count = size or _copy_bundled(path)
            if size:
                write_set(path, size)
            try:
                found[title] = figures(path, scratch / title, count, asked.repeats)
            except KeyboardInterrupt:  # what was measured by then is worth its table
                break
            shutil.rmtree(scratch / title)
    if found:
        sys.stdout.write("\n".join(lines(found, importing)) + "\n")


def _importing(scratch: Path) -> Run:
    return best(measured([PYTHON, "-c", "import weasyprint"], scratch) for _ in range(5))


def _copy_bundled(path: Path) -> int:
    """Copy the bundled set, which stays as it is, and return how many questions it has."""
    from studypack.questions.loader import load

    shutil.copytree(bundled_set(), path)
    return len(load(path).question_set.questions)


if __name__ == "__main__":
    main(sys.argv[1:])
