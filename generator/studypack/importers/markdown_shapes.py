"""The shapes in which Markdown files hold questions. The one that finds most of them is taken for the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftChoice, Skipped
from studypack.importers.markdown_blocks import Block, items, rows
from studypack.importers.markdown_text import answer_of, fenced, text_of
from studypack.importers.question_words import asks, never, numbered, unnumbered
from studypack.text.markdown import plain

_ANSWERS: Final = re.compile(
    r"^\W*(?:show |view |see |click |the |sample |réponse|solution)*(?:answers?|solutions?|hints?|réponses?|antwort)\b",
    re.IGNORECASE,
)
_Q: Final = re.compile(
    r"^\s{0,3}(?:[-*+]\s+)?(?:\*\*|__)?(?:Q|Question)\s*\d*\s*(?:[:.)]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:.)]|[:.)])\s*(.*?)(?:\*\*|__)?\s*$"
)
_A: Final = re.compile(
    r"^\s{0,6}(?:[-*+]\s+)?(?:\*\*|__)?(?:A|Ans|Answer)\s*\d*\s*(?:[:.)]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:.)]|[:.)])\s*(.*)$"
)
_ENTRY: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\**\[[^\]]*\]\(#[^)]*\)")
_LETTERED: Final = re.compile(r"^\s{0,6}(?:[-*+]\s+)?(?:\*\*)?([A-H])(?:\*\*)?\s*[.):]\s*(?:\*\*)?\s*(\S.*)$")
_RIGHT: Final = re.compile(
    r"(?:answer|correct(?: answer| option)?|ans)\W{0,8}(?:is\W{0,4})?(?:option\s+)?"
    r"\b([A-H](?:\s*(?:,|and|&)\s*[A-H])*)\b(?!\w|['’])",
    re.IGNORECASE,
)
_BOX: Final = re.compile(r"^\s{0,6}[-*+]\s+\[([ xX])\]\s+(\S.*)$")
_COLUMNS: Final = {
    "question": re.compile(r"questions?$|prompt$|term$|front$|q$", re.IGNORECASE),
    "answer": re.compile(r"answers?$|definition$|back$|a$|response$|explanation$|solution$", re.IGNORECASE),
    "level": re.compile(r"level$|difficulty$", re.IGNORECASE),
}
_SHARE: Final = 0.4
"""The share of headings of one level, or of a list's items, that must read like questions."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its name, its lines, and the addresses of its reference links."""

    name: str
    lines: list[str]
    addresses: dict[str, str]

    def at(self, line: int) -> Location:
        """Return the place of a line that is counted from 0."""
        return Location(self.name, line + 1)

    def text(self, lines: list[str]) -> str:
        """Return what lines say in our dialect."""
        return text_of(lines, self.addresses)


@dataclass
class Found:
    """What one shape gives: questions, the lines that they took, and what is no question."""

    drafts: list[Draft] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def weight(self) -> tuple[int, int]:
        """How much was found: questions, answered ones first."""
        answered = sum(bool(draft.answer or draft.choices) for draft in self.drafts)
        return len(self.drafts) + answered, len(self.drafts)


def best(source: Source, parts: list[Block], level: int) -> Found:
    """Return the questions of a file.

    Args:
        source: the file.
        parts: its blocks.
        level: of the headings that are questions; 0 to find out.
    """
    if level:
        return headings(source, parts, level)
    found = [details(source, parts), labelled(source, parts), tables(source, parts), lists(source, parts)]
    found += [headings(source, parts, each) for each in _asking_levels(parts)]
    return max(found, key=lambda each: each.weight)


def words(markdown: str) -> str:
    """Return a heading's words as a topic shows them."""
    return plain(re.sub(r"<[^>]*>|:[a-z_]+:", "", markdown)).strip(" #:")


class _Topics:
    """The headings above a place."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []

    def pass_(self, block: Block) -> None:
        """Note a heading."""
        self._path = [each for each in self._path if each[0] < block.level]
        self._path.append((block.level, words(block.text)))

    def __call__(self) -> tuple[str, ...]:
        return tuple(name for _, name in self._path if name)


def _asking_levels(parts: list[Block]) -> list[int]:
    heads = [part for part in parts if part.kind == "heading"]
    found = []
    for level in range(1, 7):
        own = [head for head in heads if head.level == level and not never(head.text)]
        asking = sum(asks(head.text) or numbered(head.text) for head in own)
        questions = sum(asks(head.text) for head in own)
        if asking >= max(2, _SHARE * len(own)) and questions >= max(1, _SHARE * len(own) / 2):
            found.append(level)
    return found


def headings(source: Source, parts: list[Block], level: int) -> Found:
    """Return the headings of one level as questions; what is below each is its answer."""
    found, topics = Found(), _Topics()
    for place, part in enumerate(parts):
        if part.kind != "heading":
            continue
        if part.level < level:
            topics.pass_(part)
        if part.level != level:
            continue
        end = next((p.start for p in parts[place + 1 :] if p.kind == "heading" and p.level <= level), len(source.lines))
        found.taken.append((part.start, end))
        if never(part.text):
            found.skipped.append(Skipped(source.at(part.start), f'"{words(part.text)}" is not a question'))
            continue
        inner = (
            [p for p in parts[place + 1 :] if p.start < end] if len(parts) < 200 else _until(parts, place + 1, end)
        )  # short
        found.drafts.append(_below(source, part, inner, end, topics()))
    return found


def _until(parts: list[Block], place: int, end: int) -> list[Block]:
    found = []
    while place < len(parts) and parts[place].start < end:
        found.append(parts[place])
        place += 1
    return found


def _below(source: Source, head: Block, inner: list[Block], end: int, topic: tuple[str, ...]) -> Draft:
    """Return the question of a heading, with what is below it as answer, or as choices and answer."""
    shown = next((p for p in inner if p.kind == "details" and (_ANSWERS.match(words(p.text)) or not p.text)), None)
    stop = shown.start if shown else end
    between = source.lines[head.end : stop]
    rest = source.lines[shown.end : end] if shown else []
    answer = source.text(list(shown.body)) if shown else ""
    choices, stem, behind = _choices(source, between, answer)
    question = unnumbered(source.text([head.text]))
    if choices:
        question = "\n\n".join(filter(None, [question, source.text(stem)]))
        said = re.sub(r"^\W*[A-H]\W*(?:\n|$)", "", answer_of(answer)).strip("\n")
        answer = "\n\n".join(filter(None, [said, source.text(behind)]))
    elif shown:
        question = "\n\n".join(filter(None, [question, source.text(between)]))
    else:
        answer = source.text(between)
    answer = "\n\n".join(filter(None, [answer_of(answer), source.text(rest)]))
    return Draft(question, source.at(head.start), answer, choices, topic)


def _choices(source: Source, lines: list[str], answer: str) -> tuple[tuple[DraftChoice, ...], list[str], list[str]]:
    """Return lettered or ticked choices, the lines in front of them, and those behind."""
    ticked = [(n, m) for n, (line, code) in enumerate(fenced(lines)) if not code and (m := _BOX.match(line))]
    if len(ticked) > 1 and any(m[1] != " " for _, m in ticked):
        made = tuple(DraftChoice(source.text([m[2]]), m[1] != " ") for _, m in ticked)
        return made, lines[: ticked[0][0]], lines[ticked[-1][0] + 1 :]
    lettered = [(n, m) for n, (line, code) in enumerate(fenced(lines)) if not code and (m := _LETTERED.match(line))]
    if len(lettered) < 2 or [m[1] for _, m in lettered] != list("ABCDEFGH"[: len(lettered)]):  # a choice
        return (), [], []
    behind = lines[lettered[-1][0] + 1 :]
    right = _RIGHT.search(answer) or _RIGHT.search("\n".join(behind))
    if not right:
        return (), [], []
    letters = set(re.findall("[A-H]", right[1].upper()))
    made = tuple(DraftChoice(source.text([m[2]]), m[1] in letters) for _, m in lettered)
    return made, lines[: lettered[0][0]], behind


def details(source: Source, parts: list[Block]) -> Found:
    """Return each `<details>` as a question: its summary, and what it hides."""
    found, topics = Found(), _Topics()
    for part in parts:
        if part.kind == "heading":
            topics.pass_(part)
        elif part.kind == "details" and words(part.text) and not _ANSWERS.match(words(part.text)):
            question = unnumbered(source.text(part.text.split("\n")))
            answer = answer_of(source.text(list(part.body)))
            found.drafts.append(Draft(question, source.at(part.start), answer, topic=topics()))
            found.taken.append((part.start, part.end))
    return found


def labelled(source: Source, parts: list[Block]) -> Found:
    """Return what is marked `Q:`, with what is marked `A:` behind it."""
    found = Found()
    heads = {part.start: part for part in parts if part.kind == "heading"}
    topics = _Topics()
    state: tuple[int, list[str], list[str] | None] | None = None

    def close(end: int) -> None:
        if state is not None:
            start, asked, said = state
            found.drafts.append(Draft(source.text(asked), source.at(start), source.text(said or []), topic=topics()))
            found.taken.append((start, end))

    for number, (line, code) in enumerate(fenced(source.lines)):
        if number in heads and not _Q.match(line):
            close(number)
            state = None
            topics.pass_(heads[number])
        elif not code and (match := _Q.match(line)):
            close(number)
            state = (number, [match[1]], None)
        elif state is not None and not code and state[2] is None and (match := _A.match(line)):
            state = (state[0], state[1], [match[1]])
        elif state is not None:
            (state[1] if state[2] is None else state[2]).append(line)
    close(len(source.lines))
    return found if any(draft.answer for draft in found.drafts) else Found()


def tables(source: Source, parts: list[Block]) -> Found:
    """Return the rows of tables that have a column of questions."""
    found, topics = Found(), _Topics()
    for part in parts:
        if part.kind == "heading":
            topics.pass_(part)
        if part.kind != "table":
            continue
        (_, head), *body = rows(part)
        place = {key: n for key, name in _COLUMNS.items() for n, cell in enumerate(head) if name.search(words(cell))}
        listed = sum("](#" in "".join(cells) for _, cells in body)
        if "question" not in place or listed > len(body) / 2:
            continue
        found.taken.append((part.start, part.end))
        for line, cells in body:
            given = {key: source.text([cells[n]]) for key, n in place.items() if n < len(cells)}
            if given.get("question"):
                question = unnumbered(given["question"])
                draft = Draft(
                    question, source.at(line), given.get("answer", ""), topic=topics(), level=given.get("level", "")
                )
                found.drafts.append(draft)
            else:
                found.skipped.append(Skipped(source.at(line), "a row without a question"))
    return found


def lists(source: Source, parts: list[Block]) -> Found:
    """Return the items of lists as questions; what an item holds besides is its answer, nested items follow-ups."""
    found, topics = Found(), _Topics()
    made: dict[tuple[str, ...], list[tuple[Block, list[Draft]]]] = {}
    for part in parts:
        if part.kind == "heading":
            topics.pass_(part)
        elif part.kind == "list":
            spans = items(part)
            if sum(bool(_ENTRY.match(source.lines[start])) for start, _ in spans) <= len(spans) / 2:
                drafts = [_item(source, start, end, topics()) for start, end in spans]
                made.setdefault(topics(), []).append((part, drafts))
        elif (
            part.text.startswith(("```", "~~~")) and made.get(topics()) and made[topics()][-1][0].end >= part.start - 1
        ):
            before, drafts = made[topics()][-1]  # code behind an item that is not indented
            drafts[-1] = replace(drafts[-1], question=f"{drafts[-1].question}\n\n{part.text}")
            made[topics()][-1] = (replace(before, end=part.end), drafts)
    for group in made.values():
        every = [draft for _, drafts in group for draft in drafts]
        if sum(asks(draft.question) for draft in every) >= max(1, _SHARE * len(every)):
            found.taken += [(part.start, part.end) for part, _ in group]
            found.drafts += [draft for draft in every if draft.question]
    return found


def _item(source: Source, start: int, end: int, topic: tuple[str, ...]) -> Draft:
    """Return an item of a list as a question."""
    first, *rest = source.lines[start:end]
    mark = re.match(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?", first)
    asked = [first[mark.end() :] if mark else first]
    while rest and rest[0].strip() and not re.match(r"\s*(?:[-*+]|\d+[.)])\s|\s*(?:```|~~~)|\s*>", rest[0]):
        asked.append(rest.pop(0))
    nested = list(_nested(rest))
    question = unnumbered(re.sub(r"^\*\*(.+?)\*\*$", r"\1", source.text(asked)))
    if nested and len(nested) == len([line for line in rest if line.strip()]) and all(map(asks, nested)):
        follow_ups = tuple((source.text([each]), "") for each in nested)
        return Draft(question, source.at(start), topic=topic, follow_ups=follow_ups)
    return Draft(question, source.at(start), answer_of(source.text(rest)), topic=topic)


def _nested(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if match := re.match(r"\s+(?:[-*+]|\d+[.)])\s+(\S.*)$", line):
            yield match[1]
