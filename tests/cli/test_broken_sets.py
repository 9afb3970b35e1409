"""Broken question sets: place and reason of every mistake at once, and the old pack stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import ROOT, run

SETS = sorted((ROOT / "tests" / "sets").glob("broken_*"))


@pytest.mark.parametrize("source", SETS, ids=lambda path: path.name)
def test_a_broken_set_is_explained_and_costs_nothing(source: Path, tmp_path: Path) -> None:
    """Each mistake has a line with file, line and column; exit code 1; a pack that was there keeps its bytes."""
    (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / source.name)
    pack = tmp_path / "out" / "tests"
    pack.mkdir(parents=True)
    (pack / "deck.apkg").write_bytes(b"the old deck")
    done = run("build", source.name, cwd=tmp_path)
    *lines, last = done.stderr.splitlines()
    assert lines
    assert all(line.startswith(f"error: {source.name}") and line.count(":") >= 4 for line in lines)
    assert last == f"{len(lines)} problem{'s' if len(lines) > 1 else ''}; nothing was written"
    assert len(lines) >= (5 if "many" in source.name else 1)
    assert (done.returncode, done.stdout) == (1, "")
    assert (pack / "deck.apkg").read_bytes() == b"the old deck"
