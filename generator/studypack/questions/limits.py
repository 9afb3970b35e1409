"""Limits of an author's texts, which keep them printable: length, nesting, and columns of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markdown_it.token import Token

from studypack.questions.fields import Path, written_at
from studypack.questions.model import SingleFile
from studypack.questions.yaml_source import YamlSource
from studypack.text.markdown import tokens

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

_CONTAINERS: Final = {"bullet_list_open", "ordered_list_open", "blockquote_open"}
_MAY_NEST: Final = re.compile(rf"^[ >*+\-\d.)]{{{MAX_LEVELS + 1},}}", re.MULTILINE)
"""Each level puts one character at least in front of the innermost text."""


def refuse_unprintable(sources: Iterable[YamlSource]) -> None:
    """Note in its source each text that is too long, or nested too deeply."""
    for source in sources:
        for path, text in source.texts():
            written = written_at(SingleFile, path)
            limit = MAX_TEXT if written and written.kind.is_block else MAX_LINE
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


def _name(path: Path) -> str:
    """Return the key that a text belongs to; for an item of a list the list's."""
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
    """Return the columns of the widest table, if it has too many; 0 if not."""
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
