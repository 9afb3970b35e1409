"""What is remembered of a model is of that object alone, and gone with it."""

from __future__ import annotations

import gc

from studypack.questions.model import Source
from studypack.questions.once import once


def test_each_object_is_asked_once_for_each_argument() -> None:
    """An equal object is another one; so is a copy with another title."""
    asked = []

    @once
    def words(source: Source, mark: str, *, again: bool = False) -> str:
        asked.append((source.title, mark, again))
        return source.title + mark

    first, equal = Source(title="A"), Source(title="A")
    copy = first.model_copy(update={"title": "B"})
    for _ in range(2):
        assert [words(each, "!") for each in (first, equal, copy)] == ["A!", "A!", "B!"]
        assert (words(first, "?"), words(first, "?", again=True)) == ("A?", "A?")
    assert asked == [("A", "!", False), ("A", "!", False), ("B", "!", False), ("A", "?", False), ("A", "?", True)]


def test_an_object_that_takes_the_place_of_another_is_asked_anew() -> None:
    """Thousands of objects, many at the same address in memory, each give their own answer."""
    title = once(lambda source: source.title)
    for number in range(2_000):
        assert title(Source(title=f"{number}")) == f"{number}"
    gc.collect()
