"""The files that the texts and exhibits of a set show."""

from __future__ import annotations

from pydantic import BaseModel

from studypack.questions.fields import Kind, leaves
from studypack.text.markdown import pictures_in


def files_of(model: BaseModel) -> set[str]:
    """Return the paths in the set of the figures, listings and pictures that a question or a header shows."""
    found: set[str] = set()
    for leaf in leaves(model):
        if leaf.written.kind in (Kind.FIGURE, Kind.LISTING):
            found.add(leaf.text)
        elif leaf.written.kind.is_markdown:
            found.update(pictures_in(leaf.text))
    return found
