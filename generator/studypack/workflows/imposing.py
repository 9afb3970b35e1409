"""A finished PDF, ours or anybody's, imposed as a booklet or with several pages on each side."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from studypack.bounded import read_bounded
from studypack.errors import BuildError, Diagnostic, Location
from studypack.pdf.arrangements import Arrangement
from studypack.pdf.imposing import Imposition, imposed
from studypack.storage.atomic import write_file

LARGEST: Final = 256 << 20
"""The maximum size of a PDF, in bytes."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and what is in it."""

    path: Path
    imposition: Imposition


def impose(path: Path, arrangement: Arrangement, output: Path | None = None, *, replacing: bool = False) -> Written:
    """Write an imposed copy of a PDF.

    Args:
        path: the PDF.
        arrangement: how to impose it.
        output: the file to write; by default beside the PDF, with the layout in its name.
        replacing: whether an existing file may be replaced.

    Raises:
        BuildError: the PDF cannot be read or imposed, or the file cannot be written.
    """
    output = output or path.parent / f"{path.stem}-{arrangement.layout}.pdf"
    where = Location(str(path))
    try:
        content = read_bounded(path, LARGEST)
        same = output.exists() and os.path.samefile(path, output)  # noqa: PTH121 - of two paths
    except OSError as error:
        raise BuildError(Diagnostic(where, "cannot be read", error.strerror or str(error))) from error
    if same:
        raise BuildError(Diagnostic(where, "would be overwritten", "", "choose another file with -o"))
    if os.path.lexists(output) and not replacing:
        remedy = "choose another file with -o, or replace this one with --force"
        raise BuildError(Diagnostic(Location(str(output)), "already exists", "", remedy))
    try:
        made = imposed(content, arrangement)
    except BuildError as error:
        raise BuildError(*(each._replace(where=where) for each in error.diagnostics)) from error
    write_file(output, made.content)
    return Written(output, replace(made, content=b""))
