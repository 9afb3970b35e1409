"""The lines of the pieces of a parsed text, for messages."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it.token import Token


def with_lines(token: Token) -> Iterator[tuple[Token, int]]:
    """Yield the children of a token, and the number of the line on which each begins, from 0."""
    line = token.map[0] if token.map else 0
    for child in token.children or ():
        yield child, line
        line += child.type.endswith("break") or (child.content.count("\n") if child.type.startswith("math") else 0)
