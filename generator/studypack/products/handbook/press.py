"""The parts of one handbook as jobs: what they are given, how they look, and what completes their sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, Final

from studypack.products.handbook import HandbookOptions
from studypack.products.handbook.back_matter import BARE
from studypack.products.handbook.book import (
    Section,
    sheets,
)
from studypack.products.handbook.flows import Span
from studypack.products.handbook.recall import columns, recall
from studypack.products.handbook.running_heads import Sheet, overlay_values
from studypack.products.interface import PackContext
from studypack.products.options import PrintOptions
from studypack.questions.content import reduced
from studypack.questions.model import Question, QuestionSet
from studypack.shelf import Shelf, mapped
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.typeset.geometry import Paper
from studypack.typeset.joints import WHOLE
from studypack.typeset.layout import Part
from studypack.typeset.parts import PartJob, without_cards

STYLE_SHEETS: Final = (
    "themes/print.css",
    "themes/markdown.css",
    "themes/code.css",
    "handbook/handbook.css",
    "handbook/page.css.j2",
    "handbook/options.css.j2",
)
MOST_LEVEL: Final = 32
"""Columns of a level's name in contents; what is longer is cut there."""


@dataclass(frozen=True)
class Press:
    """Submits the parts of one book for typesetting."""

    pack: PackContext

    @property
    def selected(self) -> QuestionSet:
        """The questions of the book."""
        return self.pack.question_set

    @property
    def words(self) -> Any:
        """The words of the book's language."""
        return language(self.selected.header.language).words

    @cached_property
    def terms(self) -> Mapping[str, str]:
        """The id of each term of the whole set's glossary."""
        return {plain(each.term): each.id for each in self.pack.whole.header.glossary}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The label of each question, by its id."""
        return {question.id: question.label for question in self.selected.questions}

    @property
    def paper(self) -> Paper:
        """The paper size of the book."""
        return self.pack.options[PrintOptions].paper

    @property
    def simplex(self) -> bool:
        """Whether the book is printed on only one side of the paper."""
        return self.pack.options[HandbookOptions].simplex

    def part(
        self,
        template: str,
        content: QuestionSet,
        span: Span | None = None,
        *,
        items: Sequence[str] = (),
        owners: Sequence[str] = (),
        left: bool = False,
        **values: Any,
    ) -> Future[Part]:
        """Return the future of a part that is being typeset.

        Args:
            template: its name in `templates/handbook`.
            content: what it shows of the set.
            span: what it shows of a flow, if it is a part of one.
            items: the names of these items in its HTML.
            owners: the ids of the elements with which the questions begin that the proof looks for.
            left: whether it is bound from a left-hand page on.
            values: values of the template.
        """
        left, joint = (span.left, span.joint) if span else (left, WHOLE)
        values["page"] = self.paper.page.values(simplex=self.simplex, left=left)
        options = self.pack.options[HandbookOptions]
        values["look"] = {"fresh": options.fresh_page, "large": options.large_print, "level": self._level_columns}
        name = f"handbook/{template}.html.j2"
        more = tuple(items) if span and span.more else ()
        job = PartJob(
            name, STYLE_SHEETS, content, values, "", self.pack.theme,
            owners=tuple(owners), items=more, joint=joint, pulled=template == "chapter",
        )  # fmt: skip  # what it shows, and how
        return self._submit(job)

    def _submit(self, job: PartJob) -> Future[Part]:
        """Return the future of a part whose file waits on a shelf, as those of all parts would fill the memory."""
        return mapped(self.pack.submit(job), lambda part: replace(part, file=self._shelf.put(part.pdf)))

    @cached_property
    def _shelf(self) -> Shelf:
        return Shelf()

    @cached_property
    def _level_columns(self) -> int:
        """The columns of the longest name of a level, which is beside the questions in contents."""
        titles = self.selected.header.level_titles.values()
        return min(max(map(columns, titles), default=0), MOST_LEVEL)

    def overlay(self, on: Sequence[Sheet]) -> Future[Part]:
        """Return the future of the part that is laid over these pages."""
        values, rules = overlay_values(on, self.selected, self.paper, simplex=self.simplex)
        names: tuple[str, ...] = ("themes/print.css", "handbook/running-heads.css")
        if self.pack.options[HandbookOptions].large_print:
            names += ("handbook/running-heads-large.css",)
        content = slim(self.selected)
        job = PartJob("handbook/running-heads.html.j2", names, content, values, rules, self.pack.theme, tagged=False)
        return self._submit(job)

    def completed(self, sections: Sequence[Section], *, last: bool = True) -> Iterator[Section]:
        """Yield the sections, each from a right-hand page on: a page to recall or note completes an odd number.

        Args:
            sections: the sections.
            last: whether the last one is completed too, because something follows it.
        """
        odd = [] if self.simplex else [n for n, section in enumerate(sections) if section.count % 2]
        ends = {n: self._end(sections[n]) for n in odd if last or n < len(sections) - 1}
        for n, section in enumerate(sections):
            yield section
            if n in ends:
                yield Section("", "", (ends[n].result(),), topic=section.topic)

    def _end(self, section: Section) -> Future[Part]:
        """Return the future of the page that completes the sheets of a section."""
        page = self.paper.page
        large = self.pack.options[HandbookOptions].large_print
        asked, lines = recall(self.selected.of_topic(section.topic), page, large=large)
        if not asked:
            return self.part("notes", slim(self.selected), lines=page.note_lines, left=True)
        bare = tuple(
            q.model_copy(update=BARE | {"sources": (), "stimulus": q.stimulus, "choices": q.choices}) for q in asked
        )
        return self.part("recall", slim(self.selected, *bare), rows=lines, left=True)

    def overlays(
        self, sections: Sequence[Section], numbers: dict[str, int], first: int = 1, *, roman: bool = False
    ) -> list[Future[Part]]:
        """Return the futures of the parts that are laid over the parts of these sections."""
        topics = [topic.id for topic in self.selected.topics]
        made = []
        for section, on in zip(sections, sheets(sections, topics, numbers, first, roman=roman), strict=True):
            pages = iter(on)
            made += [self.overlay(list(islice(pages, part.count))) for part in section.parts]
        return made


def slim(selected: QuestionSet, *questions: Question, **header: Any) -> QuestionSet:
    """Return the set with only these questions, and with the parts of its header that every job needs."""
    return reduced(selected, without_cards(questions), **({"topics": selected.header.topics[:1]} | header))
