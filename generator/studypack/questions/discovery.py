"""Find the question set that a user means: by its name without the extension, or as the only one in a folder."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from studypack.errors import ContentError, Diagnostic, listed
from studypack.questions.loader import ENDINGS, QUESTIONS, SET_FILE

_READ: Final = 1_000_000
"""The number of bytes of a file to search for its keys."""
_KEYS: Final = [re.compile(rb"(?m)(?:^|[{,])\s*[\"']?" + key + rb"[\"']?\s*:") for key in (b"topics", b"questions")]
"""Patterns that the text of a single-file set matches, even while it is not valid YAML."""


def named_set(path: Path) -> Path:
    """Return the path of a set: the given path, or the file `PATH.yaml` if there is no set at that path.

    A whole set in a file that is called `set.yaml` is that file, also if its folder is given: its name gives the id.
    """
    with suppress(OSError):
        if path.is_file() or _is_folder_of_set(path):
            return path
        if single := next(filter(_is_set, _set_files(path)), None):
            return single
        for ending in ENDINGS:
            if path.name and (file := path.with_name(path.name + ending)).is_file():
                return file
    return path


def only_set(folder: Path) -> Path | None:
    """Return the question set of a folder: the folder itself, or the only set in it; None if there is none.

    Raises:
        ContentError: the folder contains several sets.
    """
    if _is_folder_of_set(folder):
        return folder
    found = []
    with suppress(OSError):
        found = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and _is_set(path))
    if len(found) > 1:
        what = "there are several question sets in this folder"
        remedy = f"specify one of them, for example {found[0].name}"
        raise ContentError(Diagnostic(None, what, listed(path.name for path in found), remedy))
    return found[0] if found else None


def _is_set(path: Path) -> bool:
    try:
        if path.is_dir():
            return _is_folder_of_set(path)
        if path.suffix.lower() not in ENDINGS or not path.is_file():
            return False
        with path.open("rb") as file:
            start = file.read(_READ)
    except OSError:
        return False
    return all(key.search(start) for key in _KEYS)


def _set_files(folder: Path) -> list[Path]:
    named = ((folder / SET_FILE).with_suffix(ending) for ending in ENDINGS)
    return [path for path in named if path.is_file()]


def _is_folder_of_set(path: Path) -> bool:
    """Return whether a folder contains a set in several files: `set.yaml` alone may be a whole set in one file."""
    found = _set_files(path)
    return bool(found) and ((path / QUESTIONS).is_dir() or not all(map(_is_set, found)))
