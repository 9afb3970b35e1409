"""The sides of Anki's cards: a template with a note's fields put in.

What a template may hold is described in the manual of Anki, "Card Templates": fields with filters, and sections that
show where a field is empty or is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_PART: Final = re.compile(r"\{\{([#^/]?)\s*([^{}]*?)\s*\}\}")
_ANSWER: Final = re.compile(r"<hr[^<>]*\bid\s*=\s*[\"']?answer\b[^<>]*>", re.IGNORECASE)
_FRONT_SIDE: Final = re.compile(r"\{\{\s*FrontSide\s*\}\}")
_SPECIAL: Final = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}
"""What is no field; a card shows it by the way."""


def fields_of(template: str) -> set[str]:
    """Return the names of the fields that a template shows."""
    named = {name.rpartition(":")[2].strip() for mark, name in _PART.findall(template) if mark in ("", "#")}
    return named - _SPECIAL


def back_of(template: str) -> str:
    """Return the part of a back that is not its front again."""
    parts = _ANSWER.split(template, maxsplit=1)
    return _FRONT_SIDE.sub("", parts[-1])


def rendered(template: str, values: Mapping[str, str]) -> str:
    """Return a side of a card as HTML. An unknown field is left out, as are sections that do not apply."""
    made: list[str] = []
    hidden: list[bool] = []
    at = 0
    for match in _PART.finditer(template):
        if not any(hidden):
            made.append(template[at : match.start()])
        at = match.end()
        mark, name = match[1], match[2]
        if mark == "/":
            del hidden[-1:]
        elif mark:
            is_empty = not values.get(name, "").strip()
            hidden.append(is_empty == (mark == "#"))
        elif not any(hidden):
            made.append(values.get(name.rpartition(":")[2].strip(), ""))
    if not any(hidden):
        made.append(template[at:])
    return "".join(made)
