"""The lines of a text that is not valid YAML, and a fault in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

LINE: Final = re.compile(r"""(?P<lead>\s*(?:-\s+)*)(?:(?P<key>[\w.-]+|"[^"]*"|'[^']*')\s*:(?:\s+|$))?(?P<value>.*)""")
"""Indentation and dashes, a key if there is one, and the value."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a YAML text.

    Attributes:
        line: counted from 1, like `column`.
        what: what is wrong; `what`, `why` and `remedy` are those of a diagnostic.
        repaired: the whole text as it was probably meant; None if that cannot be determined.
        sure: whether the repaired text is certainly what the author meant, so that it can be checked further.
    """

    line: int
    column: int
    what: str
    why: str
    remedy: str
    repaired: str | None = None
    sure: bool = False


class Lines:
    """The lines of a text that is not valid YAML, numbered from 0."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def parts(self, number: int) -> tuple[str, str, str]:
        """Return three parts of a line: everything before the value, the key, and the value."""
        found = LINE.fullmatch(self.lines[number])
        if found is None:
            return "", "", self.lines[number]
        return self.lines[number][: found.start("value")], found["key"] or "", found["value"]

    def indent(self, number: int) -> int:
        """Return the number of spaces at the beginning of a line."""
        return len(self.lines[number]) - len(self.lines[number].lstrip(" "))

    def column(self, number: int) -> int:
        """Return the number of characters before a line's key, or before its dash if it has no key."""
        before, key, _ = self.parts(number)
        return before.index(key) if key else self.indent(number)

    def owner(self, number: int) -> int:
        """Return the line whose value a line continues: the line itself if it has a key or begins an item."""
        indent = self.indent(number)
        for at in range(number - 1, -1, -1):
            if self.lines[at].strip() and self.column(at) <= indent:
                before, key, value = self.parts(at)
                goes_on = self.column(at) < indent and (key or "-" in before) and value[:1] not in ("", "|", ">")
                return at if goes_on else number
        return number

    def with_line(self, number: int, line: str) -> str:
        """Return the text with one line replaced."""
        return "\n".join([*self.lines[:number], line, *self.lines[number + 1 :]])

    def quoted(self, number: int) -> str:
        """Return the text with the value of a line, including its continuation lines, in single quotes."""
        before, _, value = self.parts(number)
        own, last = self.column(number), number
        for at in range(number + 1, len(self.lines)):
            if self.lines[at].strip() and self.indent(at) <= own:
                break
            last = at if self.lines[at].strip() else last
        block = "\n".join([value, *self.lines[number + 1 : last + 1]]).replace("'", "''").rstrip()
        return "\n".join([*self.lines[:number], f"{before}'{block}'", *self.lines[last + 1 :]])
