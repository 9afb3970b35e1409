"""Read YAML into plain data with positions; every scalar stays the text that the author wrote.

Nothing is converted here, because the model decides what a value must be: `no`, `12:30` and `1e3` are text. An empty
value counts as absent. Tags and input that is too large are refused.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, NoReturn

import yaml

from studypack.errors import Diagnostic, Location
from studypack.questions.yaml_faults import explain

Path = tuple[str | int, ...]
Data = str | list["Data"] | dict[str, "Data"]

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 300_000
"""The maximum number of values and keys in a file, including those that aliases repeat: about 10,000 questions."""
MAX_PROBLEMS: Final = 100
"""Problems that are told of one file: more help nobody."""
MAX_REPAIRS: Final = 30
"""Faults of a file's syntax that are looked for: the file is read again after each."""
LARGEST_REPAIRED: Final = 1_000_000
"""Characters of a file in which more than one such fault is looked for."""
LONGEST_WHAT: Final = 300
"""The maximum length of a problem's description, which may quote a long text of the author's."""

CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS: Final = {None, "!", "tag:yaml.org,2002:str"}


class _RefusedError(Exception):
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

    def value(self, path: Path) -> Location:
        """Return where the value at `path` begins, or its nearest existing parent if it is absent."""
        while path and path not in self._values:
            path = path[:-1]
        return self._values.get(path, Location(self.file))

    def key(self, path: Path) -> Location:
        """Return where the last key of `path` is, or the value if it does not have a key."""
        return self._keys.get(path) or self.value(path)

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

    def _build(self, node: yaml.Node, path: Path) -> Data | None:
        where = self._values[path] = self.at(node.start_mark)
        if self.hopeless:
            raise _RefusedError
        if isinstance(node, yaml.ScalarNode):
            if match := CONTROL.search(node.value):
                self.complain(where, f"control character U+{ord(match[0]):04X}", "it cannot be printed", "delete it")
            if node.style == "|":
                self._literal.add(path)
            elif not node.style and node.value:
                self._doubt_comment(node, path)
            return None if not node.style and not node.value else node.value
        if isinstance(node, yaml.SequenceNode):
            items = [self._build(n, (*path, i)) for i, n in enumerate(node.value)]
            if node.flow_style:
                self._doubt_commas(node, path)
            return ["" if item is None else item for item in items]
        return self._mapping(node, path)

    def _doubt_comment(self, node: yaml.ScalarNode, path: Path) -> None:
        """Note that a comment cuts off a text without quotation marks; one behind a whole sentence is meant."""
        line, column = node.end_mark.line, node.end_mark.column
        rest = self._lines[line][column:] if line < len(self._lines) else ""
        comment = rest.lstrip(" \t")
        if comment.startswith("#") and not (comment.startswith("# ") and node.value[-1] in '.?!:…)"”»'):
            where = Location(self.file, line + 1, column + 1 + rest.index("#"))
            why = f'the text is "{node.value[-40:]}"'
            self.doubts.append(
                (path, Diagnostic(where, "the text after ` #` is a comment", why, "put the whole text in quotes"))
            )

    def _doubt_commas(self, node: yaml.SequenceNode, path: Path) -> None:
        """Note that a comma in square brackets divides what reads like one sentence."""
        items = [n for n in node.value if isinstance(n, yaml.ScalarNode)]
        for first, second in itertools.pairwise(items):
            if not first.style and not second.style and first.value[:1].isupper() and second.value[:1].islower():
                what = "a comma divides this sentence into two texts"
                why = f'they are "{first.value[:40]}" and "{second.value[:40]}"'
                remedy = "put the sentence in quotes, or write the list with hyphens"
                self.doubts.append((path, Diagnostic(self.at(second.start_mark), what, why, remedy)))
                return

    def _mapping(self, node: yaml.Node, path: Path) -> Data:
        built: dict[str, Data] = {}
        for key_node, value_node in node.value:
            where = self.at(key_node.start_mark)
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(where, "a key that is not text", "a list or a mapping cannot be a key", "quote it")
                continue
            key = key_node.value
            here = (*path, key)
            if here in self._keys:
                first = self._keys[here]
                self.complain(
                    where,
                    f'duplicate key "{key}"',
                    f"it is already used on line {first.line}",
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
    """Return the file's text with line feeds as line ends, or note a problem in `source` and return None."""
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
    """Check the events first: composing deep nesting would overflow the stack, and many nodes would exhaust memory."""
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
                f'the tag "{tag}" is not allowed',
                "nothing in a question set is executed",
                "delete it; a text that begins with ! needs quotes",
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
    """Compute the size after aliases are expanded, without expanding them: each node of the graph is visited once."""
    known: dict[int, tuple[int, int, int]] = {}
    above: set[int] = set()

    def measure(node: yaml.Node) -> tuple[int, int, int]:
        """Return how many nodes, levels and characters there are from this node down."""
        if isinstance(node, yaml.ScalarNode):
            return 1, 0, len(node.value)
        if id(node) in above:  # an alias inside the node that it repeats
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
        raw: the file's content in UTF-8, with or without a byte order mark.
        file: the name to show in diagnostics.
    """
    source = YamlSource(file)
    text = _decoded(source, raw)
    if text is None:
        return source
    try:
        _read_repaired(source, text)
    except _RefusedError:
        source.data = None
    except RecursionError:
        source.complain(Location(file), "nested too deeply", "", "flatten it")
    return source


def _read_repaired(source: YamlSource, text: str) -> None:
    """Read a text; where it is not YAML, say why, and go on with what was probably meant to find what else is wrong."""
    told: set[int] = set()
    sure = True
    for _ in range(MAX_REPAIRS if len(text) < LARGEST_REPAIRED else 1):
        try:
            _read(source, text)
        except yaml.MarkedYAMLError as error:
            faults = [fault for fault in explain(text, error) if fault.line not in told]
            for fault in faults:
                source.complain(Location(source.file, fault.line, fault.column), fault.what, fault.why, fault.remedy)
            told |= {fault.line for fault in faults}
            repaired = faults[0].repaired if faults else None
            if repaired is None or repaired == text:
                return
            text, sure = repaired, sure and all(fault.sure for fault in faults)
            continue
        if not sure:  # where lines belong was a guess: what is said of the whole could be wrong
            source.data = None
        return


def _read(source: YamlSource, text: str) -> None:
    """Read a text.

    Raises:
        yaml.MarkedYAMLError: it is not YAML.
        _RefusedError: it is more than we read.
    """
    known = len(source.problems)
    _refuse_depth_and_tags(source, text)
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        source.complain(
            Location(source.file),
            "the file is empty",
            "a question set needs a title, topics and questions",
            "`studypack new my-set` writes one to start from",
        )
    elif len(source.problems) == known:
        _refuse_bombs(source, node)
        source._lines = text.split("\n")
        source.doubts.clear()
        source.data = source._build(node, ())
        if source.data is None and not source.problems:
            source.complain(Location(source.file), "the file is empty")
        _refuse_lost_words(source, text)


def _refuse_lost_words(source: YamlSource, text: str) -> None:
    """Name each text that begins with `&word`, which YAML drops as the name of an anchor that nothing uses."""
    named: dict[str, yaml.Event] = {}
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent) and event.anchor:
            named.pop(event.anchor, None)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            named[event.anchor] = event
    for name, event in named.items():
        what, why = f'the text loses its first word, "&{name}"', "YAML reads it as the name of an anchor"
        source.complain(source.at(event.start_mark), what, why, "put the text in quotes")
