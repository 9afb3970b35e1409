"""YAML text to plain data with positions: every scalar stays the text that the author wrote.

Read with the YAML 1.2 core schema in mind: `no`, `12:30`, `1e3` are text. What a value must be is for the
model to say, so nothing is converted here; an empty value counts as absent. Tags and oversized input are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from generator.errors import Diagnostic, Location

Path = tuple[str | int, ...]
Data = str | list["Data"] | dict[str, "Data"]

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 1_000_000
"""Nodes after aliases are followed: what keeps an alias bomb from growing."""

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
    _nodes: int = 0

    def value(self, path: Path) -> Location:
        """Return where the value at `path` starts; of its nearest known parent if it is absent."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, Location(self.file))

    def key(self, path: Path) -> Location:
        """Return where the key that ends `path` stands; of the value if it has none."""
        return self._keys.get(path) or self.value(path)

    def positions(self) -> Iterable[tuple[Path, Location]]:
        """Return every value's path and position."""
        return self._values.items()

    def complain(self, where: Location, what: str, why: str = "", remedy: str = "") -> None:
        """Note one problem."""
        self.problems.append(Diagnostic(where, what, why, remedy))

    def at(self, mark: Any) -> Location:
        """Return the place of one of PyYAML's marks, which count from 0."""
        return Location(self.file, mark.line + 1, mark.column + 1) if mark else Location(self.file)

    def _build(self, node: yaml.Node, path: Path, depth: int = 0) -> Data | None:
        where = self._values[path] = self.at(node.start_mark)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            self.complain(
                where,
                f"more than {MAX_NODES} values",
                "aliases repeat each other",
                "write the text out, or split the file",
            )
            raise _RefusedError
        if depth > MAX_DEPTH:  # an alias may contain itself
            self.complain(where, f"nested deeper than {MAX_DEPTH} levels", "", "flatten it")
            raise _RefusedError
        if isinstance(node, yaml.ScalarNode):
            if match := CONTROL.search(node.value):
                self.complain(where, f"control character U+{ord(match[0]):04X}", "it cannot be printed", "delete it")
            return None if not node.style and not node.value else node.value
        if isinstance(node, yaml.SequenceNode):
            items = [self._build(n, (*path, i), depth + 1) for i, n in enumerate(node.value)]
            return ["" if item is None else item for item in items]
        return self._mapping(node, path, depth)

    def _mapping(self, node: yaml.Node, path: Path, depth: int) -> Data:
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
            value = self._build(value_node, here, depth + 1)
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
            f"the file has {len(raw)} bytes",
            f"the limit is {MAX_BYTES}",
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
    for number, line in enumerate(text.split("\n"), 1):
        if match := CONTROL.search(line):
            source.complain(
                Location(source.file, number, match.start() + 1),
                f"control character U+{ord(match[0]):04X}",
                "it cannot be printed",
                "delete it",
            )
    return None if source.problems else text


def _refuse_depth_and_tags(source: YamlSource, text: str) -> None:
    """Look at the events first: composing very deep nesting would exhaust the stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > MAX_DEPTH:
            source.complain(source.at(event.start_mark), f"nested deeper than {MAX_DEPTH} levels", "", "flatten it")
            raise _RefusedError
        tag = getattr(event, "tag", None)
        if tag not in _PLAIN_TAGS:
            source.complain(
                source.at(event.start_mark),
                f'the tag "{tag}"',
                "nothing in a question set is executed",
                "delete it, or quote the text",
            )


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
