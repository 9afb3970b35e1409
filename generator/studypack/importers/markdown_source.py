"""What the readers of Markdown share: the file, the headings above a place, and what was found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from studypack.errors import Location
from studypack.importers.draft import Draft, Skipped
from studypack.importers.markdown_blocks import Block
from studypack.importers.markdown_text import text_of
from studypack.importers.question_words import lists_contents
from studypack.text.markdown import plain

ANSWERS: Final = re.compile(
    r"^\W*(?:show |view |see |click |the |sample |réponse|solution)*(?:answers?|solutions?|hints?|réponses?|antwort)\b",
    re.IGNORECASE,
)
"""A heading, or the summary of `<details>`, that says an answer is beneath it."""
SHARE: Final = 0.4
"""The share of headings of one level, or of a list's items, that must read like questions."""


_BEGINS: Final = re.compile(r"^(?:>|#{1,6}(?=\s)|[-+*](?=\s)|=+$)")
"""What would begin another block than a paragraph."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its name, its lines, and the addresses of its reference links."""

    name: str
    lines: list[str]
    addresses: dict[str, str]

    def at(self, line: int) -> Location:
        """Return the place of a line that is counted from 0."""
        return Location(self.name, line + 1)

    def text(self, lines: list[str]) -> str:
        """Return what lines say in our dialect."""
        return text_of(lines, self.addresses)

    def line(self, text: str) -> str:
        """Return what a line says behind a mark, where a `>` begins no quotation."""
        return _BEGINS.sub(r"\\\g<0>", self.text([text]))


@dataclass
class Found:
    """What one shape gives: questions, the lines that they took, and what is no question."""

    drafts: list[Draft] = field(default_factory=list)
    taken: list[tuple[int, int]] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def weight(self) -> tuple[int, int]:
        """How much was found: questions, answered ones first, and of those the ones with choices."""
        answered = sum(bool(draft.answer or draft.choices) for draft in self.drafts)
        chosen = sum(any(choice.correct for choice in draft.choices) for draft in self.drafts)
        return len(self.drafts) + answered + chosen, len(self.drafts)


def words(markdown: str) -> str:
    """Return a heading's words as a topic shows them."""
    return plain(re.sub(r"<[^>]*>|:[a-z_]+:", "", markdown)).strip(" #:-–=_*")


class Topics:
    """The headings above a place."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []

    def pass_(self, block: Block) -> None:
        """Note a heading."""
        self._path = [each for each in self._path if each[0] < block.level]
        self._path.append((block.level, "" if lists_contents(block.text) else words(block.text)))

    def __call__(self) -> tuple[str, ...]:
        """Return the headings above, outermost first."""
        return tuple(name for _, name in self._path if name)
