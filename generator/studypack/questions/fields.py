"""What the keys of a question set contain, declared only once, on the fields of the model.

A key whose text is shown to readers has a `Written` in its annotation. Selection, limits, lint, preflight and proof
all use these declarations, so a new key is one line in the model.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

Path = tuple[str | int, ...]

SERIF: Final = ("serif",)
SANS: Final = ("sans",)
BOTH: Final = ("sans", "serif")
NOWHERE: Final[tuple[str, ...]] = ()
"""The fonts of a text, named by their custom properties in print.css; cards use the fonts of the device."""


class Kind(enum.Enum):
    """How a text is written."""

    PLAIN = "plain"
    """Characters without Markdown, such as an edition or an address."""
    LINE = "line"
    """One line of Markdown."""
    BLOCK = "block"
    """Markdown of any length."""
    TABLE = "table"
    """A table in Markdown."""
    FIGURE = "figure"
    """The path of a picture in the set's folder."""
    LISTING = "listing"
    """The path of a file of source code in the set's folder."""

    @property
    def is_block(self) -> bool:
        """Whether it is parsed as blocks of Markdown."""
        return self in (Kind.BLOCK, Kind.TABLE)

    @property
    def is_markdown(self) -> bool:
        """Whether it is Markdown at all."""
        return self in (Kind.LINE, Kind.BLOCK, Kind.TABLE)


@dataclass(frozen=True, slots=True)
class Written:
    """What a key contains.

    Attributes:
        kind: how its text is written.
        fonts: the fonts of its text in print; empty if it is not printed.
        inset: how much narrower than the measure its text is in print, in points.
    """

    kind: Kind
    fonts: tuple[str, ...] = SERIF
    inset: float = 0.0


class Leaf(NamedTuple):
    """A text of a question set: its path (keys, and indexes from 0), the text itself, and how it is written."""

    path: Path
    text: str
    written: Written

    @property
    def key(self) -> str:
        """The field of the question or header to which it belongs."""
        return str(self.path[0])


def leaves(model: BaseModel, path: Path = ()) -> Iterator[Leaf]:
    """Yield every text of a model whose key is declared, in the order of its fields."""
    for name, written in _shown(type(model)):
        if value := getattr(model, name):
            yield from _leaves(value, written, (*path, name))


def _leaves(value: Any, written: Written | None, path: Path) -> Iterator[Leaf]:
    if isinstance(value, str):
        if written is not None:
            yield Leaf(path, value, written)
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _leaves(item, written, (*path, place))
    elif isinstance(value, BaseModel):
        yield from leaves(value, path)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, written, (*path, key))


@cache
def _shown(kind: type[BaseModel]) -> list[tuple[str, Written | None]]:
    """Return the fields that have texts, or models that may have some, with their declarations."""
    declared = ((name, _declared(field.metadata), field.annotation) for name, field in kind.model_fields.items())
    return [(name, written) for name, written, inner in declared if written or any(_models(inner))]


def written_at(kind: type[BaseModel], path: Path) -> Written | None:
    """Return the declaration for a path in plain data, which may be invalid; None for a key without text.

    Args:
        kind: the model to which the data should conform.
        path: keys, and indexes in lists.
    """
    return _table(kind).get(tuple(step for step in path if isinstance(step, str)))


@cache
def _table(kind: type[BaseModel]) -> dict[tuple[str, ...], Written]:
    found: dict[tuple[str, ...], Written] = {}
    for name, field in kind.model_fields.items():
        if (written := _declared(field.metadata)) is not None:
            found[name,] = written
        for inner in _models(field.annotation):
            found |= {(name, *rest): declared for rest, declared in _table(inner).items()}
    return found


def _declared(metadata: list[Any]) -> Written | None:
    return next((each for each in metadata if isinstance(each, Written)), None)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models in an annotation, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)
