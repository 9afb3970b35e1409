"""What a build was asked for, and whether it has been done already; light, so that nothing to do costs nothing."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from studypack.jobs import fingerprints
from studypack.questions.model import Paper
from studypack.questions.selection import Criteria
from studypack.storage.temporary import sweep

MANIFEST: Final = "pack.json"
MANIFEST_FORMAT: Final = 1
STATE_FILE: Final = "deck-state.json"
LATEST: Final = 7_258_118_400
"""The year 2200 in seconds since 1970: no pack is made later."""
RESERVED: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that Windows keeps for its devices."""


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
        by_level: whether new cards come by level, not in the handbook's order.
        retire: ids whose notes are meant to go, or to ask something else.
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
    by_level: bool = False
    retire: tuple[str, ...] = ()


def source_date() -> int | None:
    """Return SOURCE_DATE_EPOCH in seconds since 1970; None where it is not set, or no time before the year 2200."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if re.fullmatch(r"[0-9]{1,10}", epoch) and int(epoch) < LATEST else None


def current_time() -> int:
    """Return SOURCE_DATE_EPOCH, or else the clock, in seconds since 1970; whatever the clock says, before 2200."""
    given = source_date()
    return given if given is not None else min(max(int(time.time()), 0), LATEST)


def pack_name(set_id: str, selection: str | None) -> str:
    """Return the name of a pack's folder, one that every system allows."""
    name = f"{set_id}-{selection}" if selection else set_id
    return f"{name}-set" if name in RESERVED else name


def inputs(request: Request, files: Iterable[str], state: Path) -> str:
    """Return a hash of everything that the pack depends on; empty if something cannot be read.

    Args:
        request: what to build.
        files: the set's figures, listings and theme. Of a set in a folder everything counts but what is hidden and what
            we write ourselves; these count whatever their names are.
        state: where the deck's state is kept.
    """
    try:
        root = request.path if request.path.is_dir() else request.path.parent
        ignored = {STATE_FILE, request.output.name} if _is_inside(request.output, request.path) else {STATE_FILE}
        content = [fingerprints.folder(request.path, ignored)]
        content += [fingerprints.folder(root / name, ()) for name in sorted(files)]
        if request.theme and Path(request.theme).is_dir():
            content.append(fingerprints.folder(Path(request.theme), ()))
        if "deck" in request.products:
            content.append(fingerprints.of(state.read_bytes()) if state.is_file() else "-")
    except OSError:
        return ""
    asked = [repr(request.criteria), *request.products, request.paper.value, str(request.simplex), request.theme]
    asked.append(str(request.by_level))
    return fingerprints.of(fingerprints.program(), os.environ.get("SOURCE_DATE_EPOCH", ""), *asked, "\0", *content)


def state_path(path: Path, set_id: str) -> Path:
    """Return where the deck's state is kept: beside the set, or in the user's data folder if that is read-only."""
    beside = state_beside(path)
    own = "_data" not in path.resolve().parts  # an installed set belongs to the installation
    with suppress(OSError):  # a name that becomes too long for the system
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
    with suppress(OSError):  # what a killed build left: this one may have nothing to write
        sweep(request.output)
    if not request.cached or request.retire:
        return None
    try:
        manifests = sorted(request.output.glob(f"*/{MANIFEST}"))
    except OSError:  # no folder that could hold a pack: who writes will say so
        return None
    for path in manifests:
        try:
            manifest = json.loads(path.read_bytes())
            if path.parent.name != _pack_name(manifest):
                continue  # somebody's copy of a pack
            state = state_path(request.path, manifest["set"]["id"])
            same = manifest["inputs"] == inputs(request, manifest["files"], state) != ""
            if same and all(_is_whole(path.parent, entry) for entry in manifest["products"].values()):
                return path.parent, manifest
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return None


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _pack_name(manifest: Mapping[str, Any]) -> str:
    """Return the name of the folder that a build would write this pack to."""
    selection = manifest["selection"]
    return pack_name(manifest["set"]["id"], selection["name"] if selection else None)


def _is_whole(folder: Path, entry: Mapping[str, Any]) -> bool:
    return bool(hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"])
