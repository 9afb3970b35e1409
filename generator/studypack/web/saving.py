"""Writes a saved pack into the file of a set, without touching its comments or its layout."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, ContentError, Diagnostic, Location, OptionError, StudypackError
from studypack.questions.loader import SET_FILE, LoadedSet, load
from studypack.storage.atomic import write_file

_KEYS = ("topics", "levels", "tags", "ids")


def save_pack(loaded: LoadedSet, name: str, title: str, criteria: Mapping[str, Sequence[str]]) -> Path:
    """Add a pack to the set's file and return the file. If the set would not be valid, the file is left as it was.

    Args:
        loaded: the set.
        name: of the pack, as `--pack` takes it.
        title: shown on title pages; the name without it.
        criteria: the topics, levels, tags and ids that it selects.

    Raises:
        StudypackError: the name is taken or not a name, or the file cannot be written.
    """
    chosen = {key: list(criteria[key]) for key in _KEYS if criteria.get(key)}
    if not chosen:
        why = "a pack is a choice of topics, levels, tags or questions"
        raise OptionError(Diagnostic(None, "there is nothing to save", why, "choose something first"))
    if name in loaded.question_set.header.packs:
        raise OptionError(Diagnostic(None, f'the set has a pack "{name}"', "", "choose another name"))
    path = loaded.path / SET_FILE if loaded.path.is_dir() else loaded.path
    old = path.read_bytes()
    write_file(path, _with_pack(old, name, {"title": title, **chosen} if title else chosen, path))
    try:
        load(loaded.path)
    except StudypackError:
        write_file(path, old)
        raise
    return path


def _with_pack(content: bytes, name: str, pack: Mapping[str, Any], path: Path) -> bytes:
    """Return the text of a set with one more pack."""
    try:
        from ruamel.yaml import YAML
    except ImportError as error:
        remedy = "install studypack[serve]"
        raise BuildError(Diagnostic(None, "ruamel.yaml is not installed", str(error), remedy)) from error
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20  # lines are never folded
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        data = yaml.load(content.decode("utf-8-sig"))
    except Exception as error:  # whatever this library does not take of what ours took
        raise ContentError(Diagnostic(Location(str(path)), "cannot be changed by program", str(error))) from error
    if data.get("packs") is None:
        data["packs"] = {}
    data["packs"][name] = dict(pack)
    made = io.StringIO()
    yaml.dump(data, made)
    return made.getvalue().encode()
