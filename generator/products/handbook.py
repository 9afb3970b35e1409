"""The handbook: front matter, a chapter for each topic, back matter; typeset as parts, then bound.

Chapters come first, because the contents in the front matter need their page numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from generator.binding import Label, bind
from generator.model import Paper, QuestionSet, Topic
from generator.products.base import PackContext, Rendered, document_title, keywords, rendering_warnings
from generator.templating import render, stylesheet
from generator.typesetting import Pages, lay_out

NOTE_LINES: Final = {Paper.A4: 29, Paper.LETTER: 27}
"""Lines of 8 mm on a page for notes."""


@dataclass
class _Press:
    """Typesets parts one after the other and remembers on which page everything stands."""

    question_set: QuestionSet
    paper: Paper
    page_of: dict[str, int] = field(default_factory=dict)

    def part(self, template: str, first: int, *sheets: str, **values: Any) -> list[Pages]:
        """Typeset one part from page number `first`; a notes page completes an odd number of pages."""
        pages = self._pages(template, first, sheets, values)
        for name, anchor in pages.anchors.items():
            self.page_of[name] = first + anchor.page
        if pages.count % 2 == 0:
            return [pages]
        lines = {"lines": NOTE_LINES[self.paper]}
        return [pages, self._pages("handbook/notes.html.j2", first + pages.count, sheets, lines)]

    def _pages(self, template: str, first: int, sheets: tuple[str, ...], values: dict[str, Any]) -> Pages:
        whole = self.question_set
        html = render(
            template,
            set=whole,
            files=whole.files,
            document_title=document_title(whole),
            keywords=keywords(whole),
            page_of=self.page_of,
            **values,
        )
        css = stylesheet(
            "themes/print.css",
            "themes/code.css",
            f"handbook/page-{self.paper}.css",
            "handbook/pages.css",
            *sheets,
            "handbook/handbook.css",
        )
        start = f"@page:first {{ counter-reset: page {first} }}"
        return lay_out(html, css + start, whole.files)


def back_matter(question_set: QuestionSet) -> list[tuple[str, str]]:
    """Return title and anchor of each part behind the chapters."""
    parts = [("Glossary", "glossary", bool(question_set.glossary))]
    parts.append(("Closing words", "closing", bool(question_set.header.closing)))
    return [(title, anchor) for title, anchor, present in parts if present]


def _chapters(press: _Press, topics: tuple[Topic, ...]) -> list[Pages]:
    bound: list[Pages] = []
    for topic in topics:
        first = 1 + sum(pages.count for pages in bound)
        questions = press.question_set.of_topic(topic.id)
        bound += press.part("handbook/chapter.html.j2", first, topic=topic, questions=questions)
    return bound


class Handbook:
    """The handbook as a PDF."""

    name = "handbook"
    filename = "handbook.pdf"

    def render(self, pack: PackContext) -> Rendered:
        """Return the handbook of the selection."""
        selected = pack.question_set
        press = _Press(selected, pack.paper)
        body = _chapters(press, selected.topics)
        back = back_matter(selected)
        if back:
            labels = {question.id: question.label for question in selected.questions}
            first = 1 + sum(pages.count for pages in body)
            body += press.part("handbook/back.html.j2", first, labels=labels)
        front = press.part("handbook/front.html.j2", 1, "handbook/front.css", back=back)
        roman = sum(pages.count for pages in front)
        pdf, said = bind([*front, *body], [Label(0, "roman"), Label(roman, "arabic")])
        messages = [message for part in (*front, *body) for message in part.warnings]
        return Rendered(
            content=pdf,
            amount=roman + sum(pages.count for pages in body),
            unit="pages",
            warnings=rendering_warnings(self.name, tuple(dict.fromkeys([*messages, *said]))),
        )
