"""What YAML makes of the lines and backslashes of a text, where its author will have meant something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

_BLOCK: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+\S|```|~~~|\||#{1,6} |> ")
"""What begins a block of Markdown: items, fences, rows, headings and quotations."""
_ESCAPE: Final = re.compile(
    r"\\(?:\\|(?P<name>t(?:heta|imes|ext\w*|au|anh?|o|op|riangle|ilde|frac)|r(?:ho|ight\w*|angle|ceil|floor)"
    r"|n(?:u|eq?|abla|eg|otin|exists|mid|leq|geq|earrow)|L(?:ambda|eftarrow|ongrightarrow)|P(?:hi|i|si|r))(?![A-Za-z]))"
)
"""Commands of LaTeX that begin as one of YAML's escapes that give a character which a text may have."""
_FORMULA: Final = re.compile(r"\$|\\\\[(\[]")
_QUOTES: Final = ("'", '"')


class Doubt(NamedTuple):
    """What may not be meant.

    Attributes:
        line: of the file, from 0.
        column: from 0.
        what: what YAML does.
        why: the reason.
        remedy: what to write instead.
    """

    line: int
    column: int
    what: str
    why: str
    remedy: str


def text_doubts(node: Any, lines: Sequence[str]) -> Iterator[Doubt]:
    """Yield at most one doubt about the lines of a text, and one about its backslashes.

    Args:
        node: the text, as PyYAML's event.
        lines: those of the file.
    """
    start, end = node.start_mark, node.end_mark
    if node.style != "|" and end.line > start.line:
        below = "" if end.line >= len(lines) else lines[end.line][: end.column - (node.style in _QUOTES)]
        yield from _joined(node, [*lines[start.line + 1 : end.line], below])
    if node.style == '"' and "\\" in (raw := _raw(lines, start, end)) and _FORMULA.search(raw):
        for found in _ESCAPE.finditer(raw):
            if found["name"]:
                line = start.line + raw.count("\n", 0, found.start())
                column = found.start() - raw.rfind("\n", 0, found.start()) - 1
                column += start.column if line == start.line else 0
                why = f'"\\{found["name"][0]}" is a character of its own between double quotation marks'
                what = f'"\\{found["name"]}" loses its beginning'
                yield Doubt(line, column, what, why, "put the text in single quotation marks, or below a `|`")
                return


def _joined(node: Any, lines: Sequence[str]) -> Iterator[Doubt]:
    for number, line in enumerate(lines, node.start_mark.line + 1):
        words = line.strip()
        if _BLOCK.match(words) and re.search(rf"\S {re.escape(words)}(?!\S)", node.value):
            why = "without a `|` the lines of a text are joined"
            remedy = "write `|` behind the colon, and the text below it"
            yield Doubt(number, len(line) - len(line.lstrip()), f'"{words[:40]}" goes on the line above', why, remedy)
            return


def _raw(lines: Sequence[str], start: Any, end: Any) -> str:
    """Return the text between two marks as it is in the file; YAML may count more lines, such as those after U+2028."""
    found = [*lines[start.line : end.line + 1]]
    if len(found) != end.line - start.line + 1:
        return ""
    found[-1] = found[-1][: end.column]
    found[0] = found[0][start.column :]
    return "\n".join(found)
