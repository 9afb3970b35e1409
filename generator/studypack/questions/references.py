"""Checks across values: ids must be unique, and names must refer to something that exists.

They use the plain data of the files, so they also find problems in values that the model rejects for other reasons.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from studypack.errors import Location, listed, suggestion
from studypack.questions.names import Names, folded
from studypack.questions.naming import Naming
from studypack.questions.yaml_source import Path, YamlSource

_CLOZE = re.compile(r"\{\{c\d+::.+?\}\}", re.DOTALL)


def cross_check(header: YamlSource, files: Iterable[YamlSource], glossary: YamlSource | None) -> None:
    """Note every problem between values in the source that contains it."""
    questions = [(source, *found) for source in files for found in _mappings(source, ("questions",))]
    named = Naming.of(header.data, [question for _, _, question in questions])
    for key in ("topics", "levels", "tags"):
        entries = [(header, (*path, "id"), entry) for path, entry in _mappings(header, (key,))]
        _unique(entries, f"{key[:-1]} id")
        _repeated(header, key)
    _unique([(s, (*path, "id"), question) for s, path, question in questions], "question id")
    for source, path, question in questions:
        _named(source, (*path, "topic"), question.get("topic"), named.topics, "topic")
        _named(source, (*path, "level"), question.get("level"), named.levels, "level")
        _cards(source, path)
    _packs(header, [q for _, _, q in questions], named)
    ids = _texts(q.get("id") for _, _, q in questions)
    entries = [
        (source, *found)
        for source in (header, glossary)
        if source is not None
        for found in _mappings(source, ("glossary",))
    ]
    _unique([(source, (*path, "id"), entry) for source, path, entry in entries], "glossary id")
    for source, path, entry in entries:
        _known(source, (*path, "question"), entry.get("question"), ids, "question")


def _texts(values: Iterable[Any]) -> dict[str, None]:
    """Return the texts among the values, in order; as a dictionary, to look them up in constant time."""
    return {value: None for value in values if isinstance(value, str)}


def _mappings(source: YamlSource, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the mappings in the list at `path`; anything else is skipped, because the model reports it."""
    value: Any = source.data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield (*path, index), item


def _unique(values: list[tuple[YamlSource, Path, dict[str, Any]]], noun: str) -> None:
    first: dict[str, tuple[str, Location]] = {}
    for source, path, mapping in values:
        word = mapping.get(str(path[-1]))
        if not isinstance(word, str):
            continue
        where = source.value(path)
        alike = unicodedata.normalize("NFKC", word).casefold()
        other, seen = first.setdefault(alike, (word, where))
        if seen is where:
            continue
        source.complain(
            where,
            f'duplicate {noun} "{word}"',
            f"it is already used at {seen.file}:{seen.line}" + ("" if word == other else f' as "{other}"'),
            "give one of them another id",
        )


def _repeated(header: YamlSource, key: str) -> None:
    """Note each name without an id that a list has twice: nobody could tell which of the two is meant."""
    entries = header.data.get(key) if isinstance(header.data, dict) else None
    seen: set[str] = set()
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, str) and entry.strip():
            if folded(entry) in seen:
                where = header.value((key, place))
                header.complain(where, f'{key[:-1]} "{entry}" is there twice', "", "delete one of them, or rename it")
            seen.add(folded(entry))


def _known(
    source: YamlSource, path: Path, word: Any, known: Collection[str], noun: str, names: Names | None = None
) -> None:
    if isinstance(word, str) and word not in known and not source.hopeless:  # the search for suggestions takes time
        words = [names.written(key) for key in known] if names else list(known)
        source.complain(
            source.value(path),
            f'unknown {noun} "{word}"',
            f"the set has {listed(words[:12])}" + (" and more" if len(words) > 12 else ""),
            suggestion(word, [*words, *known]) or f"use one of them, or add the {noun}",
        )


def _named(source: YamlSource, path: Path, word: Any, known: Names, noun: str) -> None:
    if isinstance(word, str) and word.strip():
        _known(source, path, known.find(" ".join(word.split())), known.titles, noun, known)


def _cards(source: YamlSource, path: Path) -> None:
    cards = list(_mappings(source, (*path, "cards")))
    _unique([(source, (*where, "id"), card) for where, card in cards], "card id")
    exhibits = list(_mappings(source, (*path, "exhibits")))
    _unique([(source, (*where, "id"), exhibit) for where, exhibit in exhibits], "exhibit id")
    drawn = _texts(exhibit.get("id") for _, exhibit in exhibits)
    for where, card in cards:
        _drawn(source, (*where, "draw"), card.get("draw"), drawn)
        cloze = card.get("cloze")
        if isinstance(cloze, str) and not _CLOZE.search(cloze):
            source.complain(
                source.value((*where, "cloze")),
                "a cloze text without a gap",
                "Anki would not make a card from it",
                "write {{c1::…}} around the words to learn",
            )


def _drawn(source: YamlSource, path: Path, word: Any, drawn: Collection[str]) -> None:
    if isinstance(word, str) and word not in drawn:
        why = f"the question's exhibits are {listed(drawn)}" if drawn else "no exhibit of the question has an id"
        remedy = suggestion(word, drawn) or f"write `id: {word}` at the exhibit that the card asks for"
        source.complain(source.value(path), f'unknown exhibit "{word}"', why, remedy)


def _packs(header: YamlSource, questions: list[dict[str, Any]], named: Naming) -> None:
    packs = header.data.get("packs") if isinstance(header.data, dict) else None
    if not isinstance(packs, dict):
        return
    ids = _texts(q.get("id") for q in questions)
    for name, pack in packs.items():
        for key in ("topics", "levels", "tags", "ids"):
            words = pack.get(key) if isinstance(pack, dict) else None
            for index, word in enumerate(words if isinstance(words, list) else ()):
                path = ("packs", name, key, index)
                if key == "ids":
                    _known(header, path, word, ids, "id")
                else:
                    _named(header, path, word, getattr(named, key), key[:-1])
