"""A shelf for large contents: they wait in a temporary file, not in memory, until they are needed."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from contextlib import suppress
from typing import IO, Any, Final

LARGE: Final = 64 * 1024
"""The bytes of a content from which it waits in the file."""


class Shelf:
    """A temporary file without a name: it is gone with the last content on it, and with the process in any case."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._file: IO[bytes] | None = None
        self._end = 0

    def put(self, content: bytes) -> bytes | Shelved:
        """Return a content on the shelf; or the content itself if it is small, or the disk has no room for it."""
        if len(content) < LARGE:
            return content
        with suppress(OSError), self._lock:
            file, start = self._opened(), self._end
            file.seek(start)
            if file.write(content) == len(content):
                self._end += len(content)
                return Shelved(self, start, len(content))
        return content

    def read(self, start: int, size: int) -> bytes:
        """Return what is at a place of the file.

        Raises:
            OSError: it cannot be read.
        """
        file = self._opened()
        if hasattr(os, "pread"):  # a forked process has the same position in the file
            return os.pread(file.fileno(), size, start)
        with self._lock:
            file.seek(start)
            return file.read(size)

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed when the shelf is gone
            weakref.finalize(self, self._file.close)
        return self._file


class Shelved:
    """A content on a shelf: `bytes` reads it. Pickled, it is the content itself."""

    __slots__ = ("_shelf", "_size", "_start")

    def __init__(self, shelf: Shelf, start: int, size: int) -> None:
        self._shelf, self._start, self._size = shelf, start, size

    def __bytes__(self) -> bytes:
        return self._shelf.read(self._start, self._size)

    def __len__(self) -> int:
        return self._size

    def __reduce__(self) -> tuple[Any, ...]:
        return bytes, (bytes(self),)
