"""Read untrusted files: only regular files, and only up to a size limit."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import zipfile

LARGEST: Final = 1 << 30
"""The maximum size of a file in a pack, in bytes."""

_LISTED: Final = b"PK\x01\x02"
"""How each file is listed in an archive (PKWARE, "APPNOTE", 4.3.12)."""

_FLAGS: Final = {name: getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_NOFOLLOW")}
"""Flags for opening files; 0 on systems that do not have them."""


@contextmanager
def opened(path: Path, *, linked: bool = True) -> Iterator[io.BufferedReader]:
    """Open a regular file for reading.

    A pipe, a device or a socket never blocks: it is opened without blocking and closed unread.

    Args:
        path: the file.
        linked: whether to follow a symbolic link.

    Raises:
        OSError: the file cannot be opened, or it is not a regular file.
    """
    try:
        flags = [_FLAGS["O_NONBLOCK"], _FLAGS["O_BINARY"], 0 if linked else _FLAGS["O_NOFOLLOW"]]
        descriptor = os.open(path, os.O_RDONLY | sum(flags))
    except ValueError as error:  # its name contains a null character
        raise OSError(errno.EINVAL, "its name is not valid") from error
    with os.fdopen(descriptor, "rb") as file:
        kind = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(kind):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(kind):
            raise OSError(errno.EINVAL, "not a regular file")
        yield file


def read_bounded(path: Path, most: int = LARGEST, *, linked: bool = True) -> bytes:
    """Return the bytes of a regular file.

    Args:
        path: the file.
        most: the maximum size, in bytes.
        linked: whether to follow a symbolic link.

    Raises:
        OSError: the file cannot be read, is not a regular file, or is too large.
    """
    with opened(path, linked=linked) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise OSError(errno.EFBIG, f"larger than {most >> 20} MB")
        return file.read(size)  # ignore anything written to it in the meantime


class TooManyFilesError(ValueError):
    """An archive has more files than are read."""


def archive(content: bytes, most: int) -> zipfile.ZipFile:
    """Open an archive that has no more than so many files: to read the list of 100,000 takes two seconds.

    Args:
        content: of the archive.
        most: files that it may have. Those of archives within it count, unless they are compressed.

    Raises:
        TooManyFilesError: it has more.
        Exception: it is damaged; of any type that zipfile raises.
    """
    from zipfile import ZipFile

    if content.count(_LISTED) > most:
        raise TooManyFilesError(f"it holds more than {most} files")
    return ZipFile(io.BytesIO(content))
