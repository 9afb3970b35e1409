"""From the headings, decks and categories of a file to the topics of a set, which have one level."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from studypack.importers.ids import name_of, unused
from studypack.importers.layout import clean
from studypack.questions.names import folded

Branch = tuple[str, ...]
"""Names from the outermost to the innermost."""

_ONLY_QUESTIONS: Final = re.compile(r"(?:^|(?<=\w)\s+)(?:interview\s+)?questions(?:\s+(?:&|and)\s+answers)?$", re.I)
"""What a heading above other headings need not say."""
_APART: Final = re.compile(r"\s*[-–—:]\s+(?=\w)")
"""Between a name and what a longer name says besides."""
_ENTRANCES: Final = frozenset({"readme", "index"})
"""Names of files that stand for their folder."""


def titles(paths: Sequence[Branch], otherwise: str) -> list[str]:
    """Return a topic's title for each question.

    What all paths share says nothing and is left out, as are names that repeat those above them, those that only say
    that questions follow, and those that are the only one below a name without questions of its own.

    Args:
        paths: display names from the outermost to the innermost.
        otherwise: the title for questions without a path.
    """
    cleaned = [_plain(path) for path in paths]
    shared = _shared([path for path in cleaned if path])
    inner = [path[shared:] or path[-1:] for path in cleaned]
    above = set(_below(inner))
    inner = [_telling(path, above) for path in inner]
    below = _below(inner)
    own = set(inner)
    return [" – ".join(_unrepeated(_without_lone(path, below, own))) or otherwise for path in inner]


def file_name(path: Path) -> str:
    """Return what a file is called, by its folder where it stands for that."""
    return path.resolve().parent.name if path.stem.casefold() in _ENTRANCES else path.stem


def outer_name(path: Path, others: Collection[Path]) -> str:
    """Return the topic above those of a file without a title; empty for one that stands for the folder of `others`."""
    folder = path.resolve().parent
    stands_for_all = path.stem.casefold() in _ENTRANCES and all(folder in other.resolve().parents for other in others)
    name = file_name(path)
    return "" if stands_for_all else name[:1].upper() + name[1:]


def _plain(path: Branch) -> Branch:
    """Return a path on plain lines, without empty names and those that repeat the one above."""
    found: list[str] = []
    for name in filter(None, (" ".join(clean(each).split()) for each in path)):
        if found and folded(found[-1]) == folded(name):
            found.pop()  # the name of a file is often in lower case
        found.append(name)
    return tuple(found)


def _telling(path: Branch, above: AbstractSet[Branch]) -> Branch:
    """Return a path whose names do not say that questions follow, except the last one, unless that is all it says."""
    short = [
        _ONLY_QUESTIONS.sub("", name) if path[: depth + 1] in above or _ONLY_QUESTIONS.match(name) else name
        for depth, name in enumerate(path)
    ]
    return _plain(tuple(short)) or path[-1:]


def _shared(paths: Sequence[Branch]) -> int:
    """Return how many outer names all paths have in common."""
    if not paths:
        return 0
    count = 0
    while all(len(path) > count and path[count] == paths[0][count] for path in paths):
        count += 1
    return count


def _below(paths: Collection[Branch]) -> dict[Branch, set[str]]:
    """Return the names directly below each name that has some, by the paths to it."""
    found: dict[Branch, set[str]] = {}
    for path in paths:
        for depth in range(1, len(path)):
            found.setdefault(path[:depth], set()).add(path[depth])
    return found


def _without_lone(path: Branch, below: Mapping[Branch, Collection[str]], own: AbstractSet[Branch]) -> Branch:
    """Return a path without the names that divide nothing: others are below them, and none is beside them."""
    return tuple(
        name
        for depth, name in enumerate(path)
        if not depth or path[:depth] in own or len(below[path[:depth]]) > 1 or path[: depth + 1] not in below
    )


def _unrepeated(path: Branch) -> list[str]:
    """Return a path in which no name repeats the one above it.

    `Locks`, `Locks - Fairness` becomes `Locks`, `Fairness`, and `Locks`, `Locks in Databases` the latter alone.
    """
    found: list[str] = []
    for place, name in enumerate(path):
        above = next((each for each in reversed(path[:place]) if _begins(name, each)), "")
        rest = name[len(above) :] if above else ""
        if found and found[-1] == above and rest.startswith(" ") and not _APART.match(rest):
            found.pop()
        elif apart := _APART.match(rest):
            found = [*found[:-1], name[: len(above)]] if found and found[-1] == above else found
            name = rest[apart.end() :]
        found.append(name)
    return found


def _begins(name: str, above: str) -> bool:
    return name[: len(above)].casefold() == above.casefold()


def ids_of(titles: Collection[str], known: dict[str, str]) -> dict[str, str]:
    """Return the id of each title; those that are `known` keep theirs."""
    found = dict(known)
    for title in titles:
        if title not in found:
            found[title] = unused(name_of(re.sub(r"[`*_]", "", title), "topic"), set(found.values()))
    return found
