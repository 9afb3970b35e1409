"""Finished packs read back, and new question sets to start from."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location
from studypack.products.proof import READERS, Claim, prove
from studypack.storage.atomic import write_file
from studypack.typeset.templating import render
from studypack.workflows.request import MANIFEST, MANIFEST_FORMAT


def verify_pack(folder: Path) -> dict[str, tuple[int, int]]:
    """Prove a finished pack: each file is what `pack.json` says, and holds every selected question.

    Returns:
        for each product, how many questions were found and how many were selected.

    Raises:
        BuildError: with everything that lacks or differs.
    """
    manifest = _read_manifest(folder)
    questions = manifest["questions"]
    expected = [
        Claim(q["id"], f"Q{q['number']}", q["question"], (q["takeaway"],) if q["takeaway"] else ()) for q in questions
    ]
    problems: list[Diagnostic] = []
    results: dict[str, tuple[int, int]] = {}
    for name, entry in manifest["products"].items():
        found, said = _verify_product(folder, name, entry, expected)
        results[name] = (found, len(questions))
        problems += said
    if problems:
        raise BuildError(*problems)
    return results


def _verify_product(
    folder: Path, name: str, entry: dict[str, Any], expected: list[Claim]
) -> tuple[int, list[Diagnostic]]:
    path = folder / entry["file"]
    where = Location(str(path))
    remedy = "build the pack again"
    if name not in READERS:
        return 0, [Diagnostic(where, f'unknown product "{name}"', "this version cannot read it", "update studypack")]
    try:
        content = path.read_bytes()
    except OSError as error:
        return 0, [Diagnostic(where, "cannot be read", error.strerror or "", remedy)]
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        return 0, [Diagnostic(where, "differs from what was built", "its hash is not that of pack.json", remedy)]
    try:
        proof = prove(name, content, expected)
    except Exception as error:  # a forged pack: the readers of PDF and zip raise whatever they meet
        return 0, [Diagnostic(where, "cannot be read", f"{type(error).__name__}: {error}", remedy)]
    return len(proof.found), [p._replace(where=where) for p in proof.problems]


def _read_manifest(folder: Path) -> dict[str, Any]:
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


def new_set(name: Path) -> Path:
    """Write a commented single-file question set and return its path; `.yaml` is added if it lacks.

    Raises:
        BuildError: the name is unusable, or the file exists.
    """
    path = name if name.suffix in (".yaml", ".yml") else name.parent / f"{name.name}.yaml"
    identifier = "-".join(re.findall(r"[a-z0-9]+", path.stem.lower())) if name.name and name.name.isprintable() else ""
    if not identifier:
        raise BuildError(Diagnostic(None, f'"{name}" is no name', "it needs a letter or a digit", "choose another"))
    if path.exists():
        raise BuildError(Diagnostic(Location(str(path)), "exists already", "", "choose another name, or delete it"))
    title = identifier.replace("-", " ").capitalize()
    write_file(path, (render("new/set.yaml.j2", id=identifier, title=title, file=path.name) + "\n").encode())
    return path
