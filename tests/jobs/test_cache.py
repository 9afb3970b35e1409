"""The cache: an entry comes back whole or not at all, and nothing in it fails a build."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from studypack.jobs.cache import LIMIT, MAGIC, SUFFIX, Cache, default_folder

CONTENT = bytes(range(256)) * 5
OVERHEAD = len(MAGIC) + 32
"""Bytes of an entry before its content."""


def _entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))


def _kept(cache: Cache, *keys: str) -> list[str]:
    return [key for key in keys if cache.get(key) is not None]


def _aged(cache: Cache, *keys: str, size: int = 100) -> None:
    """Put entries of a size each, the first of them the oldest; all in the past."""
    for age, key in enumerate(keys):
        before = set(cache.folder.iterdir()) if cache.folder.exists() else set()
        cache.put(key, bytes(size - OVERHEAD))
        (path,) = set(cache.folder.iterdir()) - before
        os.utime(path, (1000 + age, 1000 + age))


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Return a cache whose folder does not exist yet."""
    return Cache(tmp_path / "deep" / "cache")


@pytest.mark.parametrize("content", [b"", b"x", CONTENT, MAGIC])
def test_an_entry_comes_back(cache: Cache, content: bytes) -> None:
    """What was put under a key is what the key gives, also to another process's cache; other keys give nothing."""
    assert cache.get("ab") is None
    cache.put("ab", content)
    assert cache.get("ab") == content
    assert Cache(cache.folder).get("ab") == content
    assert cache.get("abc") is None


def test_an_entry_is_replaced(cache: Cache) -> None:
    """The last content put under a key counts; there is one file, and no temporary one stays."""
    cache.put("ab", b"old")
    cache.put("ab", b"new")
    assert cache.get("ab") == b"new"
    assert len(list(cache.folder.iterdir())) == 1


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "one bit of the content": lambda entry: entry[:-1] + bytes([entry[-1] ^ 1]),
    "one bit of the checksum": lambda entry: entry[:OVERHEAD - 1] + bytes([entry[OVERHEAD - 1] ^ 1]) + CONTENT,
    "cut short": lambda entry: entry[:-1],
    "cut in the header": lambda entry: entry[: OVERHEAD - 1],
    "longer": lambda entry: entry + b"x",
    "empty": lambda entry: b"",
    "of an older format": lambda entry: entry.replace(b"cache 1\n", b"cache 0\n", 1),
    "foreign": lambda entry: CONTENT,
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_entry_is_none_and_goes(cache: Cache, damage: Callable[[bytes], bytes]) -> None:
    """Whatever happened to its file: nothing comes back, the file is removed, and the key can be put anew."""
    cache.put("ab", CONTENT)
    (path,) = _entries(cache.folder)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.get("ab") is None
    assert not path.exists()
    cache.put("ab", CONTENT)
    assert cache.get("ab") == CONTENT


@pytest.mark.parametrize("key", ["../../escaped", "/etc/passwd", "a" * 5000, "", ".", "ab\0", "nul", "ünï/çødé"])
def test_no_key_leads_out_of_the_folder(cache: Cache, key: str) -> None:
    """Any text makes the name of one plain file in the folder, even one that is no key of ours."""
    cache.put(key, b"x")
    assert cache.get(key) == b"x"
    assert [path for path in cache.folder.parents[1].rglob("*") if path.is_file()] == _entries(cache.folder)


def test_a_file_in_the_folders_place_is_silent(tmp_path: Path) -> None:
    """Where no folder can be made, nothing is kept, and nothing fails."""
    (tmp_path / "file").write_bytes(b"mine")
    cache = Cache(tmp_path / "file")
    cache.put("ab", b"x")
    cache.trim()
    assert (cache.get("ab"), cache.size(), cache.clear()) == (None, 0, (0, 0))
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_failing_disk_is_silent(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full when the entry is renamed into place: the old entry stays, and no temporary file."""
    cache.put("ab", b"old")

    def full(path: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    cache.put("ab", b"new")
    assert cache.get("ab") == b"old"
    assert len(list(cache.folder.iterdir())) == 1


def test_an_interrupt_leaves_no_temporary_file(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while an entry is written goes on, and nothing of the entry stays.

    The temporary file is in the same folder and has our suffix: were the process killed, it would still be cleared.
    """

    def interrupted(path: Path, target: Path) -> Path:
        assert path.parent == target.parent == cache.folder
        assert path.name.endswith(SUFFIX)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.put("ab", b"new")
    assert list(cache.folder.iterdir()) == []


def test_something_else_in_an_entrys_place_is_silent(cache: Cache) -> None:
    """A folder or a pipe with an entry's name is not an entry: it is not read, counted or removed."""
    cache.put("ab", b"x")
    (folder,) = _entries(cache.folder)
    folder.unlink()
    folder.mkdir()
    cache.put("cd", b"x")
    (pipe,) = set(_entries(cache.folder)) - {folder}
    pipe.unlink()
    os.mkfifo(pipe)
    cache.put("ab", b"y")
    assert _kept(cache, "ab", "cd") == []
    assert (cache.size(), cache.clear()) == (0, (0, 0))
    assert folder.is_dir()
    assert pipe.is_fifo()


def test_the_least_recently_used_go_first(cache: Cache) -> None:
    """Trimming keeps what was used last, not what was written last, and as much as the limit allows."""
    small = Cache(cache.folder, limit=300)
    _aged(small, "a1", "a2", "a3", "a4", "a5")
    assert small.get("a1") is not None
    small.trim()
    assert small.size() == 300
    assert _kept(small, "a1", "a2", "a3", "a4", "a5") == ["a1", "a4", "a5"]


def test_within_the_limit_nothing_goes(cache: Cache) -> None:
    """A cache that just fits stays whole; its size counts the files' bytes."""
    just = Cache(cache.folder, limit=300)
    _aged(just, "a1", "a2", "a3")
    just.trim()
    assert just.size() == sum(path.stat().st_size for path in _entries(just.folder)) == 300


def test_what_is_larger_than_the_cache_is_not_kept(cache: Cache) -> None:
    """One huge content does not drive everything else out."""
    small = Cache(cache.folder, limit=300)
    _aged(small, "a1", "a2")
    small.put("a3", bytes(301 - OVERHEAD))
    small.trim()
    assert _kept(small, "a1", "a2", "a3") == ["a1", "a2"]
    small.put("a3", bytes(300 - OVERHEAD))
    assert _kept(small, "a3") == ["a3"]


def test_the_limit_is_512_mib() -> None:
    """Unless another is given."""
    assert Cache(Path("x")).limit == LIMIT == 536_870_912


def test_clearing_removes_ours_alone(cache: Cache) -> None:
    """Entries go and are counted, an interrupted process's as well; foreign files and folders stay as they are."""
    _aged(cache, "a1", "a2")
    (cache.folder / f"new-x1y2{SUFFIX}").write_bytes(b"half an ent")
    foreign = {"notes.txt": b"mine", f"a{SUFFIX}.bak": b"mine", "deadbeef": b"mine"}
    for name, content in foreign.items():
        (cache.folder / name).write_bytes(content)
    (cache.folder / "folder").mkdir()
    assert cache.clear() == (3, 211)
    (cache.folder / "folder").rmdir()
    assert {path.name: path.read_bytes() for path in cache.folder.iterdir()} == foreign
    assert cache.clear() == (0, 0)


def test_trimming_leaves_foreign_files(cache: Cache) -> None:
    """A foreign file neither counts towards the limit nor is removed, however old and large it is."""
    small = Cache(cache.folder, limit=150)
    _aged(small, "a1", "a2")
    foreign = small.folder / "notes.txt"
    foreign.write_bytes(bytes(1000))
    os.utime(foreign, (1, 1))
    small.trim()
    assert _kept(small, "a1", "a2") == ["a2"]
    assert foreign.read_bytes() == bytes(1000)


def test_a_linked_file_is_not_counted(cache: Cache, tmp_path: Path) -> None:
    """A symbolic link with an entry's name leads clearing to no file elsewhere."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    cache.put("ab", b"x")
    (cache.folder / f"link{SUFFIX}").symlink_to(outside)
    assert cache.clear() == (1, OVERHEAD + 1)
    assert outside.read_bytes() == b"mine"


def _write_often(folder: Path, letter: int) -> None:
    for _ in range(150):
        Cache(folder).put("ab", bytes([letter]) * 20_000)


def test_processes_share_a_key(cache: Cache) -> None:
    """While several processes write the same key, a reader always finds one of their contents, whole."""
    cache.put("ab", bytes([0]) * 20_000)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_often, args=(cache.folder, letter)) for letter in (1, 2)]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        content = cache.get("ab")
        assert content is not None
        assert content == content[:1] * 20_000
        seen.add(content[0])
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen & {1, 2}, "the writers were not met at work"
    assert len(list(cache.folder.iterdir())) == 1


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`STUDYPACK_CACHE` names it; unset or empty, it is the user's own of this system."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    for unset in ({"STUDYPACK_CACHE": ""}, {}):
        monkeypatch.delenv("STUDYPACK_CACHE")
        for name, value in unset.items():
            monkeypatch.setenv(name, value)
        assert default_folder().name == "studypack"
        assert sys.platform != "linux" or default_folder() == tmp_path / "home" / "studypack"


def test_importing_it_is_cheap() -> None:
    """It stands at the beginning of each build: platformdirs and the engines are not imported for it."""
    code = "import sys, studypack.jobs.cache; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "studypack.jobs.cache" in loaded
    assert not {"platformdirs", "weasyprint", "pikepdf", "multiprocessing"} & set(loaded)
