"""The files that an import reads: within their limits, by the importer that is named or found, with their pictures."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from studypack import importers
from studypack.errors import ContentError, Diagnostic, Location, listed, suggestion
from studypack.importers import pictures
from studypack.importers.draft import Reading, Skipped, Wishes
from studypack.importers.refusals import NoQuestionsError

_POINTER: Final = b"version https://git-lfs"
"""How the pointers of Git LFS begin that stand in for files which were not downloaded."""
_BLANK: Final = b" \t\r\n\0\xef\xbb\xbf\xff\xfe"
"""Bytes that are nothing to read: white space and the marks of encodings."""


def all_read(files: Iterable[Path], wishes: Wishes) -> tuple[dict[Path, Reading], list[Skipped]]:
    """Return what each file gives, and the files among several that have no question.

    Raises:
        ContentError: with the problems of every file that cannot be read; no file has a question.
    """
    read: dict[Path, Reading] = {}
    without: list[Diagnostic] = []
    problems: list[Diagnostic] = []
    mapped: set[str] = set()
    for path in files:
        try:
            content = _content(path, wishes)
            chosen = importers.importer(wishes.format) if wishes.format else importers.guess(str(path), content)
            mapped |= set(chosen.mapped)
            _check_size(str(path), len(content), importers.largest(chosen))
            read[path] = pictures.gathered(chosen.read(str(path), content, wishes), path.parent)
        except NoQuestionsError as error:
            without += error.diagnostics
        except ContentError as error:
            problems += error.diagnostics
    problems = [*_unmapped(wishes.columns, mapped), *problems]
    if problems or not read:
        raise ContentError(*problems, *without)
    return read, [Skipped(found.where or Location(""), found.what) for found in without]


def _unmapped(keys: Iterable[str], mapped: Collection[str]) -> Iterator[Diagnostic]:
    """Yield a problem for each key of `--map` that none of the files' formats takes."""
    for key in keys:
        if key not in mapped:
            why = f"it takes {listed(sorted(mapped))}" if mapped else "these files have no columns"
            remedy = suggestion(key, mapped) or ("" if mapped else "leave --map out")
            yield Diagnostic(
                None, f'--map has the unknown key "{key}"' if mapped else "--map is of no use", why, remedy
            )


def _content(path: Path, wishes: Wishes) -> bytes:
    """Return the bytes of a file.

    Raises:
        ContentError: it cannot be read, is empty or too large, or the format does not exist.
    """
    name = str(path)
    named = [importers.importer(wishes.format)] if wishes.format else importers.by_suffix(name)
    most = max((importers.largest(each) for each in named), default=importers.LARGEST)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise IsADirectoryError(21, os.strerror(21))
        _check_size(name, size, most)
        content = path.read_bytes()
    except OSError as error:
        raise ContentError(Diagnostic(Location(name), "cannot be read", os.strerror(error.errno or 0))) from error
    if content.startswith(_POINTER):
        what = "it is a pointer of Git LFS, not the file itself"
        raise ContentError(Diagnostic(Location(name), what, "", "download the file, for example with `git lfs pull`"))
    if not content.strip(_BLANK):
        raise ContentError(Diagnostic(Location(name), "the file is empty", "", "choose another file"))
    return content


def _check_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise ContentError(Diagnostic(Location(name), f"the file has {size} bytes", f"the limit is {most}", "split it"))


def apart(read: Mapping[Path, Reading], folder: Path, owners: Mapping[str, str]) -> dict[Path, Reading]:
    """Return the readings with a path of its own for each medium that the set will have.

    Args:
        read: what each file gave.
        folder: of the question set; its media are not replaced by those of another file.
        owners: the file that each medium of the folder came from, by the medium's path.
    """
    taken: dict[str, bytes] = {}

    def is_free(path: str, content: bytes) -> bool:
        if path in taken:
            return taken[path] == content
        there = folder / path
        return not there.is_file() or owners.get(path) == source or there.read_bytes() == content

    found: dict[Path, Reading] = {}
    for name, reading in read.items():
        source = name.name
        found[name] = pictures.apart(reading, is_free)
        taken |= found[name].media
    return found
