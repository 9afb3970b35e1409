"""The tests themselves: where they are, and that each docstring states a behaviour."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.running import ROOT

TESTS = ROOT / "tests"
OTHERS = {"benchmarks", "content", "goldens", "hostile", "sets", "soak"}
"""Folders that belong to no room: they are about the program as a whole, or hold what tests read."""


def _tests() -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield each test with its name for a reader."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(TESTS)}: {node.name}", node


def test_each_folder_mirrors_a_room() -> None:
    """A folder of tests has the same name and position as the room that it tests."""
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")} - {Path()}
    assert Path("products/handbook") in folders
    rooms = ROOT / "generator" / "studypack"
    assert [str(f) for f in sorted(folders) if f.parts[0] not in OTHERS and not (rooms / f).is_dir()] == []


def test_each_test_says_what_it_holds() -> None:
    """The docstring of a test begins with a line that is a whole sentence."""
    found = {name: (ast.get_docstring(node) or "").partition("\n")[0] for name, node in _tests()}
    assert len(found) > 500
    assert {name: line for name, line in found.items() if not re.fullmatch(r"[^a-z].*[^\s.][.?!]”?", line)} == {}


def test_no_test_is_without_an_expectation() -> None:
    """Each test asserts something itself, or by a helper that it calls, or expects an exception."""
    silent = []
    for name, node in _tests():
        words = ast.unparse(node)
        if not re.search(r"\bassert\b|pytest\.(raises|fail)|\b_?(assert|refused)\w*\(", words):
            silent.append(name)
    assert silent == []
