"""Paths as people have them: with spaces, letters of other alphabets and signs that mean something elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import authored, write_set
from tests.running import run

SQUARE = "<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'><rect width='20' height='20'/></svg>"


@pytest.mark.parametrize("name", ["Meine Fragen für März", "100% #1 [draft] & more"])
def test_any_folder_builds_and_is_proved(name: str, tmp_path: Path) -> None:
    """A figure and a listing whose names have spaces, in such a folder and into such a folder; again: nothing to do."""
    content = authored(1)
    content["questions"][0]["exhibits"] = [
        {"figure": "my figures/the square.svg", "alt": "a square", "caption": "A square"},
        {"listing": "my code/so long.py", "caption": "A line"},
    ]
    folder = tmp_path / name
    for file, text in (("my figures/the square.svg", SQUARE), ("my code/so long.py", "print('so long')\n")):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, "utf-8")
    write_set(folder / "my set.yaml", content)
    build = ("build", str(folder / "my set.yaml"), "-o", str(folder / "my packs"), "-p", "deck", "-p", "handbook")
    done = run(*build, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (pack,) = (folder / "my packs").iterdir()
    assert run("verify", str(pack), cwd=tmp_path).returncode == 0
    assert "up to date" in run(*build, cwd=tmp_path).stdout + run(*build, cwd=tmp_path).stderr
