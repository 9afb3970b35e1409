"""Pictures that drafts show: those that lie beside the imported file come along, all others become links or words."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

from studypack.importers.draft import Draft, Reading, Skipped
from studypack.questions.attachments import MAX_FIGURE_BYTES

_PICTURE: Final = re.compile(r"!\[([^\]\n]*)\]\(\s*<?([^)\s>]+)>?(?:\s+[\"'][^\"'\n]*[\"'])?\s*\)")
_REMOTE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_KINDS: Final = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
_UNSHOWN: Final = frozenset({"key", "where", "cards"})


def gathered(reading: Reading, folder: Path) -> Reading:
    """Return a reading whose Markdown shows only pictures that it has: from its own media, or from beside the file.

    Args:
        reading: of one file.
        folder: the one that the file lies in.
    """
    media = dict(reading.media)
    warnings = list(reading.warnings)

    def shown(draft: Draft, text: str) -> str:
        def one(match: re.Match[str]) -> str:
            alt, name = match[1], unquote(match[2])
            if not (folder / name).is_file():
                name = name.partition("?")[0]  # as addresses of pictures on GitHub end
            if name in media or _REMOTE.match(name):
                return match[0]
            fault = _fault(name, folder)
            if fault:
                warnings.append(Skipped(draft.where, f'the picture "{name}" {fault}; its words stay'))
                return alt or PurePosixPath(name).name
            kept = f"figures/{re.sub(r'[^A-Za-z0-9._-]+', '-', PurePosixPath(name).as_posix())}"
            media[kept] = (folder / name).read_bytes()
            return f"![{alt}]({kept})"

        return _PICTURE.sub(one, text) if "![" in text else text

    def every(draft: Draft, value: Any) -> Any:
        if isinstance(value, str):
            return shown(draft, value)
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return tuple(every(draft, item) for item in value)
        if hasattr(value, "text"):
            return replace(value, text=shown(draft, value.text), feedback=shown(draft, value.feedback))
        return value

    drafts = tuple(
        replace(d, **{f.name: every(d, getattr(d, f.name)) for f in fields(Draft) if f.name not in _UNSHOWN})
        for d in reading.drafts
    )
    return replace(reading, drafts=drafts, media=media, warnings=tuple(warnings))


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
