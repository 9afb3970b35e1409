"""The cache of earlier results: files of limited total size, safe to delete and verified by checksum when read.

The cache never makes a build fail: an entry that cannot be read counts as missing, and a result that cannot be written
is made again the next time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from studypack.temporary import temporary_file

LIMIT: Final = 512 * 2**20
"""The maximum size of a cache, in bytes.

A handbook of 5,000 questions takes 290 MB; if that did not fit, each build would lose what the next one asks for first.
"""

SUFFIX: Final = ".studypack-cache"
"""The suffix of cache files. Files with other names are never touched."""

MAGIC: Final = b"studypack cache 1\n"
"""The first bytes of an entry; the number is the version of the format."""

_HEADER: Final = len(MAGIC) + hashlib.sha256().digest_size


class _Entry(NamedTuple):
    """A cache file: time of last use (nanoseconds), path, and size in bytes. Entries sort by age."""

    used: int
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries, each found by its key. Several processes may use it at the same time.

    An entry is the line `MAGIC`, the content's SHA-256 (32 bytes), and the content.

    Attributes:
        folder: the folder of the entries; created with the first entry.
        limit: the maximum size after `trim`, in bytes; larger entries are not stored.
    """

    folder: Path
    limit: int = LIMIT

    def get(self, key: str) -> bytes | None:
        """Return the content stored under a key, or None.

        Reading updates the entry's time of last use. An entry that is damaged or has another format is removed.
        """
        path = self._path(key)
        try:
            if not path.is_file():  # reading a named pipe would block
                return None
            with path.open("rb") as entry:
                header, content = entry.read(_HEADER), entry.read()
        except OSError:
            return None
        if header != MAGIC + hashlib.sha256(content).digest():
            _remove(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Store content under a key. If it cannot be written completely, nothing is stored."""
        if _HEADER + len(content) > self.limit:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with temporary_file(self.folder, "new-", SUFFIX) as beside:
                descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # readable only by this user
                with os.fdopen(descriptor, "wb") as file:
                    file.write(MAGIC + hashlib.sha256(content).digest())
                    file.write(content)
                beside.replace(self._path(key))

    def clear(self) -> tuple[int, int]:
        """Remove every entry, and return the number of files and bytes removed."""
        sizes = [entry.size for entry in self._entries() if _remove(entry.path)]
        return len(sizes), sum(sizes)

    def size(self) -> int:
        """Return the size of all entries in bytes."""
        return sum(entry.size for entry in self._entries())

    def trim(self) -> None:
        """Remove the least recently used entries until the total size is within the limit."""
        entries = sorted(self._entries())
        size = sum(entry.size for entry in entries)
        for entry in entries:
            if size <= self.limit:
                return
            if _remove(entry.path):
                size -= entry.size

    def _path(self, key: str) -> Path:
        """Return the path of a key's file. The key is hashed, so that every key gives a valid file name."""
        return self.folder / (hashlib.sha256(key.encode()).hexdigest() + SUFFIX)

    def _entries(self) -> Iterator[_Entry]:
        """Yield the cache's files, including those that an interrupted `put` left behind."""
        with suppress(OSError), os.scandir(self.folder) as found:
            for file in found:
                if not file.name.endswith(SUFFIX):
                    continue
                with suppress(OSError):  # another process may have removed it by now
                    if file.is_file(follow_symlinks=False):
                        state = file.stat(follow_symlinks=False)
                        yield _Entry(state.st_mtime_ns, file.path, state.st_size)


def default_folder() -> Path:
    """Return the folder that `STUDYPACK_CACHE` names, or else the user's cache folder on this system."""
    named = os.environ.get("STUDYPACK_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path("studypack")


def _remove(path: str | Path) -> bool:
    """Remove a file, and return whether that succeeded."""
    try:
        os.unlink(path)  # noqa: PTH108 - scandir gives strings
    except OSError:
        return False
    return True
