"""Temporary files and folders that are removed no matter how a process ends.

Context managers remove them at a normal exit or an exception. The handlers of signals that end the process call
`abandon`. Whatever a killed process leaves behind, the next one removes: each temporary folder is locked while its
process runs, and the system releases the lock when the process ends.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows does not have it: nothing is swept there
    fcntl = None  # type: ignore[assignment]

_OURS: Final = re.compile(r"^(\..+\.new|studypack)-[0-9a-f]{12}$")
"""The names of temporary folders: next to a pack, and in the system's folder for temporary files."""
_OPEN: Final[set[Path]] = set()
"""The paths that exist at the moment or are about to be created."""
_OWNER: Final = [0]
"""The process that `_OPEN` belongs to: a forked worker starts with a copy of it."""
_WRITING: Final = threading.RLock()
"""Held while a file that any thread may write exists."""


@contextmanager
def temporary(folder: Path, start: str, end: str = "") -> Iterator[Path]:
    """Yield an unused path in a folder, and remove whatever exists there on exit, except in a forked process.

    The path is registered before anything is created there, so that no signal can arrive in between.
    """
    path, process = folder / f"{start}{secrets.token_hex(6)}{end}", os.getpid()
    if _OWNER[0] != process:
        _OWNER[0] = process
        _OPEN.clear()
    _OPEN.add(path)
    try:
        yield path
    finally:
        if os.getpid() == process:
            remove(path)
            _OPEN.discard(path)


@contextmanager
def temporary_file(folder: Path, start: str, end: str = "") -> Iterator[Path]:
    """Yield a path like `temporary`, for a file that any thread writes and then renames immediately.

    `abandon` waits until the other threads have finished with their files.
    """
    with _WRITING, temporary(folder, start, end) as path:
        yield path


@contextmanager
def temporary_folder(parent: Path, start: str) -> Iterator[Path]:
    """Yield a new folder, locked until exit; first, sweep the folders with that prefix that dead processes left.

    Raises:
        OSError: the folder cannot be created.
    """
    sweep(parent, start)
    for _ in range(10):
        with temporary(parent, start) as path:
            path.mkdir(0o700)
            lock = _locked(path)
            if lock is None:
                continue  # another process has just swept it
            try:
                yield path
            finally:
                os.close(lock)
            return
    raise FileNotFoundError(2, os.strerror(2), str(parent))


def abandon() -> None:
    """Remove the temporary files of this process, which must then exit: its other threads can no longer write any."""
    _WRITING.acquire()  # never released
    if _OWNER[0] == os.getpid():
        for path in list(_OPEN):
            remove(path)


def remove(path: Path) -> None:
    """Remove a file, or a folder and its contents, if possible."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sweep(parent: Path, start: str = ".") -> None:
    """Remove the temporary folders in `parent` whose names begin with `start` and whose processes have ended.

    Raises:
        OSError: `parent` cannot be read.
    """
    for path in [p for p in parent.iterdir() if p.name.startswith(start) and _OURS.search(p.name)]:
        if fcntl is not None and path.is_dir() and not path.is_symlink() and (lock := _locked(path)) is not None:
            remove(path)
            os.close(lock)


def _locked(path: Path) -> int | None:
    """Lock a folder and return its descriptor; None if another process holds the lock or the folder is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return os.open(os.devnull, os.O_RDONLY) if fcntl is None else None
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.stat()  # swept between open and lock?
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
