"""Long texts of the handbook as flows: parts that are typeset one after the other, each on the pages of the last.

A part takes memory in proportion to its length, and an edited part is typeset again as a whole, so both are limited by
the length of parts. Different flows are typeset at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Final, NamedTuple

from studypack.questions.fields import Kind, leaves
from studypack.questions.model import Question
from studypack.questions.once import once
from studypack.text import formulas
from studypack.typeset.joints import Joint
from studypack.typeset.layout import Part
from studypack.typeset.parts import UNJOINED

WEIGHT: Final = 54_000
"""The length of a part in characters of text, about 20 pages.

The page on which a part ends is laid out again by the next one: of 100 questions of a page and a half, 159 pages are
laid out for 143 with parts of 36,000 characters, 151 with these and with 72,000. But an edit takes the time of one
part, and memory grows by 1.7 MB for each of its pages.
"""

HEADS: Final = 600
"""What a question weighs without its texts: its head, labels and space."""
LINE: Final = 100
"""What a line of a list weighs, which has room for its text."""
BYTES_OF_FIGURES: Final = 50
"""Bytes of a figure that weigh as much as a character: 2 MB take as much memory as a part's text."""

FORMULA: Final = 180
"""What a formula weighs besides its characters: one takes 0.13 MB while it is laid out and written, a page of text
1.7 MB."""

PICTURED: Final = 1.5
"""By how much more formulas and figures count where a part ends: longer parts have more text, but not more of these,
because they take memory."""


class Span(NamedTuple):
    """What a part holds of a flow's items.

    Attributes:
        joint: how it begins.
        end: the number of the first item that is not in it.
        more: whether other items follow, and the part is to end with a complete page.
        left: whether its first page is bound as a left-hand page.
        owned: the number of the first item that no part before it holds; earlier ones are laid out once more.
    """

    joint: Joint
    end: int
    more: bool
    left: bool
    owned: int = 0

    @property
    def first(self) -> int:
        """The number of its first item."""
        return self.joint.item


class Flow:
    """Items that are typeset as one text, in one or more parts.

    Args:
        submit: submits the part with a span of the items.
        weights: the weight of each item.
        left: whether the first page is bound as a left-hand page.

    Attributes:
        parts: the parts that are finished, in order.
    """

    def __init__(self, submit: Callable[[Span], Future[Part]], weights: Sequence[int], *, left: bool = False) -> None:
        self.parts: list[Part] = []
        self._submit, self._left = submit, left
        self._ends = _ends(weights)
        self._reach = 1
        self._spans: list[Span] = []

    def begin(self) -> Future[Part]:
        """Submit the first part."""
        return self._go_on(Joint(), 0)

    def go_on(self, part: Part) -> Future[Part] | None:
        """Take the part that was submitted last, and submit the next one; None if it is the last.

        A part that contains no complete page is made again, twice as long. A part that does not continue the pages
        of the one before it (a theme's rules may depend on what else is in a part) begins on a new page, and the one
        before it keeps its last page.
        """
        span = self._spans[-1]
        if part == UNJOINED:
            self._spans.pop()
            self.parts.pop()
            return self._again(self._spans.pop()._replace(more=False))
        if not part.count:
            self._spans.pop()
            self._reach *= 2
            return self._go_on(span.joint, span.end)
        self._reach = 1
        self.parts.append(part)
        if span.end == self._ends[-1]:
            return None
        return self._go_on(Joint(*part.rest) if part.rest else Joint(span.end), span.end)

    def _go_on(self, joint: Joint, done: int) -> Future[Part]:
        """Submit the part with the items from the joint to the next end after `done`."""
        following = [end for end in self._ends if end > done]
        end = following[min(self._reach, len(following)) - 1]
        pages = sum(part.count for part in self.parts) - joint.shared
        owned = self._spans[-1].end if self._spans else 0
        return self._again(Span(joint, end, end < self._ends[-1], (pages % 2 == 1) != self._left, owned))

    def _again(self, span: Span) -> Future[Part]:
        self._spans.append(span)
        return self._submit(span)


def typeset(flows: Sequence[Flow], begun: Callable[[], None] | None = None) -> None:
    """Typeset all parts of these flows.

    Args:
        flows: the flows; their parts are in them afterwards.
        begun: called when the first part of each has been submitted.
    """
    running = {flow.begin(): flow for flow in flows}
    if begun:
        begun()
    while running:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            flow = running.pop(future)
            if (following := flow.go_on(future.result())) is not None:
                running[following] = flow


def _ends(weights: Sequence[int]) -> list[int]:
    """Return the numbers of the items before which a part may end, and of all items.

    They depend on what is before them so little that an edit seldom moves one of them.
    """
    ends, total, whole = [], 0, sum(weights)
    for number, weight in enumerate(weights):
        crossed = total // WEIGHT < (total + weight) // WEIGHT
        total += weight
        if crossed and whole - total > WEIGHT // 3:
            ends.append(number + 1)
    return [*ends, len(weights)]


def weight_of(question: Question, sizes: Mapping[str, int], pictured: float = 1.0) -> int:
    """Return how long a question is in print, in characters of text.

    Args:
        question: the question.
        sizes: the bytes of the set's files, by name.
        pictured: by how much more its formulas and figures count.
    """
    weight, formula, files = _texts_and_files(question)
    drawn = formula
    for kind, name in files:
        size = sizes.get(name, 0)
        if kind is Kind.FIGURE:
            drawn += size // BYTES_OF_FIGURES
        else:
            weight += size or len(name)
    return weight + round(drawn * pictured)


@once
def _texts_and_files(question: Question) -> tuple[int, int, tuple[tuple[Kind, str], ...]]:
    """Return how long a question is without formulas, figures and listings, what formulas weigh, and the files."""
    weight, formula, files = HEADS, 0, []
    for leaf in leaves(question):
        if leaf.written.kind in (Kind.FIGURE, Kind.LISTING):
            files.append((leaf.written.kind, leaf.text))
        else:
            weight += len(leaf.text)
            formula += FORMULA * formulas.about(leaf.text)
    return weight, formula, tuple(files)
