"""Reads the figures and listings that exhibits show: only files inside the set's folder, only harmless ones."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from studypack.errors import Location, suggestion
from studypack.questions import pictures
from studypack.questions.fields import Kind, written_at
from studypack.questions.limits import MAX_TEXT
from studypack.questions.model import SingleFile
from studypack.questions.svg_limits import svg_excess
from studypack.questions.yaml_source import CONTROL, YamlSource
from studypack.text.markdown import pictures_in

MAX_FIGURE_BYTES: Final = 2_000_000
MAX_FIGURE_PIXELS: Final = 40_000_000
MAX_LISTING_BYTES: Final = 200_000

FIGURE_TYPES: Final = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}
_SVG: Final = "{http://www.w3.org/2000/svg}"
_SVG_REFUSED: Final = {f"{_SVG}{name}" for name in ("script", "foreignObject", "image", "use", "style", "a")}


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
                line = text.count("\n", 0, max(0, text.find(name)))
                yield source.line(path, line), "picture", name


def _read(source: YamlSource, where: Location, kind: str, name: str, root: Path) -> bytes | None:
    try:
        real = (root / name).resolve(strict=True)
        inside = real.is_relative_to(root.resolve()) and not Path(name).is_absolute()
    except (OSError, ValueError, RuntimeError):
        if ".." in Path(name).parts or Path(name).is_absolute() or ":" in name:
            inside = False
        else:
            source.complain(
                where,
                f'no {kind} "{name}"',
                "the set's folder has no such file",
                _nearest(name, root),
            )
            return None
    if not inside:
        source.complain(
            where,
            f'the {kind} "{name}" is outside the set',
            "only files of the set's own folder are read",
            "copy it into the set",
        )
        return None
    if not real.is_file():
        source.complain(where, f'the {kind} "{name}" is no file', "", "name a file")
        return None
    limit = MAX_LISTING_BYTES if kind == "listing" else MAX_FIGURE_BYTES
    if real.stat().st_size > limit:
        source.complain(
            where,
            f'the {kind} "{name}" has {real.stat().st_size} bytes',
            f"the limit is {limit}",
            "make it smaller",
        )
        return None
    try:
        content = real.read_bytes()
    except OSError as error:
        source.complain(where, f'the {kind} "{name}" cannot be read', error.strerror or "", "")
        return None
    fault = _listing_fault(content) if kind == "listing" else _figure_fault(real.suffix.lower(), content)
    if fault:
        source.complain(where, f'the {kind} "{name}" cannot be used', *fault)
        return None
    return content


def _nearest(name: str, root: Path) -> str:
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
    if suffix not in FIGURE_TYPES:
        return (
            "figures are SVG, PNG or JPEG",
            f"convert it; {suffix or 'no ending'} is none of them",
        )
    return _svg_fault(content) if suffix == ".svg" else _raster_fault(suffix, content)


def _svg_fault(content: bytes) -> tuple[str, str] | None:
    plain = content.replace(b"\0", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        return "it declares a document type or entities", "delete the declaration"
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - entities were refused above
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        return f"it is not XML ({error})", "export it again as plain SVG"
    if root.tag != f"{_SVG}svg":
        return "its root is not an svg element", "export it again as plain SVG"
    if too_much := svg_excess(root):
        return too_much, "simplify it, or export it as PNG"
    for element in root.iter():
        if element.tag in _SVG_REFUSED:
            return (
                f"it holds <{str(element.tag).removeprefix(_SVG)}>",
                "export it as plain SVG of shapes and text",
            )
        for name, value in element.attrib.items():
            if name.lower().startswith("on") or "href" in name.lower() or _leaves(value):
                return (
                    f"its attribute {name} refers to something outside",
                    "export it as plain SVG of shapes and text",
                )
    return None


def _leaves(value: str) -> bool:
    return "\\" in value or re.search(r"url\((?!\s*['\"]?#)", value, re.IGNORECASE) is not None


def _raster_fault(suffix: str, content: bytes) -> tuple[str, str] | None:
    try:
        kind, width, height = pictures.size(content)
        if (kind == "PNG") != (suffix == ".png"):
            return f"it is a {kind} by its content", "give it the ending of its format"
        if width * height > MAX_FIGURE_PIXELS:
            return f"it has {width}×{height} pixels", f"at most {MAX_FIGURE_PIXELS} in all"
        pictures.check(content)
    except Exception as error:  # readers of pictures raise whatever they meet
        return f"it is damaged ({type(error).__name__})", "export it again"
    return None
