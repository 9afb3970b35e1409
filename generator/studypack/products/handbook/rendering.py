"""The handbook: front matter, a chapter for each topic, back matter; typeset as parts, then bound.

No part knows its page numbers, so that a change in one part does not invalidate the others in the cache. First the
chapters and most of the back matter are typeset; then, with their lengths known, the contents and the index; then what
each page shows outside its text (running head, folio, thumb mark), which binding lays over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from studypack.pdf.binding import Label, Leaves, bind
from studypack.products.documents import document_info, rendering_warnings
from studypack.products.handbook import Answers, HandbookOptions, practice
from studypack.products.handbook.book import Section, contents_values, index_values, numbered, outline, sheets
from studypack.products.handbook.running_heads import Sheet, overlay_values
from studypack.products.interface import PackContext, Rendered
from studypack.products.options import PrintOptions
from studypack.questions.files import files_of
from studypack.questions.model import Question, QuestionSet, Topic
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.typeset.geometry import Paper
from studypack.typeset.layout import Part
from studypack.typeset.parts import ANSWER, PartJob, without_cards

SMALL: Final = 60
"""Up to so many questions the index follows the rest of the back matter without a new page."""

_SHEETS: Final = (
    "themes/print.css",
    "themes/markdown.css",
    "themes/code.css",
    "handbook/handbook.css",
    "handbook/page.css.j2",
    "handbook/options.css.j2",
)
_BARE: Final[dict[str, Any]] = {
    "answer": "", "guidance": None, "takeaway": None,
    "key_points": (), "exhibits": (), "pitfalls": (), "follow_ups": (),
}  # fmt: skip  # what is left is the question and its source list


@dataclass(frozen=True)
class _Press:
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

    @property
    def paper(self) -> Paper:
        """The paper size of the book."""
        return self.pack.options[PrintOptions].paper

    @property
    def simplex(self) -> bool:
        """Whether the book is printed on only one side of the paper."""
        return self.pack.options[HandbookOptions].simplex

    def part(
        self, template: str, content: QuestionSet, *, owners: bool = False, left: bool = False, **values: Any
    ) -> Future[Part]:
        """Return the future of a part that is being typeset.

        Args:
            template: its name in `templates/handbook`.
            content: what it shows of the set.
            owners: whether it holds the questions that the proof looks for.
            left: whether it is bound from a left-hand page on.
            values: values of the template.
        """
        values["page"] = self.paper.page.values(simplex=self.simplex, left=left)
        options = self.pack.options[HandbookOptions]
        values["look"] = {"fresh": options.fresh_page, "large": options.large_print}
        name = f"handbook/{template}.html.j2"
        ids = tuple(question.id for question in content.questions) if owners else ()
        return self.pack.submit(PartJob(name, _SHEETS, content, values, theme=self.pack.theme, owners=ids))

    def begun(self) -> None:
        """Report that the chapters have been submitted for typesetting."""
        if self.pack.begun:
            self.pack.begun()

    def overlay(self, on: Sequence[Sheet]) -> Future[Part]:
        """Return the future of the part that is laid over these pages."""
        values, rules = overlay_values(on, self.selected, self.paper, simplex=self.simplex)
        names = ("themes/print.css", "handbook/running-heads.css")
        content = _slim(self.selected)
        job = PartJob("handbook/running-heads.html.j2", names, content, values, rules, self.pack.theme, tagged=False)
        return self.pack.submit(job)

    def completed(self, sections: Sequence[Section], *, last: bool = True) -> Iterator[Section]:
        """Yield the sections, each from a right-hand page on: a page to recall or note completes an odd number.

        Args:
            sections: the sections.
            last: whether the last one is completed too, because something follows it.
        """
        odd = [] if self.simplex else [n for n, section in enumerate(sections) if section.part.count % 2]
        ends = {n: self._end(sections[n]) for n in odd if last or n < len(sections) - 1}
        for n, section in enumerate(sections):
            yield section
            if n in ends:
                yield Section("", "", ends[n].result(), topic=section.topic)

    def _end(self, section: Section) -> Future[Part]:
        """Return the future of the page that completes the sheets of a section."""
        page = self.paper.page
        if not section.topic:
            return self.part("notes", _slim(self.selected), lines=page.note_lines, left=True)
        asked = self.selected.of_topic(section.topic)[: page.recalled]
        bare = tuple(q.model_copy(update=_BARE | {"sources": ()}) for q in asked)
        return self.part("recall", _slim(self.selected, *bare), rows=page.recall_lines(len(bare)), left=True)

    def overlays(
        self, sections: Sequence[Section], numbers: dict[str, int], first: int = 1, *, roman: bool = False
    ) -> list[Future[Part]]:
        """Return the futures of the parts that are laid over these sections."""
        topics = [topic.id for topic in self.selected.topics]
        return [self.overlay(on) for on in sheets(sections, topics, numbers, first, roman=roman)]


def _slim(selected: QuestionSet, *questions: Question, **header: Any) -> QuestionSet:
    """Return the set with only these questions, and with the parts of its header that every job needs."""
    bare: dict[str, Any] = {"introduction": None, "closing": None, "glossary": (), "packs": {}}
    bare["topics"] = selected.header.topics[:1]
    own = selected.header.model_copy(update=bare | header)
    shown = {name for question in questions for name in files_of(question)} | files_of(own)
    return QuestionSet(
        selected.id,
        own,
        without_cards(questions),
        {name: content for name, content in selected.files.items() if name in shown},
        selected.subset,
    )


def _chapters(press: _Press) -> Callable[[], list[Section]]:
    """Submit the chapters, and return a function that waits for them.

    A topic's chapter is the same in every selection that contains all of its questions, so it can be cached.
    """
    selected = press.selected
    terms = {plain(entry.term): entry.id for entry in press.pack.whole.header.glossary}
    answers = press.pack.options[HandbookOptions].answers
    futures = []
    for topic in selected.topics:
        asked = selected.of_topic(topic.id)
        content = _slim(selected, *(map(practice, asked) if answers is Answers.NONE else asked), topics=(topic,))
        part = press.part("chapter", replace(content, subset=None), owners=True, terms=terms, answers=answers.value)
        futures.append(part)

    def wait() -> list[Section]:
        return [_chapter(selected, *made) for made in zip(selected.topics, futures, strict=True)]

    return wait


def _chapter(selected: QuestionSet, topic: Topic, future: Future[Part]) -> Section:
    read = partial(plain, lang=selected.header.language)
    asked = selected.of_topic(topic.id)
    marks = tuple((q.id, f"{q.label} {read(q.question)}") for q in asked)
    part = future.result()
    behind: tuple[tuple[str, str], ...] = ()
    if (first := f"answers-{topic.id}") in part.anchors:
        words = language(selected.header.language).words
        behind = (first, words["answers"]), *((f"{ANSWER}{q.id}", q.label) for q in asked)
    return Section(read(topic.title), f"topic-{topic.id}", part, marks, topic.id, behind)


def _back(press: _Press) -> dict[str, tuple[QuestionSet, dict[str, Any]]]:
    """Return the back matter that needs no page numbers: the content and values of each part, by name."""
    selected = press.selected
    parts: dict[str, tuple[QuestionSet, dict[str, Any]]] = {}
    if selected.header.closing:
        parts["closing"] = _slim(selected, closing=selected.header.closing), {}
    if selected.glossary:
        labels = {q.id: q.label for q in selected.questions}
        parts["glossary"] = _slim(selected, glossary=selected.glossary), {"labels": labels}
    if any(q.sources for q in selected.questions):
        sources = tuple(q.model_copy(update=_BARE) for q in selected.questions if q.sources)
        parts["sources"] = _slim(selected, *sources), {}
    return parts


def _back_matter(press: _Press, **index: Any) -> tuple[Future[Part], tuple[tuple[str, str], ...]] | None:
    """Return the future of the back matter, whose parts run on, and the names of what is in it; None if it is empty.

    Args:
        press: the press.
        index: the values of the index, if that is to follow the rest here.
    """
    parts = _back(press)
    present = [*parts, *(["index"] if any(index.values()) else [])]
    if not present:
        return None
    values = dict(index)
    for _, more in parts.values():
        values |= more
    questions = parts["sources"][0].questions if "sources" in parts else ()
    header = press.selected.header
    shown = {
        "closing": header.closing if "closing" in parts else None,
        "glossary": press.selected.glossary if "glossary" in parts else (),
    }
    future = press.part("back", _slim(press.selected, *questions, **shown), present=present, **values)
    return future, tuple((name, press.words[name]) for name in present)


def render_handbook(pack: PackContext) -> Rendered:
    """Return the handbook of the selection."""
    press = _Press(pack)
    small = len(press.selected.questions) <= SMALL
    body, overlays, front = (_small_body if small else _large_body)(press)
    part = front.result()
    named = tuple((name, press.words[name]) for name in ("introduction", "contents") if name in part.anchors)
    opening = list(press.completed([Section("", "", part, named)]))
    laid = press.overlays(opening, {}, roman=True)
    return _bound(press, opening, body, [*laid, *overlays])


Body = tuple[list[Section], list[Future[Part]], Future[Part]]
"""The sections after the front matter, the parts laid over them, and the future of the front matter."""


def _large_body(press: _Press) -> Body:
    """Make back matter (a long glossary takes long) and chapters at once; then contents and index, which need pages."""
    back = _back_matter(press)
    chapters = _chapters(press)
    press.begun()
    body = list(press.completed(chapters(), last=back is not None))
    if back:
        body.append(Section("", "", back[0].result(), back[1]))
    numbers = numbered(body)
    values = index_values(press.selected, numbers)
    if not any(values.values()):
        return body, press.overlays(body, numbers), _front(press, body, numbers)
    numbers["index"] = first = 1 + sum(section.part.count for section in body)
    index = press.part("index", _slim(press.selected), left=first % 2 == 0, **values)
    front = _front(press, [*body, Section(press.words["index"], "index", Part(b"", 0, {}))], numbers)
    overlays = press.overlays(body, numbers)
    added = [Section(press.words["index"], "index", index.result())]
    return body + added, overlays + press.overlays(added, numbers, first), front


def _small_body(press: _Press) -> Body:
    """Make the chapters, then all back matter with the index, then the contents."""
    chapters = _chapters(press)
    press.begun()
    made = chapters()
    body = list(press.completed(made))
    back = _back_matter(press, **index_values(press.selected, numbered(body)))
    if back:
        body.append(Section("", "", back[0].result(), back[1]))
    numbers = numbered(body)
    return body, press.overlays(body, numbers), _front(press, body, numbers)


def _front(press: _Press, sections: Sequence[Section], numbers: dict[str, int]) -> Future[Part]:
    content = _slim(press.selected, introduction=press.selected.header.introduction)
    return press.part("front", content, **contents_values(press.selected, sections, numbers))


def _bound(
    press: _Press, opening: Sequence[Section], body: Sequence[Section], overlays: Sequence[Future[Part]]
) -> Rendered:
    sections = [*opening, *body]
    leaves = [Leaves(section.part, future.result()) for section, future in zip(sections, overlays, strict=True)]
    roman = sum(section.part.count for section in opening)
    said = [message for leaf in leaves for part in leaf if part for message in part.warnings]
    labels = [Label(0, "roman"), Label(roman, "arabic")]
    return Rendered(
        content=bind(leaves, document_info(press.pack), outline(sections), labels),
        amount=sum(section.part.count for section in sections),
        unit="pages",
        warnings=rendering_warnings("handbook", tuple(dict.fromkeys(said))),
        held={key: held for section in body for key, held in section.part.held.items()},
    )
