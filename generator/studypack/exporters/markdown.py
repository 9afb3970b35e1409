"""A set as one Markdown file: topics and questions are headings, choices a task list.

Comments in front of them, which readers do not see, have the ids; `studypack import` reads it back (own_markdown.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studypack.errors import counted
from studypack.exporters.interface import Exported, losses
from studypack.questions.model import Question, QuestionSet

_HELD: Final = frozenset({"stimulus", "topic", "answer", "choices"})
_HEADING: Final = re.compile(r"^(#{1,6})(?=\s)", re.MULTILINE)
_FENCED: Final = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_DEEPEST: Final = 6
_DEEP: Final = re.compile(r"^#{4,6}\s", re.MULTILINE)
"""A heading whose level does not fit below a question's."""


class MarkdownFile:
    """Writes Markdown that a repository would show."""

    name = "markdown"
    suffixes = (".md", ".markdown")
    summary = "one Markdown file, questions as headings"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the file."""
        parts = [f"# {question_set.header.title}"]
        for topic in question_set.topics:
            parts.append(f"<!-- studypack topic -->\n## {topic.title}")
            for question in question_set.of_topic(topic.id):
                parts += _question(question)
        shown = [text for question in question_set.questions for text in (question.stimulus, question.answer) if text]
        deep = sum(bool(_DEEP.search(_FENCED.sub("", text))) for text in shown)
        lost = (f"the levels of headings in {counted(deep, 'text')}",) if deep else ()
        return Exported(("\n\n".join(parts) + "\n").encode(), (*losses(question_set, _HELD), *lost))


def _question(question: Question) -> Iterator[str]:
    """Yield the parts of a question; what could be taken for something else has a comment in front."""
    yield f"<!-- studypack question {question.id} -->\n### {question.question}"
    stimulus, answer = (_below((text or "").strip("\n")) for text in (question.stimulus, question.answer))
    if stimulus:
        yield f"<!-- studypack stimulus -->\n\n{stimulus}"
    if question.choices:
        choices = "\n".join(
            f"- [{'x' if choice.correct else ' '}] {choice.text.strip(chr(10)).replace(chr(10), chr(10) + '  ')}"
            for choice in question.choices
        )
        yield f"<!-- studypack choices -->\n\n{choices}" if stimulus else choices
    if answer and stimulus and not question.choices:  # folded, so that readers tell them apart
        answer = f"<details>\n<summary>Answer</summary>\n\n{answer}\n\n</details>"
    if answer:
        marked = stimulus or question.choices or answer.startswith("- [")
        yield f"<!-- studypack answer -->\n\n{answer}" if marked else answer


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
