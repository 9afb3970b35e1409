"""The handbook: front matter, a chapter for each topic, back matter; typeset as parts, then bound.

No part knows its page numbers, so that a change in one part does not invalidate the others in the cache. First the
chapters and most of the back matter are typeset; then, with their lengths known, the contents and the index; then what
each page shows outside its text (running head, folio, thumb mark), which binding lays over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from typing import Any, Final

from studypack.pdf.arrangements import Arrangement
from studypack.pdf.binding import Label, Leaves, bound
from studypack.pdf.imposing import imposed
from studypack.products.documents import document_info, rendering_warnings
from studypack.products.handbook import BOOKLET, Answers, HandbookOptions, practice
from studypack.products.handbook.back_matter import Listing, index_listing, listings, shown
from studypack.products.handbook.book import (
    Section,
    contents_lines,
    entry,
    index_values,
    numbered,
    outline,
)
from studypack.products.handbook.flows import HEADS, LINE, PICTURED, Flow, Span, typeset, weight_of
from studypack.products.handbook.press import Press, slim
from studypack.products.interface import PackContext, Rendered
from studypack.questions.files import sizes_of
from studypack.questions.model import QuestionSet, Topic
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.typeset.layout import Part
from studypack.typeset.parts import ANSWER

SMALL: Final = 60
"""Up to so many questions the index follows the rest of the back matter without a new page."""


MOST_LISTED: Final = 40
"""Up to so many questions, which are about a page, a chapter's opener lists them; the contents list them all."""


def _chapter(press: Press, topic: Topic) -> Flow:
    """Return the chapter of a topic: its opener, the lines of its list of questions, and the questions.

    It is the same in every selection that contains all questions of the topic, so it can be cached.
    """
    selected = press.selected
    answers = press.pack.options[HandbookOptions].answers
    asked = selected.of_topic(topic.id)
    if answers is Answers.NONE:
        asked = tuple(map(practice, asked))
    entries = asked if len(asked) <= MOST_LISTED else ()
    head = [f"topic-{topic.id}", *(f"entry:{q.id}" for q in entries)]
    blocks = [("asked" if answers is Answers.END else answers.value, q) for q in asked]
    solved = [q for q in asked if answers is Answers.END and q.solved]
    blocks += [("solved", q) for q in solved]
    items = [*head, *(f"{ANSWER}{q.id}" if kind == "solved" else q.id for kind, q in blocks)]
    sizes = sizes_of(selected.files)
    heavy = [weight_of(q, sizes, PICTURED) for _, q in blocks]

    def submit(span: Span) -> Future[Part]:
        listed = entries[max(span.first - 1, 0) : max(span.end - 1, 0)]
        here = blocks[max(span.first - len(head), 0) : max(span.end - len(head), 0)]
        content = slim(selected, *dict.fromkeys(q for _, q in here), topics=(topic,))
        return press.part(
            "chapter",
            replace(content, subset=None),
            span,
            items=items[span.first : span.end],
            owners=items[max(span.owned, len(head)) : span.end],
            terms=press.terms,
            answers=answers.value,
            listed=[entry(q) for q in listed],
            blocks=[(kind, q.id) for kind, q in here],
            behind=solved[0].id if solved else "",
        )

    return Flow(submit, [HEADS + len(topic.summary or ""), *(LINE for _ in entries), *heavy])


def _chapter_section(selected: QuestionSet, topic: Topic, flow: Flow) -> Section:
    read = partial(plain, lang=selected.header.language)
    asked = selected.of_topic(topic.id)
    marks = tuple((q.id, f"{q.label} {read(q.question)}") for q in asked)
    made = Section(read(topic.title), f"topic-{topic.id}", tuple(flow.parts), marks, topic.id)
    if (first := f"answers-{topic.id}") not in made.anchors:
        return made
    words = language(selected.header.language).words
    behind = (first, words["answers"]), *((f"{ANSWER}{q.id}", q.label) for q in asked if q.solved)
    return replace(made, behind=behind)


def _listed(press: Press, template: str, of: Sequence[Listing], *, left: bool = False) -> Flow:
    """Return the flow of sections of the back matter."""
    items = [item for listing in of for item in listing.items]
    header = press.selected.header

    def submit(span: Span) -> Future[Part]:
        here = {each.listing.name: each for each in shown(of, span)}
        parts = {name: tuple(each.entries) for name, each in here.items()}
        content = slim(
            press.selected,
            *parts.get("sources", ()),
            closing=header.closing if "closing" in here else None,
            glossary=parts.get("glossary", ()),
        )
        labels = {e.question: press.labels.get(e.question) for e in parts.get("glossary", ()) if e.question}
        terms, tags = ([each for key, each in parts.get("index", ()) if key == of] for of in ("entries", "tags"))
        present = {name: each.values for name, each in here.items()}
        own = items[span.first : span.end]
        return press.part(template, content, span, items=own, present=present, labels=labels, entries=terms, tags=tags)

    return Flow(submit, [weight for listing in of for weight in listing.weights], left=left)


def _front(press: Press, sections: Sequence[Section], numbers: dict[str, int]) -> Flow:
    """Return the title page, the introduction and the contents."""
    selected = press.selected
    lines = contents_lines(selected, sections, numbers)
    content = slim(selected, introduction=selected.header.introduction)
    total = {"questions": len(selected.questions), "chapters": len(selected.topics)}
    items = ["front", *(f"line:{line['anchor']}" for line in lines)]

    values: dict[str, Any] = {"total": total, "owner": press.pack.options[HandbookOptions].owner}

    def submit(span: Span) -> Future[Part]:
        here = lines[max(span.first - 1, 0) : span.end - 1]
        return press.part("front", content, span, items=items[span.first : span.end], lines=here, **values)

    return Flow(submit, [len(selected.header.introduction or ""), *(LINE for _ in lines)])


def render_handbook(pack: PackContext) -> Rendered:
    """Return the handbook of the selection."""
    press = Press(pack)
    small = len(press.selected.questions) <= SMALL
    body, overlays, front = (_small_body if small else _large_body)(press)
    (opening,) = (Section("", "", tuple(front.parts)),)
    named = tuple((name, press.words[name]) for name in ("introduction", "contents") if name in opening.anchors)
    opened = list(press.completed([replace(opening, marks=named)]))
    return _bound(press, opened, body, [*press.overlays(opened, {}, roman=True), *overlays])


Body = tuple[list[Section], list[Future[Part]], Flow]
"""The sections after the front matter, the parts laid over them, and the front matter."""


def _chapters(press: Press, *others: Flow) -> list[Section]:
    """Typeset the chapters, and other flows at the same time; return the chapters."""
    topics = press.selected.topics
    flows = [_chapter(press, topic) for topic in topics]
    typeset([*others, *flows], press.pack.begun)
    return [_chapter_section(press.selected, topic, flow) for topic, flow in zip(topics, flows, strict=True)]


def _back_section(press: Press, of: Sequence[Listing], flow: Flow) -> Section:
    return Section("", "", tuple(flow.parts), tuple((listing.name, press.words[listing.name]) for listing in of))


def _large_body(press: Press) -> Body:
    """Make back matter (a long glossary takes long) and chapters at once; then contents and index, which need pages."""
    of = listings(press.selected)
    backs = [_listed(press, "back", of)] if of else []
    chapters = _chapters(press, *backs)
    body = list(press.completed(chapters, last=bool(backs)))
    body += [_back_section(press, of, back) for back in backs]
    numbers = numbered(body)
    index = index_listing(index_values(press.selected, numbers))
    if not index.entries:
        front = _front(press, body, numbers)
        typeset([front])
        return body, press.overlays(body, numbers), front
    numbers["index"] = first = 1 + sum(section.count for section in body)
    title = press.words["index"]
    flow = _listed(press, "index", [index], left=first % 2 == 0)
    front = _front(press, [*body, Section(title, "index", ())], numbers)
    overlays = press.overlays(body, numbers)
    typeset([flow, front])
    added = [Section(title, "index", tuple(flow.parts))]
    return body + added, overlays + press.overlays(added, numbers, first), front


def _small_body(press: Press) -> Body:
    """Make the chapters, then all back matter with the index, then the contents."""
    made = _chapters(press)
    body = list(press.completed(made))
    of = listings(press.selected, index_values(press.selected, numbered(body)))
    if of:
        back = _listed(press, "back", of)
        typeset([back])
        body.append(_back_section(press, of, back))
    numbers = numbered(body)
    front = _front(press, body, numbers)
    overlays = press.overlays(body, numbers)
    typeset([front])
    return body, overlays, front


def _bound(
    press: Press, opening: Sequence[Section], body: Sequence[Section], overlays: Sequence[Future[Part]]
) -> Rendered:
    sections, numbers = [*opening, *body], numbered(body)
    parts = [part for section in sections for part in section.parts]
    leaves = [Leaves(part, future.result()) for part, future in zip(parts, overlays, strict=True)]
    roman = sum(section.count for section in opening)
    said = [message for leaf in leaves for part in leaf if part for message in part.warnings]
    labels = [Label(0, "roman"), Label(roman, "arabic")]
    book = bound(leaves, document_info(press.pack), outline(sections), labels, submit=press.pack.submit)
    booklet = press.pack.options[HandbookOptions].booklet
    return Rendered(
        file=book,
        amount=sum(section.count for section in sections),
        unit="pages",
        warnings=rendering_warnings("handbook", tuple(dict.fromkeys(said))),
        held={key: held for section in body for key, held in section.held.items()},
        places={q.id: numbers[q.id] for q in press.selected.questions if q.id in numbers},
        companions={BOOKLET: imposed(bytes(book), Arrangement()).content} if booklet else {},
    )
