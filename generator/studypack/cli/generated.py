"""Command-line options that are made from the products' own declarations."""

from __future__ import annotations

import enum
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import click
from pydantic.fields import FieldInfo

from studypack.products import option_models
from studypack.products.options import Options, collect, declared, is_action

F = TypeVar("F", bound=Callable[..., Any])


def product_options(*, looks: bool, actions: bool) -> Callable[[F], F]:
    """Return a decorator that adds the options which products declare.

    Args:
        looks: add those that decide what a pack looks like.
        actions: add those that ask for something to be done once.
    """

    def add(command: F) -> F:
        chosen = [(n, f) for n, f in declared(option_models()) if (actions if is_action(f) else looks)]
        for name, field in reversed(chosen):
            command = click.option(_flag(name), name, **_settings(field))(command)
        return command

    return add


def options_of(products: tuple[str, ...], values: dict[str, Any]) -> Options:
    """Return the options of a command, and take them out of its values.

    Raises:
        OptionError: a value is not one of its type.
    """
    given = {name: values.pop(name) for name, _ in declared(option_models()) if name in values}
    return collect(option_models(), products, given)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _settings(field: FieldInfo) -> Mapping[str, Any]:
    """Return how Click should read one option."""
    kind, extra = field.annotation, typing.cast("Mapping[str, Any]", field.json_schema_extra or {})
    common = {"help": field.description, "metavar": extra.get("metavar") or None}
    default = field.get_default()
    if kind is bool:
        return {**common, "is_flag": True, "default": default}
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return {**common, "type": click.Choice([each.value for each in kind]), "default": default.value,
                "show_default": True}  # fmt: skip  # one option, one glance
    if typing.get_origin(kind) is Literal:
        return {**common, "type": click.Choice(typing.get_args(kind)), "default": default, "show_default": True}
    if typing.get_origin(kind) is tuple:
        return {**common, "multiple": True}
    return {**common, "type": kind, "default": default, "show_default": bool(default)}
