"""Exam papers and their marking keys: what `studypack exam` prints, one of each for every variant or participant."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from studypack.products.options import OptionModel, option

Count = Annotated[int, Field(ge=0, le=10_000)]


class ExamOptions(OptionModel):
    """How the papers of an exam are drawn, and what they look like."""

    questions: Count = option(0, "How many questions each paper has; by default all that are selected.", metavar="N")
    blueprint: str = option(
        "", 'What each paper has, by level, topic or tag: "2 core, 3 databases, 1 advanced".', metavar="TEXT"
    )
    seed: int = option(1, "What the papers are drawn from; the same seed draws the same papers.", metavar="S")
    variants: Annotated[int, Field(ge=1, le=10_000)] = option(1, "How many different papers to print.", metavar="N")
    shuffle: bool = option(False, "Give each paper its own order of questions.")
    title: str = option("", "The title of the exam; by default that of the set.", metavar="TEXT")
    minutes: Count = option(0, "The time allowed, in minutes; printed on the cover.", metavar="N")
    marks: Annotated[int, Field(ge=0, le=100)] = option(
        0, "Marks of each open question; by default one for each key point, or what the set says.", metavar="N"
    )
    answers_space: Annotated[int, Field(ge=0, le=20)] = option(
        3, "Ruled lines for each mark; 0 for answers on other paper.", metavar="LINES"
    )
    no_follow_ups: bool = option(False, "Leave out the follow-up questions.")
    separate: bool = option(False, "Also write each paper and each key as a file of its own.")
    moodle: bool = option(False, "Also write each paper as Moodle XML.")


PRINTED: Final = frozenset({"title", "minutes", "marks", "answers_space", "no_follow_ups"})
"""The options that change what is on a paper or a key, once it is drawn."""
