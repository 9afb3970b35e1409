"""Which files a build of a set depends on: changes of any others are not answered."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from studypack.bounded import read_bounded
from studypack.questions.loader import ENDINGS, GLOSSARY_FILE, SET_FILE
from studypack.questions.set_files import Kept
from studypack.questions.yaml_guards import MAX_BYTES
from studypack.typeset.themes import ASSETS, TEXTS
from studypack.workflows.request import Request
from studypack.workflows.state import state_paths
from studypack.workflows.up_to_date import named_folders

_THEME: Final = re.compile(r"""theme["']?\s*:\s*["']?([^"'\n#,}]+)""")


class WatchedFiles:
    """The files of a set: its YAML, the figures, listings and pictures that its texts name, its theme and its states.

    Args:
        request: what is built.

    Attributes:
        kept: what builds have read of the set (see `studypack.questions.set_files`).
    """

    def __init__(self, request: Request) -> None:
        self.kept = Kept()
        self._request = request
        self._root = (request.path if request.path.is_dir() else request.path.parent).resolve()
        self._themes = [folder.resolve() for folder in named_folders(request)]
        self._states: dict[Path, bytes | None] = {}
        self.read()

    def read(self, set_id: str = "") -> None:
        """Read the set's texts again, and remember its states as they are now.

        Args:
            set_id: the set's id, if it is known.
        """
        texts = []
        for path in self._sources():
            with suppress(OSError):
                texts.append(read_bounded(path, MAX_BYTES).decode("utf-8", "replace"))
        self._text = unicodedata.normalize("NFC", "\n".join(texts))
        self._own_themes = [self._root / found[1].strip() for found in _THEME.finditer(self._text)]
        paths = state_paths(self._request.path, set_id, self._request.products).values()
        self._states = {path.resolve(): _content(path) for path in paths}

    def __call__(self, path: Path) -> bool:
        """Return whether a change of this file, or its removal, may change the pack."""
        path = path.parent.resolve() / path.name
        if path in self._states:
            return _content(path) != self._states[path]  # builds write them, too
        if self._is_source(path):
            return True
        if path.suffix in TEXTS | ASSETS and any(path.is_relative_to(f) for f in (*self._themes, *self._own_themes)):
            return True
        if not path.is_relative_to(self._root):
            return False
        return self._is_named(path.relative_to(self._root).as_posix() + "/" * path.is_dir())

    def _sources(self) -> list[Path]:
        if not self._request.path.is_dir():
            return [self._request.path]
        return [path for path in [*self._root.glob("*"), *self._root.glob("questions/*")] if self._is_source(path)]

    def _is_source(self, path: Path) -> bool:
        if not self._request.path.is_dir():
            return path == self._root / self._request.path.name
        if path.parent == self._root:
            names = {Path(name).with_suffix(ending).name for name in (SET_FILE, GLOSSARY_FILE) for ending in ENDINGS}
            return path.name in {*names, "questions"}
        return path.parent == self._root / "questions" and path.suffix.lower() in ENDINGS

    def _is_named(self, name: str) -> bool:
        """Return whether the texts contain this path, or one below it, as it is or as an address."""
        name = unicodedata.normalize("NFC", name)
        return any(
            re.search(rf"(?<![\w.-]){re.escape(form)}(?![\w.-])", self._text) is not None
            for form in {name, quote(name)}
        )


def _content(path: Path) -> bytes | None:
    try:
        return read_bounded(path)
    except OSError:
        return None
