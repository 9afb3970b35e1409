"""What a page offers to choose from, and what a choice that it sends asks for."""

from __future__ import annotations

import shlex
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal

from studypack.errors import Diagnostic, OptionError
from studypack.products import PRODUCTS, option_models
from studypack.products.options import OptionModel, Options, collect, declared, is_action
from studypack.questions.loader import LoadedSet
from studypack.questions.selection import Criteria, counts
from studypack.text.markdown import plain
from studypack.workflows.exam import ExamRequest
from studypack.workflows.exam_file import MODELS as EXAM_MODELS
from studypack.workflows.request import Request, current_time

Choice = Mapping[str, Any]
"""What a page sends: `criteria`, `products`, `options`, and `exam`, the options of exam papers. All may be missing."""

_MANY: Final = ("topics", "levels", "tags", "ids", "packs", "not_topics", "not_tags", "not_ids")
_LIMITING: Final = ("limit", "seed")
"""The criteria for a number of questions, which an exam has options of its own for."""
_FLAGS: Final = {"topics": "topic", "levels": "level", "tags": "tag", "ids": "id", "packs": "pack",
                 "not_topics": "not-topic", "not_tags": "not-tag", "not_ids": "not-id"}  # fmt: skip  # a table
_THEMES: Final = ("", "plain")


def offered(loaded: LoadedSet) -> dict[str, Any]:
    """Return what a page offers to choose from: the set's names, and every product and the exam with their options."""
    whole = loaded.question_set
    topics, levels, tags = counts(whole)
    titles = whole.header.level_titles
    return {
        "title": plain(whole.header.title),
        "language": whole.header.language,
        "topics": [{"id": t.id, "title": plain(t.title), "count": topics[t.id]} for t in whole.topics],
        "levels": [{"id": key, "title": title, "count": levels[key]} for key, title in titles.items() if levels[key]],
        "tags": [
            {"id": tag, "title": whole.header.tag_titles[tag], "count": count} for tag, count in sorted(tags.items())
        ],
        "packs": [{"id": name, "title": pack.title or name} for name, pack in whole.header.packs.items()],
        "questions": [
            {"id": q.id, "label": q.label, "topic": q.topic, "level": q.level, "question": plain(q.question)}
            for q in whole.questions
        ],
        "products": [
            {
                "name": product.name,
                "title": product.title,
                "summary": product.summary,
                "default": product.default,
                "options": [name for model in product.options for name in model.model_fields],
            }
            for product in PRODUCTS.values()
        ],
        "options": _controls(option_models()),
        "exam": _controls(tuple(reversed(EXAM_MODELS))),
    }


def asked(choice: Choice, path: Path, output: Path) -> Request:
    """Return the build of a set that a choice describes.

    Raises:
        OptionError: it has other keys or types than a choice.
    """
    products = choice.get("products", [])
    if not isinstance(products, list) or not all(isinstance(each, str) for each in products):
        raise OptionError(Diagnostic(None, "the products are not a list of names"))
    options = Options.of(products, **_options(choice, "options"))
    return Request(path, _criteria(choice), options, output, current_time())


def asked_exam(choice: Choice, path: Path, output: Path) -> ExamRequest:
    """Return the exam that a choice describes; its number of questions is an option of the exam.

    Raises:
        OptionError: it has other keys or types than a choice.
    """
    options = collect(EXAM_MODELS, (), _options(choice, "exam"))
    return ExamRequest(Request(path, _criteria(choice, but=_LIMITING), options, output, current_time()))


def command(choice: Choice, path: Path, output: Path) -> str:
    """Return the command line that builds the same as a choice."""
    products = [word for product in choice.get("products", []) for word in ("-p", product)]
    return _command("build", path, output, [*_selecting(choice), *products, *_given(choice.get("options", {}))])


def exam_command(choice: Choice, path: Path, output: Path) -> str:
    """Return the command line that prints the same exam as a choice."""
    return _command("exam", path, output, [*_selecting(choice, but=_LIMITING), *_given(choice.get("exam", {}))])


def _command(name: str, path: Path, output: Path, words: Iterable[str]) -> str:
    folder = [] if output == Request(path).output else ["-o", str(output)]
    return shlex.join(["studypack", name, str(path), *words, *folder])


def _selecting(choice: Choice, but: Sequence[str] = ()) -> Iterator[str]:
    for key, value in choice.get("criteria", {}).items():
        if key in _FLAGS:
            yield from (word for each in value for word in (f"--{_FLAGS[key]}", each))
        elif value is not None and key not in but:
            yield from ({"limit": "-n"}.get(key, f"--{key}"), str(value))


def _given(options: Mapping[str, Any]) -> Iterator[str]:
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            yield from [flag] if value else []
        else:
            yield from (word for each in (value if isinstance(value, list) else [value]) for word in (flag, str(each)))


def _criteria(choice: Choice, but: Sequence[str] = ()) -> Criteria:
    wanted = choice.get("criteria", {})
    known = {each.name for each in fields(Criteria)}
    if not isinstance(wanted, dict) or set(wanted) - known:
        raise OptionError(Diagnostic(None, "the selection has an unknown key"))
    given: dict[str, Any] = {}
    for key, value in wanted.items():
        kind = tuple if key in _MANY else str if key == "match" else int
        if key in _MANY and isinstance(value, list) and all(isinstance(each, str) for each in value):
            value = tuple(value)
        if value is not None and not isinstance(value, kind):
            raise OptionError(Diagnostic(None, f'the selection\'s "{key}" is not what it should be'))
        given[key] = value
    return Criteria(**{key: value for key, value in given.items() if key not in but})


def _options(choice: Choice, key: str) -> dict[str, Any]:
    """Return the options of a choice; a theme is not a path, which would be read."""
    options = choice.get(key, {})
    if not isinstance(options, dict) or options.get("theme", "") not in _THEMES:
        raise OptionError(Diagnostic(None, "the options are not what they should be"))
    return options


def _controls(models: tuple[type[OptionModel], ...]) -> list[dict[str, Any]]:
    return [_control(name, field) for name, field in declared(models) if not is_action(field)]


def _control(name: str, declaration: Any) -> dict[str, Any]:
    """Return how a page asks for an option."""
    kind, default = declaration.annotation, declaration.get_default()
    values: Sequence[Any] = ()
    if isinstance(kind, type) and issubclass(kind, Enum):
        values, default = [each.value for each in kind], default.value
    elif typing.get_origin(kind) is Literal:
        values = typing.get_args(kind)
    elif name == "theme":
        values = _THEMES
    shape = "choice" if values else {bool: "flag", int: "number", float: "number"}.get(kind, "text")
    if typing.get_origin(kind) is tuple:
        shape, default = "list", ""
    limits = {end: getattr(each, end) for each in declaration.metadata for end in ("ge", "le") if hasattr(each, end)}
    about = {"name": name, "help": declaration.description, "shape": shape}
    return {**about, "values": list(values), "default": default, "min": limits.get("ge"), "max": limits.get("le")}
