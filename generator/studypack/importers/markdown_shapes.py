"""The shapes in which Markdown files hold questions. The one that finds most of them is taken for the whole file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from studypack.errors import Location
from studypack.importers import lettered
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
_DIGITS: Final = re.compile(r"^\s{0,6}[-*+]\s+([1-8])\s*[.):]\s*(\S.*)$")
_RIGHT: Final = re.compile(
    r"(?:answer|correct(?: answer| option)?|ans)\W{0,8}(?:is\W{0,4})?(?:option\s+)?"
    r"\b([A-H1-8](?:\s*(?:,|and|&)\s*[A-H1-8])*)\b(?!\w|['’])",
    re.IGNORECASE,
)
_BOX: Final = re.compile(r"^\s{0,6}[-*+]\s+\[([ xX])\]\s+(\S.*)$")
_MARK: Final = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_BEGINS: Final = re.compile(r"^(?:>|#{1,6}(?=\s)|[-+*](?=\s)|=+$)")
"""What would begin another block than a paragraph."""
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

    def line(self, text: str) -> str:
        """Return what a line says behind a mark, where a `>` begins no quotation."""
        return _BEGINS.sub(r"\\\g<0>", self.text([text]))


@dataclass
class Found:
    """What one shape gives: questions, the lines that they took, and what is no question."""

    drafts: list[Draft] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def weight(self) -> tuple[int, int]:
        """How much was found: questions, answered ones first, and of those the ones with choices."""
        answered = sum(bool(draft.answer or draft.choices) for draft in self.drafts)
        chosen = sum(any(choice.correct for choice in draft.choices) for draft in self.drafts)
        return len(self.drafts) + answered + chosen, len(self.drafts)


def words(markdown: str) -> str:
    """Return a heading's words as a topic shows them."""
    return plain(re.sub(r"<[^>]*>|:[a-z_]+:", "", markdown)).strip(" #:-–=_*")


class Topics:
    """The headings above a place."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []

    def pass_(self, block: Block) -> None:
        """Note a heading."""
        self._path = [each for each in self._path if each[0] < block.level]
        self._path.append((block.level, words(block.text)))

    def __call__(self) -> tuple[str, ...]:
        """Return the headings above, outermost first."""
        return tuple(name for _, name in self._path if name)


def asking_levels(parts: list[Block]) -> list[int]:
    """Return the levels at which many headings read like questions."""
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
    """Return the headings of one level as questions; what is below each is its answer.

    One that does not ask, above deeper ones that do, is the topic of these.
    """
    found = Found()
    _headings(source, parts, level, found, Topics(), len(source.lines))
    return found


def _headings(source: Source, parts: list[Block], level: int, found: Found, topics: Topics, last: int) -> None:
    """Add the questions among the headings of a level, up to the line `last`."""
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
        found.taken.append((part.start, end))
        if never(part.text):
            found.skipped.append(Skipped(source.at(part.start), f'"{words(part.text)}" is not a question'))
            continue
        found.drafts.append(_below(source, part, inner, end, topics()))


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
    shown = next((p for p in inner if p.kind == "details" and (_ANSWERS.match(words(p.text)) or not p.text)), None)
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


def details(source: Source, parts: list[Block]) -> Found:
    """Return each `<details>` as a question: its summary, and what it hides."""
    found, topics = Found(), Topics()
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
    topics = Topics()
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
    found, topics = Found(), Topics()
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


def choices(source: Source, parts: list[Block]) -> Found:
    """Return questions with lettered choices below them, which are neither headings nor items of lists."""
    heads = {part.start: part for part in parts if part.kind == "heading"}
    code = {number for number, (_, inside) in enumerate(fenced(source.lines)) if inside}
    made, end = lettered.items(source.lines, code, heads)
    found, topics, passed = Found(), Topics(), 0
    for item, after in zip(made, [*(item.line for item in made[1:]), end], strict=False):
        for number in sorted(heads):
            if passed <= number < item.line:
                topics.pass_(heads[number])
        passed = item.line
        offered = tuple(DraftChoice(source.text(text.split("\n")), right) for text, right in item.choices)
        question, answer = unnumbered(source.text(item.asked).lstrip("# ")), source.text(item.answer)
        found.drafts.append(Draft(question, source.at(item.line), answer, offered, topics()))
        found.taken.append((item.line, after))
    return found


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
        if sum(asks(draft.question) for draft in every) >= max(1, _SHARE * len(every)):
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
