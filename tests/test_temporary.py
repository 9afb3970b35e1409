"""Temporary files and folders are removed no matter how their use ends, and never while they are needed."""

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
    """Keep a test that abandons its files from blocking the writing of later tests."""
    monkeypatch.setattr(temporary_files, "_WRITING", threading.RLock())


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_temporary_goes_at_the_end(tmp_path: Path) -> None:
    """A file, and a folder with its contents, are removed on exit and on an exception."""

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
    """A renamed file is no longer temporary, and two names never clash."""
    with temporary(tmp_path, "new-") as one, temporary(tmp_path, "new-") as other:
        assert one != other
        one.write_bytes(b"x")
        one.rename(tmp_path / "kept")
    assert _names(tmp_path) == ["kept"]


def test_abandoning_removes_everything_at_once(tmp_path: Path) -> None:
    """The function that signal handlers call removes this process's files and leaves those of other processes."""
    (tmp_path / f"{START}0123456789ab").mkdir()
    with temporary(tmp_path, "new-") as file, temporary_folder(tmp_path / "..", f"{tmp_path.name}-") as folder:
        file.write_bytes(b"x")
        abandon()
        assert not folder.exists()
        assert _names(tmp_path) == [f"{START}0123456789ab"]


def test_abandoning_waits_for_files_of_other_threads(tmp_path: Path) -> None:
    """A thread that is writing a file is waited for; no thread can begin another one, which would be left behind."""
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
    """A forked worker has a copy of the list and must not act on it."""
    with temporary(tmp_path, "new-") as file:
        file.write_bytes(b"x")
        child = os.fork()
        if child == 0:
            abandon()
            os._exit(0)
        os.waitpid(child, 0)
        assert file.exists()


def test_a_forked_process_that_unwinds_removes_nothing_of_its_parent(tmp_path: Path) -> None:
    """A worker leaves it to its parent to remove what the parent had begun before the fork."""
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
    """An unlocked folder is swept; a locked folder, a foreign name, a file and a link are left alone."""
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
    """The next build of a pack removes what a killed build of it left behind."""
    (tmp_path / f"{START}0123456789ab").mkdir()
    with temporary_folder(tmp_path, START) as folder:
        assert _names(tmp_path) == [folder.name]
    with pytest.raises(FileNotFoundError), temporary_folder(tmp_path / "none", START):
        pass
