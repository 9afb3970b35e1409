"""A part of a book as a job: a picklable value that contains everything on which the pages depend."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from studypack.questions.content import content_of
from studypack.questions.model import Question, QuestionSet
from studypack.text.html_text import held_by
from studypack.typeset.code_spans import styled_spans
from studypack.typeset.joints import WHOLE, Joint, cut, joins
from studypack.typeset.layout import LINK, Pages, Part, filled, lay_out, write
from studypack.typeset.listings import in_paragraphs
from studypack.typeset.templating import render, stylesheet
from studypack.typeset.themes import OWN, Theme

THIN: Final = 0.36
"""A page that is filled less looks unfinished; the value is a little above the third that we promise."""

ANSWER: Final = "answer:"
"""The prefix of the ids of answers that are apart from their questions."""

EXHIBIT: Final = "exhibit:"
"""The prefix of the ids of what is kept whole. If a page stays thin, what did not fit may break; an exhibit, which has
a number behind its question's id, is first moved down."""

SHORT: Final = 0.15
"""A last page that is filled less is pulled back onto the pages before it, if a tighter leading does that."""

TIGHT: Final = 0.97
"""The leading of a text that is pulled back, as a share of its usual one: a tenth of a millimetre less a line."""

UNJOINED: Final = Part(b"", 0, {}, rest=("unjoined",))
"""The result of a part that does not continue the pages of the one before it: a theme sets it in another way."""


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
        owners: the ids of elements with which questions or their answers begin; the result records what its HTML
            contains for each of these questions.
        items: if the text goes on in another part: the names of this part's items (see `studypack.typeset.joints`).
            The result then ends with the last complete page, and has no page if none is complete.
        joint: how the part begins.
        pulled: whether a short last page is pulled back, for templates whose leading is `--leading`.
    """

    template: str
    sheets: tuple[str, ...]
    question_set: QuestionSet
    values: Mapping[str, Any] = field(default_factory=dict)
    rules: str = ""
    theme: Theme = OWN
    tagged: bool = True
    owners: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    joint: Joint = WHOLE
    pulled: bool = False

    def inputs(self) -> list[bytes | str]:
        """Return everything on which the part depends, except the program."""
        own = [
            self.template,
            *self.sheets,
            json.dumps(self.values, sort_keys=True),
            self.rules,
            str(self.tagged),
            *self.owners,
            repr((self.items, self.joint, self.pulled)),
        ]
        return [self.theme.fingerprint, *own, *content_of(self.question_set)]

    def run(self) -> Part:
        """Return the typeset part."""
        pages, html, late, loose = self._settled()
        if self.pulled and not self.items and not self.joint.shared and _can_be_pulled(pages):
            tight = self._settled(f":root {{ --tight: {TIGHT} }}")
            if tight[0].count < pages.count:
                pages, html, late, loose = tight
        if self.joint.words and not joins(pages, self.joint):
            return UNJOINED
        last, joint = cut(pages, self.items, self.joint) if self.items else (pages.count, None)
        if last == self.joint.shared:
            return Part(b"", 0, {})
        part = write(pages.between(self.joint.shared, last), tagged=self.tagged)
        held = held_by(html, self._owner) if self.owners else {}
        return replace(part, held=held, rest=_rest(pages, last, joint, late, loose))

    def _settled(self, rules: str = "") -> tuple[Pages, str, list[str], list[str]]:
        """Return pages of which as few as possible are thin, their HTML, and the exhibits that were moved for that."""
        late, loose = list(self.joint.late), list(self.joint.loose)
        html = self.html(late, loose)
        pages = self._laid_out(html, rules)
        for _ in range(3 if self.tagged else 0):
            waiting = _after_thin_pages(pages, self.joint.shared)
            if not waiting - set(loose):
                break
            moved = {name for name in waiting - set(late) if name.rpartition(":")[2].isdecimal()}
            late += sorted(moved)
            loose += sorted(waiting - moved - set(loose))
            html = self.html(late, loose)
            pages = self._laid_out(html, rules)
        return pages, html, late, loose

    def html(self, late: Sequence[str], loose: Sequence[str]) -> str:
        """Return the document with these exhibits moved down, and these allowed to break."""
        return render(
            self.template,
            self.theme,
            set=self.question_set,
            files=self.question_set.files,
            questions={question.id: question for question in self.question_set.questions},
            late=late,
            loose=loose,
            joint=self.joint,
            **self.values,
        )

    def _owner(self, key: str) -> str | None:
        """Return the question of which a part of the HTML begins with this id: itself, or its answer."""
        return key.removeprefix(ANSWER) if key in self.owners else None

    def _laid_out(self, html: str, more: str = "") -> Pages:
        linked = html.replace('href="#', f'href="{LINK}')  # binding knows the ids of all parts
        css = stylesheet(*self.sheets, theme=self.theme, values=self.values)
        linked = in_paragraphs(styled_spans(linked, css))
        rules = self.rules + more
        return lay_out(linked, [css, *([rules] if rules else [])], {**self.question_set.files, **self.theme.assets})

    def dumps(self, result: Part) -> bytes:
        """Return the part as bytes."""
        return result.dumps()

    def loads(self, content: bytes) -> Part:
        """Return the part that `dumps` wrote; raise ValueError for anything else."""
        return Part.loads(content)


def _can_be_pulled(pages: Pages) -> bool:
    """Return whether the last page is short, and the pages before it may give room for it."""
    last = filled(pages)[-1]
    return last < SHORT and last < (1 - TIGHT) * (pages.count - 1)


def _after_thin_pages(pages: Pages, shared: int = 0) -> set[str]:
    """Return the exhibits that come first on the page after a thin one, except after the first, shared pages."""
    thin = {number for number, share in enumerate(filled(pages)[:-1]) if share < THIN and number >= shared}
    first: dict[int, tuple[float, str]] = {}
    for name, anchor in pages.anchors.items():
        if name.startswith(EXHIBIT) and anchor.page - 1 in thin:
            first[anchor.page] = min(first.get(anchor.page, (anchor.y, name)), (anchor.y, name))
    return {name for _, name in first.values()}


def _rest(pages: Pages, last: int, joint: Joint | None, late: list[str], loose: list[str]) -> tuple[Any, ...]:
    """Return how the next part begins, with the exhibits that it must set as this one does."""
    if joint is None:
        return ()
    common = {name for name, anchor in pages.anchors.items() if anchor.page >= last - joint.shared}
    kept = [tuple(name for name in names if name in common) for names in (late, loose)]
    return tuple(joint._replace(late=kept[0], loose=kept[1]))


def without_cards(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """Return the questions without their cards, which are not printed."""
    return tuple(q.model_copy(update={"cards": ()}) if q.cards else q for q in questions)
