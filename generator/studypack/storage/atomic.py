"""Atomic writes: at every moment there is either the old file or pack or the new one, never a mixture."""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from studypack.errors import BuildError, Diagnostic, Location
from studypack.shelf import Content, opened
from studypack.temporary import remove, temporary, temporary_folder

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

_EXCHANGE: Final = {"linux": ("renameat2", 2), "darwin": ("renameatx_np", 2)}
"""The system's call that exchanges two names at once, and its flag (renameat2(2); renameatx_np(2))."""
LONGEST_WAIT: Final = 30.0
"""Seconds for which another process may keep us from writing."""
_PAUSE: Final = 0.05
_PIECE: Final = 1 << 20
_TOKEN: Final = re.compile("[0-9a-f]{12}")
_HERE: Final = {"linux": -100, "darwin": -2}
"""AT_FDCWD: names are relative to the working folder."""


def write_file(path: Path, content: Content) -> None:
    """Write a file atomically. A file that already has this content is not touched.

    Raises:
        BuildError: the file cannot be written; nothing has changed.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(21, os.strerror(21))
        if path.is_file() and _has(path, content):
            return
        start = f".{path.name[:100]}-"
        with locked(path.parent) as alone, temporary(path.parent, start) as beside:
            if alone:
                _sweep(path.parent, start)
            _write(beside, content)
            beside.replace(path)
    except OSError as error:
        raise _cannot(path, error) from error


def write_pack(
    folder: Path,
    files: Mapping[str, Content],
    last: str,
    stale: set[str],
    permit: Callable[[], None] = lambda: None,
) -> list[Path]:
    """Write a pack: a new folder is created beside the old one and replaces it in one step.

    Other files in the folder are kept. If two builds write the same pack, the later one wins; they are never mixed.

    Args:
        folder: the pack's folder; made if it does not exist.
        files: contents by name or path in the folder.
        last: the name of the file that describes the pack; its path is returned last.
        stale: names of products that this pack does not have.
        permit: called once no other build can write into the same folder; it raises if the folder is another's.

    Returns:
        the paths of the files, in their order.

    Raises:
        BuildError: a file cannot be written; the old pack is unchanged.
    """
    ordered = [*(name for name in files if name != last), last]
    path = folder
    try:
        real = Path(os.path.realpath(folder))  # keep a symbolic link to another folder
        real.parent.mkdir(parents=True, exist_ok=True)
        _restore(real)
        for name in ("", *files, *stale):
            path = folder / name
            _check_place(real / name, folder=not name)
        _refuse_mounts(real)
        with locked(real.parent) as alone, temporary_folder(real.parent, f".{real.name[:100]}.new-") as new:
            if not alone:
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            permit()
            changed = any(os.path.lexists(real / name) for name in stale)
            for name in ordered:
                path = folder / name
                changed |= _write_or_link(new / name, files[name], real / name)
            path = folder
            if not changed:
                return [folder / name for name in ordered]
            _take_over(real, new, {*files, *stale})
            new.chmod(real.stat().st_mode if real.exists() else 0o777 & ~_umask())
            _swap(new, real)
            _bring_back(new, real, {*files, *stale})
    except OSError as error:
        raise _cannot(path, error) from error
    return [folder / name for name in ordered]


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Keep other processes of ours from writing into a folder; give whether that is so.

    The system releases the lock with the process. Another one that holds it for long was stopped; not every file
    system has locks.
    """
    if fcntl is None:
        yield True
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield _taken(descriptor)
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    """Take the lock of an open folder, as soon as nobody else has it; False where that takes too long."""
    for _ in range(int(LONGEST_WAIT / _PAUSE)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError:  # a file system without locks
            return True
        else:
            return True
    return False


def _sweep(folder: Path, start: str) -> None:
    """Remove what killed processes left of a file. Its folder is locked, so no other process is writing it."""
    for path in folder.iterdir():
        if path.name.startswith(start) and _TOKEN.fullmatch(path.name[len(start) :]):
            remove(path)


def _refuse_mounts(folder: Path) -> None:
    """Raise OSError where another file system is mounted in a pack's folder: it would be removed with the old pack."""
    mounts = Path("/proc/self/mountinfo")
    places = [os.fsdecode(_unescaped(line.split(b" ")[4])) for line in _lines(mounts)]
    inner = [folder, *(path for path in folder.rglob("*") if path.is_dir() and not path.is_symlink())]
    if any(Path(place).is_relative_to(folder) for place in places) or any(map(os.path.ismount, inner)):
        raise OSError(errno.EBUSY, "another file system is mounted in it")


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines()
    except OSError:  # only Linux has that file
        return []


def _unescaped(place: bytes) -> bytes:
    """Return a path as it is: spaces and such stand as octal numbers in the list of mounts."""
    return re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), place)


def _check_place(path: Path, *, folder: bool) -> None:
    """Raise the system's error if a folder is where a file should be, or the other way round."""
    if folder and path.exists():
        if not path.is_dir():
            raise NotADirectoryError(20, os.strerror(20))
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    elif not folder and path.is_dir():
        raise IsADirectoryError(21, os.strerror(21))


def _has(path: Path, content: Content) -> bool:
    """Return whether a file has this content, of which it reads a piece at a time: a book may have 500 MB."""
    with path.open("rb") as file, opened(content) as whole:
        if os.fstat(file.fileno()).st_size != len(content):
            return False
        return all(file.read(_PIECE) == whole.read(_PIECE) for _ in range(0, len(content), _PIECE))


def _write(path: Path, content: Content) -> None:
    with path.open("xb") as file, opened(content) as whole:
        shutil.copyfileobj(whole, file, _PIECE)
        file.flush()
        os.fsync(file.fileno())


def _write_or_link(path: Path, content: Content, old: Path) -> bool:
    """Write a file, or link the old one if it has the same content, to keep its time. Return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if old.is_file() and not old.is_symlink():
        with suppress(OSError):
            os.link(old, path)
            if _has(path, content):
                return False
        path.unlink(missing_ok=True)
    _write(path, content)
    return True


def _take_over(old: Path, new: Path, ours: Collection[str]) -> None:
    """Link the other files of the old folder into the new one, without moving them."""
    if old.is_dir():
        for entry in old.iterdir():
            if entry.name not in ours:
                _link(entry, new / entry.name)


def _link(entry: Path, to: Path) -> None:
    if entry.is_symlink():
        to.symlink_to(entry.readlink())
    elif entry.is_dir():
        to.mkdir(exist_ok=True)  # some of its files may be new
        for inner in entry.iterdir():
            if not os.path.lexists(to / inner.name) or inner.is_dir():
                _link(inner, to / inner.name)
        shutil.copystat(entry, to)
    else:
        try:
            os.link(entry, to)  # a pipe or a socket too
        except OSError:  # a file system without links
            if entry.is_file():
                shutil.copy2(entry, to)


def _bring_back(old: Path, new: Path, ours: Collection[str]) -> None:
    """Move files that were added to the old folder during the build, which would otherwise be lost."""
    for entry in old.iterdir() if old.is_dir() else ():
        if entry.name not in ours and not os.path.lexists(new / entry.name):
            entry.rename(new / entry.name)


def _swap(new: Path, folder: Path) -> None:
    """Exchange the names of the new folder and the old one, in one step if the system supports that."""
    if not folder.exists():
        with suppress(OSError):  # another build has just created it
            new.rename(folder)
            return
    if not _exchange(new, folder):
        aside = _aside(folder)  # not a temporary name: for a moment this is the only pack
        folder.rename(aside)
        try:
            new.rename(folder)
        except BaseException:
            aside.rename(folder)
            raise
        aside.rename(new)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name[:100]}.old")


def _restore(folder: Path) -> None:
    """Restore the old pack if a build was killed between the two renames on a system without an exchange."""
    if not folder.exists() and _aside(folder).is_dir():
        _aside(folder).rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step. Return False if the system or file system does not support that."""
    name, flag = _EXCHANGE.get(sys.platform, ("", 0))
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return False
    here = _HERE[sys.platform]
    return bool(call(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(flag)) == 0)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot(path: Path, error: OSError) -> BuildError:
    return BuildError(
        Diagnostic(
            Location(str(path)),
            "cannot be written",
            error.strerror or str(error),
            "move or delete what is there, or choose another folder with -o",
        )
    )
