"""New question sets to start from."""

from __future__ import annotations

import re
from pathlib import Path

from studypack.errors import BuildError, Diagnostic, Location
from studypack.storage.atomic import write_file
from studypack.typeset.templating import render


def new_set(name: Path) -> Path:
    """Write a commented single-file question set and return its path; `.yaml` is added to a name without it.

    Raises:
        BuildError: the name is unusable, or the file exists.
    """
    path = name if name.suffix in (".yaml", ".yml") else name.parent / f"{name.name}.yaml"
    identifier = "-".join(re.findall(r"[a-z0-9]+", path.stem.lower())) if name.name and name.name.isprintable() else ""
    if not identifier:
        raise BuildError(Diagnostic(None, f'"{name}" is no name', "it needs a letter or a digit", "choose another"))
    if path.exists():
        raise BuildError(Diagnostic(Location(str(path)), "exists already", "", "choose another name, or delete it"))
    title = identifier.replace("-", " ").capitalize()
    write_file(path, (render("new/set.yaml.j2", id=identifier, title=title, file=path.name) + "\n").encode())
    return path
