"""From a file's own words for difficulty to the levels of a set: the program's, or levels of the set's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from studypack.errors import ContentError, Diagnostic, listed, suggestion
from studypack.questions.model import Level
from studypack.questions.names import Names, folded
from studypack.text.languages import LANGUAGES, language

Ask = Callable[[str, int, Sequence[str]], str]
"""Asks for the level that a word means: the word, how many questions have it, the levels on offer. Empty to keep it."""

MOST: Final = 12
"""Words of a new set that are levels; a column with more of them says something else."""
_WORDS: Final = {
    Level.CORE: "easy beginner basic basics junior novice simple low entry 1 einfach leicht facile fácil",
    Level.INTERMEDIATE: "medium middle mid moderate normal average 2 mittel moyen medio",
    Level.ADVANCED: "hard difficult expert senior challenging high 3 schwer schwierig difficile difícil",
}
_DECORATION: Final = "*_ ()[]"


@dataclass(frozen=True, slots=True)
class Levels:
    """What the words of an import mean.

    Attributes:
        meant: the level of each word, by its folded form; a word without one becomes a tag.
        own: titles that set.yaml has to declare, easiest first; empty where it has them, or needs none.
        chosen: what the user said of words, by their folded forms; the next import goes by it.
    """

    meant: Mapping[str, str] = field(default_factory=dict)
    own: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)

    def of(self, word: str) -> str:
        """Return the level that a word means; empty where it means none."""
        return self.meant.get(_form(word), "")


def levels_of(
    words: Iterable[str],
    told: Mapping[str, str],
    remembered: Mapping[str, str],
    there: Names | None = None,
    ask: Ask | None = None,
) -> Levels:
    """Return what the words of an import mean.

    Args:
        words: the word of each question; empty ones do not count.
        told: levels by words, as the user says; it counts more than anything else.
        remembered: the same by folded words, as said in an earlier import.
        there: the levels of the set that is brought up to date; None for a new set, which can have its own.
        ask: asks about the words that nothing else explains.

    Raises:
        ContentError: the user named a word that no question has, or a level that the set does not have.
    """
    spelled: dict[str, str] = {}
    counts: dict[str, int] = {}
    for word in words:
        if form := _form(word):
            spelled.setdefault(form, word.strip().strip(_DECORATION))
            counts[form] = counts.get(form, 0) + 1
    chosen = {form: level for form, level in remembered.items() if form in spelled} | _checked(told, spelled, there)
    known = {form: _known(word, there) for form, word in spelled.items()}
    unknown = [form for form in spelled if not known[form] and form not in chosen]
    if ask is not None and (there is not None or len(spelled) <= MOST):
        answers = {form: _answer(ask, spelled[form], counts[form], there) for form in unknown}
        chosen |= {form: said for form, said in answers.items() if said}
    meant = {form: level for form, level in {**known, **chosen}.items() if level}
    alone = [form for form in unknown if form not in chosen]
    if there is not None or len(spelled) > MOST or not (alone or set(chosen.values()) - set(Level)):
        return Levels(meant, (), chosen)
    mixed = not set(chosen.values()).isdisjoint(Level)  # `easy` is `core` beside words that the user calls so
    meant = {form: chosen.get(form) or (known[form] if mixed else "") or word for form, word in spelled.items()}
    return Levels(meant, _ordered(dict.fromkeys(meant.values())), chosen)


def _answer(ask: Ask, word: str, count: int, there: Names | None) -> str:
    """Return what the user says of a word; they are asked again for a level that the set does not have."""
    offered = list(there.titles.values()) if there is not None else [level.value for level in Level]
    while (said := ask(word, count, offered).strip()) and there is not None and there.find(said) not in there.titles:
        pass
    return there.titles[there.find(said)] if said and there is not None else said


def _form(word: str) -> str:
    return folded(word.strip().strip(_DECORATION))


@cache
def _ours() -> Mapping[str, str]:
    """Return the program's levels by the words that mean them, in every language that it speaks."""
    found = {folded(word): level.value for level, words in _WORDS.items() for word in words.split()}
    for tag in LANGUAGES:
        found |= {folded(title): level for level, title in language(tag).words["levels"].items()}
    return found


def _known(word: str, there: Names | None) -> str:
    """Return the level that a word means without anybody saying so; empty where it means none."""
    ours = _ours().get(_form(word), "")
    if there is None:
        return ours
    found = next((there.find(name) for name in (word, ours) if there.find(name) in there.titles), "")
    return there.titles[found] if found else ""


def _checked(told: Mapping[str, str], spelled: Mapping[str, str], there: Names | None) -> dict[str, str]:
    """Return the levels that the user named, by folded words.

    Raises:
        ContentError: a word or a level does not exist.
    """
    problems: list[Diagnostic] = []
    found: dict[str, str] = {}
    for word, level in told.items():
        if _form(word) not in spelled:
            why = f"the levels in the file are {listed(spelled.values())}"
            problems.append(Diagnostic(None, f'no question has the level "{word}"', why, suggestion(word, spelled)))
        elif there is not None and there.find(level) not in there.titles:
            titles = list(there.titles.values())
            why = f"this set has {listed(titles)}"
            remedy = suggestion(level, titles) or "add it to `levels` in set.yaml"
            problems.append(Diagnostic(None, f'unknown level "{level}"', why, remedy))
        else:
            found[_form(word)] = there.titles[there.find(level)] if there is not None else level
    if problems:
        raise ContentError(*problems)
    return found


def _ordered(titles: Iterable[str]) -> tuple[str, ...]:
    """Return titles, easiest first: by the numbers in them, else those with a known meaning in front."""
    every = list(titles)
    if all(re.search(r"\d", title) for title in every):
        return tuple(sorted(every, key=_natural))
    ranks = {level.value: rank for rank, level in enumerate(Level)}
    return tuple(sorted(every, key=lambda title: ranks.get(_ours().get(_form(title), ""), len(ranks))))


def _natural(title: str) -> list[tuple[int, str]]:
    """Return what sorts `Grade 9` in front of `Grade 10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", title)]
