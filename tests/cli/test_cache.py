"""`studypack cache`, and what a damaged cache does to products: nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from studypack.jobs.cache import MAGIC, SUFFIX, Cache
from studypack.typeset.fonts import FacesJob, take_faces
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import authored, only, write_set
from tests.running import run


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a set, its pack, and the cache that the build has filled."""
    folder = tmp_path_factory.mktemp("made")
    write_set(folder / "made.yaml", authored(1, introduction="Read this."))
    take_faces(FacesJob().run())  # a process asks the cache for font files once
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("STUDYPACK_CACHE", str(folder / "cache"))
        build(_request(folder))
    return folder


def _request(folder: Path, output: str = "out") -> Request:
    return Request(folder / "made.yaml", options=only("handbook", "cheatsheet"), output=folder / output, workers=1)


def _entry(content: bytes) -> bytes:
    return MAGIC + hashlib.sha256(content).digest() + content


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda entry: b"",
    "cut short": lambda entry: entry[:-100],
    "one byte changed": lambda entry: entry[:-1] + bytes([entry[-1] ^ 1]),
    "of an older format": lambda entry: entry.replace(b"cache 1", b"cache 0", 1),
    "foreign": lambda entry: _entry(b"something else"),
    "foreign JSON": lambda entry: _entry(b'{"format": 7}\n%PDF-1.7'),
    "foreign list": lambda entry: _entry(b"[1, 2]\n"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_entries_are_made_again(made: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    """Whatever has become of its entries, the products are the same to the byte, and the cache is whole again."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(made / "cache"))
    entries = {path: path.read_bytes() for path in (made / "cache").glob(f"*{SUFFIX}")}
    assert len(entries) >= 5
    for path, content in entries.items():
        path.write_bytes(DAMAGES[damage](content))
    pack = build(_request(made, "again"))
    for path in pack.files:
        assert path.read_bytes() == (made / "out" / "made" / path.name).read_bytes()
    assert {path: _told(path.read_bytes()) for path in entries} == {path: _told(e) for path, e in entries.items()}


def _told(entry: bytes) -> tuple[bytes, object, bytes]:
    """Return an entry as what is kept: its mark, its head without the seconds that it took, and its PDF, if any."""
    head, line, pdf = entry[len(MAGIC) + 32 :].partition(b"\n")
    told = json.loads(head)
    if isinstance(told, dict):
        told.pop("seconds", None)
    assert _entry(head + line + pdf) == entry
    return entry[: len(MAGIC)], told, pdf


def test_the_cache_is_shown_emptied_and_skipped(made: Path, tmp_path: Path) -> None:
    """`cache` shows location and size, `cache --clear` removes only our files, `--no-cache` does not touch it."""
    cache = Cache(tmp_path / "cache")
    for key in ("a", "b"):
        cache.put(key, b"x" * 150_000)
    (tmp_path / "cache" / "notes.txt").write_text("mine", "utf-8")
    told = run("cache", cwd=tmp_path, STUDYPACK_CACHE=str(tmp_path / "cache"))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout == f"{tmp_path / 'cache'}: 0.3 MB of at most 537 MB\n"
    cleared = run("cache", "--clear", cwd=tmp_path, STUDYPACK_CACHE=str(tmp_path / "cache"))
    assert cleared.stdout == f"{tmp_path / 'cache'}: removed 2 files, 0.3 MB\n"
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["notes.txt"]
    arguments = ("build", str(made / "made.yaml"), "-p", "cheatsheet", "--no-cache", "-j", "1")
    assert run(*arguments, cwd=tmp_path, STUDYPACK_CACHE=str(tmp_path / "none")).returncode == 0
    assert not (tmp_path / "none").exists()


def test_an_empty_cache_is_no_error(tmp_path: Path) -> None:
    """A cache that does not exist yet has no size, and can be emptied."""
    nowhere = str(tmp_path / "none")
    assert run("cache", cwd=tmp_path, STUDYPACK_CACHE=nowhere).stdout.startswith(f"{nowhere}: 0.0 MB of")
    assert run("cache", "--clear", cwd=tmp_path, STUDYPACK_CACHE=nowhere).stdout == (
        f"{nowhere}: removed 0 files, 0.0 MB\n"
    )


def test_a_cache_that_cannot_be_used_is_no_error(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its folder is a file, the pack is built as without one."""
    (made / "blocked").write_bytes(b"")
    monkeypatch.setenv("STUDYPACK_CACHE", str(made / "blocked"))
    pack = build(_request(made, "blocked-out"))
    for path in pack.files:
        assert path.read_bytes() == (made / "out" / "made" / path.name).read_bytes()
