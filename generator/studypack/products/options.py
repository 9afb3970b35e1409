"""Options: declared once as fields of frozen models; command line, fingerprints and manifest are made from them.

A product names the models that it reads (`Product.options`). Adding an option is one field in one model.
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
    """Options that belong together: frozen, and an unknown name is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def option(default: Any, help: str, *, metavar: str = "", action: bool = False) -> Any:  # noqa: A002 - as Click has it
    """Declare one option.

    Args:
        default: its value where none is given.
        help: one sentence for `--help`.
        metavar: what stands for its value in `--help`; made from the type if empty.
        action: it asks for something to be done once, such as retiring an id: it is no part of fingerprints, and
            `check` has it as well.
    """
    return Field(default, description=help, json_schema_extra={"metavar": metavar, "action": action})


def is_action(field: FieldInfo) -> bool:
    """Return whether an option asks for something to be done once."""
    return bool(isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("action"))


class PrintOptions(OptionModel):
    """What all printed products share."""

    paper: Paper = option(Paper.A4, "The paper to set for.")
    theme: str = option("", "Another look: plain, or a folder with templates and style sheets.", metavar="THEME")


@dataclass(frozen=True, slots=True)
class Options:
    """What a pack is made of and what it looks like: one frozen value.

    Read an option by its model: `options[PrintOptions].paper`.

    Attributes:
        products: names of products, in the registry's order; empty for all.
        models: the models with values of their own; every other one has its defaults.
    """

    products: tuple[str, ...] = ()
    models: tuple[OptionModel, ...] = ()

    @classmethod
    def of(cls, products: Iterable[str] = (), **values: Any) -> Options:
        """Return options by their names, such as `Options.of(["handbook"], paper="letter", simplex=True)`.

        Args:
            products: names of products; empty for all.
            values: by the names that `studypack build --help` shows, with `_` for `-`.

        Raises:
            OptionError: a product or an option does not exist, or a value is not one of its type.
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
            )  # fmt: skip  # one problem a name
        return collect(option_models(), chosen, values)

    def __getitem__(self, kind: type[M]) -> M:
        """Return the options of one model."""
        return next((model for model in self.models if isinstance(model, kind)), kind())

    def values(self, kinds: tuple[type[OptionModel], ...], *, actions: bool = False) -> dict[str, Any]:
        """Return the options of these models by name, as JSON can express them.

        Args:
            kinds: the models.
            actions: whether options that ask for something to be done once are included.
        """
        made: dict[str, Any] = {}
        for kind in kinds:
            shown = {name for name, field in kind.model_fields.items() if actions or not is_action(field)}
            made |= self[kind].model_dump(mode="json", include=shown)
        return made


def declared(kinds: tuple[type[OptionModel], ...]) -> Iterator[tuple[str, FieldInfo]]:
    """Yield name and declaration of every option of these models."""
    for kind in kinds:
        yield from kind.model_fields.items()


def collect(kinds: tuple[type[OptionModel], ...], products: tuple[str, ...], values: Mapping[str, Any]) -> Options:
    """Return the options that these values give, each to the model that declares it.

    Args:
        kinds: all models there are.
        products: names of products; empty for all.
        values: by option name; what is missing has its default.

    Raises:
        OptionError: an option does not exist, or a value is not one of its type.
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
"""Every option at its default."""
