"""Atomic writes: a file is written beside its place and renamed, so that there is the old one or the new one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from generator.errors import BuildError, Diagnostic, Location


def write_file(path: Path, content: bytes) -> None:
    """Write a file atomically; a file that holds this content already is left alone.

    Raises:
        BuildError: it cannot be written; nothing has changed then.
    """
    _write_all({path: content})


def write_pack(folder: Path, files: Mapping[str, bytes], last: str, stale: set[str]) -> list[Path]:
    """Write the files of a pack into its folder; the old ones stay until all new ones are on the disk.

    Args:
        folder: the pack's folder; made if it does not exist.
        files: name to content.
        last: the name of the file that tells what the pack is, renamed into place behind the others.
        stale: names of products that this pack does not have; they are removed at the end.

    Returns:
        the paths written, in the files' order.

    Raises:
        BuildError: something cannot be written; the old pack is whole then.
    """
    ordered = {folder / name: files[name] for name in [*(n for n in files if n != last), last]}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(folder, error) from error
    _write_all(ordered)
    for name in stale:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise _cannot(folder / name, error) from error
    return list(ordered)


def _write_all(files: Mapping[Path, bytes]) -> None:
    beside: dict[Path, Path] = {}
    path = next(iter(files))
    try:
        for path, content in files.items():
            if path.is_dir():
                raise IsADirectoryError(21, os.strerror(21))
            if path.is_file() and path.read_bytes() == content:
                continue
            beside[path] = _write_beside(path, content)
        for path, temporary in beside.items():
            temporary.replace(path)
    except OSError as error:
        raise _cannot(path, error) from error
    finally:
        for temporary in beside.values():
            temporary.unlink(missing_ok=True)


def _write_beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


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
