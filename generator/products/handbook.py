"""The handbook: front matter, a chapter for each topic, back matter; typeset as parts, then bound.

No part knows its page numbers, so that a change in one leaves the others in the cache: first chapters and most of
the back matter are typeset; then, with their lengths known, the contents and the index; then what stands on each page
beside its text (running head, folio, thumb mark), as furniture that binding lays over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

from generator.binding import Entry, Label, Leaves, bind
from generator.furniture import Sheet, furniture_values
from generator.index_marks import pages_of
from generator.languages import language
from generator.markup import plain
from generator.model import Paper, Question, QuestionSet, Topic
from generator.parts import PartJob, without_cards
from generator.products.base import PackContext, Rendered, document_info, rendering_warnings
from generator.typesetting import Part
from generator.workshop import Ticket, Workshop

NOTE_LINES: Final = {Paper.A4: 29, Paper.LETTER: 27}
"""Lines of 8 mm on a page for notes."""

_SHEETS: Final = ("themes/print.css", "themes/code.css", "handbook/handbook.css")


class Section(NamedTuple):
    """A part of the book while it is being made.

    Attributes:
        title: what running heads and contents call it.
        anchor: the id that it begins with.
        part: its pages.
        marks: ids of its sections, and what a running head and the outline call them.
        topic: of a chapter: its id.
    """

    title: str
    anchor: str
    part: Part
    marks: tuple[tuple[str, str], ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class _Press:
    """Makes the parts of one book in a workshop."""

    pack: PackContext
    workshop: Workshop

    def part(self, template: str, content: QuestionSet, **values: Any) -> Ticket[Part]:
        """Return the ticket of a part that is being typeset."""
        page = f"handbook/page-{self.pack.paper}{'-simplex' if self.pack.simplex else ''}.css"
        name = f"handbook/{template}.html.j2"
        return self.workshop.submit(PartJob(name, (*_SHEETS, page), content, values, theme=self.pack.theme))

    def furniture(self, sheets: Sequence[Sheet]) -> Ticket[Part]:
        """Return the ticket of what stands on these pages beside their text."""
        pack = self.pack
        values, rules = furniture_values(sheets, pack.question_set, pack.paper, simplex=pack.simplex)
        names = ("themes/print.css", "handbook/furniture.css")
        slim = _slim(self.pack.question_set)
        job = PartJob("handbook/furniture.html.j2", names, slim, values, rules, self.pack.theme, tagged=False)
        return self.workshop.submit(job)

    def notes(self) -> Ticket[Part]:
        """Return the ticket of a page for notes."""
        return self.part("notes", _slim(self.pack.question_set), lines=NOTE_LINES[self.pack.paper])


def _slim(selected: QuestionSet, *questions: Question, **header: Any) -> QuestionSet:
    """Return the set with these questions alone, and of its header no more than any part needs."""
    bare: dict[str, Any] = {"introduction": None, "closing": None, "glossary": (), "packs": {}}
    bare["topics"] = selected.header.topics[:1]
    shown = {exhibit.file for question in questions for exhibit in question.exhibits}
    return QuestionSet(
        selected.id,
        selected.header.model_copy(update=bare | header),
        without_cards(questions),
        {name: content for name, content in selected.files.items() if name in shown},
        selected.subset,
    )


def _chapters(press: _Press) -> Callable[[], list[Section]]:
    """Begin the chapters; the result waits for them."""
    selected = press.pack.question_set
    terms = {plain(entry.term): entry.id for entry in selected.glossary}
    tickets = []
    for number, topic in enumerate(selected.topics, 1):
        questions = selected.of_topic(topic.id)
        content = _slim(selected, *questions, topics=(topic,))
        tickets.append(press.part("chapter", content, number=number, terms=terms))

    def wait() -> list[Section]:
        return [_chapter(selected, *made) for made in zip(selected.topics, tickets, strict=True)]

    return wait


def _chapter(selected: QuestionSet, topic: Topic, ticket: Ticket[Part]) -> Section:
    read = partial(plain, lang=selected.header.language)
    marks = tuple((q.id, f"{q.label} {read(q.question)}") for q in selected.of_topic(topic.id))
    return Section(read(topic.title), f"topic-{topic.id}", ticket.result(), marks, topic.id)


def _back(press: _Press) -> Callable[[], list[Section]]:
    """Begin the back matter that needs no page numbers; the result waits for it."""
    selected = press.pack.question_set
    words = language(selected.header.language).words
    sources = tuple(q.model_copy(update=_SOURCES_ONLY) for q in selected.questions if q.sources)
    begun: list[tuple[str, Ticket[Part]]] = []
    if selected.header.closing:
        begun.append(("closing", press.part("closing", _slim(selected, closing=selected.header.closing))))
    if selected.glossary:
        labels = {q.id: q.label for q in selected.questions}
        begun.append(("glossary", press.part("glossary", _slim(selected, glossary=selected.glossary), labels=labels)))
    if sources:
        begun.append(("sources", press.part("sources", _slim(selected, *sources))))
    return lambda: [Section(words[name], name, ticket.result()) for name, ticket in begun]


_SOURCES_ONLY: Final[dict[str, Any]] = {
    "answer": "", "guidance": None, "takeaway": None,
    "key_points": (), "exhibits": (), "pitfalls": (), "follow_ups": (),
}  # fmt: skip  # what is left is a source list


def _completed(press: _Press, sections: Sequence[Section]) -> Iterator[Section]:
    """Yield the sections; a page for notes completes each odd number of pages, unless only fronts are printed."""
    notes = press.notes()
    for section in sections:
        yield section
        if section.part.count % 2 and not press.pack.simplex:
            yield Section("", "", notes.result())


def _numbered(sections: Sequence[Section], first: int = 1) -> dict[str, int]:
    """Return the page number of every id."""
    numbers: dict[str, int] = {}
    for section in sections:
        for name, anchor in section.part.anchors.items():
            numbers.setdefault(name, first + anchor.page)
        first += section.part.count
    return numbers


def _front(press: _Press, sections: Sequence[Section], numbers: dict[str, int]) -> Ticket[Part]:
    selected = press.pack.question_set
    chapters = [
        {
            "title": topic.title,
            "anchor": f"topic-{topic.id}",
            "page": numbers[f"topic-{topic.id}"],
            "questions": [
                {"id": q.id, "label": q.label, "question": q.question, "level": q.level, "page": numbers[q.id]}
                for q in selected.of_topic(topic.id)
            ],
        }
        for topic in selected.topics
    ]
    named = [section for section in sections if section.title and not section.topic]
    back = [{"title": s.title, "anchor": s.anchor, "page": numbers[s.anchor]} for s in named]
    content = _slim(selected, introduction=selected.header.introduction)
    return press.part("front", content, chapters=chapters, back=back, total=len(selected.questions))


def _index(press: _Press, numbers: dict[str, int]) -> Ticket[Part] | None:
    """Begin the index: terms where they are mentioned, tags where their questions begin."""
    selected = press.pack.question_set
    terms = [(entry.term, numbers.get(entry.question or ""), entry.id) for entry in selected.glossary]
    marked = pages_of(numbers, [key for *_, key in terms])
    entries = [
        {"term": term, "main": main, "pages": sorted({*marked[key], *([main] if main else [])})}
        for term, main, key in sorted(terms, key=lambda entry: plain(entry[0]).casefold())
        if marked[key] or main
    ]
    tags: dict[str, list[dict[str, Any]]] = {}
    for question in selected.questions:
        for tag in question.tags:
            tags.setdefault(tag, []).append({"label": question.label, "page": numbers[question.id]})
    if not entries and not tags:
        return None
    return press.part("index", _slim(selected), entries=entries, tags=[[tag, tags[tag]] for tag in sorted(tags)])


def _outline(sections: Sequence[Section]) -> list[Entry]:
    """Return the outline: topics with their questions, and the other parts."""
    entries = []
    for section in sections:
        marks = [Entry(title, anchor) for anchor, title in section.marks]
        if section.title:
            entries.append(Entry(section.title, section.anchor, tuple(marks)))
        else:
            entries += marks
    return entries


class Handbook:
    """The handbook as a PDF."""

    name = "handbook"
    filename = "handbook.pdf"

    def render(self, pack: PackContext) -> Rendered:
        """Return the handbook of the selection."""
        press = _Press(pack, pack.workshop or Workshop(workers=1))
        words = language(pack.question_set.header.language).words
        chapters, back = _chapters(press), _back(press)
        body = list(_completed(press, [*chapters(), *back()]))
        numbers = _numbered(body)
        index = _index(press, numbers)
        if index:
            numbers["index"] = 1 + sum(section.part.count for section in body)
            body_and_index = [*body, Section(words["index"], "index", Part(b"", 0, {}))]
        front = _front(press, body_and_index if index else body, numbers)
        furniture = [press.furniture(sheets) for sheets in _sheets(press, body, numbers)]
        if index:
            added = list(_completed(press, [Section(words["index"], "index", index.result())]))
            first = numbers["index"]
            furniture += [press.furniture(sheets) for sheets in _sheets(press, added, numbers, first)]
            body += added
        opening = list(_completed(press, [_opening(front.result(), words)]))
        laid = [press.furniture(sheets) for sheets in _sheets(press, opening, {}, roman=True)]
        return _bound(pack, opening, laid, body, furniture)


def _bound(
    pack: PackContext,
    opening: Sequence[Section],
    laid: Sequence[Ticket[Part]],
    body: Sequence[Section],
    furniture: Sequence[Ticket[Part]],
) -> Rendered:
    sections = [*opening, *body]
    leaves = [Leaves(s.part, t.result()) for s, t in zip(sections, [*laid, *furniture], strict=True)]
    roman = sum(section.part.count for section in opening)
    said = [message for leaf in leaves for message in (*leaf.part.warnings, *(leaf.furniture or leaf.part).warnings)]
    return Rendered(
        content=bind(leaves, document_info(pack), _outline(sections), [Label(0, "roman"), Label(roman, "arabic")]),
        amount=sum(section.part.count for section in sections),
        unit="pages",
        warnings=rendering_warnings("handbook", tuple(dict.fromkeys(said))),
    )


def _sheets(
    press: _Press, sections: Sequence[Section], numbers: dict[str, int], first: int = 1, *, roman: bool = False
) -> Iterator[list[Sheet]]:
    """Yield for each section what stands on each of its pages beside the text."""
    selected = press.pack.question_set
    topics = [topic.id for topic in selected.topics]
    for section in sections:
        running = _running(section)
        made = []
        for page in range(section.part.count):
            refs = [
                (anchor, numbers[name.removeprefix("ref:")])
                for name, anchor in section.part.anchors.items()
                if name.startswith("ref:") and anchor.page == page
            ]
            thumb = topics.index(section.topic) if section.topic else None
            bare = roman and page == 0
            made.append(Sheet(first + page, roman, section.title, running[page], thumb, tuple(refs), bare))
        yield made
        first += section.part.count


def _running(section: Section) -> list[str]:
    """Return for each page the section that its running head names: the last one that begins there or before."""
    heads, current = [], section.title
    for page in range(section.part.count):
        for anchor, title in section.marks:
            if section.part.anchors[anchor].page == page:
                current = title
        heads.append(current)
    return heads


def _opening(part: Part, words: Mapping[str, Any]) -> Section:
    names = [name for name in ("introduction", "contents") if name in part.anchors]
    return Section("", "", part, tuple((name, words[name]) for name in names))
