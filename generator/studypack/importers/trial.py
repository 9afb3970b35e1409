"""The files of an import, loaded before they are written: an imported set builds at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from studypack.errors import ContentError, Location
from studypack.questions.loader import load
from studypack.questions.yaml_reading import read_yaml
from studypack.temporary import temporary_folder


def refused(files: Mapping[str, bytes], places: Mapping[str, int], folder: Path) -> dict[int, str]:
    """Return the places of questions that the loader would refuse, and why: an imported set builds at once.

    Args:
        files: to write.
        places: of the import's questions, by their ids.
        folder: where they will be.
    """
    with temporary_folder(_existing(folder.absolute().parent), f".{folder.name[:100]}.new-") as trial:
        if folder.is_dir():
            _linked(folder, trial, files)
        for name, content in files.items():
            (trial / name).parent.mkdir(parents=True, exist_ok=True)
            (trial / name).write_bytes(content)
        try:
            load(trial)
        except ContentError as error:
            return dict(_places(error, files, places, trial))
    return {}


def _existing(folder: Path) -> Path:
    return folder if folder.is_dir() else _existing(folder.parent)


def _linked(folder: Path, trial: Path, files: Mapping[str, bytes]) -> None:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in files:
            (trial / name).parent.mkdir(parents=True, exist_ok=True)
            (trial / name).write_bytes(path.read_bytes())  # the loader follows no link out of a set


def _places(
    error: ContentError, files: Mapping[str, bytes], places: Mapping[str, int], trial: Path
) -> Iterator[tuple[int, str]]:
    """Yield the place of each refused question, which its line in the YAML leads to, and why it is refused.

    Raises:
        ContentError: something is wrong that no question is to blame for.
    """
    starts: dict[str, list[tuple[int, str]]] = {}
    for problem in error.diagnostics:
        where = problem.where or Location("")
        name = next((each for each in files if where.file.endswith(f"{trial.name}/{each}")), "")
        if name not in starts:
            starts[name] = list(_starts(files.get(name, b"")))
        above = [identifier for line, identifier in starts[name] if line <= where.line]
        if not above or above[-1] not in places:
            raise error
        yield places[above[-1]], f"{problem.what}, {problem.why}" if problem.why else problem.what


def _starts(content: bytes) -> Iterator[tuple[int, str]]:
    """Yield the line and the id of each question of a file."""
    source = read_yaml(content, "")
    listed = source.data.get("questions", []) if isinstance(source.data, dict) else []
    for place, fields in enumerate(listed):
        if isinstance(fields, dict):
            yield source.value(("questions", place)).line, str(fields.get("id"))
