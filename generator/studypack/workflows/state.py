"""Where products keep what they remember from one build to the next: in a file beside the question set."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from studypack.errors import BuildError, Diagnostic, Location
from studypack.products.interface import Product, StoredState
from studypack.questions.loader import shown

BUNDLED: Final = "_data"
"""A folder of this name belongs to the installation: nothing is written into it."""


def state_path(path: Path, set_id: str, file: str) -> Path:
    """Return where a product's state is kept: beside the set, or in the user's data folder if that is read-only.

    Args:
        path: the question set.
        set_id: its id.
        file: the product's `state_file`.
    """
    beside = beside_set(path, file)
    own = BUNDLED not in path.resolve().parts
    with suppress(OSError):  # a name that becomes too long for the system
        if own and os.access(beside if beside.exists() else beside.parent, os.W_OK):
            return beside
    import platformdirs

    return platformdirs.user_data_path("studypack", ensure_exists=True) / f"{set_id}.{file}"


def beside_set(path: Path, file: str) -> Path:
    """Return where the file with a product's state is beside a set."""
    return path / file if path.is_dir() else path.with_name(f"{path.stem}.{file}")


def read_state(path: Path, set_id: str, file: str) -> StoredState | None:
    """Return a product's state; the one beside the set where there is none in the user's data folder.

    Raises:
        BuildError: it cannot be read.
    """
    for candidate in (state_path(path, set_id, file), beside_set(path, file)):
        if candidate.is_file():
            try:
                return StoredState(shown(candidate), candidate.read_bytes())
            except OSError as error:
                what = Diagnostic(Location(shown(candidate)), "cannot be read", error.strerror or "")
                raise BuildError(what) from error
    return None


def state_paths(path: Path, set_id: str, products: Iterable[Product]) -> dict[str, Path]:
    """Return where these products keep their state, by the product's name; only of those that have one."""
    return {p.name: state_path(path, set_id, p.state_file) for p in products if p.state_file}
