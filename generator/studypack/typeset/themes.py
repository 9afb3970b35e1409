"""Themes: folders with any subset of the templates and style sheets, and fonts and pictures for them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from studypack.digest import digest
from studypack.errors import ContentError, Diagnostic, Location
from studypack.resources import resource
from studypack.typeset.theme_css import css_faults

TEXTS: Final = {".j2", ".css"}
FONTS: Final = {".ttf", ".otf", ".woff", ".woff2"}
ASSETS: Final = {*FONTS, ".svg", ".png", ".jpg", ".jpeg"}
ADDRESS: Final = "theme:"
"""What style sheets put before the name of a font or picture."""
LARGEST: Final = 64 << 20
"""Bytes of all files of a theme together: room for a font of Chinese or Japanese."""
MOST_FAULTS: Final = 50
"""Faults of a theme's style sheets that are told in one go."""


@dataclass(frozen=True, eq=False)
class Theme:
    """A theme.

    Attributes:
        name: its folder's name, empty for the program's own looks.
        texts: templates and style sheets by their path below the folder, such as `handbook/question.html.j2`;
            `theme.css` comes after the style sheets of every printed product.
        assets: fonts and pictures by their address, such as `theme:fonts/x.ttf`.
    """

    name: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything in it."""
        texts = [part for name in sorted(self.texts) for part in (name, self.texts[name])]
        assets = [part for name in sorted(self.assets) for part in (name, self.assets[name])]
        return digest(*texts, "\0", *assets)

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points that its own fonts have glyphs for.

        Raises:
            ContentError: a font cannot be read.
        """
        from fontTools.ttLib import TTFont

        found: set[int] = set()
        for name, content in self.assets.items():
            if Path(name).suffix not in FONTS:
                continue
            try:
                with TTFont(io.BytesIO(content), fontNumber=0) as font:
                    found |= (font.getBestCmap() or {}).keys()
            except Exception as error:  # fontTools raises whatever a damaged table leads to
                where = Location(f"{self.name}/{name.removeprefix(ADDRESS)}")
                raise ContentError(
                    Diagnostic(where, "the theme's font cannot be read", str(error), "replace the file")
                ) from error
        return frozenset(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Theme) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)


OWN: Final = Theme()
"""The program's own looks."""


def shipped() -> list[str]:
    """Return the names of the themes that come with the program."""
    return sorted(path.name for path in resource("templates").joinpath("themes").iterdir() if path.is_dir())


def load_theme(name: str, base: Path | None = None, where: Location | None = None) -> Theme:
    """Return a theme by its name or folder.

    Args:
        name: a theme of the program's, or a folder.
        base: the set's folder, for a theme that the set names itself: it must lie in it. None where the user at the
            command line names it.
        where: where the set names it.

    Raises:
        ContentError: there is no such theme, it is too large or not readable, or it lies outside of the set.
    """
    own = name in shipped()
    folder = resource("templates") / "themes" / name if own else (base or Path()) / name
    try:
        inside = own or base is None or folder.resolve().is_relative_to(base.resolve())
        found = folder.is_dir()
    except (OSError, ValueError, RuntimeError):  # no name of a file, too long for one, or links in a circle
        inside, found = True, False
    if not inside:
        raise ContentError(Diagnostic(where, f'the theme "{name}" lies outside of the set', "", "move it into the set"))
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
            continue  # what is hidden is an editor's or a version control's, and counts nowhere
        if not path.resolve().is_relative_to(root):
            raise ContentError(Diagnostic(where, f"{name} of the theme leads out of its folder", "", "copy the file"))
        room -= path.stat().st_size
        if room < 0:
            raise ContentError(Diagnostic(where, f"the theme {folder.name} is larger than {LARGEST >> 20} MB"))
        try:
            if path.suffix in TEXTS:
                texts[name] = path.read_text("utf-8")
            else:
                assets[ADDRESS + name] = path.read_bytes()
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(Diagnostic(where, f"{name} of the theme cannot be read", str(error))) from error
    sheets = [name for name in sorted(texts) if name.endswith(".css")]
    faults = [fault for name in sheets for fault in css_faults(texts[name], f"{folder.name}/{name}", assets)]
    if faults:
        raise ContentError(*faults[:MOST_FAULTS])
    return Theme(folder.name, texts, assets)
