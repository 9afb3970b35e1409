"""What every exporter is given and gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from studypack.errors import counted
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import pictures_in


@dataclass(frozen=True, slots=True)
class Exported:
    """A file as it is written.

    Attributes:
        content: its bytes.
        losses: sentences on what of the set the file does not hold.
    """

    content: bytes
    losses: tuple[str, ...] = ()


class Exporter(Protocol):
    """One foreign format: a module of `exporters/` and one name in the registry."""

    name: str
    """As `--to` takes it."""
    suffixes: tuple[str, ...]
    """Lower case, with the dot."""
    summary: str
    """What it writes, in a few words."""

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the set as a file of this format."""
        ...


_ALWAYS: Final = {"id", "number", "where", "question"}
_OF_SET: Final = ("subtitle", "edition", "author", "license", "language", "introduction", "closing", "levels", "packs",
                  "glossary", "labels")  # fmt: skip  # the keys of a set that few formats hold


def losses(
    question_set: QuestionSet, held: Collection[str], *, feedback: bool = False, of_set: Collection[str] = ("title",)
) -> tuple[str, ...]:
    """Return what a format leaves out.

    Args:
        question_set: what is written.
        held: keys of a question that the format holds, perhaps `pictures`.
        feedback: whether it holds that of choices.
        of_set: keys of a set that it holds.
    """
    missing: Counter[str] = Counter()
    for question in question_set.questions:
        missing.update(key for key, _ in keys_of(question) if key not in held and key not in _ALWAYS)
        missing["pictures"] += "pictures" not in held and any(pictures_in(text) for _, text in texts_of(question))
        missing["feedback"] += not feedback and "choices" in held and any(c.feedback for c in question.choices)
    found = [f"{key} of {counted(count, 'question')}" for key, count in missing.items() if count]
    header = {"title": question_set.header.title, **question_set.header.model_dump(exclude_defaults=True)}
    absent = [key for key in ("title", *_OF_SET) if key not in of_set and header.get(key)]
    summaries = sum(topic.summary is not None for topic in question_set.topics)
    return (
        *found,
        *(f"the set's {key}" for key in absent),
        *([f"the summaries of topics ({summaries})"] if summaries else []),
    )


def keys_of(question: Question) -> Iterable[tuple[str, Any]]:
    """Return the keys that a question has, with plain values."""
    return question.model_dump(exclude_none=True, exclude_defaults=True, exclude={"number", "where"}).items()


def texts_of(question: Question) -> Iterable[tuple[str, str]]:
    """Return the texts of a question that may show pictures, by key."""
    yield "question", question.question
    yield "stimulus", question.stimulus or ""
    yield "answer", question.answer or ""
    yield "guidance", question.guidance or ""
    for choice in question.choices:
        yield "choices", choice.text
        yield "choices", choice.feedback or ""


def topic_title(question_set: QuestionSet, question: Question) -> str:
    """Return the display name of a question's topic."""
    return next((topic.title for topic in question_set.header.topics if topic.id == question.topic), question.topic)


def asked(question: Question) -> str:
    """Return what a question asks, as Markdown: its line, and its stimulus."""
    return "\n\n".join(filter(None, (question.question, question.stimulus)))


def solution(question: Question) -> str:
    """Return what answers a question, as Markdown: the correct choices, then the answer."""
    right = "\n\n".join(f"{letter}. {choice.text}" for letter, choice in question.correct)
    return "\n\n".join(part for part in (right, question.answer or "") if part)
