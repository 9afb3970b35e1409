"""What lies within an author's texts: limits that keep them printable, and Markdown that does other than it looks.

Markdown has no errors: a fence that is never closed makes code of the rest, a table whose head does not fit stays a
paragraph, a reference to nothing stays in its brackets. All of it is worth a warning, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from studypack.errors import Diagnostic
from studypack.questions.yaml_source import Path, YamlSource

MAX_TEXT: Final = 100_000
"""Characters of one text: some 30 pages. Readers of Markdown take more than linear time for some texts."""
MAX_LINE: Final = 2_000
"""Characters of what is one line: a title, a question, a key point. Columns of such lines take the typesetter long."""
MAX_COLUMNS: Final = 20
"""Columns of a table: the handbook's text is 126 mm wide."""
MAX_LEVELS: Final = 8
"""Lists and quotations within each other. The reader of Markdown drops what is nested deeper than nine lists."""
MAX_MARKS: Final = 40
"""Emphasis within emphasis: the typesetter's stack ends at some 200."""

_BLOCKS: Final = {
    "answer", "guidance", "table", "summary", "introduction", "closing", "front", "back", "cloze",
}  # fmt: skip  # the keys whose texts are blocks of Markdown, docs/authoring.md
_CONTAINERS: Final = {"bullet_list_open", "ordered_list_open", "blockquote_open"}
_MAY_NEST: Final = re.compile(rf"^[ >*+\-\d.)]{{{MAX_LEVELS + 1},}}", re.MULTILINE)
"""Each level puts one character at least in front of the innermost text."""
_RULE_ROW: Final = re.compile(r"^[ >]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$|^[ >]*\|[ ]*:?-+:?[ ]*\|[ ]*$")
_REFERENCE: Final = re.compile(r"(?<![\w\]])\[[^\[\]]+\]\[([^\[\]]+)\]")
_PIPE: Final = re.compile(r"(?<!\\)\|")


def refuse_unprintable(sources: Iterable[YamlSource]) -> None:
    """Note in its source each text that is too long, or nested too deeply."""
    for source in sources:
        for path, text in _texts(source.data):
            limit = MAX_TEXT if _name(path) in _BLOCKS else MAX_LINE
            if len(text) > limit:
                what = f'"{_name(path)}" has {len(text)} characters'
                source.complain(source.value(path), what, f"the limit is {limit}", "split it")
            elif _too_deep(text):
                what = f'"{_name(path)}" is nested too deeply'
                why = f"at most {MAX_LEVELS} lists or quotations, and {MAX_MARKS} emphases, fit within each other"
                source.complain(source.value(path), what, why, "flatten it")
            elif columns := _too_many_columns(text):
                what = f'a table in "{_name(path)}" has {columns} columns'
                source.complain(source.value(path), what, f"the limit is {MAX_COLUMNS}", "turn it, or split it")


def markdown_faults(source: YamlSource) -> Iterator[Diagnostic]:
    """Yield what in a file's Markdown does other than it looks, with its line."""
    for path, text in _texts(source.data):
        if _name(path) not in _BLOCKS or not re.search(r"```|~~~|\]\[|-\s*\||\|\s*:?-", text):
            continue
        tokens = _parser().parse(text)
        faults = [*_open_fences(tokens, text), *_tables(tokens, text), *_references(tokens)]
        if path[-1] == "table" and all(token.type != "table_open" for token in tokens):
            faults.append((0, "the table is no table", "its head and the row of hyphens need as many cells"))
        for line, what, why in sorted(set(faults)):
            yield Diagnostic(source.line(path, line), f'{what} in "{_name(path)}"', why, "mend it, or quote it as code")


def _texts(data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, (dict, list)):
        for step, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _texts(item, (*path, step))


def _name(path: Path) -> str:
    """Return the key that a text belongs to; for an item of a list the list's."""
    return next((step for step in reversed(path) if isinstance(step, str)), "text")


@cache
def _parser() -> MarkdownIt:
    """Return a reader of the same Markdown as `studypack.text.markdown`, which goes as deep as there are levels."""
    options = {"html": False, "maxNesting": 4 * MAX_LEVELS}
    return MarkdownIt("commonmark", options).enable("table").disable(["image", "html_block", "html_inline"])


def _too_deep(text: str) -> bool:
    marks = text.count("*") + text.count("_")
    if marks <= 2 * MAX_MARKS and not _MAY_NEST.search(text.expandtabs(4)):
        return False
    depth = 0
    for token in _parser().parse(text):
        depth += token.nesting if token.type.replace("_close", "_open") in _CONTAINERS else 0
        if depth > MAX_LEVELS or _marks(token.children or ()) > MAX_MARKS:
            return True
    return False


def _too_many_columns(text: str) -> int:
    """Return the columns of the widest table, if it has too many; 0 if not."""
    if not any(line.count("|") >= MAX_COLUMNS - 1 for line in text.split("\n")):
        return 0
    columns = widest = 0
    for token in _parser().parse(text):
        columns = 0 if token.type == "table_open" else columns + (token.type == "th_open")
        widest = max(widest, columns)
    return widest if widest > MAX_COLUMNS else 0


def _marks(children: Iterable[Token]) -> int:
    depth = deepest = 0
    for child in children:
        depth += child.nesting
        deepest = max(deepest, depth)
    return deepest


_Fault = tuple[int, str, str]


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
