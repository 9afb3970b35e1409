"""Plain data with positions to the model's types; every problem in words, with its place and remedy."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from studypack.errors import Diagnostic, listed, suggestion
from studypack.questions import model
from studypack.questions.yaml_source import Path, YamlSource

T = TypeVar("T", bound=model.Authored)

_PARTS: Final[dict[str, tuple[str, type[model.Authored]]]] = {
    "questions": ("a question", model.AuthoredQuestion),
    "exhibits": ("an exhibit", model.Exhibit),
    "follow_ups": ("a follow-up", model.FollowUp),
    "sources": ("a source", model.Source),
    "cards": ("a card", model.Card),
    "topics": ("a topic", model.Topic),
    "packs": ("a saved pack", model.SavedPack),
    "glossary": ("a glossary entry", model.GlossaryEntry),
}
_LISTS_OF_WORDS: Final = {"tags", "key_points", "pitfalls", "ids", "levels"}


def validate(source: YamlSource, kind: type[T], noun: str) -> T | None:
    """Return the file's content as `kind`; None, with every problem noted in `source`, if it is wrong.

    Args:
        source: a file that was read.
        kind: the model of the whole file.
        noun: what a message calls the file, for example `a question set`.
    """
    if source.data is None:
        return None
    try:
        return kind.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "too_short" and isinstance(detail["input"], list) and detail["input"]:
                continue  # pydantic counts the good ones; each bad one has its own finding
            source.note(_diagnostic(source, kind, noun, detail))
            if source.hopeless:
                break
        return None


def _part_at(path: Path, kind: type[model.Authored], noun: str) -> tuple[str, type[model.Authored]]:
    """Return the noun and the model of the mapping at `path`."""
    if path[:1] == ("packs",):
        return _PARTS["packs"] if len(path) > 1 else (noun, kind)
    for step in reversed(path):
        if isinstance(step, str) and step in _PARTS:
            return _PARTS[step]
    return noun, kind


def _shape(value: Any) -> str:
    """Say what kind of YAML value this is."""
    shapes: dict[type, str] = {list: "a list", dict: "a mapping of keys", str: "a text"}
    return shapes.get(type(value), "empty")


def _diagnostic(source: YamlSource, kind: type[model.Authored], noun: str, detail: ErrorDetails) -> Diagnostic:
    """Put one of pydantic's findings into our words; its own English is not part of any message."""
    path: Path = tuple(step for step in detail["loc"] if step != "[key]")
    name = str(path[-1]) if path else "the file"
    if path and isinstance(path[-1], int):
        name = f"{path[-2]} number {path[-1] + 1}" if len(path) > 1 else f"number {path[-1] + 1}"
    owner, owner_kind = _part_at(path[:-1], kind, noun)
    value = detail["input"]
    words = _in_words(detail["type"], name, value, owner, owner_kind, detail.get("ctx", {}))
    at_key = detail["type"] == "extra_forbidden"
    return Diagnostic(source.key(path) if at_key else source.value(path), *words)


def _in_words(
    error: str,
    name: str,
    value: Any,
    owner: str,
    owner_kind: type[model.Authored],
    ctx: dict[str, Any],
) -> tuple[str, str, str]:
    """Return what, why and remedy of one finding."""
    keys = list(owner_kind.model_fields)
    match error:
        case "missing":
            return (f'"{name}" is missing or empty', f"{owner} needs it", f"add `{name}: …`")
        case "extra_forbidden":
            near = suggestion(name, keys)
            return f'unknown key "{name}"', f"{owner} has {listed(keys)}", near or "delete it"
        case "string_too_long" | "too_long":
            return (
                f'"{name}" has {len(" ".join(value.split()))} characters',
                f"the limit is {ctx['max_length']}",
                "shorten it",
            )
        case "string_too_short" | "too_short":
            required = name in owner_kind.model_fields and owner_kind.model_fields[name].is_required()
            return f'"{name}" is empty', "", "write something" if required else "write something, or delete the key"
        case "string_pattern_mismatch":
            return _pattern_words(name, str(value))
        case "enum":
            levels = [level.value for level in model.Level]
            return (
                f'level "{value}"',
                f"there are {listed(levels)}",
                suggestion(str(value), levels) or "take one of them",
            )
        case "string_type":
            return (
                f'"{name}" is {_shape(value)}',
                "a text is expected",
                "write one text; quote it if it holds `: `",
            )
        case "tuple_type" | "list_type":
            return (
                f'"{name}" is {_shape(value)}',
                "a list is expected",
                f"write `{name}: [ … ]` or lines that begin with `- `",
            )
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return (
                f'"{name}" is {_shape(value)}',
                "a mapping of keys is expected",
                "write `key: value` lines",
            )
        case _:
            return _further_words(error, name, value)


def _pattern_words(name: str, value: str) -> tuple[str, str, str]:
    """Return the words for a text that has the wrong form."""
    if name == "url":
        return (
            f'"{value}" is no web address',
            "a source's url begins with https:// or http://",
            "write the whole address",
        )
    if name == "language":
        return f'"{value}" is no language tag', "BCP 47 is expected", "write `en` or `pt-BR`"
    kebab = "-".join(re.findall(r"[a-z0-9]+", value.lower()))
    return (
        f'"{value}" is no id',
        "ids and tags are lower-case words joined by hyphens",
        f"write `{kebab}`" if kebab else "write letters and digits",
    )


def _further_words(error: str, name: str, value: Any) -> tuple[str, str, str]:
    """Return the words for the rules that belong to one key each."""
    match error:
        case "exhibit_kind":
            return (
                "an exhibit shows one thing",
                "it needs exactly one of table, figure, listing",
                "split it in two, or add the missing key",
            )
        case "exhibit_alt":
            return '"alt" without a figure', "it describes a figure", "delete it"
        case "card_kind":
            return (
                "a card is either front and back or a cloze text",
                "",
                "give `front:` and `back:`, or `cloze:` alone",
            )
        case "yaml_bool":
            return (
                f'"{name}" is "{value}"',
                "true or false is expected",
                "write one of them without quotes",
            )
        case _ if error.startswith(("int", "greater", "less")):
            return (
                f'"{name}" is "{value}"',
                "a year of four digits is expected",
                "write it in digits, or leave it out",
            )
        case _:
            return f'"{name}" is not valid ({error})', "", "see docs/authoring.md"
