"""What a build was asked for, and whether it has been done already; light, so that nothing to do costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from generator import fingerprint
from generator.model import Paper
from generator.selection import Criteria

MANIFEST: Final = "pack.json"
MANIFEST_FORMAT: Final = 1
STATE_FILE: Final = "deck-state.json"


@dataclass(frozen=True, slots=True)
class Request:
    """What to build.

    Attributes:
        path: the question set: a folder or a single file.
        criteria: what to select of it.
        products: names, in the order of the registry.
        paper: the paper to set for.
        output: the folder in which the pack's folder is made.
        now: the time of the build in seconds since 1970.
        simplex: whether the handbook is printed on one side of the paper.
        theme: name or folder of a theme; empty for the set's own.
        workers: processes to use; 0 chooses.
        cached: whether parts may come from the cache, and a pack that is up to date may stay.
        strict: whether warnings are errors.
    """

    path: Path
    criteria: Criteria = field(default_factory=Criteria)
    products: tuple[str, ...] = ("handbook", "cheatsheet", "deck")
    paper: Paper = Paper.A4
    output: Path = Path("out")
    now: int = 0
    simplex: bool = False
    theme: str = ""
    workers: int = 0
    cached: bool = True
    strict: bool = False


def current_time() -> int:
    """Return SOURCE_DATE_EPOCH, or else the clock, in seconds since 1970."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if epoch.isdigit() else int(time.time())


def inputs(request: Request, files: Iterable[str], state: Path) -> str:
    """Return a hash of everything that the pack depends on; empty if something cannot be read.

    Args:
        request: what to build.
        files: the set's figures and listings, for a set in a single file; of a folder everything counts.
        state: where the deck's state is kept.
    """
    try:
        if request.path.is_dir():
            content = [fingerprint.folder(request.path, {STATE_FILE})]
        else:
            paths = [request.path, *(request.path.parent / name for name in sorted(files))]
            content = [fingerprint.folder(path, ()) for path in paths]
        if request.theme and Path(request.theme).is_dir():
            content.append(fingerprint.folder(Path(request.theme), ()))
        if "deck" in request.products:
            content.append(fingerprint.of(state.read_bytes()) if state.is_file() else "-")
    except OSError:
        return ""
    asked = [repr(request.criteria), *request.products, request.paper.value, str(request.simplex), request.theme]
    return fingerprint.of(fingerprint.program(), os.environ.get("SOURCE_DATE_EPOCH", ""), *asked, "\0", *content)


def state_path(path: Path, set_id: str) -> Path:
    """Return where the deck's state is kept: beside the set, or in the user's data folder if that is read-only."""
    beside = state_beside(path)
    own = "_data" not in path.resolve().parts  # an installed set belongs to the installation
    if own and os.access(beside if beside.exists() else beside.parent, os.W_OK):
        return beside
    import platformdirs

    folder = platformdirs.user_data_path("studypack", ensure_exists=True)
    return folder / f"{set_id}.{STATE_FILE}"


def state_beside(path: Path) -> Path:
    """Return where the deck's state stands beside a set."""
    return path / STATE_FILE if path.is_dir() else path.with_name(f"{path.stem}.{STATE_FILE}")


def up_to_date(request: Request) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the pack that holds just what is asked for, and its manifest; None if it has to be built."""
    if not request.cached:
        return None
    for path in sorted(request.output.glob(f"*/{MANIFEST}")):
        try:
            manifest = json.loads(path.read_bytes())
            state = state_path(request.path, manifest["set"]["id"])
            same = manifest["inputs"] == inputs(request, manifest["files"], state) != ""
            if same and all(_is_whole(path.parent, entry) for entry in manifest["products"].values()):
                return path.parent, manifest
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return None


def _is_whole(folder: Path, entry: Mapping[str, Any]) -> bool:
    return bool(hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"])
