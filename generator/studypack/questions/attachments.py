"""Read the figures and listings that exhibits show: only files inside the set's folder, and only safe ones."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from studypack.bounded import opened
from studypack.errors import Location, suggestion
from studypack.questions import pictures
from studypack.questions.fields import Kind, written_at
from studypack.questions.files import SetFiles, add_file
from studypack.questions.limits import MAX_TEXT
from studypack.questions.model import SingleFile
from studypack.questions.svg_rules import svg_fault
from studypack.questions.yaml_source import CONTROL, YamlSource
from studypack.text.markdown import pictures_in

MAX_FIGURE_BYTES: Final = 40_000_000
"""The maximum size in bytes of an author's original figure; photographs are then reduced to what print can show."""
MAX_LISTING_BYTES: Final = 200_000

_RASTERS: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""The extensions of raster pictures, whose format is recognized by the content."""


class ExhibitFiles(NamedTuple):
    """What exhibits and texts show, by its path in the set: as products show it, and the hash of the file as it was."""

    shown: SetFiles
    hashes: dict[str, str]


Sound = tuple[str, str]
"""The extension and the SHA-256 of a figure without a fault."""

Attached = tuple[Location, str, str]
"""The location, kind and name of a file that an exhibit or a text shows."""


def read_exhibit_files(
    attached: Iterable[tuple[YamlSource, Iterable[Attached]]], root: Path, sound: set[Sound]
) -> ExhibitFiles:
    """Return the bytes of each file that an exhibit or a text shows.

    Problems are noted in the sources: files that are missing, outside the folder, too large, or of another format.

    Args:
        attached: what each source shows (see `attached_to`).
        root: the set's folder.
        sound: figures that need not be looked at; others without a fault are added.
    """
    files = ExhibitFiles(SetFiles(), {})
    seen: set[tuple[str, str]] = set()
    for source, shown in attached:
        for where, kind, name in shown:
            if (kind, name) in seen:
                continue
            seen.add((kind, name))
            read = _read(source, where, kind, name, root, sound)
            if read is not None:
                content, files.hashes[name] = read
                add_file(files.shown, name, content)
    return files


def attached_to(source: YamlSource) -> Iterator[Attached]:
    """Yield the files that exhibits and Markdown in plain data show."""
    for path, text in source.texts():
        written = written_at(SingleFile, path)
        if written is None:
            continue
        if written.kind in (Kind.FIGURE, Kind.LISTING):
            yield source.value(path), written.kind.value, text
        elif written.kind.is_markdown and len(text) <= MAX_TEXT:
            for name in pictures_in(text):
                place = next((at for form in (name, quote(name)) if (at := text.find(form)) >= 0), 0)
                line = text.count("\n", 0, place)
                yield source.line(path, line), "picture", name


def _read(
    source: YamlSource, where: Location, kind: str, name: str, root: Path, sound: set[Sound]
) -> tuple[bytes, str] | None:
    """Return a file in the form that products show, and its hash; or note in the source why it cannot be used."""
    real = _found(source, where, kind, name, root)
    if real is None:
        return None
    if not real.is_file():
        source.complain(where, f'the {kind} "{name}" is not a file', "", "name a file")
        return None
    limit = MAX_LISTING_BYTES if kind == "listing" else MAX_FIGURE_BYTES
    try:
        with opened(real) as file:
            content = file.read(limit + 1)
    except OSError as error:
        source.complain(where, f'the {kind} "{name}" cannot be read', error.strerror or str(error), "")
        return None
    if len(content) > limit:
        what = f'the {kind} "{name}" has {max(real.stat().st_size, len(content))} bytes'
        source.complain(where, what, f"the limit is {limit}", "make it smaller")
        return None
    suffix, digest = real.suffix.lower(), hashlib.sha256(content).hexdigest()
    if fault := _fault(kind, suffix, content, (suffix, digest), sound):
        source.complain(where, f'the {kind} "{name}" cannot be used', *fault)
        return None
    as_shown = content if kind == "listing" or suffix == ".svg" else pictures.for_print(content)
    return as_shown, digest


def _fault(kind: str, suffix: str, content: bytes, known: Sound, sound: set[Sound]) -> tuple[str, str] | None:
    """Return what is wrong with a file and the remedy, or None; a sound figure is not looked at again."""
    if kind == "listing":
        return _listing_fault(content)
    fault = None if known in sound else figure_fault(suffix, content)
    sound.update(() if fault else {known})
    return fault


def _found(source: YamlSource, where: Location, kind: str, name: str, root: Path) -> Path | None:
    """Return the path of the file with this name if it is inside the set's folder."""
    try:
        real = _as_stored(root, name).resolve(strict=True)
        inside = real.is_relative_to(root.resolve()) and not Path(name).is_absolute()
    except (OSError, ValueError, RuntimeError):
        inside = not (".." in Path(name).parts or Path(name).is_absolute() or ":" in name)
        if inside:
            source.complain(where, f'no {kind} "{name}"', "the set's folder has no such file", _nearest(name, root))
            return None
    if inside:
        return real
    why = "only files of the set's own folder are read"
    source.complain(where, f'the {kind} "{name}" is outside the set', why, "copy it into the set")
    return None


def _as_stored(root: Path, name: str) -> Path:
    """Return the path of a file whose name may be stored with separate combining accents, as on macOS."""
    path = root / name
    if name.isascii() or path.exists():
        return path
    path = root
    for part in Path(name).parts:
        if part != ".." and not (path / part).exists() and path.is_dir():
            same = unicodedata.normalize("NFC", part)
            part = next((p.name for p in path.iterdir() if unicodedata.normalize("NFC", p.name) == same), part)
        path /= part
    return path


def _nearest(name: str, root: Path) -> str:
    if "\\" in name and (root / name.replace("\\", "/")).is_file():
        return f'use "/" between folder and file: {name.replace(chr(92), "/")}'
    folder = root / Path(name).parent
    try:
        inside = folder.resolve(strict=True).is_relative_to(root.resolve())
        there = [str(Path(name).parent / p.name) for p in folder.iterdir()] if inside else []
    except (OSError, ValueError, RuntimeError):
        there = []
    return suggestion(name, there) or "add the file, or correct the name"


def _listing_fault(content: bytes) -> tuple[str, str] | None:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"it is not UTF-8 at byte {error.start}", "save it as UTF-8"
    if match := CONTROL.search(text):
        return f"it contains the control character U+{ord(match[0]):04X}", "delete it"
    return None


def figure_fault(suffix: str, content: bytes) -> tuple[str, str] | None:
    """Return the reason and the remedy if a figure has another format than its name says, or is not safe to show."""
    if suffix != ".svg" and suffix not in _RASTERS:
        return f"figures are SVG, PNG, JPEG, GIF or WebP, not {suffix or 'files without an extension'}", "convert it"
    return svg_fault(content) if suffix == ".svg" else _raster_fault(content)


def _raster_fault(content: bytes) -> tuple[str, str] | None:
    try:
        kind, width, height = pictures.size(content)
        if width * height > pictures.MAX_PIXELS[kind]:
            return f"it has {width}×{height} pixels", f"use at most {pictures.MAX_PIXELS[kind]} pixels in total"
        pictures.check(content)
    except Exception as error:  # decoders of damaged pictures raise any exception
        return f"it is damaged ({type(error).__name__})", "export it again"
    return None
