"""Pictures and sounds of a foreign file: taken along under safe names, in a form that a question set may show."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from PIL import Image

FOLDER: Final = "figures"
SOUNDS: Final = "sounds"
_PLAYED: Final = {".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".aac", ".3gp", ".mp4", ".webm", ".spx"}
_MOST_PIXELS: Final = 40_000_000
_MOST_BYTES: Final = 2_000_000
"""What the pictures of a set may have."""


class Media:
    """The media of one file, collected while its texts are read.

    Args:
        fetch: returns the bytes of a medium by its name in the file; raises KeyError without one, ValueError for
            one that cannot be read.

    Attributes:
        taken: bytes by their path in the set.
        doubts: sentences about what could not be taken from the current text; the importer reads and clears them.
    """

    def __init__(self, fetch: Callable[[str], bytes]) -> None:
        self._fetch = fetch
        self._paths: dict[str, str] = {}
        self.taken: dict[str, bytes] = {}
        self.doubts: list[str] = []

    def picture(self, name: str) -> str:
        """Return the path of a picture in the set; empty, with a doubt, where it cannot be shown."""
        if re.match(r"https?://", name):
            return name
        return self._path(name, sound=False)

    def sound(self, name: str) -> str:
        """Return the path of a sound in the set; empty, with a doubt, where the file does not hold it."""
        return self._path(name, sound=True)

    def forget(self) -> None:
        """Start with another question of the file: the same names may be other media there."""
        self._paths.clear()
        self.doubts.clear()

    def add(self, name: str, content: bytes) -> str:
        """Return the path in the set of a picture whose bytes are at hand."""
        return self._keep(name, content)

    def _path(self, name: str, *, sound: bool) -> str:
        if name in self._paths:
            return self._paths[name]
        what = "sound" if sound else "picture"
        try:
            content = self._fetch(name)
        except KeyError:
            self.doubts.append(f'the {what} "{name}" is not in the file')
            return ""
        except Exception as error:  # a damaged medium, in whatever way its reader says so
            self.doubts.append(f'the {what} "{name}" cannot be read: {error}')
            return ""
        path = self._keep(name, content, sound=sound)
        if path:
            self._paths[name] = path
        return path

    def _keep(self, name: str, content: bytes, *, sound: bool = False) -> str:
        suffix = PurePosixPath(name).suffix.lower()
        if not sound:
            try:
                content, suffix = _showable(content, suffix)
            except Exception as error:  # Pillow raises what its many readers raise
                self.doubts.append(f'the picture "{name}" cannot be shown: {error}')
                return ""
        elif suffix not in _PLAYED:
            suffix = ""
        wanted = f"{SOUNDS if sound else FOLDER}/{safe_name(PurePosixPath(name).stem)}{suffix}"
        path = unused_path(wanted, lambda each: self.taken.get(each, content) == content)
        self.taken[path] = content
        return path


def unused_path(path: str, is_free: Callable[[str], bool]) -> str:
    """Return a path, with a number at the end of its name where it is not free."""
    start, dot, ending = path.rpartition(".")
    start, ending = (start, dot + ending) if start else (path, "")
    free, number = path, 1
    while not is_free(free):
        number += 1
        free = f"{start}-{number}{ending}"
    return free


def safe_name(name: str) -> str:
    """Return a name for a file that every system and Markdown take: ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "picture"


def _showable(content: bytes, suffix: str) -> tuple[bytes, str]:
    """Return a picture as SVG, PNG or JPEG, small enough for a set."""
    if suffix == ".svg" or content.lstrip()[:5] in (b"<?xml", b"<svg "):
        if len(content) > _MOST_BYTES:
            raise ValueError(f"it has {len(content)} bytes, the limit is {_MOST_BYTES}")
        return content, ".svg"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise ValueError(f"it has {image.width} x {image.height} points")
            kind = image.format
            if kind in ("PNG", "JPEG") and len(content) <= _MOST_BYTES:
                image.verify()
                return content, ".png" if kind == "PNG" else ".jpg"
            return _smaller(image)


def _smaller(image: Image.Image) -> tuple[bytes, str]:
    """Return the first frame as PNG, or as JPEG if only that is small enough."""
    frame = image.convert("RGBA" if image.mode in ("RGBA", "LA", "P", "PA") else "RGB")
    made = io.BytesIO()
    frame.save(made, "PNG", optimize=True)
    if made.tell() <= _MOST_BYTES:
        return made.getvalue(), ".png"
    frame = frame.convert("RGB")
    frame.thumbnail((2400, 2400))
    made = io.BytesIO()
    frame.save(made, "JPEG", quality=85)
    return made.getvalue(), ".jpg"
