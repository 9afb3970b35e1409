"""Checks whether this machine has what builds need, and gives the command that installs what is missing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from typing import Final, NamedTuple

from studypack.errors import BuildError, Diagnostic

OLDEST_PYTHON: Final = (3, 11)
_DEBIAN: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class Finding(NamedTuple):
    """The result of one check; `problem` says what to install if something is missing."""

    what: str
    state: str
    problem: Diagnostic | None = None


def findings() -> Iterator[Finding]:
    """Yield the results of the checks, in the order in which builds need what they check."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield _finding("Python", version, "" if sys.version_info >= OLDEST_PYTHON else "install Python 3.11 or newer")
    yield _library()
    yield _fonts()


def _finding(what: str, state: str, remedy: str) -> Finding:
    return Finding(what, state, Diagnostic(None, f"{what}: {state}", "", remedy) if remedy else None)


def _library() -> Finding:
    from studypack.typeset.layout import lay_out

    try:
        lay_out("<!doctype html><p>Pango and HarfBuzz set this line.</p>", "")
    except BuildError as error:
        return _finding("Pango and HarfBuzz", error.diagnostics[0].why, _install_command())
    return _finding("Pango and HarfBuzz", "set a line", "")


def _install_command() -> str:
    if sys.platform == "darwin":
        return "brew install pango"
    if shutil.which("apt-get"):
        return _DEBIAN
    return "install Pango 1.44 or newer and HarfBuzz's subset library with your package manager"


def _fonts() -> Finding:
    from studypack.typeset.fonts import FACES, font_bytes

    try:
        for address in FACES:
            font_bytes(address)
    except (BuildError, OSError, LookupError, ImportError) as error:
        why = error.diagnostics[0].why if isinstance(error, BuildError) else str(error)
        return _finding("fonts", f"cannot be read ({why})", "install studypack again")
    return _finding("fonts", f"{len(FACES)} faces", "")
