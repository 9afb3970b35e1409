"""Temporary files and folders: gone when they are done with, however that ends, and never while they are needed."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from studypack import temporary as temporary_files
from studypack.temporary import abandon, sweep, temporary, temporary_file, temporary_folder

START = ".made.new-"


@pytest.fixture(autouse=True)
def own_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is abandoned here not keep later tests from writing."""
    monkeypatch.setattr(temporary_files, "_WRITING", threading.RLock())


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_temporary_goes_at_the_end(tmp_path: Path) -> None:
    """A file and a folder with all that it holds, also where an exception ends it."""

    def fails() -> None:
        with temporary(tmp_path, "new-", ".x") as file, temporary_folder(tmp_path, START) as folder:
            file.write_bytes(b"x")
            (folder / "inner").mkdir()
            (folder / "inner" / "x").write_bytes(b"x")
            assert len(_names(tmp_path)) == 2
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert _names(tmp_path) == []


def test_a_file_that_took_its_place_stays(tmp_path: Path) -> None:
    """What was renamed is no longer temporary; two names never meet."""
    with temporary(tmp_path, "new-") as one, temporary(tmp_path, "new-") as other:
        assert one != other
        one.write_bytes(b"x")
        one.rename(tmp_path / "kept")
    assert _names(tmp_path) == ["kept"]


def test_abandoning_removes_everything_at_once(tmp_path: Path) -> None:
    """A signal's handler calls it; what other processes have is not this one's to remove."""
    (tmp_path / f"{START}0123456789ab").mkdir()
    with temporary(tmp_path, "new-") as file, temporary_folder(tmp_path / "..", f"{tmp_path.name}-") as folder:
        file.write_bytes(b"x")
        abandon()
        assert not folder.exists()
        assert _names(tmp_path) == [f"{START}0123456789ab"]


def test_abandoning_waits_for_files_of_other_threads(tmp_path: Path) -> None:
    """A thread that writes a file is waited for; none begins another one, which nobody would remove."""
    begun, go_on = threading.Event(), threading.Event()

    def write() -> None:
        with temporary_file(tmp_path, "new-") as file:
            begun.set()
            go_on.wait(10)
            file.write_bytes(b"x")

    first, second = (threading.Thread(target=write, daemon=True) for _ in range(2))
    first.start()
    begun.wait(10)
    threading.Timer(0.2, go_on.set).start()
    abandon()
    assert go_on.is_set()
    assert _names(tmp_path) == []
    begun.clear()
    second.start()
    assert not begun.wait(0.2)


def test_a_forked_process_abandons_nothing_of_its_parent(tmp_path: Path) -> None:
    """A worker has a copy of the list, and must not act on it."""
    with temporary(tmp_path, "new-") as file:
        file.write_bytes(b"x")
        child = os.fork()
        if child == 0:
            abandon()
            os._exit(0)
        os.waitpid(child, 0)
        assert file.exists()


def test_a_forked_process_that_unwinds_removes_nothing_of_its_parent(tmp_path: Path) -> None:
    """What its parent had begun before the fork is the parent's to remove."""
    parent = os.getpid()
    with temporary(tmp_path, "new-") as file:
        file.write_bytes(b"x")
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            assert file.exists()
    if os.getpid() != parent:
        os._exit(0)
    assert _names(tmp_path) == []


def test_dead_folders_are_swept_and_living_ones_not(tmp_path: Path) -> None:
    """The lock tells: one that a process holds stays, one without goes; foreign names, files and links stay."""
    dead = tmp_path / f"{START}0123456789ab"
    dead.mkdir()
    (dead / "x").write_bytes(b"x")
    for name in (".made.new-mine", f"{START}0123456789abc", ".new-0123456789ab"):
        (tmp_path / name).mkdir()
    (tmp_path / f"{START}00000000000a").write_bytes(b"a file")
    (tmp_path / f"{START}00000000000b").symlink_to(tmp_path)
    kept = [name for name in _names(tmp_path) if name != dead.name]
    with temporary_folder(tmp_path, ".other.new-") as living:
        sweep(tmp_path)
        assert _names(tmp_path) == sorted([*kept, living.name])


def test_a_new_folder_sweeps_its_own_kind(tmp_path: Path) -> None:
    """What a killed build of the same pack has left goes with the next one."""
    (tmp_path / f"{START}0123456789ab").mkdir()
    with temporary_folder(tmp_path, START) as folder:
        assert _names(tmp_path) == [folder.name]
    with pytest.raises(FileNotFoundError), temporary_folder(tmp_path / "none", START):
        pass
