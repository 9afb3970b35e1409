"""Results of earlier builds, kept in files: bounded, safe to lose, never trusted without their checksum.

Nothing in here fails a build: an entry that cannot be read is one that is not there, and one that cannot be written
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

LIMIT: Final = 256 * 2**20
"""How large a cache may grow, in bytes."""

SUFFIX: Final = ".studypack-cache"
"""How the names of our files end; files of other names are never touched."""

MAGIC: Final = b"studypack cache 1\n"
"""What an entry begins with; the number is that of the format."""

_HEADER: Final = len(MAGIC) + hashlib.sha256().digest_size


class _Entry(NamedTuple):
    """A file of ours: when it was last used (nanoseconds), where it is, its size in bytes. Sorts by age."""

    used: int
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries by key; several processes may use it at the same time.

    An entry is the line `MAGIC`, the content's SHA-256 (32 bytes), and the content.

    Attributes:
        folder: where the entries are; made with the first of them.
        limit: the bytes that `trim` leaves at most; larger contents are not kept at all.
    """

    folder: Path
    limit: int = LIMIT

    def get(self, key: str) -> bytes | None:
        """Return the content that was put under a key, or None.

        Reading marks the entry as used just now; one that is damaged or of another format is removed.
        """
        path = self._path(key)
        try:
            if not path.is_file():  # a pipe of that name would never end
                return None
            entry = path.read_bytes()
        except OSError:
            return None
        content = entry[_HEADER:]
        if entry[:_HEADER] != MAGIC + hashlib.sha256(content).digest():
            _remove(path)
            return None
        with suppress(OSError):
            os.utime(path)
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keep a content under a key: the whole of it or, where it cannot be written, nothing."""
        if _HEADER + len(content) > self.limit:
            return
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with temporary_file(self.folder, "new-", SUFFIX) as beside:
                descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # nobody else's to read
                with os.fdopen(descriptor, "wb") as file:
                    file.write(MAGIC + hashlib.sha256(content).digest())
                    file.write(content)
                beside.replace(self._path(key))

    def clear(self) -> tuple[int, int]:
        """Remove every entry, and return how many files and how many bytes that were."""
        sizes = [entry.size for entry in self._entries() if _remove(entry.path)]
        return len(sizes), sum(sizes)

    def size(self) -> int:
        """Return the size of all entries in bytes."""
        return sum(entry.size for entry in self._entries())

    def trim(self) -> None:
        """Remove the least recently used entries until the others are within the limit."""
        entries = sorted(self._entries())
        size = sum(entry.size for entry in entries)
        for entry in entries:
            if size <= self.limit:
                return
            if _remove(entry.path):
                size -= entry.size

    def _path(self, key: str) -> Path:
        """Return the file of a key: whatever the key, a plain name in the folder."""
        return self.folder / (hashlib.sha256(key.encode()).hexdigest() + SUFFIX)

    def _entries(self) -> Iterator[_Entry]:
        """Yield our files, also what an interrupted `put` left."""
        with suppress(OSError), os.scandir(self.folder) as found:
            for file in found:
                if not file.name.endswith(SUFFIX):
                    continue
                with suppress(OSError):  # another process may have removed it by now
                    if file.is_file(follow_symlinks=False):
                        state = file.stat(follow_symlinks=False)
                        yield _Entry(state.st_mtime_ns, file.path, state.st_size)


def default_folder() -> Path:
    """Return the folder that `STUDYPACK_CACHE` names, or else the user's cache folder of this system."""
    named = os.environ.get("STUDYPACK_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return platformdirs.user_cache_path("studypack")


def _remove(path: str | Path) -> bool:
    """Remove a file and tell whether that was possible."""
    try:
        os.unlink(path)  # noqa: PTH108 - scandir gives strings
    except OSError:
        return False
    return True
