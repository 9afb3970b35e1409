"""The words of an HTML document by owner: what a proof compares with the model and with a finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree, html

from studypack.text.runs import Held, squeezed

OF_SET: Final = "set:"
"""What documents put before the path of a file of the set."""

_SILENT: Final = {"head", "style", "script", "template", "title"}
"""Elements whose text nobody sees."""


def held_by(document: str, owner_of: Callable[[str], str | None], first: str = "") -> dict[str, Held]:
    """Return what a document holds, by owner.

    An element whose id has an owner begins that owner's part, which ends where another one's begins.

    Args:
        document: HTML, a whole document or a fragment.
        owner_of: returns whose part begins at an id: the owner's name, "" for nobody's, None where nothing begins.
        first: whose part the document begins with.
    """
    texts: dict[str, list[str]] = {}
    pictures: dict[str, list[str]] = {}
    owner = first
    for element, text in _walk(html.fromstring(document)):
        if element is not None:
            begins = owner_of(element.get("id", "")) if element.get("id") else None
            owner = owner if begins is None else begins
            if element.tag == "img":
                pictures.setdefault(owner, []).append(element.get("src", "").removeprefix(OF_SET))
        texts.setdefault(owner, []).append(text)
    return {
        name: Held(squeezed("".join(parts)), tuple(pictures.get(name, ()))) for name, parts in texts.items() if name
    }


def _walk(root: Any) -> Iterator[tuple[Any | None, str]]:
    """Yield each element with the text at its beginning, and None with the text behind its end, in document order."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        quiet = element.tag in _SILENT
        if event == "start":
            silent += quiet
            yield element, "" if silent else element.text or ""
        else:
            silent -= quiet
            yield None, "" if silent else element.tail or ""
