"""Markdown that does something else than it looks like.

Markdown has no errors: a fence that is never closed makes code of the rest, a table whose head does not fit stays a
paragraph, a reference to nothing stays in its brackets. All of it is worth a warning, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.token import Token

from studypack.checks.texts import Text
from studypack.errors import Diagnostic
from studypack.questions.fields import Kind
from studypack.questions.positions import Positions
from studypack.text.safe_html import PAIRED, REFUSED

_RULE_ROW: Final = re.compile(r"^[ >]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$|^[ >]*\|[ ]*:?-+:?[ ]*\|[ ]*$")
_REFERENCE: Final = re.compile(r"(?<![\w\]])\[[^\[\]]+\]\[([^\[\]]+)\]")
_PIPE: Final = re.compile(r"(?<!\\)\|")

_Fault = tuple[int, str, str]


def markdown_faults(text: Text, positions: Positions) -> Iterator[Diagnostic]:
    """Yield what in a text's Markdown is not what it looks like, with its line."""
    if not text.written.kind.is_markdown:
        return
    faults = [*_open_fences(text.tokens, text.content), *_tables(text.tokens, text.content), *_references(text.tokens)]
    faults += _refused_tags(text.tokens)
    if text.written.kind is Kind.TABLE and all(token.type != "table_open" for token in text.tokens):
        faults.append((0, "the table is no table", "its head and the row of hyphens need as many cells"))
    for line, what, why in sorted(set(faults)):
        where = positions.line(text.path, line, text.where)
        name = next(step for step in reversed(text.path) if isinstance(step, str))
        yield Diagnostic(where, f'{what} in "{name}"', why, "mend it, or quote it as code")


def _refused_tags(tokens: Iterable[Token]) -> Iterator[_Fault]:
    for token in tokens:
        for child in token.children or ():
            if name := child.meta.get(REFUSED):
                why = "of HTML, " + ", ".join(sorted({*PAIRED, "br", "img", "details"})) + " count, with their ends"
                yield token.map[0] if token.map else 0, f"<{name}> is shown as text", why


def _open_fences(tokens: Iterable[Token], text: str) -> Iterator[_Fault]:
    lines = text.split("\n")
    for token in tokens:
        if token.type == "fence" and token.map:
            first, end = token.map
            last = lines[end - 1].strip(" \t>") if end - 1 > first else ""
            if not (last.startswith(token.markup) and not last.strip(token.markup[0])):
                yield first, "the code fence is never closed", "all that follows becomes code"


def _tables(tokens: Iterable[Token], text: str) -> Iterator[_Fault]:
    """Yield rows of hyphens that belong to no table, and rows whose last cells are not shown."""
    lines = text.split("\n")
    inside: set[int] = set()
    for token in tokens:
        if token.map and token.type in ("table_open", "fence", "code_block"):
            inside.update(range(*token.map))
        if token.map and token.type == "table_open":
            head = _cells(lines[token.map[0]])
            for number in range(token.map[0] + 2, min(token.map[1], len(lines))):
                if (cells := _cells(lines[number])) > head:
                    yield number, "the table's row has cells that nobody sees", f"it has {cells}, the head {head}"
    for number, line in enumerate(lines):
        if number not in inside and "|" in line and _RULE_ROW.match(line):
            yield number, "a row of hyphens makes no table", "the line above it has another number of cells"


def _cells(line: str) -> int:
    row = line.strip(" \t>").removeprefix("|")
    return len(_PIPE.findall(row if not row.endswith("|") or row.endswith("\\|") else row[:-1])) + 1


def _references(tokens: Iterable[Token]) -> Iterator[_Fault]:
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        line, words = token.map[0], ""
        for child in token.children or ():
            words += {"text": child.content, "softbreak": "\n", "hardbreak": "\n"}.get(child.type, "\0")
        for match in _REFERENCE.finditer(words):
            at = line + words.count("\n", 0, match.start())
            yield at, f"the link refers to [{match[1]}]", "there is no such reference in this text"
