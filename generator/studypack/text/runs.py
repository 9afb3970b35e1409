"""The runs of a Markdown text: what a document that shows the text must contain, in this order."""

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
"""Tags inside a line: they change how words look, not what they are."""


class Run(NamedTuple):
    """A piece of a text that nothing interrupts: the words of a paragraph, item or cell, a line of code, a picture.

    Attributes:
        kind: `text` and `code` are characters, `picture` is an address, `formula` is LaTeX.
        content: the characters, the address or the LaTeX.
    """

    kind: Kind
    content: str


class Held(NamedTuple):
    """What a document holds of one owner.

    Attributes:
        text: all its characters in document order, without white space.
        pictures: the addresses of its pictures, in document order.
    """

    text: str
    pictures: tuple[str, ...] = ()


def squeezed(text: str) -> str:
    """Return a text without white space: where a document has any is the template's matter."""
    return "".join(text.split())


def runs(tokens: Iterable[Token]) -> Iterator[Run]:
    """Yield the runs of a text that was parsed, in their order; empty ones are left out."""
    for token in tokens:
        if token.type in ("fence", "code_block"):
            yield from code_runs(token.content)
        elif token.type == "math_block":
            yield Run("formula", token.content)
        elif token.type == "inline":
            yield from (run for run in _inline(token.children or ()) if run.content.strip())


def is_remote(address: str) -> bool:
    """Return whether a picture's address leads out of the set: nothing is fetched."""
    return re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE) is not None


def _picture(image: Token) -> Iterator[Run]:
    """Yield a picture of the set; of one that is elsewhere, the words that stand for it."""
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
