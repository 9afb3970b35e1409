"""A set as text for Quizlet's import: term, tab, definition, a line for each question."""

from __future__ import annotations

from typing import Final

from studypack.errors import counted
from studypack.exporters.interface import Exported, asked, losses, solution
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import plain

_HELD: Final = frozenset({"stimulus", "answer", "choices"})


class Quizlet:
    """Writes lines of plain text; Markdown is gone, and questions without an answer are left out."""

    name = "quizlet"
    suffixes = (".txt", ".tsv")
    summary = "lines for Quizlet: question, tab, answer"

    def write(self, question_set: QuestionSet) -> Exported:
        """Return the lines."""
        answered = [question for question in question_set.questions if question.answered]
        lines = [f"{_front(question)}\t{plain(solution(question))}\n" for question in answered]
        without = len(question_set.questions) - len(answered)
        left = (f"{counted(without, 'question')} without an answer",) if without else ()
        lost = (*losses(question_set, _HELD), *left, "all formatting")
        return Exported("".join(lines).encode(), lost)


def _front(question: Question) -> str:
    offered = " ".join(f"{letter}) {plain(choice.text)}" for letter, choice in question.lettered)
    return f"{plain(asked(question))} {offered}".strip()


EXPORTER = Quizlet()
