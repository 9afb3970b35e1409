"""Question sets and decks for the tests of the deck."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from studypack.products.deck import Deck
from studypack.products.interface import PackContext, Rendered, StoredState
from studypack.questions.model import QuestionSet

from tests.making import authored, make_set

TABLE = "| Name | Cost |\n|---|---|\n| hash table | O(1) |"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt"><rect width="10" height="10"/></svg>'
DAY = 86_400
T0 = 1_700_000_000

Made = Callable[..., QuestionSet]


def content() -> dict[str, Any]:
    """Return a set of four questions in two topics with a note of each kind: seven notes, nine cards."""
    made = authored(4, per_topic=2)
    made["questions"][1] |= {
        "guidance": "Say `why` first.",
        "exhibits": [
            {"table": TABLE, "caption": "What things cost"},
            {"figure": "figures/box.svg", "alt": "a box", "caption": "A box"},
            {"listing": "listings/count.py", "caption": "A counter"},
        ],
        "pitfalls": ["Saying nothing; say something."],
        "follow_ups": [{"question": "And then?", "answer": "Then this."}],
        "sources": [{"title": "A standard", "where": "§4", "year": 2020, "url": "https://example.org/standard"}],
        "cards": [
            {"id": "cost", "front": "What does a look-up cost?", "back": "O(1), *expected*."},
            {"id": "gap", "cloze": "A mutex has {{c1::one}} owner and {{c2::no}} permits."},
        ],
    }
    made["glossary"] = [{"id": "lock", "term": "Lock", "definition": "A guard.", "question": "question-2"}]
    return made


def loader(folder: Path) -> Made:
    """Return a function that loads a set with two files from authored content."""

    def load(authored_set: dict[str, Any] | None = None) -> QuestionSet:
        for path, file in (("figures/box.svg", SVG), ("listings/count.py", b"count = 1  # one\n")):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(file)
        return make_set(folder, authored_set or content())

    return load


def rendered(selected: QuestionSet, state: bytes | None = None, now: int = T0, **context: Any) -> Rendered:
    """Return the deck of a set or a selection (of the set `whole`)."""
    whole = context.pop("whole", selected)
    return Deck().render(
        PackContext(selected, whole, state=StoredState("deck-state.json", state) if state else None, now=now, **context)
    )
