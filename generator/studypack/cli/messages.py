"""Diagnostics in the format of a compiler: what is wrong, the line with carets under it, why, and the remedy.

error: unknown topic "databses"
  --> law.yaml:12:12
   |
12 |     topic: databses
   |            ^^^^^^^^ this set has: databases, contracts
   = help: did you mean "databases"?
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import click

from studypack.errors import Diagnostic, Location, visible

WIDEST: Final = 100
"""The most columns shown of a source line; a longer line is cut around the relevant place."""
LARGEST: Final = 10_000_000
"""The maximum size of a file whose lines are shown, in bytes."""
MOST_LINES: Final = 500_000
"""The maximum number of its lines; each takes some 60 bytes of memory."""
TAB: Final = 4
"""The number of columns that a tab takes up in a message."""

_COLOURS: Final = {"error": "red", "warning": "yellow"}
_QUOTED: Final = re.compile(r'"([^"\n]+)"')


def show(diagnostics: Iterable[Diagnostic], kind: str) -> None:
    """Print diagnostics to stderr.

    Args:
        diagnostics: in reading order.
        kind: `error` or `warning`.
    """
    lines = SourceLines()
    for diagnostic in diagnostics:
        head, *rest = lines_of(diagnostic, lines)
        click.echo("\n".join([f"{click.style(kind, fg=_COLOURS[kind])}: {head}", *rest]), err=True)


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return diagnostics as values for JSON."""
    return [
        {**(d.where._asdict() if d.where else {}), "what": d.what, "why": d.why, "remedy": d.remedy}
        for d in diagnostics
    ]


def lines_of(diagnostic: Diagnostic, source: Callable[[Location], str | None]) -> Iterator[str]:
    """Yield the lines of a message, without the word `error` before the first.

    Args:
        diagnostic: the diagnostic to show.
        source: returns the line at a location, without its line ending; None if it cannot be shown.
    """
    where = diagnostic.where
    yield visible(diagnostic.what)
    line = source(where) if where else None
    margin = " " * len(str(where.line)) if where else " "
    if where:
        yield f"{margin}--> {visible(str(where))}"
    why = diagnostic.why
    if where and line is not None and line.strip():
        text, start, width = _excerpt(line, where.column, diagnostic.what)
        yield f"{margin} |"
        yield f"{where.line} | {text}"
        yield f"{margin} | {' ' * start}{'^' * width} {visible(why)}".rstrip()
        why = ""
    if why:
        yield f"{margin} = note: {visible(why)}"
    if diagnostic.remedy:
        yield f"{margin} = help: {visible(diagnostic.remedy)}"


class SourceLines:
    """The lines of the files that messages refer to; each file is read once."""

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def __call__(self, where: Location) -> str | None:
        """Return the line at a location; None if the file cannot be shown."""
        if where.file not in self._files:
            self._files[where.file] = _read(Path(where.file))
        lines = self._files[where.file]
        return lines[where.line - 1] if 0 < where.line <= len(lines) else None


def _read(path: Path) -> list[str]:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST:  # reading from a pipe with that name would block
            return []
        text = path.read_text("utf-8-sig")
        return re.split(r"\r\n|\r|\n", text) if text.count("\n") <= MOST_LINES else []
    except (OSError, ValueError):
        return []


def _excerpt(line: str, column: int, what: str) -> tuple[str, int, int]:
    """Return the text to show, the column at which the carets begin, and how many there are."""
    at = min(column - 1, len(line))
    found = line.find(quoted[0], at) if (quoted := _QUOTED.findall(what)) else -1
    at = max(at, found)  # often only the line or the beginning of its text is known
    length = _length(line[at:], what)
    first = max(0, min(at - WIDEST // 3, len(line) - WIDEST))
    cut = line[first : first + WIDEST].rstrip()
    before = "…" if first else ""
    text = before + cut + ("…" if first + WIDEST < len(line) else "")
    start = len(before) + len(cut[: at - first].expandtabs(TAB))
    return visible(text.expandtabs(TAB)), start, max(1, min(length, WIDEST - (at - first)))


def _length(rest: str, what: str) -> int:
    """Return the number of characters to mark: those of the quoted word, or of the word that begins there."""
    for quoted in _QUOTED.findall(what):
        if rest.startswith(quoted):
            return len(quoted)
        if rest[:1] in "'\"" and rest[1:].startswith(quoted):
            return len(quoted) + 2
    word = re.match(r"[^\s:,\[\]{}]+", rest)
    return len(word[0]) if word else 1
