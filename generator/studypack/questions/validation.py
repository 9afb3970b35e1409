"""Validate plain data against the models, and describe every problem with its position and remedy."""

from __future__ import annotations

import re
from typing import Any, Final, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from studypack.errors import Diagnostic, listed, suggestion
from studypack.questions import model
from studypack.questions.yaml_source import Path, YamlSource
from studypack.text.languages import language_tag

T = TypeVar("T", bound=model.Authored)

_PARTS: Final[dict[str, tuple[str, type[model.Authored]]]] = {
    "questions": ("a question", model.AuthoredQuestion),
    "choices": ("a choice", model.Choice),
    "exhibits": ("an exhibit", model.Exhibit),
    "follow_ups": ("a follow-up", model.FollowUp),
    "sources": ("a source", model.Source),
    "cards": ("a card", model.Card),
    "topics": ("a topic", model.Topic),
    "levels": ("a level", model.Named),
    "tags": ("a tag", model.Named),
    "labels": ("a set of labels", model.Labels),
    "packs": ("a saved pack", model.SavedPack),
    "glossary": ("a glossary entry", model.GlossaryEntry),
}


def validate(source: YamlSource, kind: type[T], noun: str) -> T | None:
    """Return the file's content as `kind`, or note its problems in `source` and return None.

    Args:
        source: the file.
        kind: the model of the whole file.
        noun: the name of the file in messages, for example `a question set`.
    """
    if source.data is None:
        return None
    try:
        return kind.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            if detail["type"] == "too_short" and isinstance(detail["input"], list) and detail["input"]:
                continue  # pydantic counts only valid items; each invalid one has its own error
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


def _wrong_shape(name: str, value: Any, expected: str, remedy: str) -> tuple[str, str, str]:
    """Return the what, why and remedy of a value of another kind than expected."""
    shapes: dict[type, str] = {list: "a list", dict: "a mapping of keys", str: "text"}
    return f'"{name}" is {shapes.get(type(value), "empty")}', f"{expected} is expected", remedy


def _diagnostic(source: YamlSource, kind: type[model.Authored], noun: str, detail: ErrorDetails) -> Diagnostic:
    """Return one of pydantic's errors as a diagnostic, without using pydantic's own words."""
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
    """Return the what, why and remedy of one error."""
    keys = list(owner_kind.model_fields)
    match error:
        case "missing":
            return (f'"{name}" is missing or empty', f"{owner} needs it", f"add `{name}: …`")
        case "extra_forbidden":
            near = suggestion(name, keys)
            return f'unknown key "{name}"', f"{owner} has {listed(keys)}", near or "delete it"
        case "string_too_long" | "too_long":
            what = f'"{name}" has {len(" ".join(value.split()))} characters'
            return what, f"the limit is {ctx['max_length']}", "shorten it"
        case "string_too_short" | "too_short":
            required = name in owner_kind.model_fields and owner_kind.model_fields[name].is_required()
            return f'"{name}" is empty', "", "write something" if required else "write something, or delete the key"
        case "string_pattern_mismatch":
            return _pattern_words(name, str(value))
        case "string_type":
            return _wrong_shape(name, value, "text", "write one text; quote it if it contains `: `")
        case "tuple_type" | "list_type":
            return _wrong_shape(name, value, "a list", f"write `{name}: [ … ]` or lines that begin with `- `")
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            return _wrong_shape(name, value, "a mapping of keys", "write `key: value` lines")
        case _:
            return _further_words(error, name, value)


def _pattern_words(name: str, value: str) -> tuple[str, str, str]:
    """Return the what, why and remedy of a text that has the wrong form."""
    if name == "url":
        return (
            f'"{value}" is not a web address',
            "a source's url begins with https:// or http://",
            "write the whole address",
        )
    if name == "language":
        tag = language_tag(value)
        remedy = f'did you mean "{tag}"?' if tag else "write `en` or `pt-BR`"
        return f'"{value}" is not a language tag', "BCP 47 is expected", remedy
    kebab = "-".join(re.findall(r"[a-z0-9]+", value.lower()))
    return (
        f'"{value}" is not a valid id',
        "ids are lower-case words joined by hyphens",
        f"write `{kebab}`" if kebab else "write letters and digits",
    )


def _further_words(error: str, name: str, value: Any) -> tuple[str, str, str]:
    """Return the what, why and remedy for the rules of individual keys."""
    match error:
        case "exhibit_kind":
            return (
                "an exhibit must show exactly one thing",
                "it needs one of table, figure and listing",
                "split it in two, or add the missing key",
            )
        case "exhibit_alt":
            return '"alt" without a figure', "it describes a figure", "delete it"
        case "card_kind":
            return (
                "a card is either front and back or a cloze text",
                "",
                "give `front:` with `back:` or `draw:`, or `cloze:` alone",
            )
        case "choices_count":
            return (
                f"{len(value)} choice{'s' * (len(value) != 1)}",
                f"a multiple-choice question has {model.FEWEST_CHOICES} to {len(model.LETTERS)}",
                "add or delete some; without any, delete the key",
            )
        case "choices_none_correct":
            return "no choice is correct", "one of them at least has to be", "write `correct: true` at the right one"
        case "yaml_bool":
            return (
                f'"{name}" is "{value}"',
                "true or false is expected",
                "write one of them without quotes",
            )
        case _ if error.startswith(("int", "greater", "less")):
            return (
                f'"{name}" is "{value}"',
                f"a number from 1 to {model.MOST_MARKS} is expected"
                if name == "marks"
                else "a four-digit year is expected",
                "write it in digits, or leave it out",
            )
        case _:
            return f'"{name}" is not valid ({error})', "", "see docs/authoring.md"
