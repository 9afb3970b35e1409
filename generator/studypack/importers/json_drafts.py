"""JSON objects as draft questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftCard, DraftChoice, DraftSource
from studypack.importers.json_values import fenced, folded, listed_of, plain_of, text_of, value_of, with_code
from studypack.importers.lettered import places_of


@dataclass(frozen=True, slots=True)
class Found:
    """An object that may be a question, and the names of what is around it."""

    item: Mapping[str, Any]
    above: tuple[str, ...]


def draft_of(found: Found, columns: Mapping[str, str]) -> Draft:
    """Return an object as a draft, with the keys that the user named in `columns`."""
    item = found.item

    def value(key: str) -> Any:
        return value_of(item, key, columns)

    def text(key: str) -> str:
        return text_of(value(key))

    choices, answer = _choices(value("choices"), value("wrong"), value("answer"))
    explanation = text("explanation")
    topic = value("topic")
    path = tuple(map(plain_of, topic)) if isinstance(topic, list) else (plain_of(topic),)
    return Draft(
        with_code(text("question")),
        Location(""),
        "\n\n".join(part for part in (answer, explanation) if part),
        choices=choices,
        topic=tuple(step for step in path if step) or found.above,
        level=plain_of(value("level")),
        tags=tuple(filter(None, map(plain_of, listed_of(value("tags"))))),
        stimulus="\n\n".join(filter(None, (text("stimulus"), fenced(value("code"))))),
        guidance=text("guidance"),
        takeaway=text("takeaway"),
        key_points=tuple(filter(None, (text_of(one) for one in listed_of(value("key_points"))))),
        pitfalls=tuple(filter(None, (text_of(one) for one in listed_of(value("pitfalls"))))),
        follow_ups=tuple(_follow_up(one) for one in listed_of(value("follow_ups"))),
        sources=tuple(_source(one) for one in listed_of(value("sources"))),
        cards=tuple(_card(one) for one in listed_of(value("cards")) if isinstance(one, dict)),
        key=plain_of(value("id")),
    )


def _choices(offered: Any, wrong: Any, right: Any) -> tuple[tuple[DraftChoice, ...], str]:
    """Return the choices, and the answer without what only says which of them is right."""
    if wrong is not None:
        good = [DraftChoice(text_of(one), True) for one in listed_of(right)]
        bad = [DraftChoice(text_of(one)) for one in listed_of(wrong)]
        return tuple(sorted((*good, *bad), key=lambda choice: choice.text.casefold())), ""
    letters: Sequence[str] = ()
    if isinstance(offered, dict):
        letters, offered = tuple(map(str, offered)), list(offered.values())
    if not isinstance(offered, list) or not offered:
        return (), text_of(right)
    made = [_choice(one) for one in offered]
    letters = letters or [chr(65 + at) for at in range(len(made))]
    if any(choice.correct for choice in made):
        return tuple(made), text_of(right)
    marked = _marked(made, letters, listed_of(right))
    if not any(marked):
        return tuple(made), text_of(right)
    return tuple(replace(choice, correct=is_right) for choice, is_right in zip(made, marked, strict=True)), ""


def _marked(choices: Sequence[DraftChoice], letters: Sequence[str], right: list[Any]) -> list[bool]:
    """Return for each choice whether it is named as right: by its text, its letter, or its number from 0."""
    texts = {text_of(one).strip().casefold() for one in right}
    if any(choice.text.strip().casefold() in texts for choice in choices):
        return [choice.text.strip().casefold() in texts for choice in choices]
    if any(letter.casefold() in texts for letter in letters):
        return [letter.casefold() in texts for letter in letters]
    if places := places_of(" ".join(one for one in right if isinstance(one, str)), len(choices)):
        return [at in places for at in range(len(choices))]
    numbers = {one for one in right if isinstance(one, int) and not isinstance(one, bool)}
    return [at in numbers for at in range(len(choices))]


def _choice(one: Any) -> DraftChoice:
    if not isinstance(one, dict):
        return DraftChoice(text_of(one))
    lowered = {folded(key).replace("_", ""): value for key, value in one.items()}
    text = next((lowered[key] for key in ("text", "answer", "option", "choice", "value", "body") if key in lowered), "")
    right = next((lowered[key] for key in ("correct", "iscorrect", "right", "isright") if key in lowered), False)
    is_right = right is True or str(right).lower() in ("true", "1", "yes")
    return DraftChoice(text_of(text), is_right, text_of(lowered.get("feedback")))


def _follow_up(one: Any) -> tuple[str, str]:
    if isinstance(one, dict):
        return text_of(one.get("question")), text_of(one.get("answer"))
    return text_of(one), ""


def _source(one: Any) -> DraftSource:
    if isinstance(one, dict):
        title = plain_of(one.get("title", one.get("name", "")))
        return DraftSource(title, *(plain_of(one.get(key)) for key in ("url", "where", "year")))
    words = plain_of(one)
    return DraftSource(words, words if re.match(r"https?://\S+$", words) else "")


def _card(one: Mapping[str, Any]) -> DraftCard:
    return DraftCard(*(str(one.get(key) or "") for key in ("front", "back", "cloze")))
