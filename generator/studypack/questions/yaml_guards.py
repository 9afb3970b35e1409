"""Refuse YAML that is too large, nested too deeply, or not plain, before it becomes data."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final, NoReturn

import yaml

from studypack.errors import Location
from studypack.questions.yaml_source import CONTROL, RefusedError, YamlSource

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 300_000
"""The maximum number of values and keys in a file, including those that aliases repeat: about 10,000 questions."""
Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PLAIN_TAGS: Final = {None, "!", "tag:yaml.org,2002:str"}


def decoded(source: YamlSource, raw: bytes) -> str | None:
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


def refuse_depth_and_tags(source: YamlSource, text: str) -> None:
    """Check the events first: composing deep nesting would overflow the stack, and many nodes would exhaust memory."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=Loader)):
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
            raise RefusedError


def _too_deep(source: YamlSource, place: Any) -> NoReturn:
    source.complain(source.at(place.start_mark), f"nested deeper than {MAX_DEPTH} levels", "", "flatten it")
    raise RefusedError


def _too_many(source: YamlSource, place: Any, why: str = "") -> NoReturn:
    what = f"more than {MAX_NODES} values or {MAX_BYTES} characters"
    source.complain(source.at(place.start_mark), what, why, "write the text out, or split the file")
    raise RefusedError


def refuse_bombs(source: YamlSource, root: yaml.Node) -> None:
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


def refuse_lost_words(source: YamlSource, text: str) -> None:
    """Name each text that begins with `&word`, which YAML drops as the name of an anchor that nothing uses."""
    named: dict[str, yaml.Event] = {}
    for event in yaml.parse(text, Loader=Loader):
        if isinstance(event, yaml.AliasEvent) and event.anchor:
            named.pop(event.anchor, None)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            named[event.anchor] = event
    for name, event in named.items():
        what, why = f'the text loses its first word, "&{name}"', "YAML reads it as the name of an anchor"
        source.complain(source.at(event.start_mark), what, why, "put the text in quotes")
