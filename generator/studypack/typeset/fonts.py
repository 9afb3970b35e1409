"""The program's own fonts as static faces, so that no system fonts are needed and pages are the same everywhere.

The font packages contain variable fonts. WeasyPrint would create a static font for each font size, because it applies
the optical size axis, and take 0.2 s for each. HarfBuzz creates each of the few faces that we use in about 20 ms, all
of them in 0.3 s; so `FacesJob` lets the cache keep them, and a build takes them from there, before it forks workers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import ClassVar, Final, NamedTuple

from studypack.errors import BuildError, Diagnostic


class Face(NamedTuple):
    """One static face.

    Attributes:
        family: its family name in style sheets.
        slug: the name of the font package.
        style: `normal` or `italic`.
        weight: the value of the `wght` axis, 400 for regular.
        optical_size: the value of the `opsz` axis in points, for fonts that have one.
    """

    family: str
    slug: str
    style: str
    weight: int
    optical_size: float | None = None

    @property
    def address(self) -> str:
        """The address by which style sheets refer to it."""
        return f"font:{self.family.replace(' ', '-')}/{self.style}/{self.weight}"


_SERIF: Final = [Face("Source Serif", "source-serif-4", s, w, 11) for s in ("normal", "italic") for w in (400, 600)]
_SANS: Final = [Face("Inter", "inter", "normal", weight, 14) for weight in (400, 500, 600, 700)]
_SLANTED: Final = [Face("Inter", "inter", "italic", weight, 14) for weight in (400, 600)]
_DISPLAY: Final = [Face("Inter Display", "inter", "normal", 700, 30)]
_SYMBOLS: Final = [Face(family, "dejavu-sans", "normal", 400) for family in ("Symbols", "emoji")]
"""The last resort of every stack. Pango asks the family `emoji` for pictures, whatever is styled."""
_MONO: Final = [
    Face("JetBrains Mono", "jetbrains-mono", *sw) for sw in (("normal", 400), ("normal", 700), ("italic", 400))
]

FACES: Final = {face.address: face for face in (*_SERIF, *_SANS, *_SLANTED, *_DISPLAY, *_MONO, *_SYMBOLS)}
"""Every face by its address."""


STAND_INS: Final = {
    "✅": "✔", "❌": "✖", "❎": "✖", "⭐": "★", "🌟": "★", "❗": "!", "❕": "!", "❓": "?", "❔": "?", "👉": "☞",
    "👈": "☜", "👆": "☝", "👇": "☟", "📞": "☎", "⚡": "↯", "🔗": "∞", "🟩": "■", "⬛": "■", "⬜": "□",
    "🔲": "□", "🔳": "■", "🔺": "▲", "🔻": "▼", "🔶": "◆", "🔷": "◆", "🔸": "◆", "🔹": "◆",
}  # fmt: skip  # a table to read
"""Pictures that texts use as signs, and the sign of our font that is drawn for each; readers copy what was written."""


def font_face_rules() -> str:
    """Return the `@font-face` rules of all faces."""
    return "\n".join(
        f"@font-face {{ font-family: '{face.family}'; src: url('{address}'); "
        f"font-style: {face.style}; font-weight: {face.weight} }}"
        for address, face in FACES.items()
    )


_MADE: Final[dict[str, bytes]] = {}
"""The font files that this process has made or taken, by address."""


def font_bytes(address: str) -> bytes:
    """Return the font file of a face.

    Raises:
        KeyError: no face has this address.
        BuildError: the font is not on this machine.
    """
    if address not in _MADE:
        _MADE[address] = _static(FACES[address])
    return _MADE[address]


@dataclass(frozen=True)
class FacesJob:
    """Makes the font files of all faces, 5 MB, in the order of `FACES`."""

    here: ClassVar = True

    def inputs(self) -> list[bytes | str]:
        """Return a name alone: the files depend on the program and its packages."""
        return ["faces"]

    def run(self) -> list[bytes]:
        """Return the files. Raises BuildError if a font is not on this machine."""
        return [font_bytes(address) for address in FACES]

    def dumps(self, result: list[bytes]) -> bytes:
        """Serialize the files: a line with their lengths, and their bytes."""
        return json.dumps([len(each) for each in result]).encode() + b"\n" + b"".join(result)

    def loads(self, content: bytes) -> list[bytes]:
        """Return the files that `dumps` serialized. Raises any exception if the content is invalid."""
        head, _, held = content.partition(b"\n")
        found, place = [], 0
        for length in json.loads(head):
            found.append(held[place : place + length])
            place += length
        if len(found) != len(FACES) or place != len(held):
            raise ValueError("not the files of all faces")
        return found


def has_faces() -> bool:
    """Return whether this process has the files of all faces."""
    return _MADE.keys() >= FACES.keys()


def take_faces(files: Iterable[bytes]) -> None:
    """Let this process use the files that a `FacesJob` made."""
    _MADE.update(zip(FACES, files, strict=True))


def _static(face: Face) -> bytes:
    import uharfbuzz

    if face in _SYMBOLS:
        return _symbols()
    variable = uharfbuzz.Face(_font_file(face.slug, face.style).read_bytes())
    subset = uharfbuzz.SubsetInput()
    subset.keep_everything()
    subset.pin_axis_location(variable, "wght", face.weight)
    if face.optical_size is not None:
        subset.pin_axis_location(variable, "opsz", face.optical_size)
    return bytes(uharfbuzz.subset(variable, subset).blob.data)


def _font_file(slug: str, style: str) -> Path:
    try:
        import fontpkg

        return Path(fontpkg.path(slug, 400, style)).resolve(strict=True)
    except (ImportError, LookupError, OSError) as error:
        what = "the program's fonts are missing"
        raise BuildError(Diagnostic(None, what, str(error), "install studypack again")) from error


@cache
def _symbols() -> bytes:
    """Return DejaVu Sans with a glyph for each picture that a sign stands in for."""
    import io

    from fontTools.ttLib import TTFont

    try:
        file = files("ziafont.fonts").joinpath("DejaVuSans.ttf").read_bytes()
    except (ImportError, OSError) as error:
        what = "the program's fonts are missing"
        raise BuildError(Diagnostic(None, what, str(error), "install studypack again")) from error
    font = TTFont(io.BytesIO(file), lazy=True, recalcTimestamp=False)
    for table in font["cmap"].tables:
        if table.format == 12:  # the one for all planes
            table.cmap |= {ord(shown): table.cmap[ord(sign)] for shown, sign in STAND_INS.items()}
    font.save(made := io.BytesIO(), reorderTables=None)
    return made.getvalue()
