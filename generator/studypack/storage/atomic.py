"""Atomic writes: there is the old file or the new one, the old pack or the new one, at every moment and never a mix."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from studypack.errors import BuildError, Diagnostic, Location
from studypack.temporary import temporary, temporary_folder

_EXCHANGE: Final = {"linux": ("renameat2", 2), "darwin": ("renameatx_np", 2)}
"""The system's call that exchanges two names at once, and its flag (renameat2(2); renameatx_np(2))."""
_HERE: Final = {"linux": -100, "darwin": -2}
"""AT_FDCWD: names are relative to the working folder."""


def write_file(path: Path, content: bytes) -> None:
    """Write a file atomically; a file that holds this content already is left alone.

    Raises:
        BuildError: it cannot be written; nothing has changed then.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(21, os.strerror(21))
        if path.is_file() and path.read_bytes() == content:
            return
        with temporary(path.parent, f".{path.name[:100]}-") as beside:
            _write(beside, content)
            beside.replace(path)
    except OSError as error:
        raise _cannot(path, error) from error


def write_pack(folder: Path, files: Mapping[str, bytes], last: str, stale: set[str]) -> list[Path]:
    """Write a pack: its folder is made anew beside the old one and takes its place in one step.

    What others keep in the folder stays in it. Two builds of the same pack do not mix either: the later one wins.

    Args:
        folder: the pack's folder; made if it does not exist.
        files: name to content.
        last: the name of the file that tells what the pack is; it comes last in what is returned.
        stale: names of products that this pack does not have.

    Returns:
        the paths written, in the files' order.

    Raises:
        BuildError: something cannot be written; the old pack is whole then.
    """
    ordered = [*(name for name in files if name != last), last]
    path = folder
    try:
        real = Path(os.path.realpath(folder))  # a link to a folder elsewhere stays one
        real.parent.mkdir(parents=True, exist_ok=True)
        _restore(real)
        for name in ("", *files, *stale):
            path = folder / name
            _check_place(real / name, folder=not name)
        with temporary_folder(real.parent, f".{real.name[:100]}.new-") as new:
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


def _check_place(path: Path, *, folder: bool) -> None:
    """Raise what the system would, where a folder stands in a file's place or the other way round."""
    if folder and path.exists():
        if not path.is_dir():
            raise NotADirectoryError(20, os.strerror(20))
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    elif not folder and path.is_dir():
        raise IsADirectoryError(21, os.strerror(21))


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write_or_link(path: Path, content: bytes, old: Path) -> bool:
    """Write a file; where the old one holds the same, take that: it keeps its time. Return whether it was written."""
    if old.is_file() and not old.is_symlink():
        with suppress(OSError):
            os.link(old, path)
            if path.read_bytes() == content:
                return False
        path.unlink(missing_ok=True)
    _write(path, content)
    return True


def _take_over(old: Path, new: Path, ours: Collection[str]) -> None:
    """Let the new folder hold what others keep in the old one, without moving it away."""
    if old.is_dir():
        for entry in old.iterdir():
            if entry.name not in ours:
                _link(entry, new / entry.name)


def _link(entry: Path, to: Path) -> None:
    if entry.is_symlink():
        to.symlink_to(entry.readlink())
    elif entry.is_dir():
        to.mkdir()
        for inner in entry.iterdir():
            _link(inner, to / inner.name)
        shutil.copystat(entry, to)
    elif entry.is_file():
        try:
            os.link(entry, to)
        except OSError:  # a file system without links
            shutil.copy2(entry, to)


def _bring_back(old: Path, new: Path, ours: Collection[str]) -> None:
    """Move what others have put into the old folder while the new one was made; nobody else would find it."""
    for entry in old.iterdir() if old.is_dir() else ():
        if entry.name not in ours and not os.path.lexists(new / entry.name):
            entry.rename(new / entry.name)


def _swap(new: Path, folder: Path) -> None:
    """Give the new folder the name of the old one, and the old one the new one's, in one step where the system can."""
    if not folder.exists():
        with suppress(OSError):  # another build has made it just now
            new.rename(folder)
            return
    if not _exchange(new, folder):
        aside = _aside(folder)  # not a temporary: for a moment it is the only pack that there is
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
    """Put the old pack back where a build was killed between the two steps of a system that has no exchange."""
    if not folder.exists() and _aside(folder).is_dir():
        _aside(folder).rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where system or file system cannot."""
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
            os.strerror(error.errno) if error.errno else str(error),
            "free the place, or choose another folder with -o",
        )
    )
