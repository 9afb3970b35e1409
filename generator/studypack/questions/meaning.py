"""Resolve the words of a selection: names in any case, and ids, numbers, lists and ranges of questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from studypack.errors import Diagnostic, SelectionError, listed, suggestion
from studypack.questions.model import QuestionSet
from studypack.questions.names import Names, folded
from studypack.questions.naming import Naming

if TYPE_CHECKING:
    from studypack.questions.selection import Criteria

_RANGE: Final = re.compile(r"(.+?)\s*(?:-|–|\.\.)\s*(.+)")
"""A range of questions, such as `Q7-Q9` or `7-9`."""
_NUMBER: Final = re.compile(r"[Qq]?([0-9]{1,9})")


class _Names:
    """The names of one kind in a set.

    Args:
        noun: the word for one of them in messages.
        known: all of them.
        where: the set's id.
        names: their display names, if they have any.
    """

    def __init__(self, noun: str, known: Iterable[str], where: str, names: Names | None = None) -> None:
        self._noun, self._where, self.known, self._names = noun, where, list(known), names
        self._exact = set(self.known)
        self._folded = {name.casefold(): name for name in reversed(self.known)}

    def find(self, word: str) -> str | None:
        """Return the name that a word means: the word itself, or the first name that differs only in case."""
        return word if word in self._exact else self._folded.get(word.casefold())

    def unknown(self, word: str) -> Diagnostic:
        """Return the diagnostic for a word that is not one of the names."""
        what = f'no {self._noun} "{word}" in the set "{self._where}"'
        words = [self._names.written(key) for key in self.known] if self._names else self.known
        near = suggestion(word, words) or suggestion(word.casefold(), self.known)
        return Diagnostic(None, what, f"there are {listed(words)}", near or "`studypack list` lists all of them")


class _Questions(_Names):
    """The ids of a set's questions, which can also be given by number."""

    def __init__(self, whole: QuestionSet) -> None:
        super().__init__("question", (q.id for q in whole.questions), whole.id)
        self._numbers = {q.number: q.id for q in whole.questions}

    def find_all(self, word: str) -> list[str] | None:
        """Return the ids that a word means; None if the word or a part of it does not mean any question.

        An id takes precedence over a number, and a number over a list or a range.
        """
        if (one := self._one(word)) is not None:
            return [one]
        if "," in word:
            parts = [self.find_all(part.strip()) for part in word.split(",") if part.strip()]
            return None if not parts or None in parts else [name for part in parts for name in part or ()]
        ends = _RANGE.fullmatch(word.strip())
        numbers = [_NUMBER.fullmatch(end) for end in ends.groups()] if ends else []
        first, last = (int(n[1]) if n else 0 for n in numbers) if numbers else (0, 0)
        if not (first in self._numbers and last in self._numbers and first <= last):
            return None
        return [name for number, name in self._numbers.items() if first <= number <= last]

    def _one(self, word: str) -> str | None:
        number = _NUMBER.fullmatch(word)
        return self.find(word) or (self._numbers.get(int(number[1])) if number else None)

    def unknown(self, word: str) -> Diagnostic:
        """Return the diagnostic for a word that does not mean any question."""
        numbers = sorted(self._numbers)
        whole = numbers == list(range(numbers[0], numbers[-1] + 1)) if numbers else False
        which = f"from Q{numbers[0]} to Q{numbers[-1]}" if whole else listed(f"Q{n}" for n in numbers[:20])
        why = f"there are {len(numbers)} questions, {which}" if len(numbers) != 1 else f"there is one question, {which}"
        return super().unknown(word)._replace(why=why)


def resolved(whole: QuestionSet, criteria: Criteria) -> Criteria:
    """Return criteria in which every word is replaced by a name of the set, sorted and without duplicates.

    Raises:
        SelectionError: some words are unknown; the error lists all of them.
    """
    criteria = _with_ids(whole, criteria)
    problems: list[Diagnostic] = []

    def among(names: _Names, words: Sequence[str]) -> tuple[str, ...]:
        found: set[str] = set()
        for word in words:
            one = names.find(word)
            many = names.find_all(word) if isinstance(names, _Questions) else [one] if one is not None else None
            if many is None:
                problems.append(names.unknown(word))
            found.update(many or ())
        return tuple(sorted(found))

    named = Naming.in_set(whole.header)
    topics = _Names("topic", (topic.id for topic in whole.topics), whole.id, named.topics)
    levels = _Names("level", whole.header.level_titles, whole.id, named.levels)
    tags = _Names("tag", sorted({tag for q in whole.questions for tag in q.tags}), whole.id, named.tags)
    packs = _Names("saved pack", sorted(whole.header.packs), whole.id)
    questions = _Questions(whole)
    made = replace(
        criteria,
        topics=among(topics, criteria.topics),
        not_topics=among(topics, criteria.not_topics),
        levels=among(levels, criteria.levels),
        tags=among(tags, criteria.tags),
        not_tags=among(tags, criteria.not_tags),
        ids=among(questions, criteria.ids),
        not_ids=among(questions, criteria.not_ids),
        packs=among(packs, criteria.packs),
    )
    if problems:
        raise SelectionError(*dict.fromkeys(problems))
    return made


def _with_ids(whole: QuestionSet, criteria: Criteria) -> Criteria:
    """Return criteria in which display names are replaced by ids."""
    named = Naming.in_set(whole.header)
    return replace(
        criteria,
        topics=tuple(map(named.topics.find, criteria.topics)),
        not_topics=tuple(map(named.topics.find, criteria.not_topics)),
        levels=tuple(map(named.levels.find, criteria.levels)),
        tags=_tags(whole, named.tags, criteria.tags),
        not_tags=_tags(whole, named.tags, criteria.not_tags),
    )


def _tags(whole: QuestionSet, named: Names, words: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of tags. Most tags have no display name, so the header does not list them."""
    ids = {folded(tag): tag for question in whole.questions for tag in question.tags}
    return tuple(ids.get(folded(found := named.find(word)), found) for word in words)


def ways_to_name(slug: str, whole: QuestionSet) -> int:
    """Return how many selections of a set have this name: `a-b` may be a topic, or the topic `a` with the tag `b`.

    The words are in the order of `words_of`; excluded names begin with `not-`.
    """
    ways = {"": 1}
    for word in _vocabulary(slug, whole):
        for start, count in list(ways.items()):
            longer = f"{start}-{word}" if start else word
            if slug == longer or slug.startswith(f"{longer}-"):
                ways[longer] = ways.get(longer, 0) + count
    return ways.get(slug, 0)


def words_of(whole: QuestionSet, criteria: Criteria) -> list[str]:
    """Return the words that form the name of a selection's folder. The criteria must be resolved."""
    words = [*criteria.packs, *(t.id for t in whole.header.topics if t.id in criteria.topics)]
    words += [*criteria.levels, *criteria.tags, *criteria.ids]
    words += [f"not-{word}" for word in (*criteria.not_topics, *criteria.not_tags, *criteria.not_ids)]
    if criteria.match:
        words.append("match-" + "-".join(re.findall(r"[a-z0-9]+", criteria.match.lower())))
    if criteria.limit is not None:
        words.append(f"{criteria.limit}" + (f"-seed-{criteria.seed}" if criteria.seed is not None else ""))
    return words


def _vocabulary(slug: str, whole: QuestionSet) -> Iterator[str]:
    """Yield every word that `words_of` could return for this name, in its order."""
    topics = [topic.id for topic in whole.header.topics]
    tags = sorted({tag for q in whole.questions for tag in q.tags})
    ids = sorted(q.id for q in whole.questions)
    yield from sorted(whole.header.packs)
    yield from topics
    yield from sorted(whole.header.level_titles)
    yield from (*tags, *ids)
    for names in (sorted(topics), tags, ids):
        yield from (f"not-{name}" for name in names)
    if text := re.search(r"(?:^|-)(match-[a-z0-9]+)(?:-\d+(?:-seed--?\d+)?)?$", slug):
        yield text[1]
    yield from {found[1] for found in re.finditer(r"(?=(?:^|-)(\d+(?:-seed--?\d+)?)$)", slug)}
