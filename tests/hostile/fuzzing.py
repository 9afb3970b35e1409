"""Random content through the loader and the pages' HTML: an answer, or diagnostics, and never anything else."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from studypack.checks.content import content_warnings
from studypack.errors import Diagnostic, StudypackError
from studypack.products.deck import Deck
from studypack.products.interface import PackContext
from studypack.questions.loader import LoadedSet, load
from studypack.questions.yaml_source import CONTROL
from studypack.resources import bundled_set

from tests.making import chapter_html

PIECES = (
    "a", "word", " ", "\n", "\n\n", "- ", "> ", "1. ", "    ", "\t", "```", "~~~", "`", "*", "**", "_", "[", "]", "(",
    ")", "![", "](", "[x]: y", "| a | b |\n|---|---|\n| c |", "|", "---", "# ", "<b>", "</script>", "<!--", "&amp;",
    "&#0;", "&", "\\", "{{", "}}", "{{c1::", "{%", "%}", "::", "[sound:", "\\(", "$", "http://x", "javascript:", '"',
    "'", "’", "é", "e\u0301", "\u200d", "👩\u200d🚀", "\u202e", "עברית", "العربية", "日本語", "\ufffd", "\u00ad",
    "\u2028", "\u00a0", "%s", "\x7f", "\x1f", "0", "~", "null", "true", "1e3", "!!", "&a", "*a", "? ", ": ", "#", "<<",
)  # fmt: skip  # what Markdown, YAML, Jinja, Anki and Unicode make something of

TEXT = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40)
IDS = st.sampled_from(["one", "two", "topic-0", "x1", "A", "", "é"]) | TEXT
VALUE: st.SearchStrategy[Any] = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(), lambda inner: st.lists(inner, max_size=3), max_leaves=4
)


def _some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


LINES = st.lists(TEXT, max_size=3)
EXHIBIT = _some({"caption": TEXT}, {"table": TEXT, "figure": TEXT, "listing": TEXT, "alt": TEXT, "cheatsheet": VALUE})
CARD = _some({"id": IDS}, {"front": TEXT, "back": TEXT, "cloze": TEXT})
QUESTION = _some(
    {"id": IDS, "question": TEXT, "topic": st.sampled_from(["topic-0", "topic-1"]), "answer": TEXT},
    {
        "level": st.sampled_from(["core", "advanced", "x"]), "tags": st.lists(IDS, max_size=2), "takeaway": TEXT,
        "stimulus": TEXT, "guidance": TEXT, "key_points": LINES, "pitfalls": LINES,
        "exhibits": st.lists(EXHIBIT, max_size=2),
        "follow_ups": st.lists(_some({"question": TEXT}, {"answer": TEXT}), max_size=2),
        "sources": st.lists(_some({"title": TEXT}, {"url": TEXT, "year": VALUE, "where": TEXT}), max_size=2),
        "cards": st.lists(CARD, max_size=2), "extra": VALUE,
        "choices": st.lists(_some({"text": TEXT}, {"correct": VALUE, "feedback": TEXT}), max_size=3) | VALUE,
    },
)  # fmt: skip  # the keys of a question
SET = _some(
    {
        "title": TEXT,
        "topics": st.just([{"id": "topic-0", "title": "T"}, {"id": "topic-1", "title": "U"}]) | VALUE,
        "questions": st.lists(QUESTION, min_size=1, max_size=3) | VALUE,
    },
    {"id": IDS, "subtitle": TEXT, "edition": TEXT, "language": TEXT, "introduction": TEXT, "packs": VALUE,
     "theme": TEXT, "levels": LINES | VALUE, "tags": LINES | VALUE, "labels": VALUE,
     "glossary": st.lists(_some({"id": IDS, "term": TEXT, "definition": TEXT}, {"question": IDS}), max_size=2)},
)  # fmt: skip  # the keys of a set

FULL = TEXT.map(lambda text: "x" + CONTROL.sub("", text))
"""Text that a set may hold."""
FULLS = st.lists(FULL, max_size=3)
CHOICE = _some({"text": FULL, "correct": st.just(True)}, {"feedback": FULL})
SOUND_QUESTION = _some(
    {"question": FULL, "topic": st.sampled_from(["topic-0", "topic-1"]), "answer": FULL},
    {
        "takeaway": FULL.map(lambda text: text[:100]), "guidance": FULL, "key_points": FULLS, "pitfalls": FULLS,
        "stimulus": FULL,
        "exhibits": st.lists(_some({"caption": FULL, "table": FULL.map("| a |\n|---|\n{}".format)}, {}), max_size=2),
        "follow_ups": st.lists(_some({"question": FULL}, {"answer": FULL}), max_size=2),
        "sources": st.lists(_some({"title": FULL}, {"where": FULL}), max_size=2),
        "choices": st.lists(CHOICE, min_size=2, max_size=4),
        "tags": FULLS,
        "cards": st.lists(_some({"front": FULL, "back": FULL}, {}), max_size=1).map(
            lambda cards: [card | {"id": "card"} for card in cards]
        ),
    },
)  # fmt: skip  # the keys of a question
SOUND = _some(
    {
        "title": FULL,
        "topics": st.tuples(FULL, FULL).map(lambda t: [{"id": f"topic-{n}", "title": t[n]} for n in range(2)]),
        "questions": st.lists(SOUND_QUESTION, min_size=1, max_size=3).map(
            lambda questions: [question | {"id": f"q-{n}"} for n, question in enumerate(questions)]
        ),
    },
    {
        "introduction": FULL,
        "glossary": _some({"term": FULL, "definition": FULL}, {}).map(lambda entry: [entry | {"id": "term"}]),
        "language": st.sampled_from(["en", "fr", "ja", "ar"]),
    },
)  # fmt: skip  # the keys of a set


@cache
def _bundled() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((bundled_set() / "questions").glob("*.yaml")))


def mutated(seed: int) -> bytes:
    """Return a file of the bundled set with a few changes: bytes, lines and pieces lost, doubled, swapped or put in."""
    chance = random.Random(seed)
    head = b"title: x\ntopics: [{id: %s, title: x}]\n"
    raw = bytearray(chance.choice(_bundled()))
    topic = raw.partition(b"topic: ")[2].split()[0]
    for _ in range(chance.choice((1, 1, 2, 4, 20))):
        at, size = chance.randrange(len(raw) or 1), chance.choice((1, 1, 3, 40, 400))
        part, piece = bytes(raw[at : at + size]), chance.choice(PIECES).encode("utf-8", "surrogatepass")
        raw[at : at + size] = chance.choice(
            (b"", part + part, part[::-1], piece, piece + part, bytes([chance.randrange(256)]), b"\n" + part, part * 5)
        )
    return head % topic + bytes(raw)


def outcome(folder: Path, content: bytes | dict[str, Any]) -> str:
    """Load one file and render what came of it; tell how far that went. Anything but a diagnostic is an exception."""
    path = folder / "fuzzed.yaml"
    path.write_bytes(
        content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    )
    try:
        loaded = load(path)
    except StudypackError as error:
        _are_lines(error.diagnostics)
        return "refused"
    render_all(loaded)
    return "rendered"


def _are_lines(said: tuple[Diagnostic, ...]) -> None:
    """Hold that each diagnostic is one line that a terminal shows as it is."""
    for diagnostic in said:
        assert str(diagnostic)
        assert len(str(diagnostic).splitlines()) == 1, str(diagnostic)


def render_all(loaded: LoadedSet) -> None:
    """Make everything of a set but the pages themselves: warnings, the chapters' HTML, the deck."""
    whole = loaded.question_set
    try:
        _are_lines(content_warnings(loaded, whole))
        for topic in whole.topics:
            header = whole.header.model_copy(update={"topics": (topic,)})
            chapter = replace(whole, header=header, questions=whole.of_topic(topic.id))
            chapter_html(chapter)
        Deck().render(PackContext(whole, whole, now=1))
    except StudypackError as error:
        _are_lines(error.diagnostics)
