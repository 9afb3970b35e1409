"""Question sets made for tests, of any size, through the real loader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from studypack.products import PRODUCTS
from studypack.products.interface import Rendered
from studypack.products.options import Options
from studypack.products.proof import Proof, prove
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.typeset.joints import WHOLE
from studypack.typeset.templating import render

WORDS = (
    "a", "lock", "guards", "every", "access", "and", "the", "lease", "outlives",
    "no", "owner", "while", "readers", "wait", "their", "turn",
)  # fmt: skip  # a sentence to read


def sentence(seed: int, words: int) -> str:
    """Return words that differ from those of other seeds; the same on every run."""
    picked = [WORDS[(seed * 7 + n * (3 + seed % 5)) % len(WORDS)] for n in range(words)]
    return f"{' '.join(picked).capitalize()} {seed}."


def question(number: int, topic: str, **changes: Any) -> dict[str, Any]:
    """Return a question as an author would write it."""
    made = {
        "id": f"question-{number}",
        "question": f"What would you say about matter {number} if you were asked?",
        "topic": topic,
        "level": ("core", "intermediate", "advanced")[number % 3],
        "tags": ["odd" if number % 2 else "even"],
        "takeaway": f"Takeaway {number}: {sentence(number, 9)}",
        "answer": f"{sentence(number, 60)}\n\n{sentence(number + 1000, 60)}",
        "key_points": [sentence(number * 10 + n, 14) for n in range(5)],
    }
    return made | changes


def authored(count: int, per_topic: int = 5, **changes: Any) -> dict[str, Any]:
    """Return a whole set of `count` questions as an author would write it."""
    topics = [f"topic-{n}" for n in range(-(-count // per_topic))]
    return {
        "id": "made",
        "title": "A made set",
        "edition": "1",
        "topics": [{"id": t, "title": t.replace("-", " ").title(), "summary": "Summary."} for t in topics],
        "questions": [question(n, topics[n // per_topic]) for n in range(count)],
    } | changes


def write_set(path: Path, content: dict[str, Any]) -> Path:
    """Write a set as one YAML file (JSON is YAML) and return its path."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    return path


def one(folder: Path, **changes: Any) -> Path:
    """Write a set of one question with these keys as `made.yaml`, and return its path."""
    content = authored(1, title="A hostile set")
    content["questions"] = [question(0, "topic-0", **changes)]
    return write_set(folder / "made.yaml", content)


def make_set(folder: Path, content: dict[str, Any]) -> QuestionSet:
    """Return the set as the loader reads it."""
    return load(write_set(folder / "made.yaml", content)).question_set


def only(*products: str, **values: Any) -> Options:
    """Return the options of a build of these products alone."""
    return Options.of(products, **values)


def proved(product: str, made: bytes | Rendered, question_set: QuestionSet) -> Proof:
    """Return what a finished file of a product, and what was set for it, prove of a set or a selection."""
    own = PRODUCTS[product]
    content, held = (made.content, made.held) if isinstance(made, Rendered) else (made, None)
    return prove(own, own.read_back(content), own.claims(question_set), held)


def chapter_html(chapter: QuestionSet, answers: str = "inline") -> str:
    """Return the HTML of a whole chapter, as it is typeset where it is not too long for one part.

    Args:
        chapter: its questions.
        answers: the option of this name.
    """
    questions = {question.id: question for question in chapter.questions}
    blocks = [("asked" if answers == "end" else answers, key) for key in questions]
    solved = [key for key, question in questions.items() if answers == "end" and question.solved]
    return render(
        "handbook/chapter.html.j2",
        set=chapter,
        files=chapter.files,
        late=[],
        loose=[],
        terms={},
        questions=questions,
        blocks=[*blocks, *(("solved", key) for key in solved)],
        listed=[],
        behind=solved[0] if solved else "",
        joint=WHOLE,
        answers=answers,
        look={"large": False},
    )
