"""Options, declared once as fields of frozen models. Command line, fingerprints and manifest derive from them.

A product lists the models that it reads in `Product.options`. To add an option, add one field to one model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from studypack.errors import Diagnostic, OptionError, listed, suggestion
from studypack.typeset.geometry import Paper

M = TypeVar("M", bound="OptionModel")


class OptionModel(BaseModel):
    """A group of related options. Models are frozen, and an unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def option(default: Any, help: str, *, metavar: str = "", action: bool = False) -> Any:  # noqa: A002 - as Click has it
    """Declare one option.

    Args:
        default: the value if none is given.
        help: one sentence for `--help`.
        metavar: the placeholder for its value in `--help`; derived from the type if empty.
        action: whether it requests a one-time action, such as retiring an id; it is then left out of fingerprints, and
            `check` accepts it too.
    """
    return Field(default, description=help, json_schema_extra={"metavar": metavar, "action": action})


def is_action(field: FieldInfo) -> bool:
    """Return whether an option requests a one-time action."""
    return bool(isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("action"))


class PrintOptions(OptionModel):
    """The options that all printed products share."""

    paper: Paper = option(Paper.A4, "The paper size of the printed products.")
    theme: str = option("", "The theme to use: plain, or a folder with templates and style sheets.", metavar="THEME")


@dataclass(frozen=True, slots=True)
class Options:
    """The products to build and their options, as one frozen value.

    To read an option, look up its model: `options[PrintOptions].paper`.

    Attributes:
        products: names of products, in the registry's order; empty for those that a build makes by default.
        models: the models that differ from their defaults.
    """

    products: tuple[str, ...] = ()
    models: tuple[OptionModel, ...] = ()

    @classmethod
    def of(cls, products: Iterable[str] = (), **values: Any) -> Options:
        """Return the options with these names, such as `Options.of(["handbook"], paper="letter", simplex=True)`.

        Args:
            products: names of products; empty for all.
            values: the values, by the names that `studypack build --help` shows, with `_` instead of `-`.

        Raises:
            OptionError: a product or an option does not exist, or a value does not have the option's type.
        """
        from studypack.products import PRODUCTS, option_models

        chosen = tuple(products)
        if unknown := [name for name in chosen if name not in PRODUCTS]:
            raise OptionError(
                *(
                    Diagnostic(None, f'unknown product "{name}"', f"there are {listed(PRODUCTS)}",
                               suggestion(name, PRODUCTS))
                    for name in unknown
                )
            )  # fmt: skip  # one problem for each name
        return collect(option_models(), chosen, values)

    def __getitem__(self, kind: type[M]) -> M:
        """Return the options of one model."""
        return next((model for model in self.models if isinstance(model, kind)), kind())

    def values(self, kinds: tuple[type[OptionModel], ...], *, actions: bool = False) -> dict[str, Any]:
        """Return the options of these models by name, as JSON values.

        Args:
            kinds: the models.
            actions: whether to include options that request a one-time action.
        """
        made: dict[str, Any] = {}
        for kind in kinds:
            shown = {name for name, field in kind.model_fields.items() if actions or not is_action(field)}
            made |= self[kind].model_dump(mode="json", include=shown)
        return made


def declared(kinds: tuple[type[OptionModel], ...]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield the name and the declaration of every option of these models."""
    for kind in kinds:
        yield from kind.model_fields.items()


def collect(kinds: tuple[type[OptionModel], ...], products: tuple[str, ...], values: Mapping[str, Any]) -> Options:
    """Assign each value to the model that declares it, and return the resulting options.

    Args:
        kinds: all option models.
        products: names of products; empty for all.
        values: the values by option name; a missing option has its default.

    Raises:
        OptionError: an option does not exist, or a value does not have the option's type.
    """
    known = [name for name, _ in declared(kinds)]
    problems = [
        Diagnostic(None, f'unknown option "{name}"', f"there are {listed(known)}", suggestion(name, known))
        for name in values
        if name not in known
    ]
    models: list[OptionModel] = []
    for kind in kinds:
        given = {name: values[name] for name in kind.model_fields if name in values}
        try:
            models.append(kind(**given))
        except ValidationError as error:
            problems += [
                Diagnostic(None, f'the option "{found["loc"][0]}" cannot be {found["input"]!r}', found["msg"].lower())
                for found in error.errors(include_url=False)
            ]
    if problems:
        raise OptionError(*problems)
    return Options(products, tuple(model for model in models if model != type(model)()))


NONE: Final = Options()
"""Options that are all at their defaults."""
