"""The runs of a Markdown text, which a document that shows the text must contain in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from urllib.parse import unquote

if TYPE_CHECKING:
    from markdown_it.token import Token

Kind = Literal["text", "code", "picture", "formula"]

_WORDS: Final = {"text", "text_special", "html_text", "code_inline"}
_BREAKS: Final = {"softbreak", "hardbreak"}
_INSIDE: Final = {"html_inline"}
"""Inline tags change the appearance of words, not the words."""


class Run(NamedTuple):
    """An uninterrupted piece of a text: the words of a paragraph, item or cell, a line of code, a picture, a formula.

    Attributes:
        kind: `text`, `code`, `picture` or `formula`.
        content: the characters of text or code, the picture's address, or the formula's LaTeX.
    """

    kind: Kind
    content: str


class Held(NamedTuple):
    """The content of one owner in a document.

    Attributes:
        text: all characters in document order, without white space.
        pictures: the addresses of the pictures and the LaTeX of the formulas in document order.
    """

    text: str
    pictures: tuple[str, ...] = ()


def squeezed(text: str) -> str:
    """Return a text without white space, which depends on a document's template."""
    return "".join(text.split())


def runs(tokens: Iterable[Token]) -> Iterator[Run]:
    """Yield the runs of a parsed text in order, except empty ones."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield from code_runs(token.content)
        elif token.type == "math_block":
            yield Run("formula", token.content)
        elif token.type == "inline":
            yield from (run for run in _inline(token.children or ()) if run.content.strip())


def is_remote(address: str) -> bool:
    """Return whether a picture's address lies outside the set; such pictures are never fetched."""
    return re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE) is not None


def _picture(image: Token) -> Iterator[Run]:
    """Yield a picture of the set, or the text that replaces a remote picture."""
    address = unquote(str(image.attrs.get("src", "")))
    if is_remote(address):
        yield Run("text", "".join(child.content for child in image.children or ()) or address)
    elif address:
        yield Run("picture", address)


def code_runs(source: str) -> Iterator[Run]:
    """Yield a run for each line of code that is not blank."""
    yield from (Run("code", line) for line in source.splitlines() if line.strip())


def _inline(children: Sequence[Token]) -> Iterator[Run]:
    words = ""
    for child in children:
        if child.type in _WORDS:
            words += child.content
        elif child.type in _BREAKS:
            words += " "
        elif not child.nesting and child.type not in _INSIDE:
            yield Run("text", words)
            words = ""
            if child.type == "image":
                yield from _picture(child)
            elif child.type.startswith("math_inline"):
                yield Run("formula", child.content)
    yield Run("text", words)
