"""Blueprints of exams: how many questions of which level, topic or tag each paper has, and drawing them."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from studypack.errors import Diagnostic, SelectionError, counted, listed, suggestion
from studypack.questions.model import Question, QuestionSet
from studypack.questions.naming import Naming

_PART: Final = re.compile(r"(\d{1,6})\s*(?:[x×]\s+)?(\S.*)")
"""A part of a blueprint, such as `2 core` or `3 x Data structures`."""


class Portion(NamedTuple):
    """A part of a blueprint.

    Attributes:
        number: the number of questions.
        words: what they are, as the blueprint has it; empty for any question.
        named: ids by kind (`level`, `topic`, `tag`); a question has one of each kind.
    """

    number: int
    words: str = ""
    named: tuple[tuple[str, str], ...] = ()

    def takes(self, question: Question) -> bool:
        """Return whether a question is of this part."""
        own: dict[str, Collection[str | None]]
        own = {"level": {question.level}, "topic": {question.topic}, "tag": question.tags}
        return all(name in own[kind] for kind, name in self.named)

    def __str__(self) -> str:
        return f"{self.number} {self.words}" if self.words else counted(self.number, "question")


def blueprint(text: str, whole: QuestionSet) -> tuple[Portion, ...]:
    """Read a blueprint such as `2 core, 3 databases, 1 advanced concurrency`.

    Args:
        text: numbers, each with a level, a topic or a tag by id or title, or with several of these; between commas.
        whole: the set whose names they are.

    Raises:
        SelectionError: with every part that cannot be read.
    """
    names = _Names(whole)
    parts, problems = [], []
    for piece in filter(None, map(str.strip, text.split(","))):
        match = _PART.fullmatch(piece)
        named = names.find(match[2]) if match else None
        if match is None:
            why = "a part is a number and a level, a topic or a tag"
            problems.append(Diagnostic(None, f'the blueprint has the part "{piece}"', why, 'for example "2 core"'))
        elif named is None:
            problems.append(names.unknown(match[2]))
        elif int(match[1]):
            parts.append(Portion(int(match[1]), match[2], named))
    if not parts and not problems:
        problems.append(Diagnostic(None, "the blueprint has no part", "", 'write, for example, "2 core, 1 advanced"'))
    if problems:
        raise SelectionError(*problems)
    return tuple(parts)


class _Names:
    """The names of a set's levels, topics and tags."""

    def __init__(self, whole: QuestionSet) -> None:
        naming = Naming.in_set(whole.header)
        tags = {tag for question in whole.questions for tag in question.tags}
        self._kinds = (
            ("level", naming.levels, set(whole.header.level_titles)),
            ("topic", naming.topics, {topic.id for topic in whole.topics}),
            ("tag", naming.tags, tags),
        )

    def find(self, words: str) -> tuple[tuple[str, str], ...] | None:
        """Return what a part names: one name, or names of different kinds one after the other."""
        for kind, names, known in self._kinds:
            if (found := names.find(words)) in known or (found := words.casefold()) in known:
                return ((kind, found),)
        for space in re.finditer(r"[\s/]+", words):
            first, rest = self.find(words[: space.start()]), self.find(words[space.end() :])
            if first and rest and not {kind for kind, _ in first} & {kind for kind, _ in rest}:
                return (*first, *rest)
        return None

    def unknown(self, words: str) -> Diagnostic:
        """Return the diagnostic for words that name nothing."""
        what = f'the blueprint asks for "{words}", which is no level, topic or tag of the set'
        why = "; ".join(f"{kind}s: {listed(sorted(known))}" for kind, _, known in self._kinds[:2])
        every = [name for _, _, known in self._kinds for name in known]
        return Diagnostic(None, what, why, suggestion(words.casefold(), every) or "`studypack list` lists all of them")


def drawn(pool: Sequence[Question], parts: Sequence[Portion], seed: str) -> tuple[Question, ...]:
    """Draw the questions of one paper.

    The same seed draws the same questions on every machine. A question that is of several parts serves the one that
    needs it, so that a blueprint is met wherever it can be.

    Args:
        pool: the questions to draw from.
        parts: the blueprint; see `unmet`.
        seed: any text.

    Returns:
        the questions in the pool's order.
    """
    order = sorted(pool, key=lambda q: hashlib.sha256(f"{seed}\0{q.id}".encode()).digest())
    slots = [part for part in parts for _ in range(part.number)]
    taken: dict[int, int] = {}  # the slot that each question serves, by its place in the order
    for slot in range(len(slots)):
        _serve(slot, slots, order, taken)
    ids = {order[place].id for place in taken}
    return tuple(question for question in pool if question.id in ids)


def _serve(start: int, slots: Sequence[Portion], order: Sequence[Question], taken: dict[int, int]) -> bool:
    """Find a question for a slot, moving others along the shortest chain if it must be (an augmenting path)."""
    waiting, before = deque([start]), dict[int, tuple[int, int | None]]()
    came: dict[int, int | None] = {start: None}  # the question that each slot would give up
    while waiting:
        slot = waiting.popleft()
        for place, question in enumerate(order):
            if place in before or not slots[slot].takes(question):
                continue
            before[place] = slot, came[slot]
            if place in taken:
                came[taken[place]] = place
                waiting.append(taken[place])
                continue
            step: int | None = place
            while step is not None:
                taken[step], step = before[step]
            return True
    return False


def unmet(pool: Sequence[Question], parts: Sequence[Portion]) -> Iterator[Diagnostic]:
    """Yield what keeps a blueprint from being met: for each part that there are too few questions."""
    short = False
    for part in parts:
        there = sum(map(part.takes, pool))
        if there < part.number:
            short = True
            yield Diagnostic(None, f"each paper asks for {part}, and there {_are(there)}", "", _FEWER)
    if not short and len(drawn(pool, parts, "")) < sum(part.number for part in parts):
        found = [n for n in range(1, len(parts) + 1) if len(drawn(pool, parts[:n], "")) < _total(parts[:n])]
        last, others = parts[found[0] - 1], listed(map(str, parts[: found[0] - 1]))
        left = len(drawn(pool, parts[: found[0]], "")) - _total(parts[: found[0] - 1])
        why = f"beside {others} only {left} are left" if left != 1 else f"beside {others} only 1 is left"
        yield Diagnostic(None, f"each paper asks for {last}", why, _FEWER)


_FEWER: Final = "ask for fewer, or widen the selection"


def _total(parts: Sequence[Portion]) -> int:
    return sum(part.number for part in parts)


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}" if count else "is none"
