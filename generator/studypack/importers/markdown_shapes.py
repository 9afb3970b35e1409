"""The other shapes in which Markdown files hold questions: details, marks, tables and lettered choices."""

from __future__ import annotations

import re
from typing import Final

from studypack.importers import lettered
from studypack.importers.draft import Draft, DraftChoice, Skipped
from studypack.importers.markdown_blocks import Block, rows
from studypack.importers.markdown_source import ANSWERS, Found, Source, Topics, words
from studypack.importers.markdown_text import answer_of, fenced
from studypack.importers.question_words import unnumbered

_Q: Final = re.compile(
    r"^\s{0,3}(?:[-*+]\s+)?(?:\*\*|__)?(?:Q|Question)\s*\d*\s*(?:[:.)]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:.)]|[:.)])\s*(.*?)(?:\*\*|__)?\s*$"
)
_A: Final = re.compile(
    r"^\s{0,6}(?:[-*+]\s+)?(?:\*\*|__)?(?:A|Ans|Answer)\s*\d*\s*(?:[:.)]\s*(?:\*\*|__)|(?:\*\*|__)\s*[:.)]|[:.)])\s*(.*)$"
)
_COLUMNS: Final = {
    "question": re.compile(r"questions?$|prompt$|term$|front$|q$", re.IGNORECASE),
    "answer": re.compile(r"answers?$|definition$|back$|a$|response$|explanation$|solution$", re.IGNORECASE),
    "level": re.compile(r"level$|difficulty$", re.IGNORECASE),
}


def details(source: Source, parts: list[Block]) -> Found:
    """Return each `<details>` as a question: its summary, and what it hides."""
    found, topics = Found(), Topics()
    for part in parts:
        if part.kind == "heading":
            topics.pass_(part)
        elif part.kind == "details" and words(part.text) and not ANSWERS.match(words(part.text)):
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
