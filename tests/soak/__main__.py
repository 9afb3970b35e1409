"""Runs the kill test, the fuzzing and the large sets, and prints their figures; stops at the first failure.

Use: python -m tests.soak [kill] [fuzz] [imports] [documents] [selections] [cases] [long] [large]
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from studypack.resources import bundled_set

from tests import thorough
from tests.hostile import foreign
from tests.hostile.documents import build_random
from tests.hostile.ending import edition, end_at, leftovers, pack_of, places, versions
from tests.hostile.fuzzing import SET, SOUND, mutated, outcome
from tests.making import authored, one, write_set
from tests.products.test_completeness import assert_whole
from tests.products.test_completeness import cases as products_of_selections
from tests.running import Done, Measured, measure, run

MOMENTS: Final = 50
MUTATIONS: Final = 6_000
FOREIGN: Final = 10_000
"""Damaged files of other formats."""
SETS: Final = {"sets of odd keys": (SET, 1_000), "sound sets of odd texts": (SOUND, 3_000)}
DOCUMENTS: Final = 5_000
"""Random texts that are typeset."""
QUESTIONS: Final = (1_000, 5_000)
LONGEST: Final = 3600
"""Seconds for a large set on a busy machine."""


def kill(folder: Path) -> None:
    """Kill builds at random moments: one complete pack and no process is left, and the next build cleans up."""
    chance = random.Random(2026)
    path, texts = versions(folder, 10)
    seen: Counter[str] = Counter()
    with places(folder) as own:
        began = time.monotonic()
        done = run("build", "made.yaml", "-j2", cwd=folder, **own)
        span = time.monotonic() - began
        _good(done)
        manifest = pack_of(folder)
        for number in range(MOMENTS):
            old = edition(manifest) if manifest else ""
            path.write_text(texts[old == "first"], "utf-8")  # every build has another edition to make
            shutil.rmtree(folder / "cache")
            (folder / "cache").mkdir()
            how = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[number % 3]
            ended = end_at(
                folder, chance.uniform(0, 0.6 * span), how, all_of_it=how == signal.SIGINT and number % 2 == 0, **own
            )
            manifest = pack_of(folder)
            _hold(manifest is not None, "not a pack")
            # A signal that comes when all is done, and Python takes itself down, ends it as it would any program.
            done_before = ended.code == 0 or "10/10 questions" in ended.said
            _hold(done_before or ended.code == (-how if how == signal.SIGKILL else 128 + how), str(ended))
            left = leftovers(folder / "out", folder / "tmp", folder / "cache")
            _hold(how == signal.SIGKILL or not left, f"left: {left}")
            new = manifest is not None and edition(manifest) != old
            seen[f"{how.name}: {'came too late' if done_before else 'new pack' if new else 'old pack'}"] += 1
        done = run("build", "made.yaml", "-j2", cwd=folder, **own)
        _good(done)
        _hold(not leftovers(folder / "out", folder / "tmp"), "not swept")
        _hold(run("verify", "out/made", cwd=folder, **own).returncode == 0, "not proved")
    _tell(
        "kill",
        f"{MOMENTS} moments within {0.6 * span:.1f} s: {dict(sorted(seen.items()))}; none mixed, no process left",
    )


def fuzz(folder: Path) -> None:
    """Load and render random content."""
    for name in ("figures", "listings"):
        shutil.copytree(bundled_set() / name, folder / name)
    seen: Counter[str] = Counter()
    slowest, began = 0.0, time.monotonic()
    for seed in range(MUTATIONS):
        start = time.monotonic()
        try:
            seen[outcome(folder, mutated(seed))] += 1
        except BaseException:
            _tell("fuzz", f"seed {seed} ended in an exception")
            raise
        slowest = max(slowest, time.monotonic() - start)
    _tell("fuzz", f"{MUTATIONS} changed files of the bundled set: {dict(seen)}; slowest {slowest:.1f} s")
    for name, (strategy, count) in SETS.items():
        _tell("fuzz", f"{count} {name}: {dict(_tried(folder, strategy, count))}")
    _tell("fuzz", f"no exception in {time.monotonic() - began:.0f} s")


def imports(folder: Path) -> None:
    """Read damaged files of every format."""
    seen: Counter[str] = Counter()
    slowest, began = 0.0, time.monotonic()
    for seed in range(FOREIGN):
        name, start = foreign.NAMES[seed % len(foreign.NAMES)], time.monotonic()
        try:
            seen[foreign.outcome(name, foreign.changed(name, seed))] += 1
        except BaseException:
            _tell("imports", f"seed {seed} ({name}) ended in an exception")
            raise
        slowest = max(slowest, time.monotonic() - start)
    _tell("imports", f"{FOREIGN} damaged files: {dict(seen)}; slowest {slowest:.1f} s")
    _tell("imports", f"no exception in {time.monotonic() - began:.0f} s")


def documents(folder: Path) -> None:
    """Typeset, pack and prove random documents in sets of 30: each refusal is a defect, which its seed repeats."""
    sets, refused, began = -(-DOCUMENTS // 30), 0, time.process_time()
    for seed in range(sets):
        try:
            with tempfile.TemporaryDirectory(dir=folder) as own:  # a state of its own for each set
                build_random(Path(own), seed, 30)
        except Exception as error:
            refused += 1
            said = getattr(error, "diagnostics", traceback.format_exc().splitlines())
            _tell("documents", "\n  ".join([f"seed {seed}: {type(error).__name__}", *map(str, said)]))
    took, peak = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    _tell(
        "documents", f"{30 * sets} texts in {sets} sets: {refused} refused; {took:.0f} s of a processor, {peak:.0f} MB"
    )
    _hold(not refused, "valid sets were refused")


def selections(_: Path) -> None:
    """Make and prove every product of the bundled set for every selection that the tests have."""
    for name, product in (every := list(products_of_selections(thorough=True))):
        assert_whole(name, product)
    _tell("selections", f"{len(every)} products of selections are whole")


def cases(folder: Path) -> None:
    """Run every case of the tests of which `make test` tries some."""
    files = thorough.files()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", f"--basetemp={folder / 'tests'}"]
    done = subprocess.run([*command, *files], env=os.environ | {thorough.VARIABLE: "1"}, check=False)
    _hold(done.returncode == 0, "tests failed")
    _tell("cases", f"every case of {len(files)} files of tests passes")


def _tried(folder: Path, strategy: st.SearchStrategy[dict[str, Any]], count: int) -> Counter[str]:
    seen: Counter[str] = Counter()

    @given(strategy)
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def tried(content: dict[str, Any]) -> None:
        seen[outcome(folder, content)] += 1

    tried()
    return seen


def large(folder: Path) -> None:
    """Build sets of up to 5,000 questions: time and memory for each question stay what they were."""
    for count in QUESTIONS:
        write_set(folder / "made.yaml", authored(count, per_topic=25))
        for products in (("-p", "handbook"), ("-p", "deck")):
            took = _measured("--no-cache", *products, folder=folder)
            text = f"{count} questions {products[1]}: {took.seconds:.0f} s, {took.processor:.0f} s of processors"
            each = f"{1000 * took.processor / count:.0f} ms a question"
            _tell("large", f"{text}, {each}, {took.peak / 1e6:.0f} MB at most")
        done = measure("build", "made.yaml", "-p", "cheatsheet", cwd=folder, seconds=LONGEST).done
        _tell("large", f"{count} questions cheatsheet: {done.errors[0] if done.errors else 'fits'}")


def long(folder: Path) -> None:
    """Build long content: a listing of 5,000 lines and a table of 1,000 rows."""
    lines = [f"call_{number}(argument, {number})" for number in range(5_000)]
    rows = "\n".join(["| a | b |", "|---|---|", *(f"| row {number} | words of it |" for number in range(1_000))])
    (folder / "x.py").write_text("\n".join(lines), "utf-8")
    for name, exhibit in (("5,000 lines of code", {"listing": "x.py"}), ("1,000 rows", {"table": rows})):
        one(folder, exhibits=[exhibit | {"caption": "x"}])
        took = _measured("--no-cache", "-j1", "-p", "handbook", folder=folder)
        _tell("long", f"{name}: {took.processor:.0f} s of processors, {took.peak / 1e6:.0f} MB")


def _measured(*options: str, folder: Path) -> Measured:
    """Build the set, however long that takes, and return what it took."""
    took = measure("build", "made.yaml", *options, cwd=folder, seconds=LONGEST)
    _good(took.done)
    return took


def _good(done: Done) -> None:
    _hold(done.returncode == 0, done.stderr)


def _hold(true: bool, words: str) -> None:
    if not true:
        raise AssertionError(words)


def _tell(part: str, words: str) -> None:
    sys.stdout.write(f"{part}: {words}\n")
    sys.stdout.flush()


PARTS: Final[dict[str, Callable[[Path], None]]] = {
    "kill": kill,
    "fuzz": fuzz,
    "imports": imports,
    "documents": documents,
    "selections": selections,
    "cases": cases,
    "long": long,
    "large": large,
}


def main() -> None:
    """Run the parts that are named, or all."""
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    for name in sys.argv[1:] or PARTS:
        with tempfile.TemporaryDirectory(prefix="studypack-soak.") as folder:
            os.environ["STUDYPACK_CACHE"] = str(Path(folder) / "parts")
            PARTS[name](Path(folder))


if __name__ == "__main__":
    main()
