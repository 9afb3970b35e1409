"""The goldens match the program's output, so that reviews show every change line by line."""

from __future__ import annotations

import difflib
import re

import pytest

from tests.goldens.making import FOLDER, committed, made

LARGEST = 150_000
"""Bytes of all goldens: as much as can be reviewed."""


def test_the_goldens_are_what_the_program_makes() -> None:
    """Each file is the same to the letter; a difference is shown as a diff, and `make goldens` accepts it."""
    old = {str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in committed()}
    new = made()
    diff: list[str] = []
    for name in sorted({*old, *new}):
        before, now = (files.get(name, "").splitlines() for files in (old, new))
        diff += difflib.unified_diff(before, now, f"committed/{name}", f"now/{name}", lineterm="", n=2)
    if diff:
        pytest.fail("\n".join(["run `make goldens` if this is meant", *diff]), pytrace=False)


def test_the_goldens_can_be_reviewed() -> None:
    """They are small, there are some of each kind, and none names a place of the machine or the hash of a file."""
    texts = [path.read_text("utf-8") for path in committed()]
    assert sum(len(text.encode()) for text in texts) < LARGEST
    assert {path.parent.name for path in committed()} == {"handbook", "cheatsheet", "deck", "messages"}
    assert [found for text in texts for found in re.findall(r"/(?:tmp|home|work|root)/|[0-9a-f]{12,}", text)] == []
