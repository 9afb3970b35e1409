"""The cheat sheet: exactly one page with every selected question, and as much about each as fits.

Every fragment (question with takeaway, key point, exhibit, …) is typeset once in a galley, a single column on an
endless page, and measured there. The contents of the sheet are then chosen by their measured heights, so that nothing
is ever clipped; the finished page is measured once more before it is accepted.

The type is the largest at which everything fits. If not everything fits at the comfortable size, the sheet is filled at
that size, beginning with the most important fragments of all questions. If even the takeaways do not fit at the
comfortable size, the type is reduced, but not below 6 pt.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, NamedTuple

from studypack.errors import BuildError, Diagnostic
from studypack.pdf.binding import Entry, Leaves, bind
from studypack.products.cheatsheet.columns import Block, balanced, columns
from studypack.products.documents import document_info, document_title, rendering_warnings
from studypack.products.interface import PackContext, Rendered
from studypack.products.options import PrintOptions
from studypack.questions.model import Question, QuestionSet, Subset
from studypack.text.html_text import held_by
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.text.runs import Held
from studypack.typeset.geometry import Paper
from studypack.typeset.layout import Pages, Part, lay_out, write
from studypack.typeset.templating import render, stylesheet

LARGE_SIZES: Final = (20.0, 18.0, 16.0, 14.5, 13.5, 12.75, 12.0, 11.25, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0)
COMFORTABLE: Final = 7.4
SMALL_SIZES: Final = (7.1, 6.8, 6.5, 6.2, 6.0)
"""Type sizes in points; less than 6 pt is not legible."""

MARGIN: Final = 22.0
HEADER: Final = 24.0
GAP: Final = 11.0
"""The page margin (7.8 mm, within reach of every printer), the title line and the column gap, in points."""

MOST_ON_A_PAGE: Final = 200
"""The most questions that are tried on one page; more never fit."""

STRETCH: Final = 14.0
"""The most points by which a gap between blocks may grow to fill its column."""


class Fragment(NamedTuple):
    """A piece of text about a question that the sheet may include; lower ranks are included first."""

    key: str
    question: Question
    kind: str
    content: Any
    rank: float


class Geometry(NamedTuple):
    """The sheet's columns at one type size; all lengths are in points."""

    size: float
    across: int
    width: float
    height: float
    page: tuple[float, float]

    @classmethod
    def at(cls, size: float, paper: Paper) -> Geometry:
        """Return three columns for small type and two for large, so that lines have a good length."""
        page = paper.page.size
        count = 3 if size <= 8.0 else 2
        width = (page[0] - 2 * MARGIN - (count - 1) * GAP) / count
        return cls(size, count, width, page[1] - 2 * MARGIN - HEADER, page)


class Plan(NamedTuple):
    """A sheet that fits: its geometry, its fragments, and the columns that they are in."""

    geometry: Geometry
    fragments: Sequence[Fragment]
    filled: list[list[Block]]


def fragments(question: Question) -> list[Fragment]:
    """Return the fragments of a question in their order on the sheet."""
    exhibits = [e for e in question.exhibits if e.cheatsheet]
    parts: list[tuple[str, Any, float]] = [("head", None, 0)]
    parts += [("point", point, 1 + n) for n, point in enumerate(question.key_points)]
    parts += [("exhibit", exhibit, 0.5 + n / 100) for n, exhibit in enumerate(exhibits)]
    parts += [("pitfall", pitfall, 20) for pitfall in question.pitfalls]
    parts += [("follow-up", follow_up, 21) for follow_up in question.follow_ups]
    parts += [("answer", question.answer, 22)] if question.answer else []
    parts += [("guidance", question.guidance, 23)] if question.guidance else []
    return [
        Fragment(f"f-{question.id}-{n}", question, kind, content, rank) for n, (kind, content, rank) in enumerate(parts)
    ]


class _Galley:
    """Heights of fragments and topic headings at one type size."""

    def __init__(self, pack: PackContext, chosen: Sequence[Fragment], size: float) -> None:
        self.geometry = Geometry.at(size, pack.options[PrintOptions].paper)
        page = f"@page {{ size: {self.geometry.width}pt 1000000pt; margin: 0 }}"
        html = _html("cheatsheet/galley.html.j2", pack, fragments=chosen)
        self.pages = _lay_out(html, pack, size, page)
        self._topics = {f.question.topic for f in chosen}
        fine = len(pack.question_set.questions) < 4 * self.geometry.across
        self._unit: Callable[[Fragment], str] = (lambda f: f.key) if fine else (lambda f: f.question.id)

    def height(self, key: str) -> float:
        """Return the height of the element with this id, in points."""
        return self.pages.anchors[key].height

    def blocks(self, chosen: Iterable[Fragment]) -> list[Block]:
        """Return the blocks that are not broken: whole questions, or single fragments if there are few questions."""
        made: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        seen: set[str] = set()
        for fragment in chosen:
            unit = made[self._unit(fragment)]
            unit[0] += self.height(fragment.key)
            if fragment.question.topic not in seen:
                seen.add(fragment.question.topic)
                unit[1] += self.height(f"t-{fragment.question.topic}")
        return [Block(key, height, heading) for key, (height, heading) in made.items()]

    def fits(self, chosen: Iterable[Fragment]) -> bool:
        """Return whether these fragments fit the sheet."""
        return columns(self.blocks(chosen), self.geometry.across, self.geometry.height) is not None

    def plan(self, chosen: Sequence[Fragment]) -> Plan:
        """Return the plan of a sheet with these fragments, which must fit."""
        filled = balanced(self.blocks(chosen), self.geometry.across, self.geometry.height)
        assert filled is not None, "only what fits is planned"  # noqa: S101
        return Plan(self.geometry, chosen, filled)


def _lay_out(html: str, pack: PackContext, size: float, rules: str) -> Pages:
    sheets = stylesheet(
        "themes/print.css", "themes/markdown.css", "themes/code.css", "cheatsheet/cheatsheet.css", theme=pack.theme
    )
    css = f"{sheets}\nhtml {{ font-size: {size}pt }}\n{rules}"
    return lay_out(html, css, {**pack.question_set.files, **pack.theme.assets})


def _html(template: str, pack: PackContext, **values: Any) -> str:
    selected = pack.question_set
    title = document_title(selected)
    return render(template, pack.theme, set=selected, files=selected.files, document_title=title, **values)


def _plan(pack: PackContext) -> Plan | None:
    """Return a plan with type size and fragments; None if even the takeaways do not fit at the smallest size."""
    every = [f for q in pack.question_set.questions for f in fragments(q)]
    heads = [f for f in every if f.kind == "head"]
    if not _Galley(pack, heads, COMFORTABLE).fits(heads):
        return _small(pack, heads)
    worth = _worth_measuring(every, Geometry.at(COMFORTABLE, pack.options[PrintOptions].paper))
    galley = _Galley(pack, worth, COMFORTABLE)
    if worth == every and galley.fits(every):
        return _large(pack, every) or galley.plan(every)
    return galley.plan(_filled(galley, worth))


def _worth_measuring(every: list[Fragment], geometry: Geometry) -> list[Fragment]:
    """Drop the ranks that certainly do not fit, because measuring hundreds of answers takes long."""
    room = 2.5 * geometry.across * geometry.width * geometry.height / (0.55 * geometry.size**2)
    size: dict[float, int] = defaultdict(int)
    for fragment in every:
        size[fragment.rank] += len(repr(fragment.content))
    kept: set[float] = set()
    for rank in sorted(size):
        kept.add(rank)
        room -= size[rank]
        if room < 0:
            break
    return [f for f in every if f.rank in kept]


def _large(pack: PackContext, every: list[Fragment]) -> Plan | None:
    """Return the plan with the largest type at which everything fits; sizes are tried by bisection."""
    sizes = LARGE_SIZES[::-1]
    low, high, best = 0, len(sizes), None
    while low < high:
        middle = (low + high) // 2
        galley = _Galley(pack, every, sizes[middle])
        if galley.fits(every):
            best, low = galley.plan(every), middle + 1
        else:
            high = middle
    return best


def _small(pack: PackContext, heads: list[Fragment]) -> Plan | None:
    for size in SMALL_SIZES:
        galley = _Galley(pack, heads, size)
        if galley.fits(heads):
            return galley.plan(heads)
    return None


def _by_topic(pack: PackContext) -> Iterator[PackContext]:
    """Yield the questions of each page if one page is too small: a topic, or as much of it as fits at a good size."""
    for topic in pack.question_set.topics:
        waiting = pack.question_set.of_topic(topic.id)
        while waiting:
            heads = [f for q in waiting[:MOST_ON_A_PAGE] for f in fragments(q) if f.kind == "head"]
            galley = _Galley(pack, heads, COMFORTABLE)
            room = bisect_right(range(1, len(heads) + 1), False, key=lambda n: not galley.fits(heads[:n]))
            shown, waiting = waiting[: max(1, room)], waiting[max(1, room) :]
            chosen = replace(pack.question_set, questions=shown, subset=Subset("", plain(topic.title)))
            yield replace(pack, question_set=chosen)


def _filled(galley: _Galley, offered: list[Fragment]) -> list[Fragment]:
    """Add fragments rank by rank, through all questions, as long as any of them fits."""
    taken = {f.key for f in offered if f.kind == "head"}
    for fragment in sorted((f for f in offered if f.kind != "head"), key=lambda f: f.rank):
        tried = [f for f in offered if f.key in taken or f is fragment]
        if galley.fits(tried):
            taken.add(fragment.key)
    return [f for f in offered if f.key in taken]


def _set(pack: PackContext, plan: Plan) -> tuple[Pages, dict[str, Held]]:
    """Typeset the sheet, with spare space distributed between the blocks of a column; also return its HTML contents.

    Raises:
        BuildError: the page does not come out as it was measured.
    """
    geometry = plan.geometry
    by_unit: dict[str, list[Fragment]] = defaultdict(list)
    for fragment in plan.fragments:
        by_unit[fragment.key].append(fragment)
        by_unit[fragment.question.id].append(fragment)
    html = _html(
        "cheatsheet/sheet.html.j2",
        pack,
        columns=[[by_unit[block.key] for block in column] for column in plan.filled],
        topics={topic.id: topic for topic in pack.question_set.topics},
        headed={block.key for column in plan.filled for block in column if block.heading},
        units=[[block.key for block in column] for column in plan.filled],
    )
    pages = _lay_out(html, pack, geometry.size, _placed(plan))
    owners = {fragment.key: fragment.question.id for fragment in plan.fragments}
    held = held_by(html, lambda key: "" if key.startswith(("t-", "column-")) else owners.get(key))
    floor = geometry.page[1] - MARGIN + 0.5
    bottoms = [a.y + a.height for name, a in pages.anchors.items() if name.startswith("column-")]
    if pages.count != 1 or max(bottoms) > floor:
        raise BuildError(
            Diagnostic(
                None,
                "the cheat sheet came out larger than it was measured",
                f"{pages.count} pages, {max(bottoms):.1f} of {floor:.1f} points",
                "please report this with the question set",
            )
        )
    return pages, held


def _placed(plan: Plan) -> str:
    """Return the style rules that position the columns and stretch the gaps in them."""
    geometry = plan.geometry
    rules = [f"@page {{ size: {geometry.page[0]}pt {geometry.page[1]}pt; margin: {MARGIN}pt }}"]
    for number, column in enumerate(plan.filled):
        left = number * (geometry.width + GAP)
        rules.append(
            f"#column-{number} {{ inset-inline-start: {left:.3f}pt; top: {HEADER}pt; width: {geometry.width:.3f}pt }}"
        )
        spare = geometry.height - sum(block.total for block in column)
        gap = min(STRETCH, spare / max(1, len(column) - 1))
        rules.append(f"#column-{number} .block + .block {{ padding-top: {gap - 0.005:.2f}pt }}")
    return "\n".join(rules)


def _outline(selected: QuestionSet) -> list[Entry]:
    """Return the outline: topics with their questions."""
    read = partial(plain, lang=selected.header.language)
    made = []
    for topic in selected.topics:
        questions = selected.of_topic(topic.id)
        heads = tuple(Entry(f"{q.label} {read(q.question)}", f"f-{q.id}-0") for q in questions)
        made.append(Entry(read(topic.title), f"t-{topic.id}", heads))
    return made


def _left_out(pack: PackContext, plan: Plan) -> dict[str, str]:
    """Return, for each question, the key points and exhibits that did not fit."""
    taken = {f.key for f in plan.fragments}
    missing: dict[str, list[str]] = defaultdict(list)
    for question in pack.question_set.questions:
        for fragment in fragments(question):
            if fragment.key not in taken and fragment.kind == "point":
                missing[question.id].append(f"key point {fragment.rank:g}")
            elif fragment.key not in taken and fragment.kind == "exhibit":
                missing[question.id].append(f"{fragment.content.kind} “{plain(fragment.content.caption)}”")
    return {key: ", ".join(words) for key, words in missing.items()}


def render_sheet(pack: PackContext) -> Rendered:
    """Return the sheet of the selection: one page or, if that is too small, one page for each topic."""
    plan = _plan(pack)
    packs = [pack] if plan else list(_by_topic(pack))
    plans = [plan] if plan else [found for each in packs if (found := _plan(each))]
    parts: list[Part] = []
    held: dict[str, Held] = {}
    for each, chosen in zip(packs, plans, strict=True):
        pages, own = _set(each, chosen)
        parts.append(write(pages))
        held |= own
    left_out = {key: said for each, own in zip(packs, plans, strict=True) for key, said in _left_out(each, own).items()}
    words = language(pack.question_set.header.language).words
    said = [message for part in parts for message in part.warnings]
    info = document_info(pack, words["cheat_sheet"])
    return Rendered(
        content=bind([Leaves(part) for part in parts], info, _outline(pack.question_set)),
        amount=len(parts),
        unit="pages",
        warnings=rendering_warnings("cheatsheet", tuple(dict.fromkeys(said))),
        remarks=_remarks(plans, len(left_out)),
        left_out=left_out,
        held=held,
    )


def _remarks(plans: Sequence[Plan], left_out: int) -> tuple[str, ...]:
    """Return remarks for the user on how the sheet was set."""
    points = sum(f.kind == "point" for plan in plans for f in plan.fragments)
    exhibits = sum(f.kind == "exhibit" for plan in plans for f in plan.fragments)
    size = min(plan.geometry.size for plan in plans)
    remark = f"set in {size:g} pt with {_counted(points, 'key point')} and {_counted(exhibits, 'exhibit')}"
    if left_out:
        remark += f"; no room for some of {_counted(left_out, 'question')} (listed in pack.json)"
    if len(plans) == 1:
        return (remark,)
    return (f"one page is too small for the selection: {len(plans)} pages, at least one for each topic", remark)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
