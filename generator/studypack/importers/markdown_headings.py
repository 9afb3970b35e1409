"""Headings of one level as questions: what is below each is its answer, or choices and answer."""

from __future__ import annotations

import re
from typing import Final

from studypack.importers.draft import Draft, DraftChoice, Skipped
from studypack.importers.markdown_blocks import Block
from studypack.importers.markdown_source import ANSWERS, SHARE, Found, Source, Topics, words
from studypack.importers.markdown_text import answer_of, fenced
from studypack.importers.question_words import asks, never, numbered, unnumbered

_LETTERED: Final = re.compile(r"^\s{0,6}(?:[-*+]\s+)?(?:\*\*)?([A-H])(?:\*\*)?\s*[.):]\s*(?:\*\*)?\s*(\S.*)$")
_DIGITS: Final = re.compile(r"^\s{0,6}[-*+]\s+([1-8])\s*[.):]\s*(\S.*)$")
_RIGHT: Final = re.compile(
    r"(?:answer|correct(?: answer| option)?|ans)\W{0,8}(?:is\W{0,4})?(?:option\s+)?"
    r"\b([A-H1-8](?:\s*(?:,|and|&)\s*[A-H1-8])*)\b(?!\w|['’])",
    re.IGNORECASE,
)
_BOX: Final = re.compile(r"^\s{0,6}[-*+]\s+\[([ xX])\]\s+(\S.*)$")


def asking_levels(parts: list[Block]) -> list[int]:
    """Return the levels at which many headings read like questions."""
    heads = [part for part in parts if part.kind == "heading"]
    found = []
    for level in range(1, 7):
        own = [head for head in heads if head.level == level and not never(head.text)]
        asking = sum(asks(head.text) or numbered(head.text) for head in own)
        questions = sum(asks(head.text) for head in own)
        if asking >= max(2, SHARE * len(own)) and questions >= max(1, SHARE * len(own) / 2):
            found.append(level)
    return found


def headings(source: Source, parts: list[Block], level: int) -> Found:
    """Return the headings of one level as questions; what is below each is its answer.

    One that does not ask, above deeper ones that do, is the topic of these. So is one with nothing below it, where all
    of these do not ask and nearly all others do.
    """
    found = Found()
    _headings(source, parts, level, found, Topics(), len(source.lines))
    return found


def _headings(source: Source, parts: list[Block], level: int, found: Found, topics: Topics, last: int) -> None:
    """Add the questions among the headings of a level, up to the line `last`."""
    dividing = _dividing(source, parts, level, last)
    for place, part in enumerate(parts):
        if part.kind != "heading":
            continue
        if part.level < level:
            topics.pass_(part)
        if part.level != level:
            continue
        end = next((p.start for p in parts[place + 1 :] if p.kind == "heading" and p.level <= level), last)
        inner = _until(parts, place + 1, end)
        if deeper := _asking_below(part, inner):
            topics.pass_(part)
            _headings(source, inner, deeper, found, topics, end)
            continue
        if part in dividing:
            topics.pass_(part)
            found.taken.append((part.start, end))
            continue
        found.taken.append((part.start, end))
        if never(part.text):
            found.skipped.append(Skipped(source.at(part.start), f'"{words(part.text)}" is not a question'))
            continue
        found.drafts.append(_below(source, part, inner, end, topics()))


def _dividing(source: Source, parts: list[Block], level: int, last: int) -> list[Block]:
    """Return the headings of a level that stand between questions as their topics: they neither ask nor have a text."""
    heads = [part for part in parts if part.kind == "heading" and part.level <= level]
    ends = [head.start for head in heads[1:]] + [last]
    own = [(head, end) for head, end in zip(heads, ends, strict=True) if head.level == level]
    empty = [head for head, end in own if not source.text(source.lines[head.end : end]).strip()]
    others = [head for head, _ in own if head not in empty]
    if any(asks(head.text) for head in empty) or sum(asks(head.text) for head in others) < 0.8 * max(len(others), 2):
        return []
    return empty


def _asking_below(head: Block, inner: list[Block]) -> int:
    """Return the level of the headings below one that does not ask, if these do; 0 otherwise."""
    if asks(head.text) or numbered(head.text) or never(head.text):
        return 0
    heads = [part for part in inner if part.kind == "heading"]
    level = min((part.level for part in heads), default=0)
    return level if level in asking_levels([part for part in heads if part.level == level]) else 0


def _until(parts: list[Block], place: int, end: int) -> list[Block]:
    found = []
    while place < len(parts) and parts[place].start < end:
        found.append(parts[place])
        place += 1
    return found


def _below(source: Source, head: Block, inner: list[Block], end: int, topic: tuple[str, ...]) -> Draft:
    """Return the question of a heading, with what is below it as answer, or as choices and answer."""
    shown = next((p for p in inner if p.kind == "details" and (ANSWERS.match(words(p.text)) or not p.text)), None)
    stop = shown.start if shown else end
    between = source.lines[head.end : stop]
    rest = source.lines[shown.end : end] if shown else []
    answer = source.text(list(shown.body)) if shown else ""
    choices, stem, behind = _choices(source, between, answer)
    question = unnumbered(source.text([head.text]))
    if choices:
        between = stem
        said = re.sub(r"^\W*[A-H1-8]\W*(?:\n|$)", "", answer_of(answer)).strip("\n")
        answer = "\n\n".join(filter(None, [said, source.text(behind)]))
    elif not shown:
        answer, between = source.text(between), []
    answer = "\n\n".join(filter(None, [answer_of(answer), source.text(rest)]))
    stimulus = source.text(between)
    if not asks(question):  # a heading such as "Question 7"
        question, stimulus = "\n\n".join(filter(None, [question, stimulus])), ""
    return Draft(question, source.at(head.start), answer, choices, topic, stimulus=stimulus)


def _choices(source: Source, lines: list[str], answer: str) -> tuple[tuple[DraftChoice, ...], list[str], list[str]]:
    """Return lettered or ticked choices, the lines in front of them, and those behind."""
    ticked = [(n, m) for n, (line, code) in enumerate(fenced(lines)) if not code and (m := _BOX.match(line))]
    if len(ticked) > 1 and any(m[1] != " " for _, m in ticked):
        made = tuple(DraftChoice(source.line(m[2]), m[1] != " ") for _, m in ticked)
        return made, lines[: ticked[0][0]], lines[ticked[-1][0] + 1 :]
    for pattern, names in ((_LETTERED, "ABCDEFGH"), (_DIGITS, "12345678")):
        lettered = [(n, m) for n, (line, code) in enumerate(fenced(lines)) if not code and (m := pattern.match(line))]
        if len(lettered) > 1 and [m[1] for _, m in lettered] == list(names[: len(lettered)]):
            break
    else:
        return (), [], []
    behind = lines[lettered[-1][0] + 1 :]
    right = _RIGHT.search(answer) or _RIGHT.search("\n".join(behind))
    if not right:
        return (), [], []
    letters = set(re.findall("[A-H1-8]", right[1].upper()))
    made = tuple(DraftChoice(source.line(m[2]), m[1] in letters) for _, m in lettered)
    return made, lines[: lettered[0][0]], behind
