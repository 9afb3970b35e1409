"""Reads the figures and listings that exhibits show: only files inside the set's folder, only harmless ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from studypack.errors import Location, suggestion
from studypack.questions import pictures
from studypack.questions.fields import Kind, written_at
from studypack.questions.limits import MAX_TEXT
from studypack.questions.model import SingleFile
from studypack.questions.svg_rules import svg_fault
from studypack.questions.yaml_source import CONTROL, YamlSource
from studypack.text.markdown import pictures_in

MAX_FIGURE_BYTES: Final = 40_000_000
"""Bytes of a figure as its author has it: photographs are reduced to what print can show."""
MAX_LISTING_BYTES: Final = 200_000

_RASTERS: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp")
"""Endings of pictures of pixels; which of them one is, its content says."""


def read_exhibit_files(sources: Iterable[YamlSource], root: Path) -> dict[str, bytes]:
    """Return the bytes of every file that an exhibit or a text shows, by its path in the set.

    Problems (missing, outside the folder, too large, not what the name says) are noted in the sources.
    """
    files: dict[str, bytes] = {}
    seen: set[tuple[str, str]] = set()
    for source in sources:
        for where, kind, name in _named(source):
            if (kind, name) in seen:
                continue
            seen.add((kind, name))
            content = _read(source, where, kind, name, root)
            if content is not None:
                files[name] = content
    return files


def _named(source: YamlSource) -> Iterable[tuple[Location, str, str]]:
    """Yield where, kind and name of each file that exhibits and Markdown show, in plain data."""
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


def _read(source: YamlSource, where: Location, kind: str, name: str, root: Path) -> bytes | None:
    """Return the content of a file as products show it; note in the source why there is none."""
    real = _found(source, where, kind, name, root)
    if real is None:
        return None
    if not real.is_file():
        source.complain(where, f'the {kind} "{name}" is no file', "", "name a file")
        return None
    limit = MAX_LISTING_BYTES if kind == "listing" else MAX_FIGURE_BYTES
    try:
        with real.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        source.complain(where, f'the {kind} "{name}" cannot be read', error.strerror or "", "")
        return None
    if len(content) > limit:
        what = f'the {kind} "{name}" has {max(real.stat().st_size, len(content))} bytes'
        source.complain(where, what, f"the limit is {limit}", "make it smaller")
        return None
    suffix = real.suffix.lower()
    fault = _listing_fault(content) if kind == "listing" else _figure_fault(suffix, content)
    if fault:
        source.complain(where, f'the {kind} "{name}" cannot be used', *fault)
        return None
    return content if kind == "listing" or suffix == ".svg" else pictures.for_print(content)


def _found(source: YamlSource, where: Location, kind: str, name: str, root: Path) -> Path | None:
    """Return the file that a name means, if it is inside the set's folder."""
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
    """Return the path of a file whose name may be stored with its accents apart from their letters, as macOS does."""
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
        return f'write "/" between folder and file: {name.replace(chr(92), "/")}'
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
        return f"it holds the control character U+{ord(match[0]):04X}", "delete it"
    return None


def _figure_fault(suffix: str, content: bytes) -> tuple[str, str] | None:
    """Return why and remedy if a figure is not what its name says, or not safe to show."""
    if suffix != ".svg" and suffix not in _RASTERS:
        return "figures are SVG, PNG, JPEG, GIF or WebP", f"convert it; {suffix or 'no ending'} is none of them"
    return svg_fault(content) if suffix == ".svg" else _raster_fault(content)


def _raster_fault(content: bytes) -> tuple[str, str] | None:
    try:
        kind, width, height = pictures.size(content)
        if width * height > pictures.MAX_PIXELS[kind]:
            return f"it has {width}×{height} pixels", f"at most {pictures.MAX_PIXELS[kind]} in all"
        pictures.check(content)
    except Exception as error:  # readers of pictures raise whatever they meet
        return f"it is damaged ({type(error).__name__})", "export it again"
    return None
