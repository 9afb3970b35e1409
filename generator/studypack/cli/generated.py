"""Command-line options, generated from the declarations in the products."""

from __future__ import annotations

import enum
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import click
from pydantic.fields import FieldInfo

from studypack.products import option_models
from studypack.products.options import OptionModel, Options, collect, declared, is_action

F = TypeVar("F", bound=Callable[..., Any])


def product_options(*, looks: bool, actions: bool) -> Callable[[F], F]:
    """Return a decorator that adds the options that products declare.

    Args:
        looks: whether to add those that affect what a pack looks like.
        actions: whether to add those that request a one-time action.
    """

    def add(command: F) -> F:
        chosen = [(n, f) for n, f in declared(option_models()) if (actions if is_action(f) else looks)]
        for name, field in reversed(chosen):
            command = click.option(_flag(name), name, **_settings(field))(command)
        return command

    return add


def model_options(*models: type[OptionModel], leave_out: frozenset[str] = frozenset()) -> Callable[[F], F]:
    """Return a decorator that adds the options of these models, except some."""

    def add(command: F) -> F:
        for name, field in reversed([(n, f) for n, f in declared(models) if n not in leave_out]):
            command = click.option(_flag(name), name, **_settings(field))(command)
        return command

    return add


def options_of(products: tuple[str, ...], values: dict[str, Any]) -> Options:
    """Remove the product options from the values of a command, and return them.

    Raises:
        OptionError: a value does not have the option's type.
    """
    given = {name: values.pop(name) for name, _ in declared(option_models()) if name in values}
    return collect(option_models(), products, given)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _settings(field: FieldInfo) -> Mapping[str, Any]:
    """Return the arguments for `click.option` for one option."""
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
