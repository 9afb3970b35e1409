"""A set as GIFT, which Moodle and other question banks read."""

from __future__ import annotations

import re
from typing import Final

from studypack.exporters.interface import Exported, asked, losses
from studypack.questions.model import Question, QuestionSet

_HELD: Final = frozenset({"stimulus", "topic", "answer", "choices"})
_MARKS: Final = re.compile(r"[\\~=#{}:]")


class Gift:
    """Writes multiple-choice questions, and others as essays whose feedback is the answer."""

    name = "gift"
    suffixes = (".gift",)
    summary = "a question bank in Moodle's GIFT format"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the bank, with a category for each topic."""
        parts = []
        for topic in question_set.topics:
            path = "/".join(name.replace("/", "//") for name in (question_set.header.title, topic.title))
            parts.append(f"$CATEGORY: $course$/top/{path}")
            parts += map(_question, question_set.of_topic(topic.id))
        return Exported(("\n\n".join(parts) + "\n").encode(), losses(question_set, _HELD, feedback=True))


def _question(question: Question) -> str:
    several = len(question.correct) > 1
    lines = []
    for choice in question.choices:
        if several:
            weight = 100 / len(question.correct) * (1 if choice.correct else -1)
            mark = f"~%{f'{weight:.5f}'.rstrip('0').rstrip('.')}%"
        else:
            mark = "=" if choice.correct else "~"
        feedback = f"#{_escaped(choice.feedback)}" if choice.feedback else ""
        lines.append(f"{mark}{_escaped(choice.text)}{feedback}")
    if question.answer:
        lines.append(f"####{_escaped(question.answer)}")
    inside = "\n" + "\n".join(lines) + "\n" if lines else ""
    return f"::{_escaped(question.id)}::[markdown]{_escaped(asked(question))} {{{inside}}}"


def _escaped(text: str) -> str:
    """Return a text whose marks stand for themselves, on one line: an empty line would end the question."""
    return _MARKS.sub(lambda match: f"\\{match[0]}", text.strip()).replace("\n", "\\n")


EXPORTER = Gift()
