"""The sections of a book, the page numbers of their contents, and the text of running heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from studypack.pdf.binding import Entry
from studypack.products.handbook.running_heads import Sheet
from studypack.questions.model import QuestionSet
from studypack.text.index_terms import pages_of
from studypack.text.markdown import plain
from studypack.typeset.layout import Part


class Section(NamedTuple):
    """Pages of the book that were typeset as one part.

    Attributes:
        title: its title in running heads and contents; empty if it has none or only its marks have titles.
        anchor: the id at its beginning.
        part: its pages.
        marks: ids of what is in it, and what running heads and the outline call that.
        topic: of a chapter: its id.
        behind: answers that follow its questions: the anchor and title of all, then of each.
    """

    title: str
    anchor: str
    part: Part
    marks: tuple[tuple[str, str], ...] = ()
    topic: str = ""
    behind: tuple[tuple[str, str], ...] = ()


def numbered(sections: Sequence[Section], first: int = 1) -> dict[str, int]:
    """Return the page number of every id in these sections, which begin on page `first`."""
    numbers: dict[str, int] = {}
    for section in sections:
        for name, anchor in section.part.anchors.items():
            numbers.setdefault(name, first + anchor.page)
        first += section.part.count
    return numbers


def outline(sections: Sequence[Section]) -> list[Entry]:
    """Return the outline: topics with their questions, and the other parts."""
    entries: list[Entry] = []
    for section in sections:
        marks = [Entry(title, anchor) for anchor, title in section.marks]
        if section.behind:
            (anchor, title), *answers = section.behind
            marks.append(Entry(title, anchor, tuple(Entry(name, at) for at, name in answers)))
        entries += [Entry(section.title, section.anchor, tuple(marks))] if section.title else marks
    return entries


def sheets(
    sections: Sequence[Section],
    topics: Sequence[str],
    numbers: Mapping[str, int],
    first: int = 1,
    *,
    roman: bool = False,
) -> Iterator[list[Sheet]]:
    """Yield, for each section, what each of its pages shows outside the text.

    Args:
        sections: the sections in order, beginning on page `first`.
        topics: the ids of the book's topics, in order.
        numbers: the page number of every id, for the references in chapter openers.
        first: the number of the first page.
        roman: whether this is the front matter, with Roman page numbers and a bare title page.
    """
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
            bare = roman and page == 0 and section.marks != ()
            opener = section.part.anchors.get(f"number:{section.topic}")
            ordinals = ((opener, (thumb or 0) + 1),) if opener and opener.page == page else ()
            made.append(Sheet(first + page, roman, section.title, running[page], thumb, tuple(refs), bare, ordinals))
        yield made
        first += section.part.count


def _running(section: Section) -> list[str]:
    """Return, for each page, the section for its running head: the last one that begins on or before it."""
    heads, current = [], section.title
    for page in range(section.part.count):
        for anchor, title in (*section.marks, *section.behind):
            if section.part.anchors[anchor].page == page:
                current = title
        heads.append(current)
    return heads


def contents_values(selected: QuestionSet, sections: Sequence[Section], numbers: Mapping[str, int]) -> dict[str, Any]:
    """Return the entries of the contents: chapters with their questions, and the back matter."""
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
    rest = [section for section in sections if not section.topic]
    named = [
        *((section.title, section.anchor) for section in rest if section.title),
        *((title, anchor) for section in rest for anchor, title in section.marks),
    ]
    back = [{"title": title, "anchor": anchor, "page": numbers[anchor]} for title, anchor in named]
    return {"chapters": chapters, "back": back, "total": len(selected.questions)}


def index_values(selected: QuestionSet, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Return the entries of the index: terms where they are mentioned, and tags where their questions begin."""
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
    titles = selected.header.tag_titles
    return {
        "entries": entries,
        "tags": [[titles[t], tags[t]] for t in sorted(tags, key=lambda t: titles[t].casefold())],
    }
