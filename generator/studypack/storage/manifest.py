"""The manifest of a pack, `pack.json`: what the pack is, and enough to prove it again without the question set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from studypack.errors import BuildError, Diagnostic, Location

MANIFEST: Final = "pack.json"
MANIFEST_FORMAT: Final = 1
RESERVED: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
"""Names that Windows keeps for its devices."""


def pack_name(set_id: str, selection: str | None) -> str:
    """Return the name of a pack's folder, one that every system allows."""
    name = f"{set_id}-{selection}" if selection else set_id
    return f"{name}-set" if name in RESERVED else name


def name_in(manifest: Mapping[str, Any]) -> str:
    """Return the name of the folder that a build would write this pack to."""
    selection = manifest["selection"]
    return pack_name(manifest["set"]["id"], selection["name"] if selection else None)


def dumps(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as the bytes of its file."""
    return (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a finished pack.

    Raises:
        BuildError: there is none, or it is damaged.
    """
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        if manifest["format"] != MANIFEST_FORMAT:
            raise ValueError(f"format {manifest['format']}, not {MANIFEST_FORMAT}")
        for question in manifest["questions"]:
            question["id"], question["number"], question["question"], question["takeaway"]
        for entry in manifest["products"].values():
            entry["sha256"]
            if Path(entry["file"]).name != entry["file"]:
                raise ValueError(f"{entry['file']} is no file of the pack")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BuildError(
            Diagnostic(Location(str(path)), "no pack", str(error), "name a folder that `studypack build` made")
        ) from error
    return manifest
