"""The files beside the question set in which products keep their state between builds."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from studypack.bounded import read_bounded
from studypack.errors import BuildError, Diagnostic, Location
from studypack.products.interface import Product, StoredState
from studypack.questions.loader import ENDINGS, shown

LARGEST: Final = 64 << 20
"""Bytes of a state; of ten thousand notes it has 2 MB."""
MOST_NEIGHBOURS: Final = 50
"""States of other names that are looked at."""
BUNDLED: Final = "_data"
"""The name of a folder that belongs to the installation; nothing is written to it."""


def state_path(path: Path, set_id: str, file: str) -> Path:
    """Return the path of a product's state: beside the set, or in the user's data folder if that place is read-only.

    Args:
        path: the question set.
        set_id: its id.
        file: the product's `state_file`.
    """
    beside = beside_set(path, file)
    own = BUNDLED not in path.resolve().parts
    with suppress(OSError):  # the name may be too long for the system
        if own and os.access(beside if beside.exists() else beside.parent, os.W_OK):
            return beside
    import platformdirs

    return platformdirs.user_data_path("studypack") / f"{set_id}.{file}"


def is_there(path: Path) -> bool:
    """Return whether a file exists; one whose name is too long for the system does not, where pathlib raises."""
    return os.path.isfile(path)  # noqa: PTH113 - pathlib raises for names that are too long


def beside_set(path: Path, file: str) -> Path:
    """Return the path of a product's state beside a set."""
    return path / file if path.is_dir() else path.with_name(f"{path.stem}.{file}")


def read_state(path: Path, set_id: str, file: str) -> StoredState | None:
    """Return what a product remembers of a set; None if there is nothing.

    It is the one beside the set if the user's data folder has none; or else one of another name that belongs to a set
    of this id, whose file was renamed.

    Raises:
        BuildError: the file cannot be read.
    """
    for candidate in (state_path(path, set_id, file), beside_set(path, file)):
        if candidate.is_file():
            try:
                return StoredState(shown(candidate), read_bounded(candidate, LARGEST))
            except OSError as error:
                what = Diagnostic(Location(shown(candidate)), "cannot be read", error.strerror or str(error))
                raise BuildError(what) from error
    return next((state for state in neighbours(path, file) if _owner(state) == set_id), None)


def place_for_state(path: Path, set_id: str, file: str, content: bytes) -> Path | None:
    """Return the path to which a state is written, and make its folder.

    None means that nothing can be written there, and that nothing needs to be: the state is the one that was read.

    Raises:
        BuildError: the set is read-only, and so is the user's data folder.
    """
    place, why = state_path(path, set_id, file), os.strerror(errno.EACCES)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if os.access(place.parent, os.W_OK | os.X_OK):
            return place
    except OSError as error:
        why = error.strerror or str(error)
    stored = read_state(path, set_id, file)
    if stored is not None and stored.content == content:
        return None
    what = "what the next build must know cannot be kept here"
    remedy = "make the set's folder writable, or build a copy of the set"
    raise BuildError(Diagnostic(Location(shown(place)), what, why, remedy))


def neighbours(path: Path, file: str) -> tuple[StoredState, ...]:
    """Return the states beside a single-file set that belong to no set there. Those of folders are in the folders."""
    if path.is_dir():
        return ()
    found = []
    for candidate in sorted(path.parent.glob(f"*.{file}"))[:MOST_NEIGHBOURS]:
        stem = candidate.name.removesuffix(f".{file}")
        if not any(candidate.with_name(stem + ending).exists() for ending in ENDINGS):
            with suppress(OSError):
                found.append(StoredState(shown(candidate), read_bounded(candidate, LARGEST)))
    return tuple(found)


def _owner(state: StoredState) -> object:
    """Return the id of the set that a state belongs to; None if it is damaged."""
    try:
        read = json.loads(state.content)
    except (ValueError, RecursionError):
        return None
    return read.get("set") if isinstance(read, dict) else None


def state_paths(path: Path, set_id: str, products: Iterable[Product]) -> dict[str, Path]:
    """Return the paths of the products' state files, by name, for the products that have state."""
    return {p.name: state_path(path, set_id, p.state_file) for p in products if p.state_file}
