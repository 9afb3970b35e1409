"""JSON that `studypack export` wrote, read back word for word."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftCard, DraftChoice, DraftSource, Reading

FORMAT: Final = "studypack"
"""The value of the key `format`."""


def is_ours(data: Any) -> bool:
    """Return whether a file's content was written by us."""
    return isinstance(data, dict) and data.get("format") == FORMAT and isinstance(data.get("questions"), list)


def reading(name: str, data: Mapping[str, Any], line_of: Callable[[object], int]) -> Reading:
    """Return the questions of a file.

    Args:
        name: of the file.
        data: its content.
        line_of: returns the line of a value; values are asked for in their order.
    """
    items = [item for item in data["questions"] if isinstance(item, dict) and _text(item, "question").strip()]
    drafts = tuple(_draft(item, Location(name, line_of(item["question"]))) for item in items)
    title, language, own = (_text(data, key) for key in ("title", "language", "id"))
    return Reading("json", drafts, title=title, language=language, id=own, levels=_texts(data, "levels"))


def _draft(item: Mapping[str, Any], where: Location) -> Draft:
    def each(key: str) -> Iterator[Mapping[str, Any]]:
        return (one for one in _list(item, key) if isinstance(one, dict))

    return Draft(
        _text(item, "question"), where, _text(item, "answer"),
        tuple(DraftChoice(_text(c, "text"), c.get("correct") is True, _text(c, "feedback")) for c in each("choices")),
        (_text(item, "topic"),) if item.get("topic") else (), level=_text(item, "level"), tags=_texts(item, "tags"),
        stimulus=_text(item, "stimulus"), guidance=_text(item, "guidance"), takeaway=_text(item, "takeaway"),
        key_points=_texts(item, "key_points"),
        pitfalls=_texts(item, "pitfalls"),
        follow_ups=tuple((_text(one, "question"), _text(one, "answer")) for one in each("follow_ups")),
        sources=tuple(DraftSource(*(_text(s, k) for k in ("title", "url", "where", "year"))) for s in each("sources")),
        cards=tuple(DraftCard(*(_text(card, key) for key in ("front", "back", "cloze"))) for card in each("cards")),
        key=_text(item, "id"), id=_text(item, "id"),
    )  # fmt: skip  # one value


def _list(item: Mapping[str, Any], key: str) -> list[Any]:
    value = item.get(key)
    return value if isinstance(value, list) else []


def _texts(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(one) for one in _list(item, key) if isinstance(one, str | int | float))


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return str(value) if isinstance(value, str | int | float) else ""
