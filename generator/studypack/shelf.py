"""A shelf for large contents: they wait in a temporary file, not in memory, until they are needed."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, Any, Final, TypeVar

R = TypeVar("R")
T = TypeVar("T")

LARGE: Final = 8 * 1024
"""The bytes of a content from which it waits in the file."""

LONG: Final = 4 * 1024 * 1024
"""The bytes from which a content that is being written goes on in a file."""


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
                return Shelved(self, start, len(content), hashlib.sha256(content).digest())
        return content

    def read(self, start: int, size: int) -> bytes:
        """Return what is at a place of the file.

        Raises:
            OSError: it cannot be read.
        """
        file = self._opened()
        content = b""
        while len(content) < size:  # systems read at most 2 GB at once
            more = self._some(file, start + len(content), size - len(content))
            if not more:
                raise OSError("a temporary file was cut short")
            content += more
        return content

    def _some(self, file: IO[bytes], start: int, size: int) -> bytes:
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
    """A content on a shelf: `bytes` reads it. Pickled, it is the content itself. Those with equal bytes are equal."""

    __slots__ = ("_digest", "_shelf", "_size", "_start")

    def __init__(self, shelf: Shelf, start: int, size: int, digest: bytes) -> None:
        self._shelf, self._start, self._size, self._digest = shelf, start, size, digest

    def __eq__(self, other: object) -> bool:
        return self._digest == other._digest if isinstance(other, Shelved) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._digest)

    def __bytes__(self) -> bytes:
        return self._shelf.read(self._start, self._size)

    def __len__(self) -> int:
        return self._size

    def __reduce__(self) -> tuple[Any, ...]:
        return bytes, (bytes(self),)

    def open(self) -> io.BufferedReader:
        """Return the content as a file to read."""
        return io.BufferedReader(_Reading(self._shelf, self._start, self._size))


def mapped(future: Future[R], function: Callable[[R], T]) -> Future[T]:
    """Return the future of what a function makes of a result, such as putting it on a shelf as soon as it is there."""
    made: Future[T] = Future()

    def finish(done: Future[R]) -> None:
        try:
            made.set_result(function(done.result()))
        except BaseException as error:  # raised when the caller asks for the result
            made.set_exception(error)

    future.add_done_callback(finish)
    return made


Content = bytes | Shelved
"""A content that may be on a shelf: `bytes` returns it."""


def digest_of(content: Content) -> bytes:
    """Return the SHA-256 of a content, which is known of those on a shelf."""
    return hashlib.sha256(content).digest() if isinstance(content, bytes) else content._digest


def opened(content: Content) -> io.BytesIO | io.BufferedReader:
    """Return a content as a file to read, of which only what is read is in memory."""
    return io.BytesIO(content) if isinstance(content, bytes) else content.open()


class _Reading(io.RawIOBase):
    """The part of a shelf's file that has one content."""

    def __init__(self, shelf: Shelf, start: int, size: int) -> None:
        self._shelf, self._start, self._size = shelf, start, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        read = self._shelf.read(self._start + self._at, max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)


class Scroll:
    """A content that is written from front to back; a long one into a file, unless the disk has no room for it."""

    def __init__(self) -> None:
        self._shelf = Shelf()
        self._put: list[Content] = []
        self._memory = io.BytesIO()
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, content: bytes) -> None:
        """Add to the content."""
        self._hash.update(content)
        self._size += len(content)
        self._memory.write(content)
        if self._memory.tell() >= LONG:
            self._put.append(self._shelf.put(self._memory.getvalue()))
            self._memory = io.BytesIO()

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self._size

    def digest(self) -> str:
        """Return the SHA-256 of what was written, in hexadecimal."""
        return self._hash.hexdigest()

    def content(self) -> Content:
        """Return what was written, to which nothing can be added any more."""
        rest = self._memory.getvalue()
        if not self._put:
            return rest
        pieces = [*self._put, self._shelf.put(rest.ljust(LARGE))]
        if all(isinstance(piece, Shelved) for piece in pieces):  # one behind the other
            return Shelved(self._shelf, 0, self._size, self._hash.digest())
        return b"".join(map(bytes, pieces))[: self._size]
