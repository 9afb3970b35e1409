"""Atomic writes: afterwards there is either the old pack or the new one, and nothing else."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
import tracemalloc
from pathlib import Path

import pytest
from studypack.errors import BuildError
from studypack.storage import atomic
from studypack.storage.atomic import write_file, write_pack

OLD = {"a.pdf": b"old a", "b.pdf": b"old b", "pack.json": b"old"}
NEW = {"a.pdf": b"new a", "b.pdf": b"new b", "pack.json": b"new"}


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return the folder of a pack that was written."""
    write_pack(tmp_path / "out" / "made", OLD, "pack.json", set())
    return tmp_path / "out" / "made"


def _failing(monkeypatch: pytest.MonkeyPatch, function: str, call: int, error: BaseException) -> None:
    """Let the given call of a function of `os`, counted from 1, fail."""
    original, calls = getattr(os, function), iter(range(1, 100))

    def replaced(*arguments: object, **named: object) -> object:
        if next(calls) == call:
            raise error
        result: object = original(*arguments, **named)
        return result

    monkeypatch.setattr(os, function, replaced)


def test_a_pack_is_written_and_its_paths_returned(pack: Path) -> None:
    """The folder is made, has these files and no others; paths come in the files' order, the manifest last."""
    files = {"pack.json": b"new", "z.pdf": b"z", "a.pdf": b"a"}
    assert _content(pack) == OLD
    assert write_pack(pack, files, "pack.json", {"b.pdf"}) == [pack / "z.pdf", pack / "a.pdf", pack / "pack.json"]
    assert _content(pack) == files


def test_only_stale_products_are_removed(pack: Path) -> None:
    """Stale products are removed if they exist; a reader's own files stay."""
    (pack / "notes.txt").write_bytes(b"mine")
    write_pack(pack, {"pack.json": b"new"}, "pack.json", {"a.pdf", "c.pdf"})
    assert _content(pack) == {"pack.json": b"new", "b.pdf": b"old b", "notes.txt": b"mine"}


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_full_disk_leaves_the_old_pack(pack: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Whichever file cannot be written: every old file stays, no temporary file is left, and the reason is reported."""
    _failing(monkeypatch, "fsync", call, OSError(28, "No space left on device"))
    with pytest.raises(BuildError, match="cannot be written, No space left on device"):
        write_pack(pack, NEW, "pack.json", {"c.pdf"})
    assert _content(pack) == OLD


@pytest.mark.parametrize("call", [1, 2, 3])
def test_an_interrupt_leaves_the_old_pack(pack: Path, monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Ctrl-C while a file is being written leaves no temporaries either."""
    _failing(monkeypatch, "fsync", call, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_pack(pack, NEW, "pack.json", {"c.pdf"})
    assert _content(pack) == OLD


def test_a_failing_write_does_not_remove_what_is_stale(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stale products are removed only once the new pack exists."""
    _failing(monkeypatch, "fsync", 1, OSError(28, "No space left on device"))
    with pytest.raises(BuildError):
        write_pack(pack, {"pack.json": b"new"}, "pack.json", {"a.pdf"})
    assert _content(pack) == OLD


@pytest.mark.parametrize("exchange", [True, False], ids=["in one step", "in two"])
def test_a_pack_takes_the_old_ones_place_as_a_whole(
    pack: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """A process with the old folder open still sees the old pack; the name refers to the new one."""
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    before = pack.stat().st_ino
    write_pack(pack, NEW, "pack.json", set())
    assert _content(pack) == NEW
    assert pack.stat().st_ino != before
    assert [path.name for path in pack.parent.iterdir()] == [pack.name]


def test_an_unchanged_pack_stays(pack: Path) -> None:
    """If nothing differs, nothing is replaced, so programs watching the folder are not triggered."""
    before = pack.stat().st_ino
    assert write_pack(pack, OLD, "pack.json", {"z.pdf"}) == [pack / name for name in OLD]
    assert pack.stat().st_ino == before


def test_what_others_keep_in_the_folder_stays(pack: Path) -> None:
    """Files, folders, links and permissions are in the new folder as they were in the old one."""
    (pack / "marks").mkdir()
    (pack / "marks" / "mine.txt").write_bytes(b"mine")
    (pack / "link").symlink_to("a.pdf")
    pack.chmod(0o750)
    number = (pack / "marks" / "mine.txt").stat().st_ino
    write_pack(pack, NEW, "pack.json", set())
    assert (pack / "marks" / "mine.txt").stat().st_ino == number
    assert (pack / "link").read_bytes() == b"new a"
    assert stat.S_IMODE(pack.stat().st_mode) == 0o750


def test_a_file_that_comes_in_the_last_moment_stays(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader saves into the folder just before it is swapped is brought along."""
    original = atomic._swap

    def swapped(new: Path, folder: Path) -> None:
        (folder / "notes.txt").write_bytes(b"mine")
        original(new, folder)

    monkeypatch.setattr(atomic, "_swap", swapped)
    write_pack(pack, NEW, "pack.json", set())
    assert _content(pack) == NEW | {"notes.txt": b"mine"}


def test_a_link_to_a_folder_elsewhere_stays_one(pack: Path) -> None:
    """A link to a pack on another disk is followed and kept."""
    link = pack.parent.parent / "link"
    link.symlink_to(pack)
    write_pack(link, NEW, "pack.json", set())
    assert link.is_symlink()
    assert _content(pack) == NEW


def test_the_old_pack_comes_back(pack: Path) -> None:
    """Where a system without exchange was killed in between, the next build finds the old folder and goes on."""
    (pack / "notes.txt").write_bytes(b"mine")
    pack.rename(pack.with_name(f".{pack.name}.old"))
    write_pack(pack, NEW, "pack.json", set())
    assert _content(pack) == NEW | {"notes.txt": b"mine"}
    assert [path.name for path in pack.parent.iterdir()] == [pack.name]


def test_a_folder_in_a_files_place_is_a_problem(pack: Path) -> None:
    """The obstacle is named, and nothing has changed."""
    (pack / "c.pdf").mkdir()
    with pytest.raises(BuildError) as caught:
        write_pack(pack, NEW | {"c.pdf": b"c"}, "pack.json", set())
    assert str(caught.value) == (
        f"{pack / 'c.pdf'}:1:1: cannot be written, Is a directory; "
        "move or delete what is there, or choose another folder with -o"
    )
    (pack / "c.pdf").rmdir()
    assert _content(pack) == OLD


def test_a_stale_folder_is_a_problem(pack: Path) -> None:
    """A folder where an old product should be removed is a diagnostic, not a traceback."""
    (pack / "c.pdf").mkdir()
    with pytest.raises(BuildError):
        write_pack(pack, NEW, "pack.json", {"c.pdf"})


def test_a_file_in_the_folders_place_is_a_problem(tmp_path: Path) -> None:
    """The pack's folder cannot be made where a file stands."""
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(BuildError, match="cannot be written, "):
        write_pack(tmp_path / "out" / "made", NEW, "pack.json", set())
    assert (tmp_path / "out").read_bytes() == b""


def test_identical_content_is_left_alone(tmp_path: Path) -> None:
    """A file that holds this content already keeps its time and its place on the disk: nothing is written again."""
    path = tmp_path / "deck-state.json"
    write_file(path, b"same")
    os.utime(path, (1, 1))
    before = path.stat()
    write_file(path, b"same")
    assert (path.stat().st_ino, path.stat().st_mtime) == (before.st_ino, before.st_mtime)


@pytest.mark.parametrize("change", [b"", b"longer", bytes(2 * atomic._PIECE - 1) + b"1" + bytes(99)])
def test_large_content_is_compared_to_its_end(tmp_path: Path, change: bytes) -> None:
    """A file that differs in its length, or only behind its first pieces, is replaced."""
    content = bytes(2 * atomic._PIECE + 99)
    write_file(tmp_path / "file", change or content[:-1])
    write_file(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == content


def test_large_content_is_compared_with_little_memory(tmp_path: Path) -> None:
    """A file that has its content already is not read as a whole."""
    content = bytes(8 * atomic._PIECE)
    write_file(tmp_path / "file", content)
    tracemalloc.start()
    try:
        write_file(tmp_path / "file", content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * atomic._PIECE


def test_a_file_is_replaced(tmp_path: Path) -> None:
    """Other content takes the old one's place, and nothing else remains."""
    write_file(tmp_path / "x", b"old")
    write_file(tmp_path / "x", b"new")
    assert _content(tmp_path) == {"x": b"new"}


def test_files_have_ordinary_permissions(tmp_path: Path) -> None:
    """Others may read a pack as far as the user's mask allows, not as a temporary file's does."""
    mask = os.umask(0o027)
    try:
        write_file(tmp_path / "x", b"")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """A single file is not written into a folder that does not exist."""
    with pytest.raises(BuildError, match="cannot be written, No such file or directory"):
        write_file(tmp_path / "none" / "x", b"")


def test_what_a_killed_process_left_of_a_file_is_removed(tmp_path: Path) -> None:
    """The next write of that file finds it; what others have beside it stays."""
    (tmp_path / ".state.json-0123456789ab").write_bytes(b"half")
    others = [".state.json-0123", ".state.json-0123456789ab.bak", ".other.json-0123456789ab"]
    for name in others:
        (tmp_path / name).write_bytes(b"mine")
    write_file(tmp_path / "state.json", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*others, "state.json"])


def test_two_packs_of_one_name_wait_for_each_other(tmp_path: Path) -> None:
    """The second build is asked for permission only once the first pack exists."""
    folder, seen, first = tmp_path / "made", [], threading.Event()

    def slow() -> None:
        first.set()
        threading.Event().wait(0.3)

    def permit() -> None:
        seen.append(_content(folder) if folder.is_dir() else {})

    writer = threading.Thread(target=lambda: write_pack(folder, OLD, "pack.json", set(), slow))
    writer.start()
    first.wait(10)
    write_pack(folder, NEW, "pack.json", set(), permit)
    writer.join()
    assert seen == [OLD]


def test_a_pack_is_not_written_while_another_process_holds_its_place(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was stopped in the middle: an error after a while, and the old pack stays."""
    monkeypatch.setattr(atomic, "LONGEST_WAIT", 0.1)
    with atomic.locked(pack.parent) as alone:
        assert alone
        with pytest.raises(BuildError, match="cannot be written"):
            write_pack(pack, NEW, "pack.json", set())
    assert _content(pack) == OLD


def test_a_pipe_that_others_keep_in_a_pack_stays(pack: Path) -> None:
    """It is neither read nor lost."""
    os.mkfifo(pack / "pipe")
    write_pack(pack, NEW, "pack.json", set())
    assert stat.S_ISFIFO((pack / "pipe").lstat().st_mode)


@pytest.mark.parametrize("kind", ["tmpfs", "bind"])
def test_a_file_system_that_is_mounted_in_a_pack_is_not_emptied(kind: str, pack: Path, tmp_path: Path) -> None:
    """Nothing is written, and what is mounted stays as it is: another file system, or a folder of the same one."""
    inner, own = pack / "a folder", tmp_path / "own"
    inner.mkdir()
    own.mkdir()
    mount = ["mount", "-t", "tmpfs", "tmpfs"] if kind == "tmpfs" else ["mount", "--bind", str(own)]
    if (
        shutil.which("mount") is None
        or subprocess.run([*mount, str(inner)], capture_output=True, check=False).returncode
    ):
        pytest.skip("this user may not mount")
    try:
        (inner / "mine").write_bytes(b"mine")
        with pytest.raises(BuildError, match="another file system is mounted in it"):
            write_pack(pack, NEW, "pack.json", set())
        assert (inner / "mine").read_bytes() == b"mine"
        assert (pack / "a.pdf").read_bytes() == b"old a"
    finally:
        subprocess.run(["umount", str(inner)], check=True)


def test_folders_within_a_pack_keep_what_others_put_there(tmp_path: Path) -> None:
    """A file of a folder within is written, and its neighbours of other origin stay."""
    (tmp_path / "pack" / "figures").mkdir(parents=True)
    (tmp_path / "pack" / "figures" / "mine.png").write_bytes(b"mine")
    write_pack(tmp_path / "pack", {"figures/new.png": b"new", "last": b"x"}, "last", set())
    assert (tmp_path / "pack" / "figures" / "mine.png").read_bytes() == b"mine"
    assert (tmp_path / "pack" / "figures" / "new.png").read_bytes() == b"new"
