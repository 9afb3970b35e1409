"""Whether a pack holds just what is asked for already; quick, and without the engines."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from studypack.digest import digest
from studypack.jobs import fingerprints
from studypack.products import PRODUCTS, option_models
from studypack.products.options import declared, is_action
from studypack.storage.manifest import MANIFEST, name_in
from studypack.temporary import sweep
from studypack.workflows.request import Request


def up_to_date(request: Request) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the pack that holds just what is asked for, and its manifest; None if it has to be built."""
    with suppress(OSError):  # what a killed build left: this one may have nothing to write
        sweep(request.output)
    if not request.cached or _asks_for_action(request):
        return None
    try:
        manifests = sorted(request.output.glob(f"*/{MANIFEST}"))
    except OSError:  # no folder that could hold a pack: what writes there will say so
        return None
    for path in manifests:
        try:
            manifest = json.loads(path.read_bytes())
            if path.parent.name != name_in(manifest):
                continue  # somebody's copy of a pack
            same = manifest["inputs"] == inputs(request, manifest["files"], manifest["set"]["id"]) != ""
            if same and all(_is_whole(path.parent, entry) for entry in manifest["products"].values()):
                return path.parent, manifest
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return None


def inputs(request: Request, files: Iterable[str], set_id: str, *, states: bool = True) -> str:
    """Return a hash of everything that the pack depends on; empty if something cannot be read.

    Args:
        request: what to build.
        files: the set's figures, listings and theme. Of a set in a folder everything counts but what is hidden and
            what we write ourselves; these count whatever their names are.
        set_id: the set's id.
        states: whether what products remember counts.
    """
    from studypack.workflows.state import state_paths

    try:
        root = request.path if request.path.is_dir() else request.path.parent
        ignored = {product.state_file for product in PRODUCTS.values() if product.state_file}
        if request.output.resolve().is_relative_to(request.path.resolve()):
            ignored.add(request.output.name)
        content = [fingerprints.folder(request.path, ignored)]
        content += [fingerprints.folder(root / name, ()) for name in sorted(files)]
        for folder in named_folders(request):
            content.append(fingerprints.folder(folder, ()))
        for state in state_paths(request.path, set_id, request.products).values() if states else ():
            content.append(digest(state.read_bytes()) if state.is_file() else "-")
    except OSError:
        return ""
    asked = [repr(request.criteria), *(product.name for product in request.products)]
    asked.append(json.dumps(request.options.values(option_models()), sort_keys=True))
    return digest(fingerprints.program(), os.environ.get("SOURCE_DATE_EPOCH", ""), *asked, "\0", *content)


def named_folders(request: Request) -> list[Path]:
    """Return the folders outside the set that its options name: a theme of the user's own."""
    from studypack.products.options import PrintOptions

    theme = request.options[PrintOptions].theme
    return [Path(theme)] if theme and Path(theme).is_dir() else []


def _asks_for_action(request: Request) -> bool:
    """Return whether an option asks for something to be done, such as retiring an id."""
    given = request.options.values(option_models(), actions=True)
    return any(given[name] for name, field in declared(option_models()) if is_action(field))


def _is_whole(folder: Path, entry: Mapping[str, Any]) -> bool:
    return bool(hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest() == entry["sha256"])
