"""From a draft to the keys of a question, as an author would have written them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from studypack.importers.draft import Draft, DraftChoice
from studypack.importers.ids import kebab, name_of
from studypack.importers.layout import clean
from studypack.questions.limits import MAX_LINE
from studypack.questions.model import TAKEAWAY_LIMIT, Level

_LEVELS: Final = {
    Level.CORE: "core easy beginner basic basics junior novice simple low entry 1 einfach leicht facile fácil",
    Level.INTERMEDIATE: "intermediate medium middle mid moderate normal average 2 mittel moyen medio",
    Level.ADVANCED: "advanced hard difficult expert senior challenging high 3 schwer schwierig difficile difícil",
}
_LEVEL_OF: Final = {word: level.value for level, words in _LEVELS.items() for word in words.split()}
_MOST_CHOICES: Final = 26
_ITEM: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(.*)$")
_FENCE: Final = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft as the keys of a question, without `id` and `topic`.

    Attributes:
        draft: where it came from.
        fields: the keys in the order in which they are written.
        remarks: sentences for the comments beside it.
    """

    draft: Draft
    fields: dict[str, Any]
    remarks: tuple[str, ...]


def prepare(draft: Draft) -> Prepared:
    """Return what a draft becomes; whatever a key cannot hold moves to the key that can, with a remark."""
    remarks = [*draft.doubts]
    question, rest = _heading(clean(draft.question))
    if rest:
        remarks.append("the question had more than a heading holds: the rest is at the start of the guidance")
    level, tags = _level_and_tags(draft, remarks.append)
    takeaway, points = _takeaway(draft)
    choices, listed = _choices(draft.choices, remarks.append)
    asked = "\n".join(f"- {_line(q)}" for q, a in draft.follow_ups if not clean(a) and clean(q))
    fields: dict[str, Any] = {
        "question": question,
        "level": level,
        "tags": tags,
        "takeaway": takeaway,
        "choices": choices,
        "guidance": _joined(rest, clean(draft.guidance), asked and f"Follow-up questions:\n\n{asked}"),
        "key_points": points,
        "answer": _joined(listed, clean(draft.answer)),
        "pitfalls": [_line(each) for each in draft.pitfalls if clean(each)],
        "follow_ups": [{"question": _line(q), "answer": clean(a)} for q, a in draft.follow_ups if clean(a)],
        "sources": list(_sources(draft)),
        "cards": list(_cards(draft)),
    }
    return Prepared(draft, {key: value for key, value in fields.items() if value}, tuple(remarks))


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _heading(text: str) -> tuple[str, str]:
    """Return the line that a question's heading holds, and what of its text is no part of it.

    Items of a list are put behind the heading, as `one; two; three`; code, tables and pictures are the rest.
    """
    paragraphs = _paragraphs(text)
    head: list[str] = []
    for place, paragraph in enumerate(paragraphs):
        folded = _folded(paragraph)
        if folded is None or len(" ".join(head)) + len(folded) > MAX_LINE - 100:
            return (" ".join(head) or "?", "\n\n".join(paragraphs[place:]))
        head.append(folded)
    return " ".join(head), ""


def _folded(paragraph: str) -> str | None:
    """Return a paragraph on one line; None where that would lose what it shows."""
    lines = paragraph.split("\n")
    if _FENCE.match(paragraph) or lines[0].startswith(("    ", "\t", "|", "> ", "#")) or "![" in paragraph:
        return None
    items = [match[1] if (match := _ITEM.match(line)) else None for line in lines]
    if all(items):
        return "; ".join(filter(None, items))
    if any(items):
        cut = next(place for place, item in enumerate(items) if item)
        return (
            f"{_line(' '.join(lines[:cut]))} {_folded(chr(10).join(lines[cut:])) or ''}".strip()
            if cut
            else _line(paragraph)
        )
    return _line(paragraph)


def _paragraphs(text: str) -> list[str]:
    """Return what blank lines separate; those within a fence of code do not."""
    found: list[list[str]] = [[]]
    fence = ""
    for line in text.split("\n"):
        if match := _FENCE.match(line):
            if not fence:
                found.append([])
            fence = "" if fence == match[1] else fence or match[1]
        if line.strip() or fence:
            found[-1].append(line)
        else:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def _level_and_tags(draft: Draft, remark: Callable[[str], None]) -> tuple[str, list[str]]:
    word = _line(draft.level)
    level = _LEVEL_OF.get(word.lower().strip("*_ ()[]"), "")
    tags = [*draft.tags]
    if word and not level:
        remark(f'the level "{word}" became a tag: a level is core, intermediate or advanced')
        tags.append(word)
    named = [(tag, _tag(tag)) for tag in tags if clean(tag)]
    for tag, made in named:
        if not kebab(tag):
            remark(f'the tag "{tag}" is written as {made}')
    return level, list(dict.fromkeys(made for _, made in named))


def _tag(tag: str) -> str:
    return kebab(tag)[:80].strip("-") or name_of(tag, "tag")


def _takeaway(draft: Draft) -> tuple[str, list[str]]:
    takeaway, points = _line(draft.takeaway), [_line(each) for each in draft.key_points if clean(each)]
    return (takeaway, points) if len(takeaway) <= TAKEAWAY_LIMIT else ("", [takeaway, *points])


def _choices(choices: tuple[DraftChoice, ...], remark: Callable[[str], None]) -> tuple[list[dict[str, Any]], str]:
    """Return the choices; or, where a question cannot have them, their texts for the answer."""
    kept = [choice for choice in choices if clean(choice.text)]
    if not kept:
        return [], ""
    if 2 <= len(kept) <= _MOST_CHOICES and any(choice.correct for choice in kept):  # two make a choice
        return [_choice(choice) for choice in kept], ""
    right = any(choice.correct for choice in kept)
    why = "too few or too many" if right else "none of them marked as correct"
    remark(f"it has {len(kept)} choices, {why}: they are in the answer")
    return [], "\n".join(f"- {_indented(clean(c.text))}{' ✓' if c.correct else ''}" for c in kept)


def _choice(choice: DraftChoice) -> dict[str, Any]:
    fields = {"text": clean(choice.text), "correct": choice.correct, "feedback": clean(choice.feedback)}
    return {key: value for key, value in fields.items() if value}


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _sources(draft: Draft) -> Iterator[dict[str, str]]:
    for title, address in draft.sources:
        url = address if re.fullmatch(r"https?://\S{1,490}", address) else ""
        where = "" if url else _line(address)
        fields = {"title": _line(title) or address, "where": where, "url": url}
        if fields["title"]:
            yield {key: value for key, value in fields.items() if value}


def _cards(draft: Draft) -> Iterator[dict[str, str]]:
    for number, card in enumerate(draft.cards, 1):
        fields = {"front": clean(card.front), "back": clean(card.back), "cloze": clean(card.cloze)}
        given = {key: value for key, value in fields.items() if value}
        if set(given) in ({"front", "back"}, {"cloze"}):
            yield {"id": f"card-{number}", **given}
