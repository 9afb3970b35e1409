"""The finished sheet: each page typeset as it was planned, measured once more, and bound with an outline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from studypack.errors import BuildError, Diagnostic, counted
from studypack.pdf.binding import Entry, Leaves, bind
from studypack.products.cheatsheet import SheetOptions
from studypack.products.cheatsheet.columns import gaps
from studypack.products.cheatsheet.fragments import left_out
from studypack.products.cheatsheet.galley import GAP, HEADER, MARGIN, document, laid_out
from studypack.products.cheatsheet.planning import Page, by_topic, plan
from studypack.products.documents import document_info, rendering_warnings
from studypack.products.interface import PackContext, Rendered
from studypack.questions.model import QuestionSet
from studypack.text.html_text import held_by
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.text.runs import Held
from studypack.typeset.layout import Part, write

_LEEWAY: Final = 0.5
"""Points by which a finished column may be higher than it was measured."""


def render_sheet(pack: PackContext) -> Rendered:
    """Return the sheet of the selection: one page, two sides, or one page for each topic if one page is too small."""
    packs, sheets = [pack], [plan(pack, int(pack.options[SheetOptions].sides))]
    if sheets == [None]:
        packs = list(by_topic(pack))
        sheets = [plan(each, 1) for each in packs]
    parts: list[Part] = []
    held: dict[str, Held] = {}
    missing: dict[str, str] = {}
    pages: list[Page] = []
    for each, planned in zip(packs, sheets, strict=True):
        for page in planned or ():
            part, own = _set(each, page)
            parts.append(part)
            pages.append(page)
            held |= {key: _joined(held.get(key), more) for key, more in own.items()}
        taken = [fragment for page in planned or () for fragment in page.fragments]
        missing |= left_out(each.question_set.questions, taken, each.question_set.header.language)
    words = language(pack.question_set.header.language).words
    said = [message for part in parts for message in part.warnings]
    info = document_info(pack, words["cheat_sheet"])
    return Rendered(
        file=bind([Leaves(part) for part in parts], info, _outline(pack.question_set)),
        amount=len(parts),
        unit="pages",
        warnings=rendering_warnings("cheatsheet", tuple(dict.fromkeys(said))),
        remarks=_remarks(pages, len(packs), len(missing)),
        left_out=missing,
        held=held,
    )


def _joined(before: Held | None, more: Held) -> Held:
    return more if before is None else Held(before.text + more.text, before.pictures + more.pictures)


def _set(pack: PackContext, page: Page) -> tuple[Part, dict[str, Held]]:
    """Typeset a page, and return it with what its HTML contains of each question.

    Raises:
        BuildError: the page does not come out as it was measured.
    """
    html = document(
        "cheatsheet/sheet.html.j2",
        pack,
        page=page,
        topics={topic.id: topic for topic in pack.question_set.topics},
    )
    pages = laid_out(html, pack, page.geometry.size, _placed(page))
    owners = {fragment.key: fragment.question.id for fragment in page.fragments}
    owners |= {f"n-{fragment.question.id}": fragment.question.id for fragment in page.fragments}
    held = held_by(html, lambda key: "" if key.startswith(("t-", "column-")) else owners.get(key))
    floor = page.geometry.page[1] - MARGIN + _LEEWAY
    bottoms = [a.y + a.height for name, a in pages.anchors.items() if name.startswith("column-")]
    lost = any(fragment.key not in pages.anchors for fragment in page.fragments)
    if pages.count != 1 or max(bottoms, default=0.0) > floor or lost:
        what = "the cheat sheet came out larger than it was measured"
        why = f"{pages.count} pages, {max(bottoms):.1f} of {floor:.1f} points"
        raise BuildError(Diagnostic(None, what, why, "please report this with the question set"))
    return write(pages), held


def _placed(page: Page) -> str:
    """Return the style rules that position the columns and the wide exhibits, and stretch the gaps between blocks.

    The page has no margin at its foot: WeasyPrint left out the last block of a column that ended 0.03 pt above one.
    The measured heights are checked to leave it free.
    """
    geometry = page.geometry
    rules = [
        f"@page {{ size: {geometry.page[0]}pt {geometry.page[1]}pt; margin: {MARGIN}pt {MARGIN}pt 0 }}",
        f".span {{ width: {geometry.span:.3f}pt }}",
        f"#column-wide {{ inset-inline-end: 0; top: {HEADER + _above_wide(page):.3f}pt }}",
    ]
    for number, column in enumerate(page.columns):
        left = number * (geometry.width + GAP)
        rules.append(
            f"#column-{number} {{ inset-inline-start: {left:.3f}pt; top: {HEADER}pt; width: {geometry.width:.3f}pt }}"
        )
        height = geometry.height - (page.foot if number >= geometry.across - 2 else 0.0)
        spare = height - sum(block.total for block in column)
        rules += [
            f"#column-{number} .block:nth-child({n}) {{ padding-top: {gap - 0.005:.2f}pt }}"
            for n, gap in enumerate(gaps(column, spare), 1)
            if gap > 0.005
        ]
    return "\n".join(rules)


def _above_wide(page: Page) -> float:
    """Return the height of the columns above the wide exhibits, in points."""
    above = any(page.columns[page.geometry.across - 2 :])
    return page.geometry.height - page.foot if above else 0.0


def _outline(selected: QuestionSet) -> list[Entry]:
    """Return the outline: topics with their questions."""
    read = partial(plain, lang=selected.header.language)
    made = []
    for topic in selected.topics:
        questions = selected.of_topic(topic.id)
        heads = tuple(Entry(f"{q.label} {read(q.question)}", f"f-{q.id}-0") for q in questions)
        made.append(Entry(read(topic.title), f"t-{topic.id}", heads))
    return made


def _remarks(pages: Sequence[Page], sheets: int, short: int) -> tuple[str, ...]:
    """Return remarks for the user on how the sheet was set.

    Args:
        pages: all pages.
        sheets: how many sheets they are: more than one if one page is too small.
        short: how many questions had something left out.
    """
    points = sum(fragment.kind == "point" for page in pages for fragment in page.fragments)
    exhibits = sum(fragment.kind == "exhibit" for page in pages for fragment in page.fragments)
    size = min(page.geometry.size for page in pages)
    remark = f"set in {size:g} pt with {counted(points, 'key point')} and {counted(exhibits, 'exhibit')}"
    if short:
        remark += f"; no room for some of {counted(short, 'question')} (listed in pack.json)"
    if sheets == 1:
        return (remark,)
    return (f"one page is too small for the selection: {len(pages)} pages, at least one for each topic", remark)
