"""Items of lists as questions: what an item holds besides is its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from studypack.importers import lettered
from studypack.importers.draft import Draft, DraftChoice
from studypack.importers.markdown_blocks import Block, items
from studypack.importers.markdown_source import SHARE, Found, Source, Topics
from studypack.importers.markdown_text import answer_of, fenced
from studypack.importers.question_words import asks, unnumbered

_ENTRY: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\**\[[^\]]*\]\(#[^)]*\)")
_MARK: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_BOLD: Final = re.compile(r"\*\*([^*]+)\*\*[\s:.]*")
_APART: Final = re.compile(
    r"\s*(?:[-*+]|\d+[.)])\s|\s*(?:```|~~~)|\s*>|\W*(?:answer|ans|solution)\s*[:：]", re.IGNORECASE
)
"""The first line of an item that is no part of its question."""
_POINTS: Final = re.compile(
    r"\b(?:following|below|each of these|this (?:code|snippet|program|function|query|script|loop|expression))\b"
    r"|\bwhat\b.*\b(?:output|printed|prints?|logged|returned?)\b(?!.*\bhow\b)",
    re.IGNORECASE,
)
"""What asks about the code below it, which is then no answer."""


def lists(source: Source, parts: list[Block]) -> Found:
    """Return the items of lists as questions; what an item holds besides is its answer, nested items follow-ups."""
    found, topics = Found(), Topics()
    made: dict[tuple[str, ...], list[tuple[Block, list[Draft]]]] = {}
    for part in parts:
        if part.kind == "heading":
            topics.pass_(part)
        elif part.kind == "list":
            spans = items(part)
            if sum(bool(_ENTRY.match(source.lines[start])) for start, _ in spans) <= len(spans) / 2:
                drafts = [item(source, start, end, topics()) for start, end in spans]
                made.setdefault(topics(), []).append((part, drafts))
        elif (
            part.text.startswith(("```", "~~~")) and made.get(topics()) and made[topics()][-1][0].end >= part.start - 1
        ):
            before, drafts = made[topics()][-1]  # code behind an item that is not indented
            drafts[-1] = replace(drafts[-1], question=f"{drafts[-1].question}\n\n{part.text}")
            made[topics()][-1] = (replace(before, end=part.end), drafts)
    for group in made.values():
        every = [draft for _, drafts in group for draft in drafts]
        if sum(asks(draft.question) for draft in every) >= max(1, SHARE * len(every)):
            found.taken += [(part.start, part.end) for part, _ in group]
            found.drafts += [draft for draft in every if draft.question]
    return found


def item(source: Source, start: int, end: int, topic: tuple[str, ...]) -> Draft:
    """Return an item of a list as a question: with follow-ups, choices or an answer below its own lines."""
    first, *rest = source.lines[start:end]
    mark = _MARK.match(first)
    asked = [first[mark.end() :] if mark else first]
    whole = _BOLD.fullmatch(asked[0].strip().rstrip("\\"))
    while rest and rest[0].strip() and not whole and not _APART.match(rest[0]):
        asked.append(rest.pop(0))
    nested = list(_nested(rest))
    question = unnumbered(source.text([whole[1]] if whole else [line.rstrip("\\") for line in asked]))
    if nested and len(nested) == len([line for line in rest if line.strip()]):
        if all(map(asks, nested)):
            follow_ups = tuple((source.text([each]), "") for each in nested)
            return Draft(question, source.at(start), topic=topic, follow_ups=follow_ups)
        offered = lettered.by_bold([(source.text([each]), False) for each in nested])
        if any(right for _, right in offered):
            chosen = tuple(DraftChoice(text, right) for text, right in offered)
            return Draft(question, source.at(start), choices=chosen, topic=topic)
    if _POINTS.search(question) and all(code or not line.strip() for line, code in fenced(rest)):
        return Draft(question, source.at(start), topic=topic, stimulus=source.text(rest))
    return Draft(question, source.at(start), answer_of(source.text(rest)), topic=topic)


def _nested(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if match := re.match(r"\s+(?:[-*+]|\d+[.)])\s+(\S.*)$", line):
            yield match[1]
