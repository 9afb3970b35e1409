"""The files that the texts and exhibits of a set show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from studypack.questions.fields import Kind, leaves
from studypack.questions.once import once
from studypack.shelf import Shelf, Shelved
from studypack.text.markdown import pictures_in


class SetFiles(Mapping[str, bytes]):
    """The bytes of a set's files by their paths. Large ones are read whenever they are asked for.

    Pickled, it is a dictionary of the bytes. Templates can read it, and only functions of this module change it.
    """

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._held: dict[str, bytes | Shelved] = {}
        """Each file's bytes, or where they are."""

    def __getitem__(self, name: str) -> bytes:
        return bytes(self._held[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def add_file(files: SetFiles, name: str, content: bytes) -> None:
    """Add a file, or replace the one with this path."""
    files._held[name] = files._shelf.put(content)


def files_among(files: Mapping[str, bytes], names: Collection[str]) -> Mapping[str, bytes]:
    """Return those of a set's files that have one of these paths."""
    if isinstance(files, SetFiles):
        chosen = SetFiles()
        chosen._held = {name: content for name, content in files._held.items() if name in names}
        return chosen
    return {name: content for name, content in files.items() if name in names}


def sizes_of(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return how many bytes each of a set's files has."""
    held = files._held if isinstance(files, SetFiles) else files
    return {name: len(content) for name, content in held.items()}


@once
def files_of(model: BaseModel) -> frozenset[str]:
    """Return the paths in the set of the figures, listings and pictures that a question or a header shows."""
    found: set[str] = set()
    for leaf in leaves(model):
        if leaf.written.kind in (Kind.FIGURE, Kind.LISTING):
            found.add(leaf.text)
        elif leaf.written.kind.is_markdown:
            found.update(pictures_in(leaf.text))
    return frozenset(found)
