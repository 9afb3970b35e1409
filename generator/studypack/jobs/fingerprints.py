"""Fingerprints of the program itself and of folders, made quickly and without importing the typesetting libraries."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from studypack.bounded import opened
from studypack.digest import digest
from studypack.resources import VERSION, resource

_DISTRIBUTIONS: Final = (
    "anyascii",
    "brotli",
    "cssselect2",
    "fontpkg",
    "fontpkg-inter",
    "fontpkg-jetbrains-mono",
    "fontpkg-source-serif-4",
    "fonttools",
    "genanki",
    "jinja2",
    "latex2mathml",
    "markdown-it-py",
    "markupsafe",
    "mdit-py-plugins",
    "pikepdf",
    "pillow",
    "pydantic",
    "pydyf",
    "pygments",
    "pypdfium2",
    "pyphen",
    "tinycss2",
    "tinyhtml5",
    "uharfbuzz",
    "weasyprint",
    "ziafont",
    "ziamath",
)
"""The packages whose versions can affect the products."""

_LIBRARIES: Final = (
    ("libpango-1.0.so.0", "libpango-1.0.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)
"""The system libraries that WeasyPrint uses for text layout, by their names on Linux and macOS."""

_LIBRARY_FOLDERS: Final = ("/usr/local/lib", "/usr/lib64", "/lib64", "/usr/lib", "/lib", "/opt/homebrew/lib")


@cache
def program() -> str:
    """Return the hash of everything in the program that can affect its products.

    That is its own modules and data, its templates, the versions of Python and of the packages that it uses, and the
    system's text libraries (known by their real paths, which carry their versions; they are not loaded).
    """
    return digest(
        folder(Path(__file__).resolve().parents[1], {"_data"}),  # _data: templates, which follow, and content
        folder(resource("templates"), ()),
        sys.version,
        *(f"{name} {_version(name)}" for name in _DISTRIBUTIONS),
        *(f"{names[0]} {_real_paths(names)}" for names in _LIBRARIES),
    )


@cache
def versions() -> dict[str, str]:
    """Return what must be the same on all machines that make the parts of one result, by name, for a message.

    Of the system's text libraries it is the versions in their file names, not the folders in which they are.
    """
    found = {"studypack": VERSION, "studypack's own files": _own_files()[:12]}
    found["Python"] = f"{sys.version_info.major}.{sys.version_info.minor}"
    found |= {name: _version(name) for name in _DISTRIBUTIONS}
    for names in _LIBRARIES:
        found[names[0].partition(".so")[0]] = " ".join(sorted(map(os.path.basename, _real_paths(names).split())))
    return found


def _own_files() -> str:
    return digest(
        folder(Path(__file__).resolve().parents[1], {"_data"}),  # _data: templates, which follow, and content
        folder(resource("templates"), ()),
    )


def folder(path: Path, ignore: Collection[str], output: Path | None = None) -> str:
    """Return the hexadecimal SHA-256 of the names and bytes of all files below a folder, or of a single file.

    A symbolic link counts by its target path; nothing outside the folder is read. Hidden files and folders and
    `__pycache__` are ignored. A file that cannot be read counts as unreadable.

    Args:
        path: the folder or the file.
        ignore: names of files and folders that do not count, wherever they are.
        output: a folder; the packs that are in it do not count.

    Raises:
        OSError: the folder, or the single file, cannot be read.
    """
    if path.is_dir():
        os.scandir(path).close()  # an unreadable folder would look like an empty one
        return digest(*_below(path, {"__pycache__", *ignore}, output and output.resolve()))
    with opened(path) as content:
        return digest(os.fsencode(path.name), hashlib.file_digest(content, "sha256").digest())


def _below(path: Path, ignore: Collection[str], output: Path | None) -> Iterator[bytes]:
    """Yield name, kind and content of each file below a folder, in an order that depends on the names alone."""
    for place, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in ignore)
        if output is not None and Path(place).resolve() == output:
            folders[:] = [name for name in folders if not Path(place, name, "pack.json").is_file()]
        for name in sorted([*files, *folders]):
            file = Path(place, name)
            if name.startswith(".") or name in ignore or not (file.is_symlink() or file.is_file()):
                continue
            yield os.fsencode(file.relative_to(path).as_posix())
            yield from _content(file)


def _content(file: Path) -> tuple[bytes, bytes]:
    try:
        if file.is_symlink():
            return b"link", os.fsencode(file.readlink())
        with opened(file) as content:  # not as a whole: a folder may hold anything
            return b"file", hashlib.file_digest(content, "sha256").digest()
    except OSError as error:
        return b"unreadable", str(error.errno).encode()


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "-"


def _real_paths(names: Iterable[str]) -> str:
    """Return the real paths of all copies of a system library; `-` if there are none."""
    found = (os.path.join(place, name) for place in _library_folders() for name in names)  # noqa: PTH118 - quicker
    return " ".join(sorted({os.path.realpath(path) for path in found if os.path.isfile(path)})) or "-"  # noqa: PTH113


def _library_folders() -> list[str]:
    """Return the folders where the loader may find libraries: those in the environment, Python's and the usual."""
    named = [
        os.environ.get(name, "") for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
    ]
    folders = [place for places in named for place in places.split(os.pathsep) if place]
    for parent in (os.path.join(sys.prefix, "lib"), *_LIBRARY_FOLDERS):  # noqa: PTH118
        folders.append(parent)
        folders += map(str, Path(parent).glob("*-linux-*"))  # Debian's folders for each architecture
    return folders
