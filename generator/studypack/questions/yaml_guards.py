"""Refuse YAML that is too large, nested too deeply, or not plain, before it becomes data."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import yaml
from yaml.composer import ComposerError

from studypack.errors import Location
from studypack.questions.yaml_events import events_of
from studypack.questions.yaml_source import CONTROL, RefusedError, YamlSource

MAX_BYTES: Final = 10_000_000
MAX_DEPTH: Final = 40
MAX_NODES: Final = 300_000
"""The maximum number of values and keys in a file, including those that aliases repeat: about 10,000 questions."""
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
    """Check this first: reading deep nesting would overflow the stack, and many values would exhaust memory."""
    depth = count = 0
    for event in events_of(text):
        count += isinstance(event, yaml.NodeEvent)
        if isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            depth -= 1
        if depth > MAX_DEPTH:
            _too_deep(source, event)
        if count > MAX_NODES:
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


def check_anchors(text: str) -> bool:
    """Check what PyYAML checks when it composes a tree, and return whether the text has a value at all.

    Raises:
        yaml.MarkedYAMLError: an alias has no anchor, two anchors have one name, or there is more than one document.
    """
    root: Any = None
    named: dict[str, Any] = {}
    for event in events_of(text):
        here: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in named:
                raise ComposerError(None, None, "found undefined alias", here)
        elif isinstance(event, yaml.NodeEvent):
            root = root or here
            if event.anchor in named:
                first = "found duplicate anchor; first occurrence", named[event.anchor]
                raise ComposerError(*first, "second occurrence", here)
            if event.anchor is not None:
                named[event.anchor] = here
        elif isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise ComposerError("expected a single document in the stream", root, "but found another document", here)
    return root is not None


def refuse_bombs(source: YamlSource, text: str) -> None:
    """Compute the size after aliases are expanded, without expanding them: each event is read once."""
    known: dict[str, tuple[int, int, int]] = {}
    begun: list[tuple[Any, list[tuple[int, int, int]]]] = []
    for event in events_of(text):
        node = event
        if isinstance(event, yaml.CollectionStartEvent):
            begun.append((event, []))
            continue
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in known:  # an alias inside the value that it repeats
                _too_deep(source, next(node for node, _ in begun if node.anchor == event.anchor))
            size = known[event.anchor]
        elif isinstance(event, yaml.ScalarEvent):
            size = 1, 0, len(event.value)
        elif isinstance(event, yaml.CollectionEndEvent):
            node, inner = begun.pop()
            size = _size(source, node, inner)
        else:
            continue
        if node.anchor is not None:
            known[node.anchor] = size
        if begun:
            begun[-1][1].append(size)


def _size(source: YamlSource, node: Any, inner: list[tuple[int, int, int]]) -> tuple[int, int, int]:
    """Return how many values, levels and characters there are from a list or a mapping down."""
    size, depth = 1 + sum(n for n, _, _ in inner), 1 + max((d for _, d, _ in inner), default=0)
    length = sum(c for _, _, c in inner)
    if depth > MAX_DEPTH:
        _too_deep(source, node)
    if size > MAX_NODES or length > MAX_BYTES:
        _too_many(source, node, "aliases repeat each other")
    return size, depth, length


def refuse_lost_words(source: YamlSource, text: str) -> None:
    """Name each text that begins with `&word`, which YAML drops as the name of an anchor that nothing uses."""
    named: dict[str, yaml.Event] = {}
    for event in events_of(text):
        if isinstance(event, yaml.AliasEvent) and event.anchor:
            named.pop(event.anchor, None)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor:
            named[event.anchor] = event
    for name, event in named.items():
        what, why = f'the text loses its first word, "&{name}"', "YAML reads it as the name of an anchor"
        source.complain(source.at(event.start_mark), what, why, "put the text in quotes")
