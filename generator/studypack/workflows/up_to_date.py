"""Checks whether a requested pack is up to date, quickly and without importing the typesetting libraries."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from studypack.bounded import read_bounded
from studypack.digest import digest
from studypack.errors import BuildError
from studypack.jobs import fingerprints
from studypack.products import PRODUCTS, option_models
from studypack.products.options import declared, is_action
from studypack.storage.manifest import MANIFEST, hashes, name_in, read_manifest
from studypack.temporary import sweep
from studypack.workflows.request import Request


def up_to_date(request: Request) -> tuple[Path, Mapping[str, Any]] | None:
    """Return the folder and manifest of a pack that matches the request; None if it must be built."""
    if not request.folder:  # a caller that names the folders of many packs sweeps once
        with suppress(OSError):  # remove what a killed build left, as this one may not write anything
            sweep(request.output)
    if not request.cached or _asks_for_action(request):
        return None
    try:
        own = request.output / request.folder / MANIFEST
        manifests = [own] if request.folder else sorted(request.output.glob(f"*/{MANIFEST}"))
    except OSError:  # not a usable folder: writing the pack will report it
        return None
    for path in manifests:
        try:
            manifest = read_manifest(path.parent)
            if path.parent.name != (request.folder or name_in(manifest)):
                continue  # a copy of a pack
            same = manifest["inputs"] == inputs(request, manifest["files"], manifest["set"]["id"]) != ""
            same = same and not (request.strict and manifest["warnings"])
            if same and all(_is_whole(path.parent, entry) for entry in manifest["products"].values()):
                return path.parent, manifest
        except (OSError, ValueError, KeyError, TypeError, BuildError):  # no pack, a damaged one, or a forged one
            continue
    return None


def inputs(
    request: Request,
    files: Iterable[str],
    set_id: str,
    *,
    written: Mapping[str, bytes] = MappingProxyType({}),
    folders: Sequence[str] = (),
) -> str:
    """Return a hash of everything that the pack depends on; empty if something cannot be read.

    Args:
        request: what to build.
        files: the set's figures, listings and theme. In a set's folder, everything counts except hidden files and
            what studypack itself writes; these files always count.
        set_id: the set's id.
        written: what products will remember once the pack is written, by name.
        folders: what `folders_of` returns, if it is known.
    """
    from studypack.workflows.state import state_paths

    try:
        root = request.path if request.path.is_dir() else request.path.parent
        content = [*(folders or folders_of(request))]
        content += [fingerprints.folder(path, ()) for path in _inside(root, files)]
        for name, state in state_paths(request.path, set_id, request.products).items():
            known = written[name] if name in written else read_bounded(state) if state.is_file() else None
            content.append("-" if known is None else digest(known))
    except (OSError, ValueError):  # ValueError: not a file's name
        return ""
    # A set without an id is named after its folder or file.
    asked = [request.path.resolve().name, repr(request.criteria), *(product.name for product in request.products)]
    asked.append(json.dumps(request.options.values(option_models()), sort_keys=True))
    return digest(fingerprints.program(), os.environ.get("SOURCE_DATE_EPOCH", ""), *asked, "\0", *content)


def folders_of(request: Request) -> tuple[str, ...]:
    """Return a hash of the set, and of each folder outside that the options name.

    Raises:
        OSError: something cannot be read.
    """
    ignored = {product.state_file for product in PRODUCTS.values() if product.state_file}
    named = (fingerprints.folder(folder, ()) for folder in named_folders(request))
    return fingerprints.folder(request.path, ignored, request.output), *named


def _inside(root: Path, names: Iterable[str]) -> list[Path]:
    """Return the files of these names in a set's folder, each once.

    Raises:
        OSError: one of them is not there, or it lies outside: only a forged manifest names one.
        ValueError: one of them is not a name.
    """
    own = root.resolve()
    paths = sorted({(root / name).resolve(strict=True) for name in names})
    if not all(path.is_relative_to(own) for path in paths):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    return paths


def named_folders(request: Request) -> list[Path]:
    """Return the folders outside the set that the options name: a custom theme."""
    from studypack.products.options import PrintOptions

    theme = request.options[PrintOptions].theme
    return [Path(theme)] if theme and Path(theme).is_dir() else []


def _asks_for_action(request: Request) -> bool:
    """Return whether an option requests a one-time action, such as retiring an id."""
    given = request.options.values(option_models(), actions=True)
    return any(given[name] for name, field in declared(option_models()) if is_action(field))


def _is_whole(folder: Path, entry: Mapping[str, Any]) -> bool:
    return all(
        hashlib.sha256(read_bounded(folder / name, linked=False)).hexdigest() == digest
        for name, digest in hashes(entry).items()
    )
