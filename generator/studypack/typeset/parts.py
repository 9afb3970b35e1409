"""A part of a book as a job: everything that its pages depend on, in one picklable value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from studypack.jobs import fingerprints
from studypack.pdf.binding import LINK
from studypack.questions.model import Question, QuestionSet
from studypack.typeset.layout import Pages, Part, filled, lay_out, write
from studypack.typeset.templating import render, stylesheet
from studypack.typeset.themes import OWN, Theme

THIN: Final = 0.36
"""A page that is filled by less looks forgotten; a little above the third that we promise."""

EXHIBIT: Final = "exhibit:"
"""Ids of exhibits begin so: where a page stays thin, the one that did not fit is set later, or let break."""


@dataclass(frozen=True)
class PartJob:
    """Typesets one part, without page numbers.

    Attributes:
        template: its path below `templates/`.
        sheets: style sheets, in order.
        question_set: what it needs of the set and no more: a change elsewhere leaves the part in the cache.
        values: further values for the template; JSON can express them.
        rules: style rules of this part alone.
        theme: the looks.
        tagged: False for furniture, which is an artifact.
    """

    template: str
    sheets: tuple[str, ...]
    question_set: QuestionSet
    values: Mapping[str, Any] = field(default_factory=dict)
    rules: str = ""
    theme: Theme = OWN
    tagged: bool = True

    def fingerprint(self) -> str:
        """Return a hash of the job and of the program."""
        own = [self.template, *self.sheets, json.dumps(self.values, sort_keys=True), self.rules, str(self.tagged)]
        return fingerprints.of(fingerprints.program(), self.theme.fingerprint, *own, *content_of(self.question_set))

    def run(self) -> Part:
        """Return the typeset part."""
        late: list[str] = []
        loose: list[str] = []
        pages = self._laid_out(late, loose)
        for _ in range(3 if self.tagged else 0):
            waiting = _after_thin_pages(pages)
            if not waiting - set(loose):
                break
            loose += sorted(waiting & set(late))
            late += sorted(waiting - set(late))
            pages = self._laid_out(late, loose)
        return write(pages, tagged=self.tagged)

    def _laid_out(self, late: list[str], loose: list[str]) -> Pages:
        html = render(
            self.template,
            self.theme,
            set=self.question_set,
            files=self.question_set.files,
            late=late,
            loose=loose,
            **self.values,
        )
        html = html.replace('href="#', f'href="{LINK}')  # binding knows the ids of all parts
        css = stylesheet(*self.sheets, theme=self.theme)
        return lay_out(html, f"{css}\n{self.rules}", {**self.question_set.files, **self.theme.assets})

    def dumps(self, result: Part) -> bytes:
        """Return the part as bytes."""
        return result.dumps()

    def loads(self, content: bytes) -> Part:
        """Return the part that `dumps` wrote; ValueError if it is something else."""
        return Part.loads(content)


def _after_thin_pages(pages: Pages) -> set[str]:
    """Return the exhibits that begin on a page after a thin one, first of all things there."""
    thin = {number for number, share in enumerate(filled(pages)[:-1]) if share < THIN}
    first: dict[int, tuple[float, str]] = {}
    for name, anchor in pages.anchors.items():
        if name.startswith(EXHIBIT) and anchor.page - 1 in thin:
            first[anchor.page] = min(first.get(anchor.page, (anchor.y, name)), (anchor.y, name))
    return {name for _, name in first.values()}


def content_of(question_set: QuestionSet) -> list[bytes | str]:
    """Return all of a set that a product can show, for a fingerprint; places in files are not part of it."""
    shown: list[bytes | str] = [question_set.id, question_set.header.model_dump_json()]
    shown += [question.model_dump_json(exclude={"where"}) for question in question_set.questions]
    for name in sorted(question_set.files):
        shown += ["file", name, question_set.files[name]]
    return [*shown, repr(question_set.subset)]


def without_cards(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions without their cards, which print does not show."""
    return tuple(q.model_copy(update={"cards": ()}) if q.cards else q for q in questions)
