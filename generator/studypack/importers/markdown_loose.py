"""Loose shapes of question lists: questions in bold type, and Word documents in which every line may be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from studypack.importers.draft import Draft
from studypack.importers.markdown_blocks import Block, items
from studypack.importers.markdown_lists import item
from studypack.importers.markdown_source import Found, Source, Topics, words
from studypack.importers.markdown_text import answer_of
from studypack.importers.question_words import asks, numbered, unnumbered

_BOLD: Final = re.compile(r"^\W{0,4}(?:\d+\\?[.)]\s*)?(?:\*\*|__)\W*(?P<text>.*?)[\s:.]*(?:\*\*|__)[\s:.]*\\?$")
_MARK: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_ARROW: Final = re.compile(r"^(?:[-=]+>|\\?[→➢➔►•▪●·🡪]|\\-)+\s*")
_NUMBER: Final = re.compile(r"^(\W{0,3}\d+)\\(?=[.)])")
_LONGEST_TITLE: Final = 60
_LONGEST: Final = 250
"""Characters of a line that is a question."""
_SHARE: Final = 0.4
_MOST: Final = 0.5
"""The share of lines from which on those that ask are questions."""


def bold(source: Source, parts: list[Block]) -> Found:
    """Return paragraphs in bold type as questions; what is below each is its answer."""
    heads = {p.start: _bold(source.lines[p.start]) for p in parts if p.kind == "prose"}
    marked = {start: text for start, text in heads.items() if text}
    if sum(map(asks, marked.values())) < max(2, _SHARE * len(marked)):  # a list
        return Found()
    found, topics = Found(), Topics()
    ends = sorted({*marked, *(p.start for p in parts if p.kind == "heading"), len(source.lines)})
    for part in parts:
        text = marked.get(part.start, "") if part.kind == "prose" else ""
        if part.kind == "heading":
            topics.pass_(part)
        elif text and asks(text):
            end = next(line for line in ends if line > part.start)
            answer = answer_of(source.text(source.lines[part.start + 1 : end]))
            found.drafts.append(Draft(_plain(source, [text]), source.at(part.start), answer, topic=topics()))
            found.taken.append((part.start, end))
        elif text and _is_title(text):
            topics.pass_(Block("heading", part.start, part.end, text, 6))
            found.taken.append((part.start, part.start + 1))
    return found


@dataclass(frozen=True, slots=True)
class _Unit:
    """Some lines that belong together; `kind` is `item`, `line`, `title`, `heading` or `block`."""

    kind: str
    start: int
    end: int
    text: str


def lines(source: Source, parts: list[Block]) -> Found:
    """Return items and lines that ask as questions, and what follows each as its answer; short lines are topics."""
    units = list(_units(source, parts))
    asking = {
        kind: _share([u for u in units if u.kind == kind and len(u.text) < _LONGEST]) for kind in ("item", "line")
    }
    asking["bold"] = sum(unit.kind == "item" and bool(_bold(unit.text)) for unit in units) / max(1, len(units))
    found, topics = Found(), Topics()
    asked: list[tuple[_Unit, list[str], tuple[str, ...]]] = []
    for place, unit in enumerate(units):
        fresh = not asked or asked[-1][0].kind in ("heading", "title")
        if unit.kind == "heading" or (unit.kind == "title" and _heads(units[place + 1 :], asking)):
            level = (
                6 if unit.kind == "title" else len(source.lines[unit.start]) - len(source.lines[unit.start].lstrip("#"))
            )
            topics.pass_(Block("heading", unit.start, unit.end, unit.text, level))
            asked.append((unit, [], ()))
        elif _is_question(unit, asking, fresh=fresh):
            asked.append(
                (_Unit("line" if unit.kind == "title" else unit.kind, unit.start, unit.end, unit.text), [], topics())
            )
        elif not fresh:
            asked[-1][1].extend(["", *source.lines[unit.start : unit.end]])
            found.taken.append((unit.start, unit.end))
    for unit, said, topic in asked:
        found.taken.append((unit.start, unit.end))
        if unit.kind == "item":
            draft = item(source, unit.start, unit.end, topic)
        elif unit.kind == "line":
            text = source.lines[unit.start]
            draft = Draft(_plain(source, [_bold(text) or text]), source.at(unit.start), topic=topic)
        else:
            continue
        question = unnumbered(_ARROW.sub("", draft.question))
        answer = "\n\n".join(filter(None, [draft.answer, answer_of(source.text(said))]))
        found.drafts.append(replace(draft, question=question, answer=answer))
    return found


def _units(source: Source, parts: Sequence[Block]) -> Iterator[_Unit]:
    """Yield the units of a file: headings, items of lists, lines of prose, and other blocks."""
    for part in parts:
        if part.kind == "heading":
            yield _Unit("heading" if len(part.text) < _LONGEST / 2 else "line", part.start, part.end, part.text)
        elif part.kind == "list":
            for start, end in items(part):
                yield _Unit("item", start, end, _MARK.sub("", source.lines[start]))
        elif part.kind == "prose" and not part.text.startswith(("```", "~~~", "![", ">", "    ")):
            for number in range(part.start, part.end):
                text = source.lines[number].strip()
                if text.strip("\\ "):
                    title = _bold(text) or (text.rstrip("\\ ") if text.rstrip("\\ ").endswith(":") else "")
                    counted = re.match(r"\W*\d+\\?[.)]", text)
                    kind = "title" if title and not counted and _is_title(title) else "line"
                    yield _Unit(kind, number, number + 1, title if kind == "title" else text)
        else:
            yield _Unit("block", part.start, part.end, "")


def _heads(behind: Sequence[_Unit], asking: Mapping[str, float]) -> bool:
    """Return whether a short line is the title of what follows it: questions, perhaps below a further title."""
    following = next((unit for unit in behind if unit.kind != "title"), None)
    return following is not None and (following.kind == "heading" or _is_question(following, asking, fresh=True))


def _is_question(unit: _Unit, asking: Mapping[str, float], *, fresh: bool) -> bool:
    """Return whether a unit is a question.

    Args:
        unit: an item, a line or a short line that is no title.
        asking: the share of each kind that asks, and that of items in bold type.
        fresh: whether a heading is in front of it, so that it does not answer anything.
    """
    if unit.kind not in ("item", "line", "title") or len(unit.text) > 3 * _LONGEST:
        return False
    text = _shown(unit.text)
    if unit.kind == "item":
        return asks(text) or (asking["item"] >= _SHARE and (asking["bold"] < _SHARE or bool(_bold(unit.text))))
    if _bold(unit.text):
        return asks(text)
    is_short = len(text) < _LONGEST
    if re.search(r"[?？]\W*$", text):
        return is_short or fresh
    return is_short and asking["line"] >= _MOST and (asks(text) or numbered(text))


def _plain(source: Source, asked: list[str]) -> str:
    return unnumbered(source.text([_shown(asked[0].strip()).rstrip("\\ "), *asked[1:]])).strip()


def _shown(text: str) -> str:
    """Return a line without arrows in front, and with its number as it was typed."""
    return _NUMBER.sub(r"\1", _ARROW.sub("", text))


def _bold(line: str) -> str:
    """Return the text of a line in bold type; empty for another."""
    match = _BOLD.match(line.strip())
    return match["text"].strip() if match and "**" not in match["text"] else ""


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not asks(text) and bool(words(text))


def _share(units: Sequence[_Unit]) -> float:
    return sum(asks(_shown(unit.text)) for unit in units) / len(units) if units else 0.0
