"""The YAML files of a set, each validated on its own; what was read may be kept, and only changes read again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any, Final

from studypack.questions import model
from studypack.questions.attachments import Attached, Sound, attached_to
from studypack.questions.fields import Path
from studypack.questions.limits import refuse_unprintable
from studypack.questions.positions import SET, Positions
from studypack.questions.validation import validate
from studypack.questions.yaml_reading import read_yaml
from studypack.questions.yaml_source import YamlSource

MOST_KEPT: Final = 2_000_000
"""Bytes of YAML files that are kept between readings; what was read takes 20 times as much memory."""

_NOUNS: Final[Mapping[type[model.Authored], str]] = {
    model.SetHeader: "a question set",
    model.SingleFile: "a question set",
    model.QuestionFile: "a file of questions",
    model.GlossaryFile: "a glossary",
}
"""What messages call the models of whole files."""


@dataclass(frozen=True)
class SetFile:
    """One YAML file.

    Attributes:
        raw: its bytes.
        source: its content with positions, and the problems that it has on its own.
        content: its content as a model; None if it is not valid.
        attached: the figures, listings and pictures that its texts show.
    """

    raw: bytes
    source: YamlSource
    content: Any
    attached: Sequence[Attached]
    _placed: dict[int, Positions] = field(default_factory=dict)

    def positions(self, shift: int) -> Positions:
        """Return the position of each value, with paths as they are in the set.

        Args:
            shift: the number of terms of the set that precede those of this file.
        """
        if shift not in self._placed:
            named = dict(_named(self.source, shift))
            values = {new: self.source.value(old) for old, new in named.items()}
            self._placed[shift] = Positions(values, {named[old] for old in self.source.literals() if old in named})
        return self._placed[shift]


@dataclass
class Kept:
    """What is kept between readings of a set.

    Attributes:
        files: its YAML files, by the names that messages show.
        questions: its questions, by id.
        sound: its figures that have no fault.
    """

    files: dict[str, SetFile] = field(default_factory=dict)
    questions: dict[str, model.Question] = field(default_factory=dict)
    sound: set[Sound] = field(default_factory=set)


_KEPT: Final[ContextVar[Kept | None]] = ContextVar("kept", default=None)


@contextmanager
def keeping(kept: Kept) -> Iterator[None]:
    """Keep there what is read of sets, as far as that is not too large, and take from it what is the same."""
    token = _KEPT.set(kept)
    try:
        yield
    finally:
        _KEPT.reset(token)


def set_file(raw: bytes, file: str, kind: type[model.Authored]) -> SetFile:
    """Return what a YAML file contains; problems that are noted in its source are not kept.

    Args:
        raw: its bytes.
        file: the name that messages show.
        kind: the model of the whole file.
    """
    kept = _KEPT.get()
    found = kept.files.pop(file, None) if kept else None
    if found is None or found.raw != raw:
        found = _read(raw, file, kind)
    if kept and sum(len(other.raw) for other in kept.files.values()) + len(raw) <= MOST_KEPT:
        kept.files[file] = found
    return replace(found, source=found.source.copy())


def known_sound() -> set[Sound]:
    """Return the figures that are known to have no fault; others may be added."""
    kept = _KEPT.get()
    return kept.sound if kept else set()


def _read(raw: bytes, file: str, kind: type[model.Authored]) -> SetFile:
    source = read_yaml(raw, file)
    content = validate(source, kind, _NOUNS[kind])
    refuse_unprintable(source)
    source.forget_keys()
    return SetFile(raw, source, content, tuple(attached_to(source)))


def as_before(questions: Collection[model.Question]) -> tuple[model.Question, ...]:
    """Return the questions; those that are equal to kept ones are the same objects as these."""
    kept = _KEPT.get()
    if kept is None:
        return tuple(questions)
    before = kept.questions
    kept.questions = {q.id: old if (old := before.get(q.id)) == q else q for q in questions}
    return tuple(kept.questions.values())


def _named(source: YamlSource, shift: int) -> Iterable[tuple[Path, Path]]:
    """Yield the path of each value in a file together with its path in the set."""
    questions = source.data.get("questions", []) if isinstance(source.data, dict) else []
    ids = [str(question["id"]) for question in questions if isinstance(question, dict)]
    for path, _ in source.positions():
        if path[:1] == ("questions",):
            if len(path) > 1:
                yield path, (ids[int(path[1])], *path[2:])
        elif path[:1] == ("glossary",) and len(path) > 1:
            yield path, (SET, "glossary", int(path[1]) + shift, *path[2:])
        else:
            yield path, (SET, *path)
