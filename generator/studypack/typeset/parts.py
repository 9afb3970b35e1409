"""A part of a book as a job: a picklable value that contains everything on which the pages depend."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from studypack.questions.content import content_of
from studypack.questions.model import Question, QuestionSet
from studypack.text.html_text import held_by
from studypack.typeset.layout import Pages, Part, filled, lay_out, write
from studypack.typeset.templating import render, stylesheet
from studypack.typeset.themes import OWN, Theme

LINK: Final = "studypack:"
"""The scheme of links to elements in any part: WeasyPrint keeps them, and binding turns them into internal links."""

THIN: Final = 0.36
"""A page that is filled less looks unfinished; the value is a little above the third that we promise."""

ANSWER: Final = "answer:"
"""The prefix of the ids of answers that are apart from their questions."""

EXHIBIT: Final = "exhibit:"
"""The prefix of exhibits' ids. If a page stays thin, the exhibit that did not fit is moved down or may break."""


@dataclass(frozen=True)
class PartJob:
    """Typesets one part, without page numbers.

    Attributes:
        template: the path of its template below `templates/`.
        sheets: style sheets, in order; those whose names end in `.j2` are rendered with the values.
        question_set: only what the part needs of the set, so that other changes do not invalidate the cached part.
        values: further values for the templates, which must be serializable as JSON.
        rules: style rules for this part only.
        theme: the theme.
        tagged: False for overlays, which are artifacts.
        owners: ids of questions; the result records what its HTML contains for each of them.
    """

    template: str
    sheets: tuple[str, ...]
    question_set: QuestionSet
    values: Mapping[str, Any] = field(default_factory=dict)
    rules: str = ""
    theme: Theme = OWN
    tagged: bool = True
    owners: tuple[str, ...] = ()

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the part depends, except the program."""
        own = [
            self.template,
            *self.sheets,
            json.dumps(self.values, sort_keys=True),
            self.rules,
            str(self.tagged),
            *self.owners,
        ]
        return [self.theme.fingerprint, *own, *content_of(self.question_set)]

    def run(self) -> Part:
        """Return the typeset part."""
        late: list[str] = []
        loose: list[str] = []
        html = self._html(late, loose)
        pages = self._laid_out(html)
        for _ in range(3 if self.tagged else 0):
            waiting = _after_thin_pages(pages)
            if not waiting - set(loose):
                break
            loose += sorted(waiting & set(late))
            late += sorted(waiting - set(late))
            html = self._html(late, loose)
            pages = self._laid_out(html)
        part = write(pages, tagged=self.tagged)
        if not self.owners:
            return part
        return replace(part, held=held_by(html, self._owner))

    def _html(self, late: list[str], loose: list[str]) -> str:
        return render(
            self.template,
            self.theme,
            set=self.question_set,
            files=self.question_set.files,
            late=late,
            loose=loose,
            **self.values,
        )

    def _owner(self, key: str) -> str | None:
        """Return the question of which a part of the HTML begins with this id: itself, or its answer."""
        return name if (name := key.removeprefix(ANSWER)) in self.owners else None

    def _laid_out(self, html: str) -> Pages:
        linked = html.replace('href="#', f'href="{LINK}')  # binding knows the ids of all parts
        css = stylesheet(*self.sheets, theme=self.theme, values=self.values)
        return lay_out(linked, f"{css}\n{self.rules}", {**self.question_set.files, **self.theme.assets})

    def dumps(self, result: Part) -> bytes:
        """Return the part as bytes."""
        return result.dumps()

    def loads(self, content: bytes) -> Part:
        """Return the part that `dumps` wrote; raise ValueError for anything else."""
        return Part.loads(content)


def _after_thin_pages(pages: Pages) -> set[str]:
    """Return the exhibits that come first on the page after a thin one."""
    thin = {number for number, share in enumerate(filled(pages)[:-1]) if share < THIN}
    first: dict[int, tuple[float, str]] = {}
    for name, anchor in pages.anchors.items():
        if name.startswith(EXHIBIT) and anchor.page - 1 in thin:
            first[anchor.page] = min(first.get(anchor.page, (anchor.y, name)), (anchor.y, name))
    return {name for _, name in first.values()}


def without_cards(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions without their cards, which are not printed."""
    return tuple(q.model_copy(update={"cards": ()}) if q.cards else q for q in questions)
