"""Archives of other people, read within limits: Word files and QTI packages are such archives."""

from __future__ import annotations

import zipfile
from typing import Final

from studypack import bounded

MOST_FILES: Final = 10_000
LARGEST_FILE: Final = 64 << 20
LARGEST_WHOLE: Final = 128 << 20
"""Bytes of all files, unpacked."""
_EASY: Final = 8 << 20
_PACKED: Final = 200
"""What unpacks to more than that many bytes, and to so many times its size, is not read: a zip bomb."""
_ENCRYPTED: Final = 1


def opened(content: bytes) -> zipfile.ZipFile:
    """Return an archive whose files may all be read.

    Raises:
        ValueError: it is not an archive, encrypted, too large, or has files outside its own folder.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("it is encrypted, or of a version before 2007")
    try:
        archive = bounded.archive(content, MOST_FILES)
    except bounded.TooManyFilesError:
        raise
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise ValueError("it is damaged or no archive") from error
    infos = archive.infolist()
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise ValueError("it is encrypted")
    whole = 0
    for info in infos:
        whole += info.file_size
        if info.file_size > min(LARGEST_FILE, max(_EASY, _PACKED * info.compress_size)) or whole > LARGEST_WHOLE:
            raise ValueError("it unpacks to more than is read")
        if info.filename.startswith(("/", "\\")) or ".." in info.filename.replace("\\", "/").split("/"):
            raise ValueError(f'its file "{info.filename[:60]}" would lie outside its folder')
    return archive


def read(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a file of an archive that `opened` gave: no more than it says it unpacks to.

    Raises:
        KeyError: there is no such file.
        ValueError: it is damaged.
    """
    info = archive.getinfo(name)
    try:
        with archive.open(info) as file:
            return file.read(info.file_size + 1)
    except Exception as error:  # the decompressors may raise anything
        raise ValueError(f'its file "{name}" is damaged') from error
