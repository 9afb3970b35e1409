"""A Markdown file as a flat list of blocks with their lines: headings, lists, tables, `<details>`, and prose."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from markdown_it.token import Token

from studypack.importers.markdown_text import fenced
from studypack.text.markdown import tokens

_UP: Final = re.compile(r"^\s*\[\[?[^\w\]]*\]?\]\([^)]*\)\s*")
"""A link in front of a heading whose text is only a sign: it leads back to the top."""
_OPEN: Final = re.compile(r"<details\b[^>]*>", re.IGNORECASE)
_CLOSE: Final = re.compile(r"</details\s*>", re.IGNORECASE)
_SUMMARY: Final = re.compile(r"<summary[^>]*>(.*?)</summary\s*>", re.IGNORECASE | re.DOTALL)
_NUMBERED_HEADING: Final = re.compile(r"^\s{0,4}(?:\d+[.)]|[-*+])\s+(#{1,6})\s+(\S.*)$")
_FURNITURE: Final = re.compile(r"</?(?:br|b|strong|p|div|center|h[1-6])\s*/?>|\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block of a file.

    Attributes:
        kind: `heading`, `list`, `table`, `details` or `prose`.
        start, end: its lines, from 0; `end` is not included.
        text: of a heading or a summary.
        level: of a heading.
        tokens: of a list or a table.
        body: the lines of a `<details>`, without its summary.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    level: int = 0
    tokens: tuple[Token, ...] = ()
    body: tuple[str, ...] = ()


def blocks(lines: list[str]) -> list[Block]:
    """Return the blocks of a file in the order of their lines."""
    found, masked = _details(lines)
    numbered = [
        (number, match)
        for number, (line, inside) in enumerate(fenced(masked))
        if not inside and (match := _NUMBERED_HEADING.match(line))
    ]
    usual = Counter(len(match[1]) for _, match in numbered).most_common(1)
    for number, match in numbered:  # items of one list: a deeper heading among them is a slip
        level = min(len(match[1]), usual[0][0])
        found.append(Block("heading", number, number + 1, _UP.sub("", match[2]).strip(" #"), level))
        masked[number] = ""
    first = numbered[0][0] if numbered else len(lines)
    for block in _top_level(masked):
        within = block.kind == "heading" and block.start > first and lines[block.start][:2].isspace()
        found.append(replace(block, level=max(block.level, usual[0][0] + 1)) if within else block)  # of an item
    return sorted(found, key=lambda block: block.start)


def _top_level(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    stream = tokens("\n".join(lines))
    place = 0
    while place < len(stream):
        token = stream[place]
        end = _closing(stream, place)
        if token.map is not None:
            first, last = token.map
            inner = tuple(stream[place : end + 1])
            if token.type == "heading_open":
                found.append(
                    Block("heading", first, last, _UP.sub("", stream[place + 1].content).strip(), int(token.tag[1]))
                )
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                found.append(Block("list", first, last, tokens=inner))
            elif token.type == "table_open":
                found.append(Block("table", first, last, tokens=inner))
            elif token.type != "hr":
                found.append(Block("prose", first, last, "\n".join(lines[first:last])))
        place = end + 1
    return found


def _closing(stream: list[Token], place: int) -> int:
    """Return the place of the token that closes a block; its own where nothing does."""
    if stream[place].nesting != 1:
        return place
    level = stream[place].level
    return next(n for n in range(place + 1, len(stream)) if stream[n].nesting == -1 and stream[n].level == level)


def items(block: Block) -> list[tuple[int, int]]:
    """Return the lines of each item of a list: start, and end that is not included."""
    return [(t.map[0], t.map[1]) for t in block.tokens if t.type == "list_item_open" and t.level == 1 and t.map]


def rows(block: Block) -> list[tuple[int, list[str]]]:
    """Return each row of a table: its line, and the Markdown of its cells; the head first."""
    found: list[tuple[int, list[str]]] = []
    for token in block.tokens:
        if token.type == "tr_open":
            found.append((token.map[0] if token.map else block.start, []))
        elif token.type == "inline" and found:
            found[-1][1].append(token.content.strip())
    return found


def _details(lines: list[str]) -> tuple[list[Block], list[str]]:
    """Return the outermost `<details>`, and the lines with empty ones in their places."""
    found: list[Block] = []
    masked = list(lines)
    start = depth = 0
    for number, (line, inside) in enumerate(fenced(lines)):
        if inside:
            continue
        for mark in re.findall(r"</?details\b", line, re.IGNORECASE):
            if mark[1] != "/":
                start = start if depth else number
                depth += 1
            elif depth:
                depth -= 1
                if depth == 0:
                    found.append(_one(lines, start, number + 1))
                    masked[start : number + 1] = [""] * (number + 1 - start)
    return found, masked


def _one(lines: list[str], start: int, end: int) -> Block:
    text = "\n".join(lines[start:end])
    inner = (
        _CLOSE.sub("", _OPEN.sub("", text, count=1)[::1])
        if text.lower().count("</details") == 1
        else text[_first_end(text) : text.lower().rindex("</details")]
    )
    summary = _SUMMARY.search(inner)
    body = inner[summary.end() :] if summary else inner
    return Block(
        "details", start, end, summary[1].strip("\n") if summary else "", body=tuple(_unwrapped(body).split("\n"))
    )


def _first_end(text: str) -> int:
    match = _OPEN.search(text)
    return match.end() if match else 0


def _unwrapped(body: str) -> str:
    """Return a body without the marks of bold type around all of it."""
    before = re.match(r"(?:\s*<br\s*/?>)*\s*<(b|strong|p|div)>", body, re.IGNORECASE)
    after = re.search(r"</(b|strong|p|div)>\s*$", body, re.IGNORECASE)
    if before and after and before[1].lower() == after[1].lower():
        body = body[before.end() : after.start()]
    return body if _FURNITURE.sub("", body) else ""
