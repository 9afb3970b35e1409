"""Large files imported into a new set: `make bench-imports`. Not a test; it takes about a minute.

7,800 notes of Anki, in a package as Anki writes them since 2.1.50, and 2,000 questions in Markdown, under headings of
25 each. Their answers have 60 words; every third note has markup, every fourth question a list.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.benchmarks.measuring import Run, best, measured
from tests.importers.foreign_files import apkg
from tests.making import sentence

STUDYPACK: Final = (sys.executable, "-m", "studypack")
NOTES: Final = 7_800
QUESTIONS: Final = 2_000
PER_TOPIC: Final = 25
WORDS: Final = 60
TURNS: Final = 2


class Figure(NamedTuple):
    """What an import took, and what it may take: seconds on the clock, and bytes of memory where that is limited."""

    name: str
    run: Run
    seconds: float
    memory: float = float("inf")

    @property
    def holds(self) -> bool:
        return self.run.seconds <= self.seconds and self.run.peak <= self.memory


def notes(count: int) -> bytes:
    """Return an Anki package of so many notes."""
    return apkg("anki21b", [_note(number) for number in range(count)])


def _note(number: int) -> tuple[str, int, str, str]:
    marked = number % 3 == 0
    back = f"<div>{sentence(number, WORDS)}</div><ul><li>{sentence(number, 5)}</li></ul>" if marked else ""
    return f"guid-{number}", 1, f"What is matter {number}?\x1f{back or sentence(number, WORDS)}", f"tag-{number % 20}"


def markdown(count: int) -> bytes:
    """Return so many questions in Markdown."""
    return "".join(map(_question, range(count))).encode()


def _question(number: int) -> str:
    topic = f"## Topic {number // PER_TOPIC}\n\n" if number % PER_TOPIC == 0 else ""
    items = "".join(f"- {sentence(number + n, 5)}\n" for n in range(3)) if number % 4 == 0 else ""
    return f"{topic}### What is matter {number}?\n\n{sentence(number, WORDS)}\n\n{items}\n"


def figures(scratch: Path) -> Iterator[Figure]:
    """Measure each import, twice."""
    (scratch / "notes.apkg").write_bytes(notes(NOTES))
    yield Figure(f"{NOTES:,} notes of Anki", _run(scratch, "notes.apkg"), 20, 300e6)
    (scratch / "questions.md").write_bytes(markdown(QUESTIONS))
    yield Figure(f"{QUESTIONS:,} questions in Markdown", _run(scratch, "questions.md"), 5)


def _run(scratch: Path, name: str) -> Run:
    into = (scratch / f"{name}-{turn}" for turn in range(TURNS))
    return best(measured([*STUDYPACK, "import", scratch / name, "-o", folder], scratch / "none") for folder in into)


def lines(found: Sequence[Figure]) -> Iterator[str]:
    """Yield the lines of a table in Markdown: each figure beside its target."""
    yield "| import | clock | processors’ time | memory | target | |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for each in found:
        target = f"≤ {each.seconds:.0f} s" + (f", {each.memory / 1e6:.0f} MB" if each.memory < float("inf") else "")
        took = (f"{each.run.seconds:.1f} s", f"{each.run.processor:.1f} s", f"{each.run.peak / 1e6:.0f} MB")
        yield f"| {' | '.join((each.name, *took, target, 'holds' if each.holds else 'missed'))} |"


def main() -> None:
    """Measure, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write("\n".join(lines(list(figures(Path(name))))) + "\n")


if __name__ == "__main__":
    main()
