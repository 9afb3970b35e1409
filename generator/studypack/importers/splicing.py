"""Changes to YAML that people have edited: one key of one question at a time, everything else stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from studypack.importers import layout

_INDENT: Final = 2
"""Spaces in front of the items of a list in our own layout."""


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of a key: from `start` (from 0) up to `end`, which is not included; `indent` in spaces."""

    start: int
    end: int
    indent: int


def _root(text: str) -> yaml.MappingNode:
    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("no mapping")  # noqa: TRY004 - a file's content, not a type
    return root


def spans(text: str, key: str = "questions") -> dict[str, dict[str, Span]]:
    """Return by id where the keys of each question are; what is not written one key a line is left out.

    Args:
        text: valid YAML.
        key: the list whose items are meant.
    """
    lines = text.split("\n")
    root = _root(text)
    found: dict[str, dict[str, Span]] = {}
    listed = next((value for name, value in root.value if name.value == key), None)
    for item in listed.value if listed is not None else ():
        if isinstance(item, yaml.MappingNode) and not item.flow_style:
            keys = _keys(item, lines)
            identifier = next((value.value for name, value in item.value if name.value == "id"), None)
            if keys is not None and isinstance(identifier, str):
                found[identifier] = keys
    return found


def _keys(item: yaml.MappingNode, lines: list[str]) -> dict[str, Span] | None:
    starts = [name.start_mark.line for name, _ in item.value]
    if len(set(starts)) != len(starts):
        return None
    found = {}
    for place, (name, value) in enumerate(item.value):
        last = starts[place + 1] if place + 1 < len(starts) else min(value.end_mark.line + 1, len(lines))
        own = name.start_mark.line + 1
        while last > own and (not lines[last - 1].strip() or _outside(lines[last - 1], name.start_mark.column)):
            last -= 1
        found[str(name.value)] = Span(name.start_mark.line, last, name.start_mark.column)
    return found


def _outside(line: str, indent: int) -> bool:
    """Return whether a line is no part of a value whose key has this indentation: the next key, or a comment."""
    return len(line) - len(line.lstrip(" ")) <= indent


def spliced(text: str, changes: Mapping[str, Mapping[str, Any]], order: list[str]) -> str:
    """Return the text with keys of questions replaced, added, or (where the value is None) removed.

    Args:
        text: a file of questions.
        changes: new values by id and key.
        order: all keys in the order in which they are written: where an added one goes.
    """
    lines = text.split("\n")
    where = spans(text)
    edits: list[tuple[int, int, list[str]]] = []
    for identifier, values in changes.items():
        keys = where[identifier]
        for key, value in values.items():
            edits.append(_edit(keys, key, value, order))
    for start, end, new in sorted(edits, key=lambda each: (-each[0], -each[1])):
        lines[start:end] = new
    return "\n".join(lines)


def _edit(keys: Mapping[str, Span], key: str, value: Any, order: list[str]) -> tuple[int, int, list[str]]:
    new: list[str] = []
    span = keys.get(key)
    indent = next(iter(keys.values())).indent
    if value is not None:
        new = layout.field(key, value, indent).rstrip("\n").split("\n")
    if span is not None:
        if next(iter(keys)) == key and new:  # the hyphen of the item is in front of its first key
            new[0] = f"{' ' * (indent - 2)}- {new[0].lstrip()}"
        return span.start, span.end, new
    before = [keys[each] for each in order[: order.index(key)] if each in keys]
    place = max((each.end for each in before), default=next(iter(keys.values())).end)
    return place, place, new


def takes_more(text: str) -> bool:
    """Return whether items that are indented by two spaces can follow a file's last line."""
    root = _root(text)
    if [name.value for name, _ in root.value] != ["questions"] or root.value[0][1].flow_style:
        return False
    return bool(root.value[0][1].start_mark.column == _INDENT)


def with_questions(text: str, questions: str) -> str:
    """Return a file with further items of its list `questions`, which is the file's last key."""
    return f"{text.rstrip(chr(10))}\n\n{questions}"


def with_topics(text: str, topics: str) -> str:
    """Return set.yaml with further items of its list `topics`.

    Raises:
        ValueError: the list is not written one item a line.
    """
    root = _root(text)
    lines = text.split("\n")
    listed = next(value for name, value in root.value if name.value == "topics")
    if listed.flow_style:
        raise ValueError("topics are written in brackets")
    last = listed.value[-1]
    end = min(last.end_mark.line + 1, len(lines))
    indent = listed.start_mark.column
    while end > last.start_mark.line + 1 and (not lines[end - 1].strip() or _outside(lines[end - 1], indent)):
        end -= 1
    shift = indent - 2
    new = [line[-shift:] if shift < 0 else " " * shift + line for line in topics.rstrip("\n").split("\n")]
    return "\n".join([*lines[:end], *new, *lines[end:]])
