"""Load a question set's files into a `QuestionSet`, and report all problems at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from studypack.bounded import opened
from studypack.errors import ContentError, Diagnostic, Location, suggestion
from studypack.questions import model
from studypack.questions.attachments import read_exhibit_files
from studypack.questions.fields import Path as KeyPath
from studypack.questions.fields import written_at
from studypack.questions.naming import Naming
from studypack.questions.positions import Positions
from studypack.questions.references import cross_check
from studypack.questions.set_files import SetFile, as_before, known_sound, set_file
from studypack.questions.yaml_guards import MAX_BYTES
from studypack.resources import bundled_sets

SET_FILE: Final = "set.yaml"
QUESTIONS: Final = "questions"
GLOSSARY_FILE: Final = "glossary.yaml"
ENDINGS: Final = (".yaml", ".yml")
MAX_ID: Final = 80
"""The maximum length of a set's id, which is used in folder and file names; the model has the same limit for ids."""


@dataclass(frozen=True)
class LoadedSet:
    """A valid question set and its origin.

    Attributes:
        question_set: the whole set.
        root: the folder that contains its figures and listings.
        path: the folder or single file from which it was loaded.
        positions: the position of each value in the files.
        theme_place: the position of the theme's name in the set.
        warnings: what YAML makes of its texts that the author may not have meant.
        hashes: the SHA-256 of each figure, listing and picture as it was read, by its path in the set.
    """

    question_set: model.QuestionSet
    root: Path
    path: Path
    positions: Positions = field(default_factory=Positions)
    theme_place: Location | None = None
    warnings: tuple[Diagnostic, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Files:
    """The YAML files of one set: the header, the files of questions, and an optional glossary."""

    header: SetFile
    questions: list[SetFile]
    glossary: SetFile | None = None

    @property
    def all(self) -> list[SetFile]:
        unique = {id(f): f for f in (self.header, *self.questions, self.glossary) if f is not None}
        return list(unique.values())

    def problems(self) -> list[Diagnostic]:
        return sorted(
            {p for file in self.all for p in file.source.problems},
            key=lambda p: (p.where or Location(""), str(p)),
        )


def load(path: Path) -> LoadedSet:
    """Load a question set from its folder or its single YAML file.

    Raises:
        ContentError: the set has problems; the error carries those of all files, in file order.
    """
    if path.is_dir():
        files, root = _read_folder(path), path
    elif path.is_file():
        whole = _read_file(path, model.SingleFile)
        files, root = _Files(whole, [whole]), path.parent
    else:
        raise ContentError(
            Diagnostic(
                Location(shown(path)),
                "no such question set",
                "neither a file nor a folder",
                _near(path) or "`studypack new my-set` writes one to start from",
            )
        )
    return _assemble(files, root, path)


def _near(path: Path) -> str:
    known = list(bundled_sets()) if path.parent == Path() else []
    with suppress(OSError):
        known += [p.name for p in path.parent.iterdir() if p.is_dir() or p.suffix in ENDINGS]
    return suggestion(path.name, known)


def shown(path: Path) -> str:
    """Return the path as shown in messages: relative to the working folder if it is inside."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def set_id(path: Path) -> str:
    """Return the default id of a set: the name of its folder or file in kebab-case, shortened if it is too long."""
    name = path.resolve().name if path.is_dir() else path.stem
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "set"
    if len(words) <= MAX_ID:
        return words
    exact = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{words[: MAX_ID - 9].rstrip('-')}-{exact}"


def _read_file(path: Path, kind: type[model.Authored]) -> SetFile:
    try:
        with opened(path) as file:  # one byte more than allowed shows that it is too large
            return set_file(file.read(MAX_BYTES + 1), shown(path), kind)
    except OSError as error:
        raise ContentError(
            Diagnostic(Location(shown(path)), "cannot be read", error.strerror or str(error), "")
        ) from error


def _inside(path: Path, folder: Path) -> Path:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ContentError(
            Diagnostic(
                Location(shown(path.absolute())),
                "the file is outside the set",
                "only files of the set's own folder are read",
                "copy it into the set",
            )
        )
    return path


def _read_folder(folder: Path) -> _Files:
    header = _inside(_either(folder / SET_FILE), folder)
    if not header.is_file():
        raise ContentError(
            Diagnostic(
                Location(shown(header)),
                "no such file",
                "a question set's folder has a set.yaml and a folder questions/",
                "`studypack new my-set` writes a single-file set to start from",
            )
        )
    # Only regular files: reading a pipe with such a name would block forever.
    questions = sorted(p for p in (folder / QUESTIONS).glob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    if not questions:
        raise ContentError(
            Diagnostic(
                Location(shown(folder / QUESTIONS)),
                "no question files",
                "the questions of a set are in questions/*.yaml or *.yml",
                "add one",
            )
        )
    glossary = _either(folder / GLOSSARY_FILE)
    return _Files(
        _read_file(header, model.SetHeader),
        [_read_file(_inside(path, folder), model.QuestionFile) for path in questions],
        _read_file(_inside(glossary, folder), model.GlossaryFile) if glossary.is_file() else None,
    )


def _either(path: Path) -> Path:
    """Return the file, or the one with the extension `.yml` if only that exists."""
    other = path.with_suffix(".yml")
    if other.is_file() and path.is_file():
        raise ContentError(
            Diagnostic(Location(shown(other)), "a duplicate file", f"{path.name} exists too", "delete one of them")
        )
    return other if other.is_file() else path


def _assemble(files: _Files, root: Path, path: Path) -> LoadedSet:
    header = _header(files.header.content)
    authored = [question for file in files.questions if file.content for question in file.content.questions]
    glossary = files.glossary.content if files.glossary else None
    terms = files.glossary.source if files.glossary else None
    cross_check(files.header.source, [file.source for file in files.questions], terms)
    exhibit_files = read_exhibit_files([(file.source, file.attached) for file in files.all], root, known_sound())
    problems = files.problems()
    if problems or header is None:
        raise ContentError(*problems)
    if glossary is not None:
        header = header.model_copy(update={"glossary": header.glossary + glossary.glossary})
    named = Naming.of(files.header.source.data, [{"tags": [*q.tags]} for q in authored])
    authored, header = [named.question(question) for question in authored], named.header(header)
    positions = _positions(files, len(header.glossary) - len(glossary.glossary if glossary else ()))
    questions = as_before(_numbered(header, authored, positions))
    question_set = model.QuestionSet(header.id or set_id(path), header, questions, exhibit_files.shown)
    theme_place = files.header.source.value(("theme",)) if header.theme else None
    doubts = (doubt for file in files.all for place, doubt in file.source.doubts if _is_markdown(place))
    return LoadedSet(question_set, root, path, positions, theme_place, tuple(doubts), exhibit_files.hashes)


def _is_markdown(path: KeyPath) -> bool:
    """Return whether a place in a file has text that readers see; comments behind ids and levels are harmless."""
    written = written_at(model.SingleFile, path)
    return written is not None and written.kind.is_markdown


def _header(content: model.SetHeader | None) -> model.SetHeader | None:
    if not isinstance(content, model.SingleFile):
        return content
    return model.SetHeader.model_validate(content.model_dump(exclude={"questions"}))


def _numbered(
    header: model.SetHeader,
    authored: Iterable[model.AuthoredQuestion],
    positions: Positions,
) -> tuple[model.Question, ...]:
    """Return the questions in reading order (by topic, then file and line), numbered from 1."""
    rank = {topic.id: place for place, topic in enumerate(header.topics)}
    ordered = sorted(authored, key=lambda question: rank[question.topic])
    return tuple(
        model.Question.model_construct(**dict(question), number=number, where=positions.values[question.id,])
        for number, question in enumerate(ordered, 1)
    )


def _positions(files: _Files, own_terms: int) -> Positions:
    """Return the position of each value, with paths that begin with its question's id or `SET`.

    Args:
        files: the files of the set.
        own_terms: the number of terms in the header, which precede those of the glossary file.
    """
    values: dict[KeyPath, Location] = {}
    literal: set[KeyPath] = set()
    for file in files.all:
        own = file.positions(own_terms if file is files.glossary else 0)
        values |= own.values
        literal.update(own.literal)
    return Positions(values, literal)
