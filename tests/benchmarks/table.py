"""What was measured as a table: ratios within one run, each beside its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.benchmarks.measuring import Figures, Measured, Run

PROCESS_LIMIT: Final = 300_000_000
"""Bytes: what no process may exceed at 2,000 questions."""
BINDING_LIMITS: Final = {"1000": 130_000_000, "5000": 350_000_000}
"""Bytes: what the process may take that binds parts from the cache and proves the book, by the number of questions."""
BEYOND_LIMITS: Final = {"bundled": ("bundled set", 0.6), "400": ("400 questions", 1.0)}
"""The name of a set, and the seconds that an edit by watch may take beyond the typesetting of what changed."""


class Goal(NamedTuple):
    """A figure and what it may be at most; None where its set was not measured."""

    what: str
    most: float
    result: float | None
    unit: str = ""

    @property
    def holds(self) -> bool | None:
        return None if self.result is None else self.result <= self.most


def goals(measured: Measured, importing: Run) -> list[Goal]:
    """Return the figures with their targets.

    Args:
        measured: the figures of each set.
        importing: what `import weasyprint` takes.
    """
    bundled, small, middle, large, largest = (measured.get(n) for n in ("bundled", "100", "400", "1000", "2000"))
    ran = list(measured.values())
    growth = _each(large) / _each(small) if large and small else None
    return [
        Goal(
            "400 questions: cold ÷ single document",
            0.40,
            middle.cold.seconds / middle.single.seconds if middle else None,
        ),
        Goal(
            "400 questions: cold ÷ bare document, processors’ time",
            1.20,
            middle.cold.processor / middle.bare.processor if middle else None,
        ),
        Goal(
            "2,000 questions: largest process", PROCESS_LIMIT / 1e6, largest.cold.peak / 1e6 if largest else None, " MB"
        ),
        *(
            Goal(f"{int(name):,} questions: binding", most / 1e6, found.bound.peak / 1e6 if found else None, " MB")
            for name, most in BINDING_LIMITS.items()
            for found in [measured.get(name)]
        ),
        Goal("1,000 questions: cold for each ÷ that of 100", 1.15, growth),
        Goal(
            "400 questions: edit by a new process ÷ cold",
            0.20,
            middle.edit.seconds / middle.cold.seconds if middle else None,
        ),
        Goal("400 questions: edit by watch ÷ cold", 0.15, _warm(middle) / middle.cold.seconds if middle else None),
        *(
            Goal(f"{name}: edit by watch, beyond the part", most, _beyond(found) if found else None, " s")
            for key, (name, most) in BEYOND_LIMITS.items()
            for found in [measured.get(key)]
        ),
        Goal("nothing changed ÷ import weasyprint", 1.0, max(f.nothing.seconds for f in ran) / importing.seconds),
        Goal("bundled set: all products cold ÷ single document", 0.8, _all_products(bundled)),
    ]


def _each(figures: Figures) -> float:
    return figures.cold.seconds / figures.questions


def _warm(figures: Figures) -> float:
    return min(seconds for seconds, _ in figures.watch[1:] or figures.watch)


def _beyond(figures: Figures) -> float:
    return min(seconds - typesetting for seconds, typesetting in figures.watch[1:] or figures.watch)


def _all_products(figures: Figures | None) -> float | None:
    return figures.pack.seconds / figures.single.seconds if figures and figures.pack else None


def lines(measured: Measured, importing: Run) -> Iterator[str]:
    """Yield the lines of both tables, in Markdown."""
    yield "| figure | target | result | |"
    yield "| --- | ---: | ---: | --- |"
    words = {True: "holds", False: "missed", None: "not measured"}
    for goal in goals(measured, importing):
        result = "" if goal.result is None else f"{_number(goal.result)}{goal.unit}"
        yield f"| {goal.what} | ≤ {_number(goal.most)}{goal.unit} | {result} | {words[goal.holds]} |"
    yield ""
    yield f"| | {' | '.join(measured)} |"
    yield f"| --- |{' ---: |' * len(measured)}"
    rows = [dict(_details(figures)) for figures in measured.values()]
    for name in dict.fromkeys(name for row in rows for name in row):
        yield f"| {name} | {' | '.join(row.get(name, '') for row in rows)} |"
    yield ""
    yield f"`import weasyprint`: {importing.seconds:.2f} s, {importing.peak / 1e6:.0f} MB"


def _details(f: Figures) -> Iterator[tuple[str, str]]:
    yield "bare document", _run(f.bare)
    yield "single document", _run(f.single)
    yield "cold build", _run(f.cold)
    yield "cold ÷ single document", f"{f.cold.seconds / f.single.seconds:.2f}"
    yield "processors’ time, cold ÷ single document", f"{f.cold.processor / f.single.processor:.2f}"
    yield "processors’ time, cold ÷ bare document", f"{f.cold.processor / f.bare.processor:.2f}"
    yield "processors’ time, edit ÷ bare document", f"{f.edit.processor / f.bare.processor:.2f}"
    yield "cold build, for each question", f"{1000 * _each(f):.0f} ms"
    if f.pack:
        yield "cold build of all products", _run(f.pack)
    yield "edit, new process", _run(f.edit)
    yield "edit ÷ cold", f"{f.edit.seconds / f.cold.seconds:.2f}"
    yield "edit, watch: first, then least", f"{f.watch[0][0]:.2f} s, {_warm(f):.2f} s"
    yield "watch, beyond the part", f"{_beyond(f):.2f} s"
    yield "watch ÷ cold", f"{_warm(f) / f.cold.seconds:.2f}"
    yield "nothing changed", _run(f.nothing)
    yield "all parts from the cache", _run(f.bound)
    yield "handbook", f"{f.pages} pages, {f.size / 1e6:.2f} MB"
    yield "bare document’s pages", f"{f.bare_pages}"
    yield "single document’s PDF", f"{f.single_pages} pages, {f.single_size / 1e6:.2f} MB"


def _run(run: Run) -> str:
    return f"{run.seconds:.2f} s ({run.processor:.1f}), {run.peak / 1e6:.0f} MB"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}"
