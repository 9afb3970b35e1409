"""YAML as plain data with positions; every scalar stays the text that the author wrote.

Nothing is converted here, because the model decides what a value must be: `no`, `12:30` and `1e3` are text. An empty
value counts as absent. `yaml_guards` refuses tags, and input that is too large.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml

from studypack.errors import Diagnostic, Location
from studypack.questions.yaml_doubts import text_doubts
from studypack.questions.yaml_events import events_of, expanded, repeated_in, rest_of, values_in

Path = tuple[str | int, ...]
Data = str | list["Data"] | dict[str, "Data"]

MAX_PROBLEMS: Final = 100
"""Problems that are told of one file: more help nobody."""
LONGEST_WHAT: Final = 300
"""The maximum length of a problem's description, which may quote a long text of the author's."""

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


class RefusedError(Exception):
    """Stops the reading of a file after the problem has been noted."""


@dataclass
class YamlSource:
    """One YAML file as plain data.

    Attributes:
        file: the name that diagnostics show.
        data: mappings, lists and strings; None if the file cannot be read as YAML.
        problems: the problems that were found in the file.
    """

    file: str
    data: Data | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    _values: dict[Path, Location] = field(default_factory=dict)
    _keys: dict[Path, Location] = field(default_factory=dict)
    _literal: set[Path] = field(default_factory=set)
    _lines: list[str] = field(default_factory=list)
    doubts: list[tuple[Path, Diagnostic]] = field(default_factory=list)
    """What YAML makes of a text that its author may not have meant, with the text's path."""

    def copy(self) -> YamlSource:
        """Return the file with lists of problems and doubts of its own."""
        return replace(self, problems=[*self.problems], doubts=[*self.doubts])

    def value(self, path: Path) -> Location:
        """Return where the value at `path` begins, or its nearest existing parent if it is absent."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, Location(self.file))

    def key(self, path: Path) -> Location:
        """Return where the last key of `path` is, or the value if it does not have a key."""
        return self._keys.get(path) or self.value(path)

    def forget_keys(self) -> None:
        """Forget where keys are: what is said of a key later is said at its value."""
        self._keys.clear()

    def line(self, path: Path, number: int) -> Location:
        """Return where a line (from 0) of the text at `path` is, or where the text begins if its lines are folded."""
        where = self.value(path)
        return Location(self.file, where.line + 1 + number) if path in self._literal else where

    def positions(self) -> Iterable[tuple[Path, Location]]:
        """Return the path and position of each value."""
        return self._values.items()

    def texts(self) -> Iterable[tuple[Path, str]]:
        """Yield each text with its path in file order, even if the model does not know its key."""
        waiting: list[tuple[Path, Any]] = [((), self.data)]
        while waiting:
            path, value = waiting.pop()
            if isinstance(value, str):
                yield path, value
            elif value:
                steps = value.items() if isinstance(value, dict) else enumerate(value)
                waiting += reversed([((*path, step), item) for step, item in steps])

    def literals(self) -> Iterable[Path]:
        """Return the paths of the texts that have the same line breaks as the file."""
        return self._literal

    def complain(self, where: Location, what: str, why: str = "", remedy: str = "") -> None:
        """Note one problem, unless the file already has `MAX_PROBLEMS`."""
        self.note(Diagnostic(where, what, why, remedy))

    def note(self, problem: Diagnostic) -> None:
        """Note one problem, or if the file already has `MAX_PROBLEMS`, note once that there are more."""
        if len(self.problems) < MAX_PROBLEMS:
            what = problem.what if len(problem.what) <= LONGEST_WHAT else f"{problem.what[:LONGEST_WHAT]}…"
            self.problems.append(problem._replace(what=what))
        elif len(self.problems) == MAX_PROBLEMS:
            more = f"more than {MAX_PROBLEMS} problems in this file"
            last = max(p.where for p in (*self.problems, problem) if p.where)  # it stays behind the others
            self.problems.append(Diagnostic(last, more, "", "fix these first"))

    @property
    def hopeless(self) -> bool:
        """Whether there are so many problems that further ones are not noted."""
        return len(self.problems) > MAX_PROBLEMS

    def at(self, mark: Any) -> Location:
        """Return the location of one of PyYAML's marks, which count from 0."""
        return Location(self.file, mark.line + 1, mark.column + 1) if mark else Location(self.file)

    def take(self, text: str) -> None:
        """Take the data of a text that was checked, and note its problems and doubts.

        Raises:
            RefusedError: there are too many problems.
        """
        self._lines = text.split("\n")
        self.doubts.clear()
        events = expanded(events_of(text), repeated_in(text))
        root = next(event for event in events if isinstance(event, yaml.NodeEvent))
        self.data = self._build(root, events, ())
        self._lines = []

    def _build(self, event: Any, events: Iterator[Any], path: Path) -> Data | None:
        """Return the value that begins with an event; the others are the following ones, of which it reads its own."""
        where = self._values[path] = self.at(event.start_mark)
        if self.hopeless:
            raise RefusedError
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, events, path)
        if match := CONTROL.search(event.value):
            remedy = "delete it" + ("; where `\\` is meant, write `\\\\`" if event.style == '"' else "")
            self.complain(where, f"control character U+{ord(match[0]):04X}", "it cannot be printed", remedy)
        if event.style == "|":
            self._literal.add(path)
        elif not event.style and event.value:
            self._doubt_comment(event, path)
        for line, column, *words in text_doubts(event, self._lines):
            self.doubts.append((path, Diagnostic(Location(self.file, line + 1, column + 1), *words)))
        return None if not event.style and not event.value else str(event.value)

    def _sequence(self, start: yaml.SequenceStartEvent, events: Iterator[Any], path: Path) -> Data:
        built: list[Data] = []
        texts: list[yaml.ScalarEvent] = []
        for event in values_in(events):
            if start.flow_style and isinstance(event, yaml.ScalarEvent):
                texts.append(event)
            item = self._build(event, events, (*path, len(built)))
            built.append("" if item is None else item)
        self._doubt_commas(texts, path)
        return built

    def _doubt_comment(self, text: Any, path: Path) -> None:
        """Note that a comment cuts off a text without quotation marks; one behind a whole sentence is meant."""
        line, column = text.end_mark.line, text.end_mark.column
        rest = self._lines[line][column:] if line < len(self._lines) else ""
        comment = rest.lstrip(" \t")
        if comment.startswith("#") and not (comment.startswith("# ") and text.value[-1] in '.?!:…)"”»'):
            where = Location(self.file, line + 1, column + 1 + rest.index("#"))
            why = f'the text is "{text.value[-40:]}"'
            self.doubts.append(
                (path, Diagnostic(where, "the text after ` #` is a comment", why, "put the whole text in quotes"))
            )

    def _doubt_commas(self, texts: Iterable[Any], path: Path) -> None:
        """Note that a comma in square brackets divides what reads like one sentence."""
        for first, second in itertools.pairwise(texts):
            if not first.style and not second.style and first.value[:1].isupper() and second.value[:1].islower():
                what = "a comma divides this sentence into two texts"
                why = f'they are "{first.value[:40]}" and "{second.value[:40]}"'
                remedy = "put the sentence in quotes, or write the list with hyphens"
                self.doubts.append((path, Diagnostic(self.at(second.start_mark), what, why, remedy)))
                return

    def _lacks_colon(self, start: Any, end: Any) -> bool:
        """Return whether there is no colon between the end of a key and its value; an alias has its value elsewhere."""
        lines = self._lines[start.line : end.line + 1]
        between = "".join(lines)[start.column : sum(map(len, lines[:-1])) + end.column]
        whole = bool(lines) and len(lines) == end.line - start.line + 1
        return whole and start.index <= end.index and ":" not in between

    def _mapping(self, start: yaml.MappingStartEvent, events: Iterator[Any], path: Path) -> Data:
        built: dict[str, Data] = {}
        for key_event in values_in(events):
            where = self.at(key_event.start_mark)
            if not isinstance(key_event, yaml.ScalarEvent):
                self.complain(where, "a key that is not text", "a list or a mapping cannot be a key", "quote it")
                _pass(key_event, events)
                _pass(next(events), events)
                continue
            key = key_event.value
            here = (*path, key)
            if here in self._keys:
                first = self._keys[here]
                self.complain(
                    where,
                    f'duplicate key "{key}"',
                    f"it is already used on line {first.line}",
                    "keep one of them",
                )
                _pass(next(events), events)
                continue
            self._keys[here] = where
            value_event = next(events)
            value = self._build(value_event, events, here)
            if value is None:
                self._values[here] = where
                if start.flow_style and self._lacks_colon(key_event.end_mark, value_event.start_mark):
                    why = "in braces a comma ends a text, and these words are taken for a key"
                    self.complain(where, f'"{key}" belongs to no key', why, "put the whole text in quotes")
            else:
                built[key] = value
        return built


def _pass(event: Any, events: Iterator[Any]) -> None:
    """Pass over a value."""
    deque(rest_of(event, events), maxlen=0)
