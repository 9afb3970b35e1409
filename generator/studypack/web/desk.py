"""A set that is served: what it offers, what is chosen, the build that runs, and the last pack."""

from __future__ import annotations

import shlex
import threading
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, Final, Literal

from studypack.errors import Diagnostic, OptionError, StudypackError
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS, option_models
from studypack.products.options import Options, declared, is_action
from studypack.questions.loader import LoadedSet, load
from studypack.questions.selection import Criteria, counts, select
from studypack.text.markdown import plain
from studypack.web.running import Result, Run
from studypack.workflows.request import Request, current_time
from studypack.workflows.watch import changes
from studypack.workflows.watched_files import WatchedFiles

Tell = Callable[[str, Any], None]
"""Tells all pages of a set something: the name of an event and its data. May be called from any thread."""

_MANY: Final = ("topics", "levels", "tags", "ids", "packs", "not_topics", "not_tags", "not_ids")
_FLAGS: Final = {"topics": "topic", "levels": "level", "tags": "tag", "ids": "id", "packs": "pack",
                 "not_topics": "not-topic", "not_tags": "not-tag", "not_ids": "not-id"}  # fmt: skip  # a table


@dataclass
class Desk:
    """A set that is served.

    Attributes:
        path: of the set.
        output: the folder in which packs are written.
        executor: the workers of all builds.
        tell: tells the pages of the set what happens.
        loaded: the set as it was last valid; None if it never was.
        problems: what is wrong with it now.
        result: how the last build ended.
        request: of the last build, which is repeated when the set changes.
        files: the bytes of the last pack's files, by product.
    """

    path: Path
    output: Path
    executor: JobExecutor
    tell: Tell
    loaded: LoadedSet | None = None
    problems: tuple[Diagnostic, ...] = ()
    result: Result | None = None
    request: Request | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    _run: Run | None = None
    _builds: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _watched: WatchedFiles | None = None

    def open(self) -> None:
        """Load the set, and watch its files until the desk is closed."""
        self.read()
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Stop watching and building."""
        self._ended.set()
        self.cancel()

    def read(self) -> None:
        """Load the set again; if it is not valid now, the last valid one stays."""
        try:
            self.loaded, self.problems = load(self.path), ()
        except StudypackError as error:
            self.problems = error.diagnostics

    def _watch(self) -> None:
        self._watched = WatchedFiles(Request(self.path))
        try:
            for changed in changes(Request(self.path), self._watched):
                if self._ended.is_set():
                    return
                if changed:
                    self._watched.read()
                    self.read()
                    self.tell("changed", None)
                    if self.request is not None and not self.problems:
                        self.start(self.request)
        except StudypackError as error:  # the folder was removed
            self.problems = error.diagnostics
            self.tell("changed", None)

    def chosen(self, choice: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a choice selects: counts, the questions, and the command that builds the same.

        Raises:
            StudypackError: a name does not exist, or nothing is selected.
        """
        if self.loaded is None:
            raise StudypackError(*self.problems)
        request = self.asked(choice)
        whole = self.loaded.question_set
        selected = select(whole, request.criteria)
        topics, levels, tags = counts(selected)
        return {
            "questions": [q.id for q in selected.questions],
            "topics": topics,
            "levels": levels,
            "tags": tags,
            "cards": sum(q.answered + len(q.cards) for q in selected.questions),
            "command": self.command(choice),
        }

    def asked(self, choice: Mapping[str, Any]) -> Request:
        """Return the request that a choice describes.

        Raises:
            OptionError: it has other keys or types than a choice.
        """
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
        products = choice.get("products", [])
        if not isinstance(products, list) or not all(isinstance(each, str) for each in products):
            raise OptionError(Diagnostic(None, "the products are not a list of names"))
        options = choice.get("options", {})
        if not isinstance(options, dict) or ("theme" in options and options["theme"] not in ("", "plain")):
            raise OptionError(Diagnostic(None, "the options are not what they should be"))
        return Request(self.path, Criteria(**given), Options.of(products, **options), self.output, current_time())

    def command(self, choice: Mapping[str, Any]) -> str:
        """Return the command line that builds the same as a choice."""
        words = ["studypack", "build", str(self.path)]
        for key, value in choice.get("criteria", {}).items():
            if key in _FLAGS:
                words += [word for each in value for word in (f"--{_FLAGS[key]}", each)]
            elif value is not None:
                words += [{"limit": "-n"}.get(key, f"--{key}"), str(value)]
        words += [word for product in choice.get("products", []) for word in ("-p", product)]
        for name, value in choice.get("options", {}).items():
            flag = "--" + name.replace("_", "-")
            words += ([flag] if value else []) if isinstance(value, bool) else [flag, str(value)]
        return shlex.join(words)

    def start(self, request: Request) -> None:
        """Begin a build; one that runs is cancelled first."""
        with self._lock:
            self.cancel()
            self._builds += 1
            self.request = request
            self._run = Run(self._builds, request, self.executor, lambda said: self.tell("progress", said), self._built)

    def cancel(self) -> None:
        """Cancel the build that runs, if there is one, and wait for its end."""
        with self._lock:
            run, self._run = self._run, None
        if run is not None:
            run.cancel()
            run.wait()

    def _built(self, result: Result) -> None:
        if result.pack is not None:
            if self._watched is not None:  # the states that this build has written are no changes
                self._watched.read(str(result.pack.manifest["set"]["id"]))
            self.files = {
                made.name: (result.pack.folder / PRODUCTS[made.name].filename).read_bytes() for made in result.pack.made
            }
        self.result = result
        self.tell("built", result.number)


def offered(loaded: LoadedSet) -> dict[str, Any]:
    """Return what a page offers to choose from: the set's names, and every product with its options."""
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
        "options": [_control(name, field) for name, field in declared(option_models()) if not is_action(field)],
    }


def _control(name: str, declaration: Any) -> dict[str, Any]:
    """Return how a page asks for an option."""
    kind, default = declaration.annotation, declaration.get_default()
    values: Sequence[Any] = ()
    if isinstance(kind, type) and issubclass(kind, Enum):
        values, default = [each.value for each in kind], default.value
    elif typing.get_origin(kind) is Literal:
        values = typing.get_args(kind)
    elif name == "theme":
        values = ("", "plain")
    shape = "choice" if values else {bool: "flag", int: "number", float: "number"}.get(kind, "text")
    if typing.get_origin(kind) is tuple:
        shape, default = "list", ""
    return {"name": name, "help": declaration.description, "shape": shape, "values": list(values), "default": default}
