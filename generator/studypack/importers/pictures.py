"""Pictures that drafts show: those that lie beside the imported file come along, all others become links or words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote

from studypack.errors import Location
from studypack.importers.draft import Reading, Skipped, with_texts
from studypack.importers.media import FOLDER, unused_path
from studypack.questions.attachments import MAX_FIGURE_BYTES

_PICTURE: Final = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^\"'\n]*[\"'])?\s*\)")
_REMOTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_KINDS: Final = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")


def gathered(reading: Reading, folder: Path) -> Reading:
    """Return a reading whose Markdown shows only pictures that it has: from its own media, or from beside the file.

    Args:
        reading: of one file.
        folder: the one that the file lies in.
    """
    beside = _Beside(folder, dict(reading.media), list(reading.warnings))
    drafts = tuple(with_texts(draft, partial(beside.shown, draft.where)) for draft in reading.drafts)
    return replace(reading, drafts=drafts, media=beside.media, warnings=tuple(beside.warnings))


@dataclass
class _Beside:
    """The pictures in a file's folder: those that its texts show are added to `media`."""

    folder: Path
    media: dict[str, bytes]
    warnings: list[Skipped]

    def shown(self, where: Location, text: str) -> str:
        """Return a text with the paths that pictures have in the set, or with their words in place of them."""
        return _PICTURE.sub(partial(self._one, where), text) if "![" in text else text

    def _one(self, where: Location, match: re.Match[str]) -> str:
        alt, name = match[1], unquote(match[2])
        if not (self.folder / name).is_file():
            name = name.partition("?")[0]  # as addresses of pictures on GitHub end
        if name in self.media or _REMOTE.match(name):
            return match[0]
        if fault := _fault(name, self.folder):
            self.warnings.append(Skipped(where, f'the picture "{name}" {fault}; its words stay'))
            return alt or PurePosixPath(name).name
        path = f"{FOLDER}/{re.sub(r'[^A-Za-z0-9._-]+', '-', PurePosixPath(name).as_posix())}"
        content = (self.folder / name).read_bytes()
        kept = unused_path(path, lambda each: self.media.get(each, content) == content)
        self.media[kept] = content
        return f"![{alt}]({kept})"


def apart(reading: Reading, is_free: Callable[[str, bytes], bool]) -> Reading:
    """Return a reading whose media have paths that no other medium of the set has.

    Args:
        reading: of one file.
        is_free: whether a medium of these bytes may have a path.
    """
    names: dict[str, str] = {}
    taken = set(reading.media)
    for name, content in reading.media.items():
        names[name] = unused_path(name, partial(_free, name, content, taken, is_free))
        taken.add(names[name])
    renamed = {old: new for old, new in names.items() if old != new}
    if not renamed:
        return reading
    old = re.compile("|".join(map(re.escape, sorted(renamed, key=len, reverse=True))))
    drafts = tuple(with_texts(d, lambda text: old.sub(lambda match: renamed[match[0]], text)) for d in reading.drafts)
    return replace(reading, drafts=drafts, media={names[name]: c for name, c in reading.media.items()})


def _free(name: str, content: bytes, taken: set[str], is_free: Callable[[str, bytes], bool], path: str) -> bool:
    return (path == name or path not in taken) and is_free(path, content)


def _fault(name: str, folder: Path) -> str:
    """Return why a picture cannot come along; empty if it can."""
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        if not inside:
            return "is outside the file's folder"
        if not path.is_file():
            return "is not there"
        if path.suffix.lower() not in _KINDS:
            return "is of a kind that cannot be printed"
        return f"has more than {MAX_FIGURE_BYTES} bytes" if path.stat().st_size > MAX_FIGURE_BYTES else ""
    except (OSError, ValueError):
        return "cannot be read"
