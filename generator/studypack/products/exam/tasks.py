"""Questions as an exam asks them: numbered, with their marks, and without anything that answers them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from studypack.products.exam import ExamOptions
from studypack.questions.model import Question, QuestionSet


@dataclass(frozen=True, slots=True)
class Task:
    """A question of a paper.

    Attributes:
        number: its number on the paper, from 1.
        question: the question; what the key shows of it.
        marks: what the question itself is worth; each follow-up question adds one.
        lines: the ruled lines for the answer.
        follow_lines: the ruled lines for the answer to each follow-up question.
        several: whether more than one choice is correct.
    """

    number: int
    question: Question
    marks: int
    lines: int
    follow_lines: int
    several: bool = False

    @property
    def total(self) -> int:
        """The marks of all its parts."""
        return self.marks + len(self.question.follow_ups)

    @property
    def bare(self) -> Task:
        """The task as a paper may show it: a template that prints too much finds nothing to print."""
        bare: dict[str, Any] = {"answer": None, "takeaway": None, "guidance": None, "marks": None}
        bare |= {"key_points": (), "exhibits": (), "pitfalls": (), "sources": (), "cards": ()}
        bare["follow_ups"] = tuple(each.model_copy(update={"answer": ""}) for each in self.question.follow_ups)
        hidden = {"correct": False, "feedback": None}
        bare["choices"] = tuple(choice.model_copy(update=hidden) for choice in self.question.choices)
        return replace(self, question=self.question.model_copy(update=bare))

    @property
    def marked(self) -> Task:
        """The task as a key shows it: the key points are the answer where there are some."""
        answer = None if self.question.key_points else self.question.answer
        return replace(self, question=self.question.model_copy(update={"answer": answer}))

    @property
    def rest(self) -> int:
        """The marks that no key point or correct choice earns."""
        earning = self.question.correct if self.question.choices else self.question.key_points
        return max(0, self.marks - len(earning))

    @property
    def fewer(self) -> bool:
        """Whether there are more key points than marks, so that any of them earn all marks."""
        return not self.question.choices and self.marks < len(self.question.key_points)


def tasks_of(question_set: QuestionSet, options: ExamOptions) -> tuple[Task, ...]:
    """Return the tasks of a paper, in its order."""
    return tuple(_task(number, question, options) for number, question in enumerate(question_set.questions, 1))


def _task(number: int, question: Question, options: ExamOptions) -> Task:
    if options.no_follow_ups:
        question = question.model_copy(update={"follow_ups": ()})
    marks = own_marks(question, options.marks)
    space = options.answers_space
    return Task(number, question, marks, 0 if question.choices else marks * space, space, len(question.correct) > 1)


def own_marks(question: Question, default: int = 0) -> int:
    """Return what a question is worth without its follow-ups.

    Args:
        question: `marks` of it comes first; then the number of correct choices.
        default: for open questions; 0 for the number of key points, or 1 if there are none.
    """
    if question.marks is not None:
        return question.marks
    if question.choices:
        return len(question.correct)
    return default or len(question.key_points) or 1
