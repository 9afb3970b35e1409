"""Themes: folders that replace any of the templates and style sheets, and add fonts and pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from studypack.bounded import read_bounded
from studypack.digest import digest
from studypack.errors import ContentError, Diagnostic, Location
from studypack.questions.attachments import figure_fault
from studypack.resources import resource
from studypack.typeset.font_limits import font_fault
from studypack.typeset.theme_css import css_faults

TEXTS: Final = {".j2", ".css"}
FONTS: Final = {".ttf", ".otf", ".woff", ".woff2"}
ASSETS: Final = {*FONTS, ".svg", ".png", ".jpg", ".jpeg"}
ADDRESS: Final = "theme:"
"""The prefix of the addresses by which style sheets refer to a theme's fonts and pictures."""
LARGEST: Final = 64 << 20
"""The maximum total size of a theme's files in bytes, enough for a Chinese or Japanese font."""
MOST_FAULTS: Final = 50
"""The maximum number of faults in a theme's style sheets that are reported at once."""


@dataclass(frozen=True, eq=False)
class Theme:
    """A theme.

    Attributes:
        name: the name of its folder; empty for the program's default appearance.
        texts: templates and style sheets by their path below the folder, such as `handbook/question.html.j2`;
            `theme.css` is added after the style sheets of every printed product.
        assets: fonts and pictures by their address, such as `theme:fonts/x.ttf`.
    """

    name: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all its files."""
        texts = [part for name in sorted(self.texts) for part in (name, self.texts[name])]
        assets = [part for name in sorted(self.assets) for part in (name, self.assets[name])]
        return digest(*texts, "\0", *assets)

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points for which its own fonts have glyphs."""
        own = [content for name, content in self.assets.items() if Path(name).suffix in FONTS]
        if not own:
            return frozenset()
        from fontTools.ttLib import TTFont

        found: set[int] = set()
        for content in own:
            with TTFont(io.BytesIO(content), fontNumber=0) as font:
                found |= (font.getBestCmap() or {}).keys()
        return frozenset(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Theme) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)


OWN: Final = Theme()
"""The program's default appearance."""


def shipped() -> list[str]:
    """Return the names of the themes that come with the program."""
    return sorted(path.name for path in resource("templates").joinpath("themes").iterdir() if path.is_dir())


def load_theme(name: str, base: Path | None = None, where: Location | None = None) -> Theme:
    """Return a theme by its name or folder.

    Args:
        name: a theme that comes with the program, or a folder.
        base: the set's folder, which must contain a theme that the set itself names; None for a theme that the user
            names on the command line.
        where: the location of the name in the set.

    Raises:
        ContentError: there is no such theme, it is too large or unreadable, or it is outside the set.
    """
    own = name in shipped()
    folder = resource("templates") / "themes" / name if own else (base or Path()) / name
    try:
        inside = own or base is None or folder.resolve().is_relative_to(base.resolve())
        found = folder.is_dir()
    except (OSError, ValueError, RuntimeError):  # an invalid or too long file name, or a loop of links
        inside, found = True, False
    if not inside:
        raise ContentError(Diagnostic(where, f'the theme "{name}" is outside the set', "", "move it into the set"))
    if not found:
        known = ", ".join(shipped())
        raise ContentError(Diagnostic(where, f'there is no theme "{name}"', "", f"name a folder, or one of: {known}"))
    return _read(folder, where)


def _read(folder: Path, where: Location | None) -> Theme:
    root, room = folder.resolve(), LARGEST
    texts: dict[str, str] = {}
    assets: dict[str, bytes] = {}
    for path in sorted(p for p in root.rglob("*") if p.suffix in TEXTS | ASSETS and p.is_file()):
        name = path.relative_to(root).as_posix()
        if name.startswith(".") or "/." in name:
            continue  # hidden files belong to editors and version control
        if not path.resolve().is_relative_to(root):
            raise ContentError(Diagnostic(where, f"{name} is a link out of the theme", "", "copy the file"))
        try:
            content = read_bounded(path, LARGEST)
            room -= len(content)
            if path.suffix in TEXTS:
                texts[name] = content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
            else:
                assets[ADDRESS + name] = content
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise ContentError(Diagnostic(where, f"the theme's {name} cannot be read", why)) from error
        if room < 0:
            raise ContentError(Diagnostic(where, f"the theme {folder.name} is larger than {LARGEST >> 20} MB"))
    sheets = [name for name in sorted(texts) if name.endswith(".css")]
    faults = [fault for name in sheets for fault in css_faults(texts[name], f"{folder.name}/{name}", assets)]
    faults += [fault for name in sorted(assets) if (fault := _asset_fault(folder.name, name, assets[name]))]
    if faults:
        raise ContentError(*faults[:MOST_FAULTS])
    return Theme(folder.name, texts, assets)


def _asset_fault(theme: str, name: str, content: bytes) -> Diagnostic | None:
    """Return what is wrong with a font or picture: the limits are those of a set's figures."""
    where, suffix = Location(f"{theme}/{name.removeprefix(ADDRESS)}"), Path(name).suffix
    if suffix in FONTS:
        why = font_fault(content)
        return Diagnostic(where, "the theme's font cannot be used", why, "replace the file") if why else None
    found = figure_fault(suffix, content)
    return Diagnostic(where, "the theme's picture cannot be used", *found) if found else None
