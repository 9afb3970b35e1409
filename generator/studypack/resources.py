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


def resource(name: str) -> Path:
    """Return the path of this copy's folder `templates` or `content`."""
    installed = _INSTALLED / name
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name


def bundled_set() -> Path:
    """Return the folder of the question set that comes with the program."""
    return resource("content") / BUNDLED_SET
