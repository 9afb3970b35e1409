"""Temporary files and folders that are removed however a process ends.

An ordinary end and an exception remove them where they were made. The handler of a signal that ends the process calls
`abandon`. What a killed process leaves is found by the next one: each temporary folder is locked while its process
runs, and the system releases the lock with the process.
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
except ImportError:  # not on Windows: there nothing is swept
    fcntl = None  # type: ignore[assignment]

_OURS: Final = re.compile(r"^(\..+\.new|studypack)-[0-9a-f]{12}$")
"""The names of temporary folders: beside a pack, and among the system's."""
_OPEN: Final[set[Path]] = set()
"""What exists at the moment, or is about to."""
_OWNER: Final = [0]
"""The process that `_OPEN` belongs to: workers are forked with a copy."""
_WRITING: Final = threading.RLock()
"""Held while a file that any thread may write is there."""


@contextmanager
def temporary(folder: Path, start: str, end: str = "") -> Iterator[Path]:
    """Give an unused name in a folder; whatever has that name at the end is removed, unless by a forked copy of us.

    Registered before anything is made, so that no signal can come in between.
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
    """Give a name as `temporary` does, for a file that is written and renamed at once, by any thread.

    `abandon` waits until other threads are done with theirs.
    """
    with _WRITING, temporary(folder, start, end) as path:
        yield path


@contextmanager
def temporary_folder(parent: Path, start: str) -> Iterator[Path]:
    """Make a folder and lock it for as long as it is needed; sweep first what dead processes left of that name.

    Raises:
        OSError: it cannot be made.
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
    """Remove everything temporary of this process, which must end at once: its other threads write no more files."""
    _WRITING.acquire()  # for good
    if _OWNER[0] == os.getpid():
        for path in list(_OPEN):
            remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder with all that it holds, if that is possible."""
    with suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def sweep(parent: Path, start: str = ".") -> None:
    """Remove the temporary folders whose names begin so and whose processes are gone.

    Raises:
        OSError: the folder cannot be read.
    """
    for path in [p for p in parent.iterdir() if p.name.startswith(start) and _OURS.search(p.name)]:
        if fcntl is not None and path.is_dir() and not path.is_symlink() and (lock := _locked(path)) is not None:
            remove(path)
            os.close(lock)


def _locked(path: Path) -> int | None:
    """Return the descriptor of a folder that is locked by it; None if another process has the lock, or it is gone."""
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
