"""What the keys of a question set hold, declared once: on the model's own fields, where everything else reads it.

A key whose text readers see carries a `Written` in its annotation. Selection, limits, lint, preflight and proof walk
these declarations, so that a new key is one line in the model.
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
"""Fonts that a text is set in, by their custom properties in print.css; cards are set in the fonts of the device."""


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
    """What a key holds.

    Attributes:
        kind: how its text is written.
        fonts: those that print sets it in; empty for what print does not show.
        inset: points that it loses of the measure in print.
    """

    kind: Kind
    fonts: tuple[str, ...] = SERIF
    inset: float = 0.0


class Leaf(NamedTuple):
    """A text of a question set: where it is, as keys and places from 0, what it says, and how it is written."""

    path: Path
    text: str
    written: Written

    @property
    def key(self) -> str:
        """The field of the question or header that it belongs to."""
        return str(self.path[0])


def leaves(model: BaseModel, path: Path = ()) -> Iterator[Leaf]:
    """Yield every text of a model whose key is declared, in the order of its fields."""
    for name, field in type(model).model_fields.items():
        yield from _leaves(getattr(model, name), _declared(field.metadata), (*path, name))


def _leaves(value: Any, written: Written | None, path: Path) -> Iterator[Leaf]:
    if isinstance(value, BaseModel):
        yield from leaves(value, path)
    elif isinstance(value, str):
        if written is not None:
            yield Leaf(path, value, written)
    elif isinstance(value, tuple):
        for place, item in enumerate(value):
            yield from _leaves(item, written, (*path, place))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, written, (*path, key))


def written_at(kind: type[BaseModel], path: Path) -> Written | None:
    """Return what is declared of a place in plain data, which need not be valid; None for a key without text.

    Args:
        kind: the model that the data should be.
        path: keys and places in lists.
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
    """Yield the models that an annotation names, at any depth."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in typing.get_args(annotation):
        yield from _models(inner)
