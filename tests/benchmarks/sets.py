"""Question sets of any size for the benchmark: folders as an author would keep them, the same on every run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

PER_TOPIC: Final = 25
LISTING_EVERY: Final = 3
TABLE_EVERY: Final = 4
LISTING_LINES: Final = 25

_WORDS: Final = (
    "lock", "lease", "queue", "partition", "replica", "timeout", "index", "write", "reader", "owner", "retry", "cache",
    "request", "message", "worker", "snapshot", "token", "backlog", "version", "quorum", "guards", "outlives", "waits",
    "repeats", "the", "a", "every", "its", "before", "after", "while", "and", "without", "under", "until", "another",
    "throughput", "latency", "idempotent", "ordered",
)  # fmt: skip  # a list to read
_ANSWER: Final = re.compile(r"(answer: \|\n +)(?:Revision \d+\. )?")


def write_set(folder: Path, count: int, per_topic: int = PER_TOPIC) -> Path:
    """Write a set of `count` questions, `per_topic` in a topic and a file, and return its folder."""
    topics = [f"topic-{number}" for number in range(-(-count // per_topic))]
    (folder / "questions").mkdir(parents=True)
    (folder / "listings").mkdir()
    head = ["id: benchmark", 'title: "A benchmark"', 'edition: "2026.11"', "topics:"]
    for number, topic in enumerate(topics):
        head.append(f'  - {{id: {topic}, title: "Topic {number}", summary: "{_sentence(number, 25)}"}}')
        first, last = number * per_topic, min(count, (number + 1) * per_topic)
        lines = ["questions:", *(line for n in range(first, last) for line in _question(n, topic))]
        (folder / "questions" / f"{topic}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    for number in range(0, count, LISTING_EVERY):
        (folder / _listing(number)).write_text(_code(number), "utf-8")
    (folder / "set.yaml").write_text("\n".join(head) + "\n", "utf-8")
    return folder


def edit_one(folder: Path, revision: int) -> None:
    """Change the first answer of the set's middle file, as an author would who saves again and again."""
    files = sorted((folder / "questions").glob("*.yaml"))
    file = files[len(files) // 2]
    file.write_text(_ANSWER.sub(rf"\g<1>Revision {revision}. ", file.read_text("utf-8"), count=1), "utf-8")


def _question(number: int, topic: str) -> Iterator[str]:
    """Yield the lines of a question whose texts are about as long as those of the bundled set."""
    yield f"  - id: question-{number}"
    yield f"    question: What would you say about matter {number}, {_sentence(number, 6)[:-1].lower()}?"
    yield f"    topic: {topic}"
    yield f"    level: {('core', 'intermediate', 'advanced')[number % 3]}"
    yield f"    tags: [{', '.join(sorted({_WORDS[number % 20], _WORDS[number * 7 % 20]}))}]"
    yield f"    takeaway: {_sentence(number, 10)}"
    yield from _paragraphs("guidance", number + 1, 2, 35)
    yield from _paragraphs("answer", number + 2, 3, 50)
    yield from _list("key_points", [_sentence(number * 10 + n, 18) for n in range(6)])
    yield from _list("pitfalls", [_sentence(number + 4, 28)])
    yield from _exhibits(number)
    yield "    follow_ups:"
    for n in range(2):
        yield f"      - {{question: {_quoted(f'And then {n}?')}, answer: {_quoted(_sentence(number * 10 + n, 33))}}}"
    yield "    sources:"
    for n in range(2):
        yield f"      - {{title: Source {number % 50 + n}, where: ch. {n + 1}, year: 2020, url: https://example.org/{n}}}"


def _exhibits(number: int) -> Iterator[str]:
    listing, table = number % LISTING_EVERY == 0, number % TABLE_EVERY == 0
    if listing or table:
        yield "    exhibits:"
    if listing:
        yield f"      - {{listing: {_listing(number)}, caption: {_quoted(_sentence(number, 15))}}}"
    if table:
        rows = [[_sentence(number * 20 + row * 4 + cell, 3)[:-1] for cell in range(4)] for row in range(5)]
        yield "      - table: |"
        for row in [["Structure", "Order", "Cost", "Use"], ["---"] * 4, *rows]:
            yield f"          | {' | '.join(row)} |"
        yield f"        caption: {_quoted(_sentence(number + 9, 15))}"


def _paragraphs(key: str, seed: int, count: int, words: int) -> Iterator[str]:
    yield f"    {key}: |"
    for n in range(count):
        if n:
            yield ""
        yield f"      {_sentence(seed * 10 + n, words)}"


def _list(key: str, items: list[str]) -> Iterator[str]:
    yield f"    {key}:"
    yield from (f"      - {_quoted(item)}" for item in items)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _sentence(seed: int, words: int) -> str:
    """Return words that differ from those of other seeds; `choices` picks the same in every version of Python."""
    picked = Random(seed).choices(_WORDS, k=words - 1)
    return f"{' '.join(picked).capitalize()} {seed}."


def _listing(number: int) -> str:
    return f"listings/listing-{number}.py"


def _code(number: int) -> str:
    """Return a listing of `LISTING_LINES` lines."""
    head = [f"class Worker{number}:", f'    """{_sentence(number, 6)}"""', ""]
    steps = []
    for n in range(7):
        steps += [f"    def step_{n}(self, value: int) -> int:", f"        return value * {number + n}  # then on", ""]
    return "\n".join([*head, *steps, f"worker = Worker{number}()"]) + "\n"
