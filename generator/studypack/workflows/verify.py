"""Finished packs read back and proved again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location
from studypack.products import PRODUCTS
from studypack.products.interface import Claim
from studypack.products.proof import prove
from studypack.storage.manifest import read_manifest
from studypack.text.runs import Run


def verify(folder: Path) -> dict[str, tuple[int, int]]:
    """Prove a finished pack: each file is what `pack.json` says, and holds every selected question.

    Returns:
        for each product, how many questions were found and how many were selected.

    Raises:
        BuildError: with everything that is missing or differs.
    """
    manifest = read_manifest(folder)
    problems: list[Diagnostic] = []
    results: dict[str, tuple[int, int]] = {}
    for name, entry in manifest["products"].items():
        found, said = _verify_product(folder, name, entry, manifest["questions"])
        results[name] = (found, len(manifest["questions"]))
        problems += said
    if problems:
        raise BuildError(*problems)
    return results


def _verify_product(
    folder: Path, name: str, entry: dict[str, Any], questions: list[dict[str, Any]]
) -> tuple[int, list[Diagnostic]]:
    path = folder / entry["file"]
    where = Location(str(path))
    remedy = "build the pack again"
    product = PRODUCTS.get(name)
    if product is None:
        return 0, [Diagnostic(where, f'unknown product "{name}"', "this version cannot read it", "update studypack")]
    try:
        content = path.read_bytes()
    except OSError as error:
        return 0, [Diagnostic(where, "cannot be read", error.strerror or "", remedy)]
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        return 0, [Diagnostic(where, "differs from what was built", "its hash is not that of pack.json", remedy)]
    expected = [_claim(question, takeaway="takeaway" in product.guarantees) for question in questions]
    try:
        proof = prove(product, product.read_back(content), expected)
    except Exception as error:  # a forged pack: the readers of PDF and zip raise whatever they meet
        return 0, [Diagnostic(where, "cannot be read", f"{type(error).__name__}: {error}", remedy)]
    return len(proof.found), [p._replace(where=where) for p in proof.problems]


def _claim(question: dict[str, Any], *, takeaway: bool) -> Claim:
    texts = [question["question"], *([question["takeaway"]] if takeaway and question["takeaway"] else [])]
    groups = tuple((Run("text", text),) for text in texts)
    return Claim(question["id"], f"Q{question['number']}", question["question"], groups)
