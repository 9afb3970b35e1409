"""The manifest of a pack, `pack.json`: describes the pack in enough detail to verify it without the question set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from studypack.bounded import read_bounded
from studypack.errors import BuildError, Diagnostic, Location

MANIFEST: Final = "pack.json"
MANIFEST_FORMAT: Final = 1
LARGEST: Final = 64 << 20
"""Bytes of a manifest; of ten thousand questions it has 4 MB."""
RESERVED: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that Windows reserves for devices."""


def pack_name(set_id: str, selection: str | None) -> str:
    """Return the name of a pack's folder, which is valid on every system."""
    name = f"{set_id}-{selection}" if selection else set_id
    return f"{name}-set" if name in RESERVED else name


def name_in(manifest: Mapping[str, Any]) -> str:
    """Return the name of the folder to which a build would write this pack."""
    selection = manifest["selection"]
    return pack_name(manifest["set"]["id"], selection["name"] if selection else None)


def hashes(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each file of a product by its name, the product's own first."""
    return {entry["file"]: entry["sha256"], **entry.get("companions", {})}


def dumps(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as the bytes of its file."""
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")  # for a name that is not UTF-8; the escape is also valid in JSON


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished pack. It may be forged, so the types of its values are checked.

    Raises:
        BuildError: the manifest is missing or damaged.
    """
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(read_bounded(path, LARGEST, linked=False))
        if manifest["format"] != MANIFEST_FORMAT:
            raise ValueError(f"format {manifest['format']}, not {MANIFEST_FORMAT}")
        _check(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BuildError(
            Diagnostic(Location(str(path)), "not a pack", why or "", "specify a folder that `studypack build` created")
        ) from error
    return manifest


def _check(manifest: Mapping[str, Any]) -> None:
    """Raise any exception if something that others rely on is missing from a manifest, or is of another type."""
    selection = manifest["selection"]
    own = manifest["set"]
    texts = [own["id"], own["title"], own.get("language", ""), *manifest["files"]]
    texts += [selection["name"], selection["title"]] if selection else []
    for question in manifest["questions"]:
        texts += [question["id"], question["question"], question["takeaway"] or ""]
        texts += [text for parts in question.get("words", {}).values() for text in parts]
        int(question["number"])
    if not manifest["products"]:
        raise ValueError("it has no product")
    for entry in manifest["products"].values():
        for name, digest in hashes(entry).items():
            texts += [name, digest]
            if not _is_plain(name):
                raise ValueError(f"{name} is not a file of the pack")
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{text!r} is not a text")


def _is_plain(name: str) -> bool:
    """Return whether a name is that of a file in the folder at hand, on every system."""
    return name not in {"", ".", ".."} and not {*name} & {"/", "\\", ":", "\0"}


def question_ids(manifest: Mapping[str, Any]) -> set[str]:
    """Return the ids of a pack's questions."""
    return {question["id"] for question in manifest["questions"]}
