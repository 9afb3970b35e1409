"""Creates new question sets."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location
from studypack.questions.names import id_of
from studypack.storage.atomic import write_file
from studypack.typeset.templating import render


def new_set(name: Path, template: str = "interview") -> Path:
    """Write a commented single-file question set and return its path; `.yaml` is added to a name without it.

    Args:
        name: of the file.
        template: a kind of set: a file of `templates/new/`.

    Raises:
        BuildError: the name is invalid, or the file exists.
    """
    path = name if name.suffix in (".yaml", ".yml") else name.parent / f"{name.name}.yaml"
    if not (name.name.isprintable() and any(map(str.isalnum, name.stem))):
        raise BuildError(
            Diagnostic(None, f'"{name}" is not a valid name', "it needs a letter or a digit", "choose another")
        )
    if path.exists():
        raise BuildError(Diagnostic(Location(str(path)), "already exists", "", "choose another name, or delete it"))
    title = " ".join(re.split(r"[\s_-]+", path.stem)).strip()
    quoted = json.dumps(title[:1].upper() + title[1:], ensure_ascii=False)
    values: dict[str, Any] = {"id": id_of(path.stem), "title": quoted, "file": shlex.quote(path.name)}
    write_file(path, (render(f"new/{template}.yaml.j2", **values) + "\n").encode())
    return path
