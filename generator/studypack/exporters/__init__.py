"""Exporters: one module here and one name in this registry for each foreign format that a set is written as."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import PurePath
from typing import Final

from studypack.errors import Diagnostic, OptionError, listed, suggestion
from studypack.exporters.interface import Exporter

_MODULES: Final = ("csv_table", "xlsx", "markdown", "json_questions", "gift", "moodle", "quizlet", "crowdanki")
"""The modules of this room that hold an exporter; each has a constant EXPORTER."""


@cache
def exporters() -> dict[str, Exporter]:
    """Return every exporter by its name."""
    found = (import_module(f"{__name__}.{name}").EXPORTER for name in _MODULES)
    return {exporter.name: exporter for exporter in found}


def exporter(name: str, file: str) -> Exporter:
    """Return the exporter of that name; without a name, the first that writes files of such an ending.

    Raises:
        OptionError: there is none.
    """
    known = exporters()
    if name in known:
        return known[name]
    if name:
        remedy = suggestion(name, known) or "take one of them"
        raise OptionError(Diagnostic(None, f'unknown format "{name}"', f"there are {listed(known)}", remedy))
    suffix = PurePath(file).suffix.lower()
    for each in known.values():
        if suffix in each.suffixes:
            return each
    why = f"there are {listed(known)}"
    raise OptionError(Diagnostic(None, f'the ending of "{file}" names no format', why, "choose one with --to"))
