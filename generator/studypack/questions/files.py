"""The files that the texts and exhibits of a set show."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from studypack.questions.fields import Kind, leaves
from studypack.shelf import Shelf, Shelved
from studypack.text.markdown import pictures_in


class SetFiles(Mapping[str, bytes]):
    """The bytes of a set's files by their paths. Large ones are read whenever they are asked for.

    Pickled, it is a dictionary of the bytes.

    Attributes:
        held: each file's bytes, or where they are.
    """

    def __init__(self) -> None:
        self._shelf = Shelf()
        self.held: dict[str, bytes | Shelved] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add a file, or replace the one with this path."""
        self.held[name] = self._shelf.put(content)

    def only(self, names: Collection[str]) -> SetFiles:
        """Return those files that have one of these paths, without reading them."""
        chosen = SetFiles()
        chosen.held = {name: content for name, content in self.held.items() if name in names}
        return chosen

    def __getitem__(self, name: str) -> bytes:
        return bytes(self.held[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


def files_among(files: Mapping[str, bytes], names: Collection[str]) -> Mapping[str, bytes]:
    """Return those of a set's files that have one of these paths."""
    if isinstance(files, SetFiles):
        return files.only(names)
    return {name: content for name, content in files.items() if name in names}


def sizes_of(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return how many bytes each of a set's files has."""
    held = files.held if isinstance(files, SetFiles) else files
    return {name: len(content) for name, content in held.items()}


def files_of(model: BaseModel) -> set[str]:
    """Return the paths in the set of the figures, listings and pictures that a question or a header shows."""
    found: set[str] = set()
    for leaf in leaves(model):
        if leaf.written.kind in (Kind.FIGURE, Kind.LISTING):
            found.add(leaf.text)
        elif leaf.written.kind.is_markdown:
            found.update(pictures_in(leaf.text))
    return found
