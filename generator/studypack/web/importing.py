"""A file that was dropped on the page becomes a question set in the output folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from studypack.errors import ContentError, Diagnostic, StudypackError
from studypack.importers.ids import kebab
from studypack.temporary import temporary_folder
from studypack.workflows.importing import Request, import_files

MAX_UPLOAD: Final = 50_000_000
"""Bytes of a file."""

FOLDER: Final = "imported"
"""The folder within the output folder for imported sets."""


def import_upload(name: str, content: bytes, output: Path) -> tuple[Path, dict[str, Any]]:
    """Import a file that a page has sent, and return the set's folder and the report.

    Args:
        name: of the file on the reader's machine; only its last part is used.
        content: its bytes.
        output: the folder in which packs are written.

    Raises:
        StudypackError: it holds no questions, or cannot be read.
    """
    name = name.replace("\\", "/").rpartition("/")[2].strip(". ")[-100:]
    slug = kebab(Path(name).stem)
    if not slug:
        raise ContentError(Diagnostic(None, "the file has no name", "", "give it one"))
    folder = output / FOLDER / slug
    folder.parent.mkdir(parents=True, exist_ok=True)
    with temporary_folder(Path(tempfile.gettempdir()), "studypack-") as place:
        path = Path(place) / f"{slug}{Path(name).suffix}"
        path.write_bytes(content)
        try:
            done = import_files(Request((path,), folder, title="" if Path(name).stem == slug else Path(name).stem))
        except StudypackError as error:
            raise ContentError(*(_as_dropped(each, path, name) for each in error.diagnostics)) from error
    return folder, {
        "folder": str(folder),
        "formats": done.formats,
        **{key: getattr(done, key) for key in ("questions", "answered", "choices", "media")},
        "skipped": [{"where": _in_file(each, name), "why": each.why} for each in done.skipped],
        "warnings": [{"where": _in_file(each, name), "why": each.why} for each in done.warnings],
    }


def _as_dropped(problem: Diagnostic, path: Path, name: str) -> Diagnostic:
    """Return a problem with the name that the reader knows in place of the temporary path."""
    where = problem.where and problem.where._replace(file=problem.where.file.replace(str(path), name))
    what, why, remedy = (text.replace(str(path), name) for text in problem[1:])
    return Diagnostic(where, what, why, remedy)


def _in_file(said: Any, name: str) -> str:
    """Return a place within the file as the reader knows it, without the temporary folder."""
    return f"{name}:{said.where.line}" if said.where else name
