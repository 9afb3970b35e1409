"""What one value alone cannot tell: ids that must differ, and names that must exist.

Works on the files' plain data, so that it finds its problems also where the model has found others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from studypack.errors import Location, listed, suggestion
from studypack.questions.yaml_source import Path, YamlSource

_CLOZE = re.compile(r"\{\{c\d+::.+?\}\}", re.DOTALL)


def cross_check(header: YamlSource, files: Iterable[YamlSource], glossary: YamlSource | None) -> None:
    """Note every problem between values in the source where it stands."""
    questions = [(source, *found) for source in files for found in _mappings(source, ("questions",))]
    topics = list(_mappings(header, ("topics",)))
    topic_ids = _texts(topic.get("id") for _, topic in topics)
    _unique([(header, (*path, "id"), topic) for path, topic in topics], "topic id")
    _unique([(s, (*path, "id"), question) for s, path, question in questions], "question id")
    for source, path, question in questions:
        _known(source, (*path, "topic"), question.get("topic"), topic_ids, "topic")
        _cards(source, path)
    _packs(header, [q for _, _, q in questions], topic_ids)
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
    """Return the texts among the values: in their order, and found at once."""
    return {value: None for value in values if isinstance(value, str)}


def _mappings(source: YamlSource, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the mappings of the list at `path`, passing over what is none (the model says so)."""
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
            f"it stands at {seen.file}:{seen.line} already" + ("" if word == other else f' as "{other}"'),
            "give one of them another id",
        )


def _known(source: YamlSource, path: Path, word: Any, known: Collection[str], noun: str) -> None:
    if isinstance(word, str) and word not in known and not source.hopeless:  # looking for near words takes time
        source.complain(
            source.value(path),
            f'unknown {noun} "{word}"',
            f"the set has {listed(list(known)[:12])}" + (" and more" if len(known) > 12 else ""),
            suggestion(word, known) or f"take one of them, or add the {noun}",
        )


def _cards(source: YamlSource, path: Path) -> None:
    cards = list(_mappings(source, (*path, "cards")))
    _unique([(source, (*where, "id"), card) for where, card in cards], "card id")
    for where, card in cards:
        cloze = card.get("cloze")
        if isinstance(cloze, str) and not _CLOZE.search(cloze):
            source.complain(
                source.value((*where, "cloze")),
                "a cloze text without a gap",
                "Anki would make no card of it",
                "write {{c1::…}} around what is to be known",
            )


def _packs(header: YamlSource, questions: list[dict[str, Any]], topics: Collection[str]) -> None:
    packs = header.data.get("packs") if isinstance(header.data, dict) else None
    if not isinstance(packs, dict):
        return
    lists = [q["tags"] for q in questions if isinstance(q.get("tags"), list)]
    tags = _texts(sorted({tag for tags in lists for tag in tags if isinstance(tag, str)}))
    ids = _texts(q.get("id") for q in questions)
    for name, pack in packs.items():
        for key, known in (("topics", topics), ("tags", tags), ("ids", ids)):
            words = pack.get(key) if isinstance(pack, dict) else None
            for index, word in enumerate(words if isinstance(words, list) else ()):
                _known(header, ("packs", name, key, index), word, known, key[:-1])
