"""What the sheet takes of a question: a short title, nothing twice, and the answer where nothing is shorter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from studypack.products.cheatsheet.fragments import Head, fragments, repeats
from studypack.products.cheatsheet.titles import cut

from tests.making import authored, make_set, question


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("What is deadlock and how do you prevent, detect and survive it?", "Deadlock"),
        ("A query became slow. How do you find out why?", "A query became slow"),
        ("Relational or NoSQL: how do you choose?", "Relational or NoSQL"),
        ("How would you add a cache, and what can go wrong?", "Add a cache"),
        ("What is the difference between a process and a thread?", "A process and a thread"),
        ("In modern Java, when do you use an interface?", "In modern Java, when do you use an interface?"),
        ("What does an index do?", "What does an index do?"),
        ("True or false: TCP has no connections.", "True or false: TCP has no connections."),
        ("What is `lock`?", "`lock`"),
        ("What is `a and what`?", "What is `a and what`?"),
        ("Does *it end and how* does it?", "Does *it end and how* does it?"),
        ("What is?", "What is?"),
    ],
)
def test_a_question_is_cut_at_its_subject(asked: str, title: str) -> None:
    """Words that only ask and a second question are left out; what does not fit that stays whole, as does Markdown."""
    assert cut(asked, "en") == title


@pytest.mark.parametrize(
    ("lang", "asked", "title"),
    [
        ("de", "Was ist eine Sperre, und wann braucht man sie?", "Eine Sperre"),
        ("fr", "Qu’est-ce qu’un verrou et comment l’utiliser ?", "Un verrou"),
        ("es", "¿Qué es un cerrojo y cuándo se usa?", "Un cerrojo"),
        ("ja", "ロックとは何ですか。", "ロックとは何ですか。"),
    ],
)
def test_each_language_has_its_own_words_for_asking(lang: str, asked: str, title: str) -> None:
    """A language without such words keeps its questions whole."""
    assert cut(asked, lang) == title


@pytest.mark.parametrize(
    ("point", "known"),
    [
        ("A single global lock order rules out circular wait.", True),
        ("A single global order avoids circular chains.", True),
        ("Deadlock needs all four: mutual exclusion, hold and wait, no pre-emption.", False),
        ("Break circular wait with 2 locks.", False),
        ("O(1)", False),
    ],
)
def test_a_point_that_was_said_already_is_known(point: str, known: bool) -> None:
    """It brings neither a number nor more than a few other words."""
    said = "Deadlock. Four conditions; break the circular wait: one single global order of locks, it rules."
    assert repeats(point, said) == known


def _of(folder: Path, **changes: Any) -> list[tuple[str, Any]]:
    one = authored(1) | {"questions": [question(0, "topic-0", question="What is it?", **changes)]}
    bare = {key: value for key, value in one["questions"][0].items() if value is not None}
    (made,) = make_set(folder, one | {"questions": [bare]}).questions
    return [(fragment.kind, fragment.content) for fragment in fragments(made, "en")]


def test_short_wins_over_any_cut(tmp_path: Path) -> None:
    """The author's own title is taken as it is, and a key point that repeats it is not printed."""
    made = _of(tmp_path, short="The lock order", key_points=["The lock order.", "Another matter altogether."])
    assert made[0] == ("head", Head("The lock order", "Takeaway 0: A every the no readers turn guards and outlives 0."))
    assert [content for kind, content in made if kind == "point"] == ["Another matter altogether."]


@pytest.mark.parametrize(
    ("answer", "head", "others"),
    [
        ("Paris.", "Paris.", []),
        ("One.\n\n```\ncode\n```\n\nMore.", "", [("gist", "One."), ("rest", "```\ncode\n```\n\nMore.")]),
        ("[One][a].\n\nTwo.\n\n[a]: https://x.example", "", [("gist", "[One][a].\n\nTwo.\n\n[a]: https://x.example")]),
    ],
    ids=["line", "blocks", "references"],
)
def test_without_anything_shorter_the_answer_comes_first(
    tmp_path: Path, answer: str, head: str, others: list[tuple[str, str]]
) -> None:
    """One line stands behind the title; of more, the first block does not wait for the prose of other questions."""
    made = _of(tmp_path, answer=answer, takeaway=None, key_points=None)
    assert made[0] == ("head", Head("It", head))
    assert [(kind, content.strip()) for kind, content in made[1:]] == others
