"""YAML text to plain data with positions: every scalar stays the text that the author wrote.

Read with the YAML 1.2 core schema in mind: `no`, `12:30`, `1e3` are text. What a value must be is for the
model to say, so nothing is converted here; an empty value counts as absent. Tags and oversized input are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NoReturn

import yaml

from studypack.errors import Diagnostic, Location

Path = tuple[str | int, ...]
Data = str | list["Data"] | dict[str, "Data"]

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 300_000
"""Values and keys of a file, those that aliases repeat included: some 10,000 questions as they usually are."""
MAX_PROBLEMS: Final = 100
"""Problems that are told of one file: more help nobody."""
LONGEST_WHAT: Final = 300
"""Characters in which a problem is told: it quotes the author, who may have written a novel in place of a word."""

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS: Final = {None, "!", "tag:yaml.org,2002:str"}


class _RefusedError(Exception):
    """Stops reading a file; what is wrong stands in the diagnostics."""


@dataclass
class YamlSource:
    """One YAML file as plain data.

    Attributes:
        file: the name that diagnostics show.
        data: mappings, lists and strings; None when the file could not be read as YAML.
        problems: what was wrong with the text itself.
    """

    file: str
    data: Data | None = None
    problems: list[Diagnostic] = field(default_factory=list)
    _values: dict[Path, Location] = field(default_factory=dict)
    _keys: dict[Path, Location] = field(default_factory=dict)
    _literal: set[Path] = field(default_factory=set)

    def value(self, path: Path) -> Location:
        """Return where the value at `path` starts; of its nearest known parent if it is absent."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, Location(self.file))

    def key(self, path: Path) -> Location:
        """Return where the key that ends `path` stands; of the value if it has none."""
        return self._keys.get(path) or self.value(path)

    def line(self, path: Path, number: int) -> Location:
        """Return where a line (from 0) of the text at `path` stands; the text's start where lines are folded."""
        where = self.value(path)
        return Location(self.file, where.line + 1 + number) if path in self._literal else where

    def positions(self) -> Iterable[tuple[Path, Location]]:
        """Return every value's path and position."""
        return self._values.items()

    def texts(self) -> Iterable[tuple[Path, str]]:
        """Yield every text with its path, in the file's order, whether the model knows its key or not."""
        waiting: list[tuple[Path, Any]] = [((), self.data)]
        while waiting:
            path, value = waiting.pop()
            if isinstance(value, str):
                yield path, value
            elif value:
                steps = value.items() if isinstance(value, dict) else enumerate(value)
                waiting += reversed([((*path, step), item) for step, item in steps])

    def literals(self) -> Iterable[Path]:
        """Return the paths of the texts whose line breaks are those of the file."""
        return self._literal

    def complain(self, where: Location, what: str, why: str = "", remedy: str = "") -> None:
        """Note one problem, unless the file has `MAX_PROBLEMS` already."""
        self.note(Diagnostic(where, what, why, remedy))

    def note(self, problem: Diagnostic) -> None:
        """Note one problem, unless the file has `MAX_PROBLEMS` already; then that there are more."""
        if len(self.problems) < MAX_PROBLEMS:
            what = problem.what if len(problem.what) <= LONGEST_WHAT else f"{problem.what[:LONGEST_WHAT]}…"
            self.problems.append(problem._replace(what=what))
        elif len(self.problems) == MAX_PROBLEMS:
            more = f"more than {MAX_PROBLEMS} problems in this file"
            self.problems.append(Diagnostic(problem.where, more, "", "mend these first"))

    @property
    def hopeless(self) -> bool:
        """Whether so much is wrong that further problems are not noted."""
        return len(self.problems) > MAX_PROBLEMS

    def at(self, mark: Any) -> Location:
        """Return the place of one of PyYAML's marks, which count from 0."""
        return Location(self.file, mark.line + 1, mark.column + 1) if mark else Location(self.file)

    def _build(self, node: yaml.Node, path: Path) -> Data | None:
        where = self._values[path] = self.at(node.start_mark)
        if self.hopeless:
            raise _RefusedError
        if isinstance(node, yaml.ScalarNode):
            if match := CONTROL.search(node.value):
                self.complain(where, f"control character U+{ord(match[0]):04X}", "it cannot be printed", "delete it")
            if node.style == "|":
                self._literal.add(path)
            return None if not node.style and not node.value else node.value
        if isinstance(node, yaml.SequenceNode):
            items = [self._build(n, (*path, i)) for i, n in enumerate(node.value)]
            return ["" if item is None else item for item in items]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: Path) -> Data:
        built: dict[str, Data] = {}
        for key_node, value_node in node.value:
            where = self.at(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(where, "a key that is not a word", "keys are plain text", "quote it")
                continue
            key = key_node.value
            here = (*path, key)
            if here in self._keys:
                first = self._keys[here]
                self.complain(
                    where,
                    f'duplicate key "{key}"',
                    f"it stands at line {first.line} already",
                    "keep one of them",
                )
                continue
            self._keys[here] = where
            value = self._build(value_node, here)
            if value is None:
                self._values[here] = where
            else:
                built[key] = value
        return built


def _decoded(source: YamlSource, raw: bytes) -> str | None:
    """Return the file's text with plain line ends, or None when it is no text (noted in `source`)."""
    if len(raw) > MAX_BYTES:
        source.complain(
            Location(source.file),
            f"the file has more than {MAX_BYTES} bytes",
            "",
            "split the set into a folder of files",
        )
        return None
    if raw.startswith(_UTF16):
        source.complain(
            Location(source.file),
            "the file is UTF-16",
            "question sets are UTF-8",
            "save it as UTF-8",
        )
        return None
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        lines = before.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        source.complain(
            Location(source.file, len(lines), len(lines[-1]) + 1),
            f"invalid UTF-8 (byte 0x{raw[error.start]:02x} at offset {error.start})",
            "question sets are UTF-8",
            "save the file as UTF-8",
        )
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if CONTROL.search(text):
        _name_controls(source, text)
    return None if source.problems else text


def _name_controls(source: YamlSource, text: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if match := CONTROL.search(line):
            source.complain(
                Location(source.file, number, match.start() + 1),
                f"control character U+{ord(match[0]):04X}",
                "it cannot be printed",
                "delete it",
            )
            if source.hopeless:
                break


def _refuse_depth_and_tags(source: YamlSource, text: str) -> None:
    """Look at the events first: composing very deep nesting would exhaust the stack, and many nodes the memory."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > MAX_DEPTH:
            _too_deep(source, event)
        if count > 2 * MAX_NODES:  # each collection has two events
            _too_many(source, event)
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            source.complain(
                source.at(event.start_mark),
                f'the tag "{tag}"',
                "nothing in a question set is executed",
                "delete it, or quote the text",
            )
        if source.hopeless:
            raise _RefusedError


def _too_deep(source: YamlSource, place: Any) -> NoReturn:
    source.complain(source.at(place.start_mark), f"nested deeper than {MAX_DEPTH} levels", "", "flatten it")
    raise _RefusedError


def _too_many(source: YamlSource, place: Any, why: str = "") -> NoReturn:
    what = f"more than {MAX_NODES} values or {MAX_BYTES} characters"
    source.complain(source.at(place.start_mark), what, why, "write the text out, or split the file")
    raise _RefusedError


def _refuse_bombs(source: YamlSource, root: yaml.Node) -> None:
    """Count what the aliases would grow to without letting them: each node of the graph is visited once."""
    known: dict[int, tuple[int, int, int]] = {}
    above: set[int] = set()

    def measure(node: yaml.Node) -> tuple[int, int, int]:
        """Return how many nodes there are from this one on, how many levels, and how many characters."""
        if isinstance(node, yaml.ScalarNode):
            return 1, 0, len(node.value)
        if id(node) in above:  # an alias within what it repeats
            _too_deep(source, node)
        if id(node) not in known:
            above.add(id(node))
            pairs = isinstance(node, yaml.MappingNode)
            inner = [measure(n) for n in (chain.from_iterable(node.value) if pairs else node.value)]
            above.discard(id(node))
            size, depth = 1 + sum(n for n, _, _ in inner), 1 + max((d for _, d, _ in inner), default=0)
            length = sum(c for _, _, c in inner)
            if depth > MAX_DEPTH:
                _too_deep(source, node)
            if size > MAX_NODES or length > MAX_BYTES:
                _too_many(source, node, "aliases repeat each other")
            known[id(node)] = size, depth, length
        return known[id(node)]

    measure(root)


def read_yaml(raw: bytes, file: str) -> YamlSource:
    """Read the bytes of one YAML file.

    Args:
        raw: the file's content; UTF-8, with or without byte order mark.
        file: the name to show in diagnostics.
    """
    source = YamlSource(file)
    text = _decoded(source, raw)
    if text is None:
        return source
    try:
        _refuse_depth_and_tags(source, text)
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            source.complain(
                Location(file),
                "the file is empty",
                "a question set needs a title, topics and questions",
                "`studypack new my-set` writes one to start from",
            )
        elif not source.problems:
            _refuse_bombs(source, node)
            source.data = source._build(node, ())
            if source.data is None and not source.problems:
                source.complain(Location(file), "the file is empty")
    except _RefusedError:
        source.data = None
    except yaml.MarkedYAMLError as error:
        where = source.at(error.problem_mark or error.context_mark)
        source.complain(
            where,
            f"not YAML: {error.problem}",
            error.context or "",
            "quote texts that hold `: ` or ` #`, and check the indentation",
        )
    except RecursionError:
        source.complain(Location(file), "nested too deeply", "", "flatten it")
    return source
