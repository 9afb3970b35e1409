"""The events of a YAML text: the beginning and the end of each value, one after the other, without a tree of them all.

A tree of nodes takes more than ten times as much memory as the text, of which hardly anything is given back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import yaml

Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def events_of(text: str) -> Iterator[Any]:
    """Yield PyYAML's events of a text.

    Raises:
        yaml.MarkedYAMLError: it is not YAML.
    """
    return iter(yaml.parse(text, Loader=Loader))


def repeated_in(text: str) -> set[str]:
    """Return the anchors whose values aliases repeat."""
    events = events_of(text) if "*" in text else ()
    return {event.anchor for event in events if isinstance(event, yaml.AliasEvent) and event.anchor}


def rest_of(value: yaml.Event, events: Iterator[Any]) -> Iterator[Any]:
    """Yield the events of a value behind its first one, which are none unless it is a list or a mapping."""
    level = int(isinstance(value, yaml.CollectionStartEvent))
    while level:
        event = next(events)
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        yield event


def values_in(events: Iterator[Any]) -> Iterator[Any]:
    """Yield the first event of each value of a list or a mapping that has begun; the caller reads the rest of each."""
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            return
        yield event


def expanded(
    events: Iterator[Any], repeated: Collection[str], known: dict[str, list[Any]] | None = None
) -> Iterator[Any]:
    """Yield the events with those of the repeated value in place of each alias.

    Args:
        events: those of a text whose aliases all have an anchor and do not repeat themselves.
        repeated: the anchors that aliases name.
        known: the events of each value with such an anchor so far.
    """
    known = {} if known is None else known
    for event in events:
        anchor: str = getattr(event, "anchor", None) or ""
        if anchor not in repeated:
            yield event
            continue
        if not isinstance(event, yaml.AliasEvent):
            known[anchor] = [event, *expanded(rest_of(event, events), repeated, known)]
        yield from known[anchor]
