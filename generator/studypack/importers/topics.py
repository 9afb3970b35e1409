"""From the headings, decks and categories of a file to the topics of a set, which have one level."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from studypack.importers.ids import name_of, unused
from studypack.importers.layout import clean


def titles(paths: Sequence[tuple[str, ...]], otherwise: str) -> list[str]:
    """Return a topic's title for each question.

    Args:
        paths: display names from the outermost to the innermost; what all share says nothing and is left out.
        otherwise: the title for questions without a path.
    """
    cleaned = [tuple(name for name in (" ".join(clean(each).split()) for each in path) if name) for path in paths]
    shared = _shared([path for path in cleaned if path])
    return [" – ".join(path[shared:]) or (path[-1] if path else otherwise) for path in cleaned]


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many outer names all paths have in common."""
    if not paths:
        return 0
    count = 0
    while all(len(path) > count and path[count] == paths[0][count] for path in paths):
        count += 1
    return count


def ids_of(titles: Collection[str], known: dict[str, str]) -> dict[str, str]:
    """Return the id of each title; those that are `known` keep theirs."""
    found = dict(known)
    for title in titles:
        if title not in found:
            found[title] = unused(name_of(re.sub(r"[`*_]", "", title), "topic"), set(found.values()))
    return found
