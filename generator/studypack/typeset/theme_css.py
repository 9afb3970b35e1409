"""Check that a theme's style sheets refer only to the theme's own files."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, Final

import tinycss2

from studypack.errors import Diagnostic, Location

MAX_CHARACTERS: Final = 1_000_000
"""The maximum length of a style sheet."""

_FETCHING: Final = {"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "element"}
"""Functions whose string arguments are addresses (CSS Values 4, 4.5; CSS Images 4)."""


def css_faults(css: str, file: str, own: Container[str]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each address in a style sheet that is not a file of the theme.

    Args:
        css: the style sheet.
        file: its name in diagnostics.
        own: the addresses of the theme's files, such as `theme:x.ttf`.
    """
    if len(css) > MAX_CHARACTERS:
        what, why = f"the style sheet has {len(css)} characters", f"the limit is {MAX_CHARACTERS}"
        yield Diagnostic(Location(file), what, why, "make it smaller")
        return
    for token, address in _addresses(tinycss2.parse_component_value_list(css)):
        where = Location(file, token.source_line, token.source_column)
        if address is None:
            remedy = "write the rules into theme.css"
            yield Diagnostic(where, "the style sheet imports another one", "@import is not supported", remedy)
        elif not address.startswith("#") and address not in own:
            what, why = f'the address "{address[:200]}" is not a file of the theme', "nothing else is read or fetched"
            yield Diagnostic(where, what, why, "copy the file into the theme, and write url(theme:…)")


def _addresses(tokens: Iterable[Any]) -> Iterator[tuple[Any, str | None]]:
    """Yield each token that is an address together with the address, or with None for an import."""
    waiting = [(token, False) for token in tokens]
    waiting.reverse()
    while waiting:
        token, fetching = waiting.pop()
        if token.type == "url" or (fetching and token.type == "string"):
            yield token, token.value
        elif token.type == "at-keyword" and token.lower_value == "import":
            yield token, None
        inner = getattr(token, "content", None) or getattr(token, "arguments", None) or ()
        fetches = fetching or (token.type == "function" and token.lower_name in _FETCHING)
        waiting += [(child, fetches) for child in reversed(inner)]
