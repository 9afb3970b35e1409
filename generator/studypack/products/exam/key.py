"""The marking key of a paper: for each question what earns its marks, and what loses them."""

from __future__ import annotations

from typing import Final

from studypack.products.choices import correct_groups
from studypack.products.exam.sheets import Sheet, claims
from studypack.products.interface import Claim
from studypack.text.runs import Run
from studypack.typeset.layout import Part

_SHOWN: Final = frozenset({"question", "stimulus", "answer", "key_points", "pitfalls", "follow_ups"})


def render_key(sheet: Sheet) -> Part:
    """Return the key of a paper as a finished document."""
    kind = str(sheet.spoken.words["exam_key"])
    tasks = [task.marked for task in sheet.tasks]
    pages, html = sheet.laid_out("key", tasks, kind=kind, places=dict(sheet.pages or {}))
    return sheet.bound(sheet.written(pages, html), tasks, kind)


def key_claims(sheet: Sheet) -> list[Claim]:
    """Return what a key must contain of each question: its words, its correct choices, everything that answers it."""
    lang = sheet.question_set.header.language
    made = claims([task.marked for task in sheet.tasks], sheet.question_set, _SHOWN)
    labels = [((Run("text", task.question.label),), *correct_groups(task.question, lang)) for task in sheet.tasks]
    return [claim._replace(groups=claim.groups + more) for claim, more in zip(made, labels, strict=True)]
