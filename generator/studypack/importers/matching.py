"""Which question of a set a draft is: by its key, then by its text, then by its answer, then by closeness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Final

from studypack.importers.fields import Prepared
from studypack.importers.writer import value_hash

CLOSE: Final = 0.75
"""From this ratio of common characters on, two questions of a file are taken for the same one."""
_ALIKE: Final = 0.5
"""The same of their answers: France's capital is not Spain's."""
_START: Final = 400
"""Characters of an answer that are compared."""
_CANDIDATES: Final = 12
_TELLING_ANSWER: Final = 20
"""Characters of an answer that is hardly another question's, too."""
_TELLING_KEY: Final = 8
"""Characters of a key that hardly another file has, too."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A question that the set has: its id, its source's key and name, its fields, and their hashes as imported."""

    id: str
    fields: Mapping[str, Any]
    key: str = ""
    source: str = ""
    imported: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for a draft, and by what."""

    existing: Existing
    by: str


def match(drafts: list[Prepared], existing: list[Existing]) -> dict[int, Match]:
    """Return for the places of drafts the question that each is; each question is found once.

    Questions that share a text stay apart: they are matched in their order, those with equal stimuli and answers first.
    """
    found: dict[int, Match] = {}
    for by, ours, theirs in _PASSES:
        _by(by, drafts, existing, found, ours, theirs)
    _by_closeness(drafts, existing, found)
    return found


def _asked(fields: Mapping[str, Any]) -> str:
    return " ".join(str(fields.get("question", "")).lower().split())


def _said(fields: Mapping[str, Any]) -> str:
    answer = str(fields.get("answer", "")).strip()
    return value_hash(answer) if len(answer) >= _TELLING_ANSWER else ""


def _shown(fields: Mapping[str, Any]) -> tuple[str, str]:
    return _asked(fields), value_hash(str(fields.get("stimulus", "")))


def _whole(fields: Mapping[str, Any]) -> tuple[str, str, str]:
    return *_shown(fields), value_hash(str(fields.get("answer", "")))


def _key(key: str, source: str) -> str | tuple[str, str]:
    """Return what names a question for good: a number or a short word does so only within its own file."""
    return key if len(key) >= _TELLING_KEY and not key.isdecimal() else (source, key) if key else ""


_Drafted = Callable[[Prepared], Hashable]
_There = Callable[[Existing], Hashable]
_PASSES: Final[tuple[tuple[str, _Drafted, _There], ...]] = (
    ("id", lambda p: p.draft.id, lambda e: e.id),
    ("key", lambda p: _key(p.draft.key, p.source), lambda e: _key(e.key, e.source)),
    ("text", lambda p: _whole(p.fields), lambda e: _whole(e.fields)),
    ("text", lambda p: _shown(p.fields), lambda e: _shown(e.fields)),
    ("text", lambda p: _asked(p.fields), lambda e: _asked(e.fields)),
    ("text as imported", lambda p: value_hash(p.fields["question"]), lambda e: e.imported.get("question", "")),
    ("answer", lambda p: _said(p.fields), lambda e: _said(e.fields)),
)


def _by(
    by: str, drafts: list[Prepared], existing: list[Existing], found: dict[int, Match], ours: _Drafted, theirs: _There
) -> None:
    waiting: dict[Hashable, list[Existing]] = defaultdict(list)
    for each in _left(existing, found):
        waiting[theirs(each)].append(each)
    for place, prepared in enumerate(drafts):
        name = ours(prepared)
        if place not in found and name and waiting.get(name):
            found[place] = Match(waiting[name].pop(0), by)


def _left(existing: list[Existing], found: Mapping[int, Match]) -> list[Existing]:
    taken = {match.existing.id for match in found.values()}
    return [each for each in existing if each.id not in taken]


def _by_closeness(drafts: list[Prepared], existing: list[Existing], found: dict[int, Match]) -> None:
    """Match what is left with the closest text above the threshold; only texts that share rare words are compared."""
    left = _left(existing, found)
    places = [place for place in range(len(drafts)) if place not in found]
    index: dict[str, list[int]] = defaultdict(list)
    texts = [_asked(each.fields) for each in left]
    for number, text in enumerate(texts):
        for word in set(text.split()):
            index[word].append(number)
    rated: list[tuple[float, int, int]] = []
    for place in places:
        text = _asked(drafts[place].fields)
        for number in _candidates(text.split(), index):
            ratio = _alike(text, texts[number])
            if ratio >= CLOSE and left[number].source == drafts[place].source:
                same = _same_answer(drafts[place].fields, left[number].fields)
                rated += [(ratio, place, number)] if same else []
    used: set[int] = set()
    for ratio, place, number in sorted(rated, key=lambda each: (-each[0], each[1], each[2])):
        if place not in found and number not in used:
            found[place] = Match(left[number], f"closeness {ratio:.0%}")
            used.add(number)


def _same_answer(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Return whether two answers may be versions of one; short ones hardly differ then."""
    answers = [str(fields.get("answer", "")).strip()[:_START] for fields in (first, second)]
    return _alike(*answers) >= (_ALIKE if max(map(len, answers)) > _TELLING_ANSWER else CLOSE)


def _alike(first: str, second: str) -> float:
    """Return the share of characters in common; 1 where a text is missing."""
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first and second else 1.0


def _candidates(words: Iterable[str], index: Mapping[str, list[int]]) -> list[int]:
    shared: dict[int, float] = defaultdict(float)
    for word in set(words):
        for number in index.get(word, ()):
            shared[number] += 1 / len(index[word])
    return sorted(shared, key=lambda number: (-shared[number], number))[:_CANDIDATES]
