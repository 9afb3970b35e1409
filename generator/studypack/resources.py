"""The program's version, and its data folders: next to the package in a checkout, inside it once installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent
_INSTALLED: Final = _PACKAGE / "_data"

try:
    VERSION = version("studypack")
except PackageNotFoundError:  # a checkout that was never installed
    VERSION = "0+unknown"

BUNDLED_SET: Final = "amazon-backend"
"""The bundled set that is used if none is given."""


def resource(name: str) -> Path:
    """Return the path of this copy's folder `templates` or `content`."""
    installed = _INSTALLED / name
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name


def bundled_sets() -> dict[str, Path]:
    """Return the folders of the question sets that come with the program, by name, in alphabetical order."""
    return {file.parent.name: file.parent for file in sorted(resource("content").glob("*/set.yaml"))}


def bundled_set(name: str = BUNDLED_SET) -> Path:
    """Return the folder of a question set that comes with the program."""
    return resource("content") / name
