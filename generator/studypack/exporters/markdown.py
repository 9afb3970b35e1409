"""A set as one Markdown file: topics and questions are headings, choices a task list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studypack.exporters.interface import Exported, losses
from studypack.questions.model import Question, QuestionSet

_HELD: Final = frozenset({"topic", "answer", "choices"})
_HEADING: Final = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)
_FENCED: Final = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_DEEPEST: Final = 6


class MarkdownFile:
    """Writes Markdown that a repository would show."""

    name = "markdown"
    suffixes = (".md", ".markdown")
    summary = "one Markdown file, questions as headings"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the file."""
        parts = [f"# {question_set.header.title}"]
        for topic in question_set.topics:
            parts.append(f"## {topic.title}")
            for question in question_set.of_topic(topic.id):
                parts += _question(question)
        return Exported(("\n\n".join(parts) + "\n").encode(), losses(question_set, _HELD))


def _question(question: Question) -> Iterator[str]:
    yield f"### {question.question}"
    if question.choices:
        yield "\n".join(
            f"- [{'x' if choice.correct else ' '}] {choice.text.strip().replace(chr(10), chr(10) + '  ')}"
            for choice in question.choices
        )
    if question.answer:
        yield _below(question.answer.strip())


def _below(answer: str) -> str:
    """Return an answer whose headings are below that of its question; what is in code stays."""
    made, at = [], 0
    for fence in _FENCED.finditer(answer):
        made += [_deeper(answer[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*made, _deeper(answer[at:])])


def _deeper(text: str) -> str:
    return _HEADING.sub(lambda match: "#" * min(_DEEPEST, len(match[1]) + 3), text)


EXPORTER = MarkdownFile()
