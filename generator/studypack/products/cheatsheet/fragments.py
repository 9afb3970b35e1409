"""The pieces of text about a question that the sheet may print, and which of them are worth more."""

from __future__ import annotations

import enum
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from studypack.products.cheatsheet.titles import short_title
from studypack.questions.model import TAKEAWAY_LIMIT, Exhibit, Question
from studypack.text.markdown import plain, tokens
from studypack.text.similarity import content_words


class Stage(enum.IntEnum):
    """What the sheet takes first: all fragments of one stage, then those of the next."""

    HEAD = 0
    PREFERRED = 1
    POINT = 2
    EXHIBIT = 3
    PITFALL = 4
    LISTING = 5
    FOLLOW_UP = 6
    PROSE = 7


CORE: Final = Stage.EXHIBIT
"""The last stage of what a sheet is for; the rest fills space that is left."""

MUST_SAY: Final = 3
"""The first key points of a question, which the handbook marks as those that must be said."""

_NUMBER: Final = re.compile(r"\d+")
_SHORTEST: Final = 4
"""Letters of the words that are compared."""
_SAME: Final = 0.65
"""The share of a key point's words in the takeaway and the title from which it says nothing more."""
_REFERS: Final = re.compile(r"^ {0,3}\[[^\]]+\]:", re.MULTILINE)
"""A definition of a reference or footnote, without which other paragraphs of its text cannot be read."""


class Head(NamedTuple):
    """A question's short title, and its takeaway or, if it says nothing else, an answer of one line; Markdown."""

    title: str
    takeaway: str


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text about a question.

    Attributes:
        key: its id in documents.
        question: the question.
        kind: how it is printed: a branch of `cheatsheet/fragment.html.j2`.
        content: what it shows: a `Head`, Markdown, a follow-up or an exhibit.
        stage: when the sheet takes it.
        place: its position in its stage among the question's own fragments, from 0; first ones are taken first.
    """

    key: str
    question: Question
    kind: str
    content: Any
    stage: Stage
    place: int = 0

    @property
    def rank(self) -> tuple[Stage, int]:
        """The order in which fragments are taken, through all questions."""
        return self.stage, self.place


def fragments(question: Question, lang: str) -> list[Fragment]:
    """Return the fragments of a question in their order on the sheet."""
    return [Fragment(f"f-{question.id}-{n}", question, *rest) for n, rest in enumerate(_in_order(question, lang))]


def _in_order(question: Question, lang: str) -> Iterator[tuple[str, Any, Stage, int]]:
    gist, rest = _gist(question)
    is_line = len(gist) <= TAKEAWAY_LIMIT and not rest and "\n" not in gist.strip()
    head = Head(short_title(question, lang), gist if is_line and gist else question.takeaway or "")
    yield "head", head, Stage.HEAD, 0
    if question.stimulus:
        yield "stimulus", question.stimulus, Stage.PREFERRED, 0
    if gist and not is_line:
        yield "gist", gist, Stage.POINT, 0
    said = plain(f"{head.title} {head.takeaway}", lang=lang)
    points = [point for point in question.key_points if not repeats(plain(point, lang=lang), said)]
    yield from (("point", point, Stage.POINT, place) for place, point in enumerate(points))
    yield from (("exhibit", e, _stage(e), 0) for e in question.exhibits if e.cheatsheet is not False)
    yield from (("pitfall", pitfall, Stage.PITFALL, 0) for pitfall in question.pitfalls)
    yield from (("follow-up", follow_up, Stage.FOLLOW_UP, 0) for follow_up in question.answered_follow_ups)
    if rest:
        yield "rest" if gist else "answer", rest, Stage.PROSE, 0
    if question.guidance:
        yield "guidance", question.guidance, Stage.PROSE, 1


def _stage(exhibit: Exhibit) -> Stage:
    if exhibit.cheatsheet:
        return Stage.PREFERRED
    return Stage.LISTING if exhibit.listing else Stage.EXHIBIT


def _gist(question: Question) -> tuple[str, str]:
    """Return the beginning and the rest of an answer; only a question that says nothing shorter needs a beginning."""
    answer = question.answer or ""
    if question.takeaway or question.key_points or question.choices or not answer:
        return "", answer
    blocks = [token.map for token in tokens(answer) if token.level == 0 and token.map and token.nesting >= 0]
    if len(blocks) < 2 or _REFERS.search(answer):
        return answer, ""
    lines = answer.splitlines(keepends=True)
    end = blocks[1][0]
    return "".join(lines[:end]), "".join(lines[end:])


def repeats(point: str, said: str) -> bool:
    """Return whether a key point says nothing that was not said: neither a number nor enough other words.

    Args:
        point: plain text.
        said: what the title and the takeaway say, as plain text.
    """
    if set(_NUMBER.findall(point)) - set(_NUMBER.findall(said)):
        return False
    own = content_words(point, _SHORTEST)
    return bool(own) and len(own & content_words(said, _SHORTEST)) >= _SAME * len(own)


def left_out(questions: Iterable[Question], taken: Iterable[Fragment], lang: str) -> dict[str, str]:
    """Return, by question, what a reader will miss: stimulus, key points and preferred exhibits that are not taken."""
    keys = {fragment.key for fragment in taken}
    missing: dict[str, list[str]] = defaultdict(list)
    for question in questions:
        for fragment in fragments(question, lang):
            if fragment.key not in keys and (name := _name(fragment)):
                missing[question.id].append(name)
    return {key: ", ".join(names) for key, names in missing.items()}


def _name(fragment: Fragment) -> str:
    """Return how a message names a fragment; an empty string for those that are there to fill space."""
    if fragment.kind == "stimulus":
        return "what it asks about"
    if fragment.kind == "point":
        return f"key point {fragment.question.key_points.index(fragment.content) + 1}"
    if fragment.stage is Stage.PREFERRED:
        return f"{fragment.content.kind} “{plain(fragment.content.caption)}”"
    return ""
