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
from studypack.products.handbook import HandbookOptions
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
from studypack.typeset.parts import PartJob, without_cards

SMALL: Final = 8
"""The number of questions up to which all back matter is set without page breaks between its sections."""

_SHEETS: Final = (
    "themes/print.css",
    "themes/markdown.css",
    "themes/code.css",
    "handbook/handbook.css",
    "handbook/page.css.j2",
)
_SOURCES_ONLY: Final[dict[str, Any]] = {
    "answer": "", "guidance": None, "takeaway": None,
    "key_points": (), "exhibits": (), "pitfalls": (), "follow_ups": (),
}  # fmt: skip  # only the sources are left


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

    def part(self, template: str, content: QuestionSet, *, owners: bool = False, **values: Any) -> Future[Part]:
        """Return the future of a part that is being typeset."""
        values["page"] = self.paper.page.values(simplex=self.simplex)
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

    def completed(self, sections: Sequence[Section]) -> Iterator[Section]:
        """Yield the sections, and a page for notes after each odd number of pages, unless the book is one-sided."""
        notes = self.part("notes", _slim(self.selected), lines=self.paper.page.note_lines)
        for section in sections:
            yield section
            if section.part.count % 2 and not self.simplex:
                yield Section("", "", notes.result())

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
    futures = []
    for topic in selected.topics:
        content = _slim(selected, *selected.of_topic(topic.id), topics=(topic,))
        futures.append(press.part("chapter", replace(content, subset=None), owners=True, terms=terms))

    def wait() -> list[Section]:
        return [_chapter(selected, *made) for made in zip(selected.topics, futures, strict=True)]

    return wait


def _chapter(selected: QuestionSet, topic: Topic, future: Future[Part]) -> Section:
    read = partial(plain, lang=selected.header.language)
    marks = tuple((q.id, f"{q.label} {read(q.question)}") for q in selected.of_topic(topic.id))
    return Section(read(topic.title), f"topic-{topic.id}", future.result(), marks, topic.id)


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
        sources = tuple(q.model_copy(update=_SOURCES_ONLY) for q in selected.questions if q.sources)
        parts["sources"] = _slim(selected, *sources), {}
    return parts


def _back_and_index(press: _Press, numbers: dict[str, int]) -> Section | None:
    """Return all back matter of a small book in one section."""
    parts, values = _back(press), index_values(press.selected, numbers)
    present = [*parts, *(["index"] if any(values.values()) else [])]
    if not present:
        return None
    for _, more in parts.values():
        values |= more
    questions = parts["sources"][0].questions if "sources" in parts else ()
    header = press.selected.header
    content = _slim(press.selected, *questions, closing=header.closing, glossary=press.selected.glossary)
    part = press.part("back", content, present=present, **values).result()
    return Section("", "", part, tuple((name, press.words[name]) for name in present))


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
    """Typeset back matter and chapters in parallel, then the contents and the index, which need page numbers."""
    back = [(name, press.part(name, content, **values)) for name, (content, values) in _back(press).items()]
    chapters = _chapters(press)
    press.begun()
    made = [*chapters(), *(Section(press.words[name], name, future.result()) for name, future in back)]
    body = list(press.completed(made))
    numbers = numbered(body)
    values = index_values(press.selected, numbers)
    if not any(values.values()):
        return body, press.overlays(body, numbers), _front(press, body, numbers)
    index = press.part("index", _slim(press.selected), **values)
    numbers["index"] = first = 1 + sum(section.part.count for section in body)
    front = _front(press, [*body, Section(press.words["index"], "index", Part(b"", 0, {}))], numbers)
    overlays = press.overlays(body, numbers)
    added = list(press.completed([Section(press.words["index"], "index", index.result())]))
    return body + added, overlays + press.overlays(added, numbers, first), front


def _small_body(press: _Press) -> Body:
    """Typeset the chapters, then all back matter as one part, then the contents."""
    chapters = _chapters(press)
    press.begun()
    body = list(press.completed(chapters()))
    if back := _back_and_index(press, numbered(body)):
        body += press.completed([back])
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
