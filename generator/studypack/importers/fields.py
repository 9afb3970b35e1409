"""From a draft to the keys of a question, as an author would have written them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from studypack.errors import counted
from studypack.importers.draft import Draft, DraftChoice
from studypack.importers.headings import divided
from studypack.importers.layout import clean
from studypack.importers.levels import Levels
from studypack.questions.model import TAKEAWAY_LIMIT
from studypack.questions.names import folded

_MOST_CHOICES: Final = 26


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

    @property
    def source(self) -> str:
        """The name of the file that it came from."""
        return self.draft.where.file.replace("\\", "/").rpartition("/")[2]


def prepare(draft: Draft, levels: Levels) -> Prepared:
    """Return what a draft becomes; whatever a key cannot hold moves to the key that can, with a remark."""
    remarks = [*draft.doubts]
    question, stimulus = (clean(draft.question), "") if draft.id else divided(clean(draft.question))
    level, tags = _level_and_tags(draft, levels, remarks.append)
    takeaway, points = _takeaway(draft)
    choices, listed = _choices(draft.choices, remarks.append)
    fields: dict[str, Any] = {
        "question": question,
        "stimulus": _joined(stimulus, clean(draft.stimulus)),
        "level": level,
        "tags": tags,
        "takeaway": takeaway,
        "choices": choices,
        "guidance": clean(draft.guidance),
        "key_points": points,
        "answer": _joined(listed, clean(draft.answer)),
        "pitfalls": [_line(each) for each in draft.pitfalls if clean(each)],
        "follow_ups": [_given(question=_line(q), answer=clean(a)) for q, a in draft.follow_ups if clean(q)],
        "sources": list(_sources(draft)),
        "cards": list(_cards(draft)),
    }
    return Prepared(draft, _given(**fields), tuple(remarks))


def _given(**fields: Any) -> dict[str, Any]:
    """Return the keys that have a value."""
    return {key: value for key, value in fields.items() if value}


def _line(text: str) -> str:
    return " ".join(clean(text).split())


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _level_and_tags(draft: Draft, levels: Levels, remark: Callable[[str], None]) -> tuple[str, list[str]]:
    word = _line(draft.level)
    level = levels.of(word)
    tags = [_line(tag) for tag in draft.tags if clean(tag)]
    if word and not level:
        remark(f'the level "{word}" became a tag, as the set has no such level')
        tags.append(word)
    return level, list({folded(tag): tag for tag in reversed(tags)}.values())[::-1]


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
    why = "more or fewer than a question can have" if right else "none of them marked as right"
    remark(f"it has {counted(len(kept), 'choice')}, {why}: they are in the answer")
    return [], "\n".join(f"- {_indented(clean(c.text))}{' ✓' if c.correct else ''}" for c in kept)


def _choice(choice: DraftChoice) -> dict[str, Any]:
    return _given(text=clean(choice.text), correct=choice.correct, feedback=clean(choice.feedback))


def _indented(text: str) -> str:
    return text.replace("\n", "\n  ")


def _sources(draft: Draft) -> Iterator[dict[str, str]]:
    for source in draft.sources:
        url = source.url if re.fullmatch(r"https?://\S{1,490}", source.url) else ""
        year = source.year if re.fullmatch(r"1[89]\d\d|2[01]\d\d", source.year) else ""
        where = [_line(each) for each, held in ((source.where, ""), (source.url, url), (source.year, year)) if not held]
        fields = {"title": _line(source.title) or source.url, "where": ", ".join(filter(None, where))}
        if fields["title"]:
            yield {key: value for key, value in {**fields, "year": year, "url": url}.items() if value}


def _cards(draft: Draft) -> Iterator[dict[str, str]]:
    for number, card in enumerate(draft.cards, 1):
        given = _given(front=clean(card.front), back=clean(card.back), cloze=clean(card.cloze))
        if set(given) in ({"front", "back"}, {"cloze"}):
            yield {"id": f"card-{number}", **given}
