"""Tables that `studypack export` wrote, read back word for word; people may have edited them in between."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftChoice, DraftSource

ID: Final = "studypack id"
BULLET: Final = "•"
_COLUMN: Final = re.compile(
    r"studypack id|topic|level|tags|question|stimulus|answer|correct|guidance|takeaway|key_points|pitfalls|sources"
    r"|(?:choice|feedback) [A-Z]|(?:follow_up|reply) [1-9]\d*"
)
_BAR: Final = re.compile(r"(?<!\\)\|")


def is_ours(head: Sequence[str]) -> bool:
    """Return whether a table was written by us."""
    return {ID, "question"} <= set(head)


def known(head: Sequence[str]) -> list[int]:
    """Return the places of the columns that are ours."""
    return [place for place, name in enumerate(head) if _COLUMN.fullmatch(name)]


def draft_of(head: Sequence[str], cells: Sequence[str], where: Location) -> Draft:
    """Return what a row says."""
    row = {name: cell.strip("\n").rstrip() for name, cell in zip(head, cells, strict=False) if cell.strip()}
    right = set(re.split(r"[\s,;]+", row.get("correct", "").upper()))
    choices = tuple(
        DraftChoice(text, name[-1] in right, row.get(f"feedback {name[-1]}", ""))
        for name, text in row.items()
        if name.startswith("choice ")
    )
    return Draft(
        row.get("question", ""), where, row.get("answer", ""), choices, (row["topic"],) if "topic" in row else (),
        level=row.get("level", ""), tags=tuple(_tags(row.get("tags", ""))), guidance=row.get("guidance", ""),
        stimulus=row.get("stimulus", ""),
        takeaway=row.get("takeaway", ""), key_points=tuple(_items(row.get("key_points", ""))),
        pitfalls=tuple(_items(row.get("pitfalls", ""))), follow_ups=tuple(_follow_ups(row)),
        sources=tuple(map(_source, _items(row.get("sources", "")))), key=row.get(ID, ""), id=row.get(ID, ""),
    )  # fmt: skip  # one value


def _tags(cell: str) -> list[str]:
    listed = _items(cell) if cell.startswith(BULLET) else cell.split(",")
    return [tag.strip() for tag in listed if tag.strip()]


def _items(cell: str) -> list[str]:
    """Return the lines of a cell without the marks in front of them."""
    lines = (line.strip().removeprefix(BULLET).strip() for line in cell.split("\n"))
    return [line for line in lines if line]


def _follow_ups(row: Mapping[str, str]) -> list[tuple[str, str]]:
    asked = {int(name.rpartition(" ")[2]): text for name, text in row.items() if name.startswith("follow_up ")}
    return [(text, row.get(f"reply {number}", "")) for number, text in sorted(asked.items())]


def _source(line: str) -> DraftSource:
    parts = [part.strip().replace("\\|", "|") for part in _BAR.split(line)]
    if len(parts) == 4:  # as written by us: title, where, year, address
        return DraftSource(parts[0], parts[3], parts[1], parts[2])
    last = parts[-1]
    if len(parts) > 1 and re.match(r"https?://", last):
        return DraftSource(" | ".join(parts[:-1]), last)
    whole = " | ".join(parts)
    return DraftSource(whole, whole if re.fullmatch(r"https?://\S+", whole) else "")
