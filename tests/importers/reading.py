"""Foreign files of a few lines, read by the importer that is found for them."""

from __future__ import annotations

from studypack import importers
from studypack.importers.draft import Draft, Reading, Wishes


def read(name: str, content: str | bytes, wishes: Wishes | None = None) -> Reading:
    """Return what a file of that name and content gives."""
    raw = content.encode() if isinstance(content, str) else content
    return importers.guess(name, raw).read(name, raw, wishes or Wishes())


def pairs(reading: Reading) -> list[tuple[str, str]]:
    """Return questions and answers."""
    return [(draft.question, draft.answer) for draft in reading.drafts]


def only(reading: Reading) -> Draft:
    """Return the one question."""
    (draft,) = reading.drafts
    return draft
