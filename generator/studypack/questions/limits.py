"""Limits that keep an author's texts printable: length, nesting, and the number of columns in a table."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markdown_it.token import Token

from studypack.questions.fields import Kind, Path, written_at
from studypack.questions.model import SingleFile
from studypack.questions.yaml_source import YamlSource
from studypack.text.markdown import tokens

MAX_TEXT: Final = 100_000
"""The maximum length of a text in characters, about 30 pages: some texts take more than linear time to parse."""
MAX_LINE: Final = 2_000
"""The maximum length in characters of a title, question or key point; columns of longer ones take long to typeset."""
MAX_COLUMNS: Final = 20
"""The maximum number of columns in a table; the handbook's text is 126 mm wide."""
MAX_LEVELS: Final = 8
"""The maximum depth of nested lists and quotations; the Markdown parser drops anything deeper than nine lists."""
MAX_MARKS: Final = 40
"""The maximum depth of nested emphasis; at about 200 levels, the typesetter's stack overflows."""

_CONTAINERS: Final = {"bullet_list_open", "ordered_list_open", "blockquote_open"}
_MAY_NEST: Final = re.compile(rf"^[ >*+\-\d.)]{{{MAX_LEVELS + 1},}}", re.MULTILINE)
"""Each level adds at least one character in front of the innermost text."""


def refuse_unprintable(source: YamlSource) -> None:
    """Note each text that is too long, too deeply nested or too wide as a problem of its source."""
    for path, text in source.texts():
        written = written_at(SingleFile, path)
        limit = MAX_TEXT if written and written.kind.is_block else MAX_LINE
        if len(text) > limit:
            what = f'"{_name(path)}" has {len(text)} characters'
            source.complain(source.value(path), what, f"the limit is {limit}", "split it")
        elif _too_deep(text):
            what = f'"{_name(path)}" is nested too deeply'
            why = f"at most {MAX_LEVELS} levels of lists and quotations, and {MAX_MARKS} of emphasis, are allowed"
            source.complain(source.value(path), what, why, "flatten it")
        elif written and written.kind is Kind.TABLE and all(t.type != "table_open" for t in tokens(text)):
            what = f'"{_name(path)}" is not a table'
            why = "a table in Markdown has a header, then a row of hyphens with as many cells: | a | b |, |---|---|"
            source.complain(source.value(path), what, why, "write these two rows")
        elif columns := _too_many_columns(text):
            what = f'a table in "{_name(path)}" has {columns} columns'
            source.complain(source.value(path), what, f"the limit is {MAX_COLUMNS}", "transpose it, or split it")


def _name(path: Path) -> str:
    """Return the key of a text, or for an item of a list, the key of the list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "text")


def _too_deep(text: str) -> bool:
    marks = text.count("*") + text.count("_")
    if marks <= 2 * MAX_MARKS and not _MAY_NEST.search(text.expandtabs(4)):
        return False
    depth = 0
    for token in tokens(text):
        depth += token.nesting if token.type.replace("_close", "_open") in _CONTAINERS else 0
        if depth > MAX_LEVELS or _marks(token.children or ()) > MAX_MARKS:
            return True
    return False


def _too_many_columns(text: str) -> int:
    """Return the number of columns of the widest table if it has too many; otherwise 0."""
    if not any(line.count("|") >= MAX_COLUMNS - 1 for line in text.split("\n")):
        return 0
    columns = widest = 0
    for token in tokens(text):
        columns = 0 if token.type == "table_open" else columns + (token.type == "th_open")
        widest = max(widest, columns)
    return widest if widest > MAX_COLUMNS else 0


def _marks(children: Iterable[Token]) -> int:
    depth = deepest = 0
    for child in children:
        depth += child.nesting
        deepest = max(deepest, depth)
    return deepest
