"""The sections of a book, the page numbers of their contents, and the text of running heads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from studypack.pdf.binding import Entry
from studypack.products.handbook.running_heads import Sheet
from studypack.questions.model import Question, QuestionSet
from studypack.text.index_terms import pages_of
from studypack.text.markdown import plain
from studypack.text.runs import Held
from studypack.typeset.layout import Anchor, Part


@dataclass(frozen=True)
class Section:
    """Pages of the book that belong together, and that were typeset as one part or more.

    Attributes:
        title: its title in running heads and contents; empty if it has none or only its marks have titles.
        anchor: the id at its beginning.
        parts: its pages.
        marks: ids of what is in it, and what running heads and the outline call that.
        topic: of a chapter: its id.
        behind: answers that follow its questions: the anchor and title of all, then of each.
    """

    title: str
    anchor: str
    parts: tuple[Part, ...]
    marks: tuple[tuple[str, str], ...] = ()
    topic: str = ""
    behind: tuple[tuple[str, str], ...] = ()

    @cached_property
    def count(self) -> int:
        """How many pages it has."""
        return sum(part.count for part in self.parts)

    @cached_property
    def anchors(self) -> Mapping[str, Anchor]:
        """The position of each element with an id; pages are counted from the section's first."""
        found: dict[str, Anchor] = {}
        first = 0
        for part in self.parts:
            for name, anchor in part.anchors.items():
                found.setdefault(name, anchor._replace(page=first + anchor.page))
            first += part.count
        return found

    @cached_property
    def held(self) -> Mapping[str, Held]:
        """What its HTML contains of each question."""
        found: dict[str, Held] = {}
        for part in self.parts:
            for key, (text, pictures) in part.held.items():
                before = found.get(key, Held(""))
                found[key] = Held(before.text + text, before.pictures + tuple(pictures))
        return found


def numbered(sections: Sequence[Section], first: int = 1) -> dict[str, int]:
    """Return the page number of every id in these sections, which begin on page `first`."""
    numbers: dict[str, int] = {}
    for section in sections:
        for name, anchor in section.anchors.items():
            numbers.setdefault(name, first + anchor.page)
        first += section.count
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
        refs = _refs(section, numbers)
        thumb = topics.index(section.topic) if section.topic else None
        opener = section.anchors.get(f"number:{section.topic}")
        made = []
        for page in range(section.count):
            bare = roman and page == 0 and section.marks != ()
            ordinals = ((opener, (thumb or 0) + 1),) if opener and opener.page == page else ()
            on_page = tuple(refs.get(page, ()))
            made.append(Sheet(first + page, roman, section.title, running[page], thumb, on_page, bare, ordinals))
        yield made
        first += section.count


def _refs(section: Section, numbers: Mapping[str, int]) -> dict[int, list[tuple[Anchor, int]]]:
    """Return, for each page, the places of page numbers in chapter openers, and the numbers."""
    found: dict[int, list[tuple[Anchor, int]]] = {}
    for name, anchor in section.anchors.items():
        if name.startswith("ref:"):
            found.setdefault(anchor.page, []).append((anchor, numbers[name.removeprefix("ref:")]))
    return found


def _running(section: Section) -> list[str]:
    """Return, for each page, the section for its running head: the last one that begins on or before it."""
    begun = {section.anchors[anchor].page: title for anchor, title in (*section.marks, *section.behind)}
    heads, current = [], section.title
    for page in range(section.count):
        current = begun.get(page, current)
        heads.append(current)
    return heads


def contents_lines(
    selected: QuestionSet, sections: Sequence[Section], numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Return the lines of the contents: chapters with their questions, and the back matter.

    A line has the kind `topic`, `question`, `back` or, if it is not the first of the back matter, `more`.
    """
    made: list[dict[str, Any]] = []
    for place, topic in enumerate(selected.topics, 1):
        anchor = f"topic-{topic.id}"
        made.append({"kind": "topic", "number": place, "title": topic.title, "anchor": anchor, "page": numbers[anchor]})
        made += [
            {"kind": "question", "anchor": q.id, "page": numbers[q.id], **entry(q)} for q in selected.of_topic(topic.id)
        ]
    rest = [section for section in sections if not section.topic]
    named = [
        *((section.title, section.anchor) for section in rest if section.title),
        *((title, anchor) for section in rest for anchor, title in section.marks),
    ]
    for place, (title, anchor) in enumerate(named):
        kind = "more" if place else "back"
        made.append({"kind": kind, "title": title, "anchor": anchor, "page": numbers[anchor]})
    return made


def entry(question: Question) -> dict[str, Any]:
    """Return what a list of questions shows of one."""
    return {"id": question.id, "label": question.label, "question": question.question, "level": question.level}


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
