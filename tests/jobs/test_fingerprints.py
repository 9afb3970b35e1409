"""Fingerprints differ wherever something that matters differs, and are taken without starting the engines."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from pathlib import Path

import pytest
from studypack.jobs import fingerprints
from studypack.jobs.fingerprints import folder, program

ROOT = Path(__file__).parents[2]
ELSEWHERE = {
    "click", "lazy-loader", "lxml", "platformdirs", "pypdfium2", "pyyaml", "rich", "watchfiles",
    "beautifulsoup4", "charset-normalizer", "mammoth", "markdownify", "openpyxl", "zstandard",
}  # fmt: skip  # the second line is what importers use
"""What the program stands on and what no product's bytes depend on."""


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Let each test recompute the program's fingerprint."""
    program.cache_clear()
    yield
    program.cache_clear()


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small program in place of ours: modules, a template, compiled files and content."""
    for name in ("studypack/a.py", "studypack/sub/b.py", "studypack/words.yaml", "templates/x/y.css"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for name in ("studypack/__pycache__/a.pyc", "studypack/_data/content/c.py", "templates/.y.css.swp"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(fingerprints, "__file__", str(tmp_path / "studypack" / "jobs" / "fingerprints.py"))
    monkeypatch.setattr(fingerprints, "resource", lambda name: tmp_path / name)
    return tmp_path


def _anew() -> str:
    program.cache_clear()
    return program()


CHANGES: dict[str, Callable[[Path], object]] = {
    "a byte": lambda root: (root / "b/c.txt").write_text("C"),
    "another name": lambda root: (root / "b/c.txt").rename(root / "b/d.txt"),
    "another place": lambda root: (root / "b/c.txt").rename(root / "c.txt"),
    "a new file": lambda root: (root / "b/new").write_text(""),
    "no file": lambda root: (root / "b/c.txt").unlink(),
    "two files swapped": lambda root: [(root / "a.txt").write_text("c"), (root / "b/c.txt").write_text("a")],
    "a link": lambda root: (root / "link").symlink_to("a.txt"),
    "a linked folder": lambda root: (root / "link").symlink_to("b"),
    "a broken link": lambda root: (root / "link").symlink_to("nowhere"),
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a folder of two files."""
    root = tmp_path / "tree"
    (root / "b").mkdir(parents=True)
    (root / "a.txt").write_text("a")
    (root / "b" / "c.txt").write_text("c")
    return root


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_in_a_folder_shows(tree: Path, change: Callable[[Path], object]) -> None:
    """Names, places and bytes of files count."""
    before = folder(tree, ())
    change(tree)
    assert folder(tree, ()) != before


def test_each_change_has_its_own_hash(tmp_path: Path) -> None:
    """No two of the changes look alike."""
    hashes = {}
    for number, (name, change) in enumerate(CHANGES.items()):
        root = tmp_path / str(number)
        (root / "b").mkdir(parents=True)
        (root / "a.txt").write_text("a")
        (root / "b" / "c.txt").write_text("c")
        change(root)
        hashes[name] = folder(root, ())
    assert [pair for pair in combinations(hashes, 2) if hashes[pair[0]] == hashes[pair[1]]] == []


def test_what_does_not_count(tree: Path) -> None:
    """Neither times, the folder's own name, hidden and compiled files, nor what is to be ignored, at any depth."""
    before = folder(tree, {"state.json", "out"})
    for name in (".hidden", ".git/x", "b/.hidden", "__pycache__/x.pyc", "b/__pycache__/x", "state.json", "b/out/x"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("x")
    (tree / "empty").mkdir()
    os.utime(tree / "a.txt", (1, 1))
    moved = tree.rename(tree.with_name("moved"))
    assert folder(moved, {"state.json", "out"}) == before
    assert folder(moved, ()) != before


def test_the_order_of_the_disk_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that lists files and folders the other way round gives the same hash."""
    for name in ["b", "a", "d/z", "d/y", "c", "d.x", "e/a/b", "e/a.b"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    walk = os.walk

    def listed(top: Path, *, backwards: bool) -> Iterator[tuple[str, list[str], list[str]]]:
        for place, folders, files in walk(str(top)):
            folders.sort(reverse=backwards)
            yield place, folders, sorted(files, reverse=backwards)

    hashes = set()
    for backwards in (False, True):
        monkeypatch.setattr(os, "walk", partial(listed, backwards=backwards))
        hashes.add(folder(tmp_path, ()))
    assert len(hashes) == 1


def test_an_unreadable_folder_is_an_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for an empty one."""

    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(PermissionError):
        folder(tree, ())


def test_nothing_outside_the_folder_is_read(tree: Path, tmp_path: Path) -> None:
    """A link counts by where it points: what is there, and a ring of links, are not followed; nor is a pipe read."""
    outside = tmp_path / "outside"
    outside.write_text("before")
    (tree / "link").symlink_to(outside)
    (tree / "b" / "ring").symlink_to(tree)
    os.mkfifo(tree / "pipe")
    before = folder(tree, ())
    outside.write_text("after")
    assert folder(tree, ()) == before
    (tree / "link").unlink()
    (tree / "link").symlink_to(tree / "a.txt")
    assert folder(tree, ()) != before


def test_a_single_file(tmp_path: Path) -> None:
    """A file counts by its name and bytes; a missing file is an error, which the caller reports."""
    one, two = tmp_path / "set.yaml", tmp_path / "other.yaml"
    one.write_text("x")
    two.write_text("x")
    before = folder(one, ())
    assert before != folder(two, ())
    one.write_text("y")
    assert folder(one, ()) != before
    with pytest.raises(FileNotFoundError):
        folder(tmp_path / "none", ())


def test_an_unreadable_file_is_no_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code that needs the file reports what is wrong with it; here it only has a distinct fingerprint."""
    before = folder(tree, ())

    def refused(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refused)
    assert folder(tree, ()) != before


PROGRAM_CHANGES: dict[str, Callable[[Path], object]] = {
    "a module": lambda root: (root / "studypack/a.py").write_text("new"),
    "a module further down": lambda root: (root / "studypack/sub/b.py").write_text("new"),
    "a module's name": lambda root: (root / "studypack/a.py").rename(root / "studypack/c.py"),
    "data beside the modules": lambda root: (root / "studypack/words.yaml").write_text("new"),
    "a template": lambda root: (root / "templates/x/y.css").write_text("new"),
    "a new template": lambda root: (root / "templates/z.css").write_text(""),
}


@pytest.mark.parametrize("change", PROGRAM_CHANGES.values(), ids=PROGRAM_CHANGES)
def test_each_change_of_the_program_shows(copied: Path, change: Callable[[Path], object]) -> None:
    """Modules, their data and templates count."""
    before = _anew()
    change(copied)
    assert _anew() != before


def test_what_of_the_program_does_not_count(copied: Path) -> None:
    """Compiled modules, bundled content and what editors leave do not."""
    before = _anew()
    for name in ("studypack/__pycache__/a.pyc", "studypack/_data/content/c.py", "templates/.y.css.swp"):
        (copied / name).write_text("new")
    assert _anew() == before


@pytest.mark.parametrize("name", fingerprints._DISTRIBUTIONS)
def test_each_version_counts(copied: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of a package gives another fingerprint; one that is missing, a third."""
    known = importlib.metadata.version

    def other(asked: str) -> str:
        return "0.0" if asked == name else known(asked)

    def missing(asked: str) -> str:
        if asked == name:
            raise importlib.metadata.PackageNotFoundError(asked)
        return known(asked)

    hashes = {_anew()}
    for replaced in (other, missing):
        monkeypatch.setattr(importlib.metadata, "version", replaced)
        hashes.add(_anew())
    assert len(hashes) == 3


def test_each_dependency_is_decided_upon() -> None:
    """What the program stands on is either in the fingerprint, or known to matter to no product."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = {re.split(r"[<>=~!\[; ]", each)[0] for each in project["dependencies"]}
    assert needed <= {*fingerprints._DISTRIBUTIONS, *ELSEWHERE}
    assert list(fingerprints._DISTRIBUTIONS) == sorted(fingerprints._DISTRIBUTIONS)
    assert [name for name in fingerprints._DISTRIBUTIONS if fingerprints._version(name) == "-"] == []


def test_the_version_of_python_counts(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of Python may lay out text differently."""
    before = _anew()
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert _anew() != before


@pytest.mark.parametrize("names", fingerprints._LIBRARIES, ids=lambda names: names[0])
@pytest.mark.parametrize("which", [0, 1], ids=["linux", "macos"])
def test_each_system_library_counts(
    copied: Path, names: tuple[str, str], which: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, present and updated are three fingerprints; what counts is the file that the usual name links to."""
    libraries = tmp_path / "lib" / "x86_64-linux-gnu"
    libraries.mkdir(parents=True)
    monkeypatch.setattr(fingerprints, "_LIBRARY_FOLDERS", (str(tmp_path / "lib"),))
    missing = _anew()
    found = []
    for version in ("1.0", "1.1"):
        (libraries / f"real-{version}").touch()
        (libraries / names[which]).unlink(missing_ok=True)
        (libraries / names[which]).symlink_to(f"real-{version}")
        assert fingerprints._real_paths(names) == str(libraries / f"real-{version}")
        found.append(_anew())
    assert len({missing, *found}) == 3


def test_named_folders_are_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that the environment puts before the system's is found."""
    (tmp_path / "libpango-1.0.so.0").touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", f"/nowhere:{tmp_path}")
    assert str(tmp_path / "libpango-1.0.so.0") in fingerprints._real_paths(fingerprints._LIBRARIES[0])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_libraries_found_are_those_loaded() -> None:
    """What WeasyPrint really loads in this process is what the fingerprint found on the disk."""
    code = "import weasyprint.text.ffi; print(open('/proc/self/maps').read())"
    maps = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for names in fingerprints._LIBRARIES:
        found = fingerprints._real_paths(names)
        assert found != "-"
        assert any(path in maps for path in found.split()), f"{names[0]} is loaded from elsewhere than {found}"


def test_it_loads_no_engine() -> None:
    """A build from the cache begins with it: neither importing nor calling it imports an engine or starts a process."""
    code = (
        "import sys; from pathlib import Path; from studypack.jobs import fingerprints\n"
        "print(fingerprints.program(), fingerprints.folder(Path('docs'), ()))\n"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    hashes, modules = run.stdout.splitlines()
    loaded = {name.split(".")[0] for name in modules.split()}
    assert re.fullmatch("[0-9a-f]{64} [0-9a-f]{64}", hashes)
    assert "hashlib" in loaded
    assert not {"weasyprint", "pikepdf", "pydantic", "jinja2", "yaml", "uharfbuzz", "subprocess", "ctypes"} & loaded


def test_it_is_computed_once(copied: Path) -> None:
    """In one process the program stays what it was at the start: it is not read again."""
    before = program()
    (copied / "studypack/a.py").write_text("new")
    assert program() == before
    assert _anew() != before
