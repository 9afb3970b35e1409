"""The content of a question set that a result depends on, for fingerprints."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from studypack.digest import digest
from studypack.questions.files import files_among, files_of
from studypack.questions.model import Question, QuestionSet
from studypack.questions.once import once

IDENTITY: Final = {"id", "number", "topic"}
"""The keys of a question that always count, no matter which of its fields are shown."""


def reduced(question_set: QuestionSet, questions: Sequence[Question], **header: Any) -> QuestionSet:
    """Return a set with only these questions, the files that they show, and a header without its long texts and lists.

    Args:
        question_set: a set or a selection.
        questions: questions of it, which may be reduced themselves.
        header: keys of the header that the result has all the same.
    """
    bare: dict[str, Any] = {"introduction": None, "closing": None, "topics": (), "packs": {}, "glossary": ()}
    own = question_set.header.model_copy(update=bare | header)
    shown = {name for question in questions for name in files_of(question)} | files_of(own)
    files = files_among(question_set.files, shown)
    return replace(question_set, header=own, questions=tuple(questions), files=files)


@once
def _digest(question: Question, fields: frozenset[str] | None) -> str:
    chosen = None if fields is None else {*fields}
    return digest(question.model_dump_json(include=chosen, exclude={"where"}))


def content_of(question_set: QuestionSet, fields: Collection[str] | None = None) -> list[bytes | str]:
    """Return all content of a set that a product can show, or digests of it, for a fingerprint.

    Positions in files do not count.

    Args:
        question_set: a set or a selection.
        fields: the fields of a question that the product can show; None for all.
    """
    shown: list[bytes | str] = [question_set.id, question_set.header.model_dump_json()]
    chosen = None if fields is None else frozenset({*fields, *IDENTITY})
    shown += [_digest(question, chosen) for question in question_set.questions]
    used = {name for question in question_set.questions for name in files_of(question)} if chosen else set()
    files = question_set.files.keys() if chosen is None else used & question_set.files.keys()
    for name in sorted(files):
        shown += ["file", name, hashlib.sha256(question_set.files[name]).digest()]
    return [*shown, repr(question_set.subset)]
