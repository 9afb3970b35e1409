"""Check for links that cannot be followed from a printed page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from studypack.checks.texts import Text
from studypack.errors import Diagnostic, suggestion

_REFUSED: Final = re.compile(r"\[([^\[\]]*)\]\(\s*((?:javascript|vbscript|file|data):[^)\s]*)", re.IGNORECASE)
"""A link that the Markdown parser refuses and leaves as text."""


def dead_links(text: Text, ids: list[str], owner: str) -> Iterator[Diagnostic]:
    """Yield a warning for each link in a text that leads nowhere.

    Args:
        text: a text of the set.
        ids: the ids of questions and terms to which links may lead.
        owner: the owner of these ids in messages: `set` or `selection`.
    """
    for token in text.tokens:
        children = token.children or []
        for number, child in enumerate(children):
            found = [(match[1], match[2]) for match in _REFUSED.finditer(child.content)] if child.type == "text" else []
            if child.type == "link_open":
                end = next(n for n in range(number, len(children)) if children[n].type == "link_close")
                label = "".join(c.content for c in children[number:end])
                found = [(label, str(child.attrs.get("href", "")))]
            for label, address in found:
                if (fault := _fault(address, ids, owner)) is not None:
                    what, why, remedy = fault
                    yield Diagnostic(text.where, f'the link "{label}" in {text.name} {what}', why, remedy)


def _fault(address: str, ids: list[str], owner: str) -> tuple[str, str, str] | None:
    if address in ("", "#", "mailto:"):
        return "has no address", "it leads nowhere", "write its address between the parentheses"
    if address.startswith("#"):
        word = unquote(address[1:])
        remedy = suggestion(word, ids) or "write the id of a question or a term"
        why = f"the {owner} has no such question or term"
        return None if word in ids else (f"leads to {address}", why, remedy)
    if re.match(r"https?://[^/]|mailto:", address, re.IGNORECASE):
        return None
    why = "only web addresses, mailto: and #id-of-a-question are supported"
    return f"leads to {address}", why, "write the whole address, or delete the link"
