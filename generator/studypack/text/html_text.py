"""The text of an HTML document by owner, for a proof to compare with the model and with a finished file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree, html

from studypack.text.formulas import formula_at
from studypack.text.runs import Held, squeezed

OF_SET: Final = "set:"
"""The prefix that documents put before the path of a file in the set."""

FOR_MATHJAX: Final = "mathjax_process"
"""The class of what MathJax reads on a card; it passes over all else."""

_SILENT: Final = {"head", "style", "script", "template", "title"}
"""Elements whose text is not displayed."""


def held_by(document: str, owner_of: Callable[[str], str | None], first: str = "") -> dict[str, Held]:
    """Return the content of a document by owner.

    An owner's part begins at an element whose id belongs to the owner, and ends where the next part begins.

    Args:
        document: HTML, a whole document or a fragment.
        owner_of: maps an id to the owner whose part begins there, to "" for a part without an owner, or to None if
            no part begins there.
        first: the owner of the document's first part.
    """
    texts: dict[str, list[str]] = {}
    pictures: dict[str, list[str]] = {}
    owner = first
    for element, text in _walk(html.fromstring(document)):
        if element is not None:
            begins = owner_of(element.get("id", "")) if element.get("id") else None
            owner = owner if begins is None else begins
            if (picture := _picture(element)) is not None:
                pictures.setdefault(owner, []).append(picture)
        texts.setdefault(owner, []).append(text)
    return {
        name: Held(squeezed("".join(parts)), tuple(pictures.get(name, ()))) for name, parts in texts.items() if name
    }


def _picture(element: Any) -> str | None:
    """Return the path of a picture, or the LaTeX of a formula as print or as a card has it."""
    if element.tag == "img":
        formula = formula_at(element.get("src", ""))
        return formula[0] if formula else str(element.get("src", "")).removeprefix(OF_SET)
    return str(element.text_content())[2:-2] if element.get("class") == FOR_MATHJAX else None


def _walk(root: Any) -> Iterator[tuple[Any | None, str]]:
    """Yield each element with the text at its start, and None with the text after its end, in document order."""
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        quiet = element.tag in _SILENT or element.get("class") == FOR_MATHJAX
        if event == "start":
            silent += quiet
            yield element, "" if silent else element.text or ""
        else:
            silent -= quiet
            yield None, "" if silent else element.tail or ""
