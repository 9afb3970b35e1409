"""The deck's benchmark: `python -m tests.benchmarks.bench_deck`. Not a test; it takes about a minute.

10,000 notes with fields as long as those of the bundled set are written by genanki as it comes and by our extension,
each in processes of its own and by turns; then a set of 2,500 questions with three further cards each goes all the way
from Markdown to the package.
"""

from __future__ import annotations

import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import genanki
from studypack.anki.note_types import QUESTION
from studypack.anki.package import TimedNote, package
from studypack.products.deck import Deck
from studypack.products.interface import PackContext
from studypack.questions.loader import load
from studypack.resources import bundled_set

from tests.making import make_set, question

NOTES: Final = 10_000
TARGET: Final = 1.5
"""Our time, at most, as a multiple of bare genanki's."""
TURNS: Final = 3

LENGTHS: Final = {"Question": 12, "Takeaway": 12, "Key Points": 90, "Answer": 160, "Guidance": 70, "Exhibits": 60,
                  "Pitfalls": 25, "Follow-ups": 70, "Sources": 20}  # fmt: skip  # words


def _words() -> list[str]:
    text = " ".join(q.answer or "" for q in load(bundled_set()).question_set.questions)
    return re.findall(r"[A-Za-z]+", text)


def _fields(number: int, words: Sequence[str]) -> list[str]:
    drawn = random.Random(number)
    texts = {name: f"<p>{' '.join(drawn.choices(words, k=count))}.</p>" for name, count in LENGTHS.items()}
    return [f"made/q-{number}", f"Q{number}", *(texts.get(name, "") for name in QUESTION.fields[2:])]


def bare(rows: Sequence[list[str]], target: Path) -> float:
    """Return the seconds that genanki takes to write these notes."""
    ours = QUESTION.model(1)
    model = genanki.Model(QUESTION.id, QUESTION.name, fields=ours.fields, templates=ours.templates, css=ours.css)
    began = time.perf_counter()
    deck = genanki.Deck(1, "Made")
    for number, fields in enumerate(rows):
        deck.add_note(genanki.Note(model=model, fields=fields, tags=["set::made"], guid=str(number), due=number))
    genanki.Package(deck).write_to_file(str(target))
    return time.perf_counter() - began


def extended(rows: Sequence[list[str]], target: Path) -> float:
    """Return the seconds that our extension takes for the same."""
    model = QUESTION.model(1)
    began = time.perf_counter()
    deck = genanki.Deck(1, "Made")
    for number, fields in enumerate(rows):
        deck.add_note(TimedNote(1, model=model, fields=fields, tags=["set::made"], guid=str(number), due=number))
    target.write_bytes(package([deck], {}, 1))
    return time.perf_counter() - began


def whole(folder: Path) -> float:
    """Return the seconds from a loaded set of 2,500 questions and 7,500 further cards to the package."""
    words = _words()
    questions: list[dict[str, Any]] = []
    for number in range(NOTES // 4):
        drawn = random.Random(number)
        text = [" ".join(drawn.choices(words, k=count)) for count in (160, 70, 20, 20)]
        cards = [{"id": f"c-{n}", "front": f"{number} {n} {text[2]}?", "back": text[3]} for n in range(3)]
        questions.append(question(number, "t", answer=text[0], guidance=text[1], cards=cards))
    made = make_set(
        folder, {"id": "made", "title": "Made", "topics": [{"id": "t", "title": "T"}], "questions": questions}
    )
    began = time.perf_counter()
    Deck().render(PackContext(made, made, now=1))
    return time.perf_counter() - began


def _measure(what: str) -> None:
    """Print seconds, peak of resident memory in bytes before and after, and the size of the file, as JSON."""
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "deck.apkg"
        if what == "whole":
            seconds, before, size = whole(Path(name)), 0, 0
        else:
            words = _words()
            rows = [_fields(number, words) for number in range(NOTES)]
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            seconds = {"bare": bare, "extended": extended}[what](rows, target)
            size = target.stat().st_size
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _say(json.dumps({"seconds": seconds, "before": before, "after": after, "bytes": size}))


def _run(what: str) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.bench_deck", what]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Measure in turns and print the table with the shortest time of each."""
    turns = [(_run("bare"), _run("extended")) for _ in range(TURNS)]
    least = [min((turn[n] for turn in turns), key=lambda found: found["seconds"]) for n in (0, 1)]
    for name, found in zip(("genanki", "studypack"), least, strict=True):
        grown = (found["after"] - found["before"]) / 1024
        _say(f"{name:10} {found['seconds']:5.2f} s  {found['bytes'] / 1e6:5.1f} MB  memory + {grown:4.0f} MB")
    ratio = least[1]["seconds"] / least[0]["seconds"]
    _say(f"ratio      {ratio:5.2f}    (at most {TARGET}: {'kept' if ratio <= TARGET else 'MISSED'})")
    all_of_it = _run("whole")
    _say(f"Markdown to package, {NOTES} notes: {all_of_it['seconds']:.1f} s, peak {all_of_it['after'] / 1024:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure(sys.argv[1])
    else:
        main()
