"""The paper: a cover, the questions with room for the answers, and nothing that answers them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from studypack.errors import Diagnostic
from studypack.products.choices import choice_groups
from studypack.products.exam.sheets import LINE_MM, Sheet, claims
from studypack.products.exam.tasks import Task
from studypack.products.interface import Claim
from studypack.products.proof import letters
from studypack.questions.fields import leaves
from studypack.text.markdown import plain
from studypack.text.runs import Held
from studypack.typeset.geometry import points
from studypack.typeset.layout import Pages, Part

_ASKED_MM: Final = 30.0
"""The height on a page that is kept for the words of a question, above its lines."""
_SHOWN: Final = frozenset({"question", "stimulus", "follow_ups"})
_TELLING: Final = 24
"""The letters of a text that nobody writes twice by chance."""


def render_paper(sheet: Sheet) -> Part:
    """Return a paper as a finished document of whole sheets of two pages.

    A question has fewer lines where it would not fit on one page otherwise.
    """
    room = sheet.lines(_ASKED_MM)
    tasks = [replace(task.bare, lines=min(task.lines, room)) for task in sheet.tasks]
    last = sheet.lines(2 * LINE_MM)
    pages, html = sheet.laid_out("paper", tasks, room=last)
    if shorter := dict(_too_long(pages, tasks, sheet.room)):
        tasks = [replace(task, lines=shorter.get(task.question.id, task.lines)) for task in tasks]
        pages, html = sheet.laid_out("paper", tasks, room=last)
    return sheet.bound(sheet.written(pages, html), tasks)


def _too_long(pages: Pages, tasks: Sequence[Task], height: float) -> Iterator[tuple[str, int]]:
    """Yield the questions whose lines are on another page than their words, with the number of lines that are not.

    Args:
        pages: the pages of a paper.
        tasks: its questions.
        height: of a page's text area, in points.
    """
    for task in tasks:
        words, room = (pages.anchors.get(f"{part}:{task.question.id}") for part in ("words", "room"))
        if words and room and room.page != words.page:
            yield task.question.id, max(1, math.floor((height - words.height) / points(LINE_MM) - 0.5))


def paper_claims(sheet: Sheet) -> list[Claim]:
    """Return what a paper must contain of each question: its words, its choices, its follow-up questions."""
    lang = sheet.question_set.header.language
    tasks = [task.bare for task in sheet.tasks]
    made = claims(tasks, sheet.question_set, _SHOWN)
    offered = [choice_groups(task.question, lang)[:1] if task.question.choices else () for task in tasks]
    return [claim._replace(groups=claim.groups + more) for claim, more in zip(made, offered, strict=True)]


def told(sheet: Sheet, held: Mapping[str, Held]) -> Iterator[Diagnostic]:
    """Yield each text that answers a question, and that a paper contains nevertheless.

    Args:
        sheet: the paper.
        held: what its HTML contains of each question.
    """
    shown = letters(" ".join(each.text for each in held.values()))
    asked = [text for task in sheet.tasks for text in _texts(task.bare)]
    allowed = letters(" ".join(asked))
    for task in sheet.tasks:
        for text in _texts(task):
            sought = letters(text)
            if len(sought) >= _TELLING and sought in shown and sought not in allowed:
                what = f'the exam paper answers question {task.number} ({task.question.id}): "{text[:60]}"'
                yield Diagnostic(None, what, "a template prints it", "use the program's own, or correct the theme's")


def _texts(task: Task) -> Iterator[str]:
    for leaf in leaves(task.question):
        if leaf.written.kind.is_markdown:
            yield plain(leaf.text)
