"""Valid sets that engines read back in another way than they were written: built all the same, and proved again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from studypack.jobs import pool
from studypack.workflows.build import build
from studypack.workflows.request import Request
from studypack.workflows.verify import verify

from tests.making import write_set

WORDS = " ".join(f"word{number}" for number in range(900))
ROWS = "\n".join(f"| row {number} | cell {number} |" for number in range(60))
QUESTION = {"id": "one", "question": "Q?", "topic": "t", "takeaway": "x", "answer": "a"}
ANSWERS = {
    "a loose list": "- one\n\n  two\n\n- three\n\n  four",
    "a list with a fence": "1. first\n\n   more\n\n   ```\n   a\n\n   b\n   ```\n\n2. second",
    "a number in a fence": "```\na\n\n1. second\n```",
    "a number after a fence": "```\na\n\nb\n```\n\n1. second",
    "a link in code in a list in a list": "- a\n  - b\n\n    ```js\n    go\n\n    on[kind](event)(1)\n    ```",
    "references": "See [the page][p] and [p].\n\n[p]: https://example.org",
    "900 words": WORDS,
    "900 words that are quoted": f"> {WORDS}",
    "70 items": "\n".join(f"- item {number}" for number in range(70)),
    "60 rows": f"| a | b |\n|--|--|\n{ROWS}",
    "90 lines of code": "```python\n" + "\n".join(f"x{number} = {number}" for number in range(90)) + "\n```",
    "two marks on a letter": "Tones such as \u00ea\u0304 and \u00ea\u030c.",
    "an override of the order": "before \u202ereversed\u202c after",
    "Adlam": "\U0001e900\U0001e901\U0001e902\U0001e930",
    "Phoenician": "\U00010900\U00010901\U00010902",
}
SETS: dict[str, dict[str, Any]] = {
    **{name: {"questions": [QUESTION | {"answer": answer}]} for name, answer in ANSWERS.items()},
    **{
        f"{words} in {language}": {"language": language, "questions": [QUESTION | {"question": words}]}
        for language in ("he", "ar", "fa", "ur")
        for words in ("DNS", "404?")
    },
    "numbers": {
        "questions": [
            QUESTION | {"question": "1. What is a lock?"},
            QUESTION | {"id": "two", "question": "2. What is a lease?"},
        ]
    },
    "numbers that continue those of the questions": {
        "questions": [
            QUESTION | {"id": f"q{number}", "question": {1: "1 phase commit?", 11: "Phase commit?"}.get(number, "Why?")}
            for number in range(1, 12)
        ]
    },
    "topics of one title": {
        "topics": [{"id": "t", "title": "T"}, {"id": "u", "title": "T"}],
        "questions": [QUESTION, QUESTION | {"id": "two", "topic": "u"}],
    },
    "marks of blocks": {
        "questions": [
            QUESTION | {"id": f"q{number}", "question": text}
            for number, text in enumerate(["# What?", "- What is a lease?", "> What?", "+ What?", "--- What?"])
        ]
    },
    "a glyph that stands for a letter with marks": {
        "questions": [QUESTION | {"guidance": "a\u0301\u0302", "answer": "ra"}]
    },
    "a line of other scripts": {
        "questions": [QUESTION | {"question": "\U0001e900 \u202eabc?", "takeaway": "\U00010900\U00010901"}]
    },
}  # fmt: skip


@pytest.mark.parametrize("name", SETS)
def test_a_valid_set_is_built(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All three products hold it, and prove it once more from their files alone."""
    monkeypatch.setattr(pool, "start_method", lambda: "fork")  # quicker
    content = {"title": "T", "topics": [{"id": "t", "title": "T"}], **SETS[name]}
    path = write_set(tmp_path / "made.yaml", content)
    pack = build(Request(path, output=tmp_path / "out", now=1, workers=1, cached=False))
    count = len(content["questions"])
    assert verify(pack.folder) == dict.fromkeys(("handbook", "cheatsheet", "deck"), (count, count))
