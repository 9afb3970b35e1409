"""What papers and keys have in common: their style sheets, their values, their claims, and how they are read back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from string import Formatter
from typing import Any, Final

from studypack.pdf.binding import Entry, Info, Leaves, bind
from studypack.products.documents import keywords
from studypack.products.exam import ExamOptions
from studypack.products.exam.tasks import Task, tasks_of
from studypack.products.interface import Claim, ReadBack, ReadQuestion
from studypack.products.options import NONE, Options, PrintOptions
from studypack.products.proof import claims_of
from studypack.questions.model import QuestionSet
from studypack.questions.papers import Paper
from studypack.text.html_text import held_by
from studypack.text.languages import Language, language
from studypack.text.markdown import plain
from studypack.text.runs import Run
from studypack.typeset.geometry import PageGeometry, points
from studypack.typeset.layout import Pages, Part, lay_out, write
from studypack.typeset.templating import render, stylesheet
from studypack.typeset.themes import OWN, Theme

_SHEETS: Final = ("themes/print.css", "themes/markdown.css", "themes/code.css", "exam/exam.css")
_PAGE: Final = "exam/page.css.j2"
LINE_MM: Final = 8.0
"""The height of a ruled line."""
HEAD_MM, FOOT_MM = 26.0, 24.0
"""The margins above and below the text."""
_WHOLE_SHEETS: Final = f"""counter(pages, symbols(fixed {" ".join(f'"{n - n % 2}"' for n in range(1, 201))}))"""
"""The number of pages without the last one if that is dropped, as a content of CSS; not beyond 200 pages."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper and how it is printed.

    Attributes:
        paper: the paper.
        options: the options of print and of the exam.
        theme: the theme.
        date: the date of the edition in ISO 8601, for the metadata; empty if there is none.
        pages: the pages of the handbook on which questions begin, by their ids; empty if that is not known.
    """

    paper: Paper
    options: Options = NONE
    theme: Theme = OWN
    date: str = ""
    pages: Mapping[str, int] | None = None

    @property
    def question_set(self) -> QuestionSet:
        """The questions of the paper."""
        return self.paper.question_set

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The questions with their numbers and marks."""
        return tasks_of(self.question_set, self.options[ExamOptions])

    @property
    def title(self) -> str:
        """The title of the exam."""
        return self.options[ExamOptions].title or self.question_set.header.title

    @property
    def spoken(self) -> Language:
        """The language of the exam."""
        return language(self.question_set.header.language)

    def lines(self, besides: float) -> int:
        """Return how many ruled lines fit on a page beside this height of other things, in millimetres."""
        return int((self._geometry.height - HEAD_MM - FOOT_MM - besides) / LINE_MM)

    @property
    def room(self) -> float:
        """The height of a page's text area, in points."""
        return points(self._geometry.height - HEAD_MM - FOOT_MM)

    def laid_out(self, template: str, tasks: Sequence[Task], **values: Any) -> tuple[Pages, str]:
        """Return the pages of a document, and its HTML.

        Args:
            template: its name in `templates/exam`.
            tasks: what it shows.
            values: further values of the template and the style sheet.
        """
        own = self.options[ExamOptions]
        common = {
            "set": self.question_set, "files": self.question_set.files, "tasks": tasks, "paper": self.paper,
            "title": self.title, "minutes": own.minutes, "total": sum(task.total for task in tasks),
        }  # fmt: skip  # a table
        html = render(f"exam/{template}.html.j2", self.theme, **common, **values)
        rooms = sorted({n for task in tasks for n in (task.lines, task.follow_lines)} | {values.get("room", 0)} - {0})
        css = stylesheet(_PAGE, theme=self.theme, values=self._page(rooms, **values))
        ruled = {f"/ruled-{lines}.svg": _ruled(lines, self._geometry.width) for lines in rooms}
        files = {**ruled, **self.question_set.files, **self.theme.assets}
        return lay_out(html, (stylesheet(*_SHEETS, theme=self.theme), css), files), html

    @property
    def _geometry(self) -> PageGeometry:
        return self.options[PrintOptions].paper.page

    def _page(self, rooms: Sequence[int], *, kind: str = "", **_: Any) -> dict[str, Any]:
        """Return the values of the style sheet that is a paper's own: what is at the edges of each of its pages."""
        words, paper = self.spoken.words, self._geometry
        title = plain(self.title, lang=self.spoken.tag)
        return {
            "set": self.question_set,
            "page": {"width": paper.width, "height": paper.height, "head": HEAD_MM, "foot": FOOT_MM, "line": LINE_MM},
            "rtl": self.spoken.direction == "rtl",
            "title": css_string(f"{kind}: {title}" if kind else title),
            "code": css_string(self.paper.code),
            "name": css_string(self.paper.name) if self.paper.name else "",
            "folio": _folio(words["exam_page"]),
            "rooms": rooms,
        }

    def written(self, pages: Pages, html: str) -> Part:
        """Return laid-out pages as a PDF, with what its HTML contains of each question.

        The last page completes a sheet, so that the next document begins on a front; it is left out if there is none to
        complete.
        """
        pages = pages.between(0, pages.count - pages.count % 2)
        ids = {question.id for question in self.question_set.questions}
        return replace(write(pages), held=held_by(html, lambda key: key if key in ids else None))

    def bound(self, part: Part, tasks: Sequence[Task], kind: str = "") -> Part:
        """Return a finished document, with an outline of its questions.

        Args:
            part: its pages.
            tasks: the questions.
            kind: added to its title.
        """
        head = self.question_set.header
        read = partial(plain, lang=head.language)
        title = ": ".join(filter(None, [read(self.title), kind, self.paper.code]))
        info = Info(title, head.language, read(head.author or ""), "", tuple(keywords(self.question_set)), self.date)
        entries = [Entry(f"{task.number} {read(task.question.question)}", task.question.id) for task in tasks]
        anchors = {task.question.id: part.anchors[task.question.id] for task in tasks}
        return replace(part, file=bind([Leaves(part)], info, entries), anchors=anchors)


def claims(tasks: Iterable[Task], question_set: QuestionSet, fields: frozenset[str]) -> list[Claim]:
    """Return what a document must contain of each task, in order, under its number on the paper.

    Args:
        tasks: the tasks.
        question_set: where they are from.
        fields: the fields of a question that the document shows; not `choices`.
    """
    numbered = list(tasks)
    shown = QuestionSet(
        question_set.id, question_set.header, tuple(task.question for task in numbered), question_set.files
    )
    made = claims_of(shown, fields)
    return [
        claim._replace(label=str(task.number), groups=((Run("text", str(task.number)),), *claim.groups[1:]))
        for claim, task in zip(made, numbered, strict=True)
    ]


def read_back(pdf: bytes) -> ReadBack:
    """Return what a finished document contains of each question, by its number on the paper."""
    from studypack.pdf.text_extraction import sections

    return ReadBack(tuple(ReadQuestion(each.title.partition(" ")[0], each.text) for each in sections(pdf)))


def css_string(text: str) -> str:
    """Return a text as a string of CSS (CSS Syntax 3, 4.3.5)."""
    return '"' + re.sub(r'["\\\x00-\x1f\x7f]', lambda match: f"\\{ord(match[0]) or 0xFFFD:x} ", text) + '"'


def _ruled(lines: int, width: float) -> bytes:
    """Return ruled lines as a picture. As boxes, they would take a third of a paper's time.

    Args:
        lines: how many.
        width: of the paper, in millimetres.
    """
    path = " ".join(f"M0 {number * LINE_MM - 0.1:.1f}H{width}" for number in range(1, lines + 1))
    height = lines * LINE_MM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
        f'<path d="{path}" stroke="#b0b0b0" stroke-width="0.14"/></svg>'
    ).encode()


def _folio(words: str) -> str:
    """Return the CSS content for `page 2 of 8`.

    Args:
        words: the language's, with places for the numbers.
    """
    counters = {"page": "counter(page)", "pages": _WHOLE_SHEETS}
    pieces = []
    for text, name, _, _ in Formatter().parse(words):
        pieces += [css_string(text)] if text else []
        pieces += [counters[name]] if name else []
    return " ".join(pieces)
