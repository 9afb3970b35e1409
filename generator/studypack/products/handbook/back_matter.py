"""What follows the chapters, and the contents before them, as items that can be typeset in several parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from studypack.products.handbook.flows import LINE, Span
from studypack.questions.model import Question, QuestionSet

BARE: Final[dict[str, Any]] = {
    name: key.default for name, key in Question.model_fields.items() if not key.is_required() and name != "sources"
}
"""What leaves of a question only what every question has, and its sources."""

_ENTRY: Final = 30
"""What an entry in columns weighs without its text."""
_PLACE: Final = 12
"""What a page number with its question weighs."""


class Listing(NamedTuple):
    """A section of the back matter.

    Attributes:
        name: the name of its template and of its heading.
        entries: what it lists; the entry of a closing text is the text.
        items: the names of the entries in the HTML: the `data-item` or `id` of their elements.
        weights: how long they are in print.
    """

    name: str
    entries: Sequence[Any]
    items: Sequence[str]
    weights: Sequence[int]


def listings(selected: QuestionSet, index: Mapping[str, Any] | None = None) -> list[Listing]:
    """Return the sections of the back matter that are not empty, with the index if its values are given."""
    closing = [selected.header.closing] if selected.header.closing else []
    glossary = sorted(selected.glossary, key=lambda entry: entry.term.lower())
    sourced = [question.model_copy(update=BARE) for question in selected.questions if question.sources]
    made = [
        Listing("closing", closing, ["closing"][: len(closing)], [len(text) for text in closing]),
        Listing(
            "glossary",
            glossary,
            [f"term:{entry.id}" for entry in glossary],
            [_ENTRY + len(entry.term) + len(entry.definition) for entry in glossary],
        ),
        Listing("sources", sourced, [f"sources:{q.id}" for q in sourced], [_weight_of_sources(q) for q in sourced]),
        *([index_listing(index)] if index is not None else []),
    ]
    return [listing for listing in made if listing.entries]


def index_listing(index: Mapping[str, Any]) -> Listing:
    """Return the index: its terms, then the tags; both as pairs of the key of the list and an entry."""
    terms, tags = index["entries"], index["tags"]
    return Listing(
        "index",
        [*(("entries", entry) for entry in terms), *(("tags", entry) for entry in tags)],
        [*(f"index-term:{n}" for n in range(len(terms))), *(f"index-tag:{n}" for n in range(len(tags)))],
        [
            *(_ENTRY + len(entry["term"]) + _PLACE * len(entry["pages"]) for entry in terms),
            *(_ENTRY + len(tag) + _PLACE * len(places) for tag, places in tags),
        ],
    )


def _weight_of_sources(question: Question) -> int:
    return sum(LINE + len(s.title) + len(s.url or "") for s in question.sources)


class Shown(NamedTuple):
    """What a part shows of a listing.

    Attributes:
        listing: the listing.
        first, last: the numbers of the first entry that it shows, and of the first after it that it does not.
    """

    listing: Listing
    first: int
    last: int

    @property
    def values(self) -> dict[str, Any]:
        """What templates need to know: whether it has its heading, whether it goes on, and the names of its items."""
        headed, cut = self.first == 0, self.last < len(self.listing.items)
        return {"headed": headed, "cut": cut, "items": self.items}

    @property
    def items(self) -> list[str]:
        """The names of the items."""
        return list(self.listing.items[self.first : self.last])

    @property
    def entries(self) -> Sequence[Any]:
        """The entries."""
        return self.listing.entries[self.first : self.last]


def shown(of: Sequence[Listing], span: Span) -> Iterator[Shown]:
    """Yield what a part shows of each listing that it shows anything of."""
    start = 0
    for listing in of:
        first, last = max(span.first - start, 0), min(span.end - start, len(listing.items))
        if first < last:
            yield Shown(listing, first, last)
        start += len(listing.items)
