"""Importers: one module here and one name in this registry for each foreign format."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import PurePath
from typing import Final

from studypack.errors import ContentError, Diagnostic, Location, listed, suggestion
from studypack.importers.draft import Importer

_MODULES: Final = (
    "markdown", "tables", "plain_text",
    "anki_package", "anki_text", "crowdanki", "gift", "moodle", "qti", "word", "generic_json",
)  # fmt: skip  # one list
"""The modules of this room that hold an importer; each has a constant IMPORTER."""

SURE: Final = 0.2
"""How sure an importer must be to be taken without being asked for."""

LARGEST: Final = 10_000_000
"""Bytes of a file, as of one of a set; an importer whose files hold pictures and sounds declares its own `largest`."""


@cache
def importers() -> dict[str, Importer]:
    """Return every importer by its name."""
    found = (import_module(f"{__name__}.{name}").IMPORTER for name in _MODULES if find_spec(f"{__name__}.{name}"))
    return {importer.name: importer for importer in found}


def importer(name: str) -> Importer:
    """Return the importer of that name.

    Raises:
        ContentError: there is none.
    """
    if name in importers():
        return importers()[name]
    remedy = suggestion(name, importers()) or "take one of them"
    raise ContentError(Diagnostic(None, f'unknown format "{name}"', f"there are {listed(importers())}", remedy))


def by_suffix(name: str) -> list[Importer]:
    """Return the importers whose files end as this name does."""
    suffix = PurePath(name).suffix.lower()
    return [each for each in importers().values() if suffix in each.suffixes]


def guess(name: str, content: bytes) -> Importer:
    """Return the importer that is surest of a file; among equals, the one that its name speaks for.

    Raises:
        ContentError: none is sure enough.
    """
    named = by_suffix(name)
    rated = [(each.recognises(name, content), each in named, each.name) for each in importers().values()]
    best = max(rated, default=(0.0, False, ""))
    if best[0] >= SURE:
        return importers()[best[2]]
    if named:
        return named[0]
    raise ContentError(
        Diagnostic(
            Location(name),
            "the format of this file is not known",
            f"there are importers for {listed(importers())}",
            "choose one with --from",
        )
    )


def largest(chosen: Importer) -> int:
    """Return how many bytes a file of this format may have."""
    return int(getattr(chosen, "largest", LARGEST))
