"""The built wheel, installed into an empty environment, builds a pack from an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

from tests.running import ROOT


def _call(*command: str | Path, cwd: Path) -> str:
    clean = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=clean, capture_output=True, text=True, check=False, timeout=400
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _link_needed(wheel: Path, packages: Path) -> None:
    """Give an environment what the wheel's metadata name, and what that needs in turn: links to what is installed here.

    That is what pip would install from the index, without the minute that it takes.
    """
    (named,) = [each for each in zipfile.Path(wheel).iterdir() if each.name.endswith(".dist-info")]
    waiting: list[tuple[Distribution, frozenset[str]]] = [(PathDistribution(named), frozenset())]
    seen: set[str] = set()
    while waiting:
        needing, extras = waiting.pop()
        for line in needing.requires or ():
            wanted = Requirement(line)
            if wanted.marker and not any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
                continue
            found = distribution(wanted.name)
            assert wanted.specifier.contains(found.version, prereleases=True), line
            if wanted.name in seen:
                continue
            seen.add(wanted.name)
            waiting.append((found, frozenset(wanted.extras)))
            for name in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
                if not (packages / name).exists():  # a folder may be of several packages
                    (packages / name).symlink_to(Path(str(found.locate_file(name))))
    assert len(seen) > 20


def test_installed_wheel_builds_a_pack(tmp_path: Path) -> None:
    """Templates and content are in the wheel, and dependencies in its metadata; nothing of the checkout is needed."""
    _call(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    _call(*pip, "install", "--quiet", "--no-deps", wheel, cwd=tmp_path)
    _link_needed(wheel, next((tmp_path / "env").glob("lib/python*/site-packages")))
    (tmp_path / "empty").mkdir()
    program = tmp_path / "env" / "bin" / "studypack"
    words = ("build", "--id", "deadlock", "-p", "handbook", "-p", "deck", "-o", "here", "-j", "1")
    printed = _call(program, *words, cwd=tmp_path / "empty")
    assert [Path(line).name for line in printed.splitlines()] == ["handbook.pdf", "deck.apkg", "pack.json"]
    held = {Path(name) for name in zipfile.ZipFile(wheel).namelist()}
    for folder in ("templates", "content"):
        wanted = {file.relative_to(ROOT) for file in (ROOT / folder).rglob("*") if file.is_file()}
        assert {file for file in wanted if "studypack" / Path("_data") / file not in held} == set()
    code = (
        "import studypack; from studypack.resources import bundled_set\n"
        "chosen = studypack.select(studypack.load(bundled_set()), ids=['deadlock'])\n"
        "print(studypack.build(chosen, studypack.Options.of(['deck']), output='there').folder)"
    )
    assert _call(python, "-c", code, cwd=tmp_path / "empty").startswith("there/amazon-backend-deadlock")
    shown = _call(*pip, "show", "--files", "studypack", cwd=tmp_path / "empty")
    files = shown.split("Files:")[1].split()
    assert {name.split("/")[0] for name in files if not name.startswith(("..", "studypack-"))} == {"studypack"}
    assert "44 questions" in _call(program, "list", cwd=tmp_path / "empty")
    assert sorted(p.name for p in (tmp_path / "empty").iterdir()) == ["here", "there"]


def test_the_source_distribution_holds_what_make_needs(tmp_path: Path) -> None:
    """The archive contains what it takes to set up, test and regenerate files: scripts, constraints, all tests."""
    _call(sys.executable, "-m", "build", "--sdist", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (packed,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"scripts/set-up", "scripts/write_schema.py", "scripts/write_previews.py", "tests/goldens/__main__.py"}
    wanted |= {
        "tests/soak/__main__.py",
        "tests/benchmarks/__main__.py",
        "scripts/write_import_pictures.py",
        "docs/pictures/import-anki.png",
        "constraints.txt",
        "pyproject.toml",
        "Makefile",
    }
    assert wanted <= names
