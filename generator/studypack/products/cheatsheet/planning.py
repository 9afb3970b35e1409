"""What the sheet prints, and how large: chosen by measured heights, so that nothing is ever clipped.

The type is the largest at which everything fits. If not everything does, it is the largest up to a comfortable reading
size at which heads, key points and exhibits fit, and other text fills what is left; or else the largest at which heads
and key points leave a third of the page to exhibits. If there is none, the sheet is filled at the smallest comfortable
size, beginning with the most important fragments of all questions. If the heads alone do not fit at that size, the
type is reduced, but not below 6 pt.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from studypack.products.cheatsheet.columns import Block, balanced
from studypack.products.cheatsheet.fragments import CORE, MUST_SAY, Fragment, Stage, fragments
from studypack.products.cheatsheet.galley import COMFORTABLE, Galley, Geometry
from studypack.products.interface import PackContext
from studypack.products.options import PrintOptions
from studypack.questions.model import Subset
from studypack.text.markdown import plain

LARGE_SIZES: Final = (20.0, 18.0, 16.0, 14.5, 13.5, 12.75, 12.0, 11.25, 10.5, 10.0, 9.5)
READING_SIZES: Final = (9.0, 8.5, 8.0, 7.5)
MIXED_SIZES: Final = (8.0, 7.5)
SMALL_SIZES: Final = (6.75, 6.5, 6.25, 6.0)
SIZES: Final = LARGE_SIZES + READING_SIZES
"""Type sizes in points; less than 6 pt is not legible."""

MOST_ON_A_PAGE: Final = 330
"""The most questions that are tried on one page: at 6 pt a page has no more lines."""
TEXT: Final = 0.66
"""The share of a page that heads and key points may take if not all exhibits fit beside them."""
_BEHIND: Final = 100
"""Added to the place of a fragment that is taken after the exhibits of its stage."""
EXHIBITS: Final = 0.1
"""The share of a page that preferred exhibits may take before the first key points, and again before the second."""


class Page(NamedTuple):
    """A page that fits.

    Attributes:
        geometry: its columns and type size.
        columns: the blocks of each column.
        groups: the fragments of each block, by its key.
        wide: the exhibits at the foot of the last two columns.
        foot: the height of these exhibits in points.
    """

    geometry: Geometry
    columns: list[list[Block]]
    groups: dict[str, list[Fragment]]
    wide: list[Fragment]
    foot: float

    @property
    def fragments(self) -> list[Fragment]:
        """Everything on the page."""
        return [fragment for group in self.groups.values() for fragment in group] + self.wide


def plan(pack: PackContext, sides: int) -> list[Page] | None:
    """Return the pages of a sheet: one, or two if it is printed on both sides and has something for the back.

    Returns:
        None if even the heads do not fit one page at the smallest size.
    """
    lang = pack.question_set.header.language
    every = [f for q in pack.question_set.questions for f in fragments(q, lang)]
    if sides == 1:
        front = _page(pack, every)
        return [front] if front else None
    front = _page(pack, [f for f in every if f.kind != "exhibit"])
    if front is None:
        return None
    printed = {fragment.key for fragment in front.fragments}
    rest = [_on_the_back(fragment) for fragment in every if fragment.key not in printed]
    back = _page(pack, rest) if rest else None
    return [front, back] if back and back.fragments else [front]


def _on_the_back(fragment: Fragment) -> Fragment:
    """Return a fragment with its rank on the back: exhibits, then key points with numbers, then the others."""
    if fragment.kind == "exhibit":
        return fragment
    if fragment.kind == "point":
        number = any(letter.isdigit() for letter in str(fragment.content))
        return replace(fragment, stage=Stage.EXHIBIT, place=fragment.place + (_BEHIND if number else 2 * _BEHIND))
    return replace(fragment, stage=Stage.PROSE)


def by_topic(pack: PackContext) -> Iterator[PackContext]:
    """Yield the questions of each page if one page is too small: a topic, or as much of it as fits at a good size."""
    lang = pack.question_set.header.language
    for topic in pack.question_set.topics:
        waiting = pack.question_set.of_topic(topic.id)
        while waiting:
            heads = [f for q in waiting[:MOST_ON_A_PAGE] for f in fragments(q, lang) if f.kind == "head"]
            galley = Galley(pack, heads, COMFORTABLE)
            room = bisect_right(range(1, len(heads) + 1), False, key=lambda n: not galley.fits(heads[:n]))
            shown, waiting = waiting[: max(1, room)], waiting[max(1, room) :]
            chosen = replace(pack.question_set, questions=shown, subset=Subset("", plain(topic.title)))
            yield replace(pack, question_set=chosen)


def _page(pack: PackContext, offered: list[Fragment]) -> Page | None:
    """Return a page with these fragments, or with as many as fit; None if not even the heads fit."""
    heads = [fragment for fragment in offered if fragment.kind == "head"]
    if len(heads) > MOST_ON_A_PAGE:
        return None
    galley = Galley(pack, heads, COMFORTABLE)
    if not galley.fits(heads):
        smallest = Galley(pack, heads, SMALL_SIZES[-1])  # if they fit at no size, one attempt says so
        return _largest(pack, heads, SMALL_SIZES) if smallest.fits(heads) else None
    worth = _worth_measuring(offered, Geometry.at(COMFORTABLE, pack.options[PrintOptions].paper))
    galley = galley if worth == heads else Galley(pack, worth, COMFORTABLE)
    if worth == offered and galley.fits(_legible(galley, offered)):
        return _largest(pack, offered, SIZES) or _made(galley, _legible(galley, offered))
    core = [fragment for fragment in worth if fragment.stage <= CORE]
    if len(core) == sum(fragment.stage <= CORE for fragment in offered) and galley.fits(_legible(galley, core)):
        larger = _largest(pack, core, READING_SIZES, worth)
    else:
        text = [fragment for fragment in core if fragment.kind != "exhibit"]
        larger = _largest(pack, text, MIXED_SIZES, worth, TEXT) if text and galley.fits(text, TEXT) else None
    return larger or _made(galley, _filled(galley, worth))


def _legible(galley: Galley, chosen: Sequence[Fragment]) -> list[Fragment]:
    return [fragment for fragment in chosen if galley.legible(fragment)]


def _worth_measuring(every: list[Fragment], geometry: Geometry) -> list[Fragment]:
    """Drop the ranks that certainly do not fit, because measuring hundreds of answers takes long."""
    room = 2.5 * geometry.across * geometry.width * geometry.height / (0.55 * geometry.size**2)
    size: dict[tuple[Stage, int], int] = defaultdict(int)
    for fragment in every:
        size[fragment.rank] += len(repr(fragment.content))
    kept: set[tuple[Stage, int]] = set()
    for rank in sorted(size):
        kept.add(rank)
        room -= size[rank]
        if room < 0:
            break
    return [f for f in every if f.rank in kept]


def _largest(
    pack: PackContext,
    needed: list[Fragment],
    sizes: Sequence[float],
    offered: Sequence[Fragment] = (),
    share: float = 1.0,
) -> Page | None:
    """Return the page with the largest type at which what is needed fits, filled with what else is offered.

    Sizes, which decrease, are tried by bisection; None if even the smallest is too large.

    Args:
        pack: the pack.
        needed: what must be on the page.
        sizes: type sizes in points.
        offered: all that may be on the page, if that is more.
        share: the share of the page's height that may be taken by what is needed.
    """
    low, high, best = 0, len(sizes), None
    while low < high:
        middle = (low + high) // 2
        galley = Galley(pack, offered or needed, sizes[middle])
        if galley.fits(_legible(galley, needed), share):
            best, high = galley, middle
        else:
            low = middle + 1
    if best is None:
        return None
    return _made(best, _filled(best, list(offered)) if offered else _legible(best, needed))


def _filled(galley: Galley, offered: list[Fragment]) -> list[Fragment]:
    """Add fragments rank by rank, through all questions, as long as any of them fits."""
    taken = {f.key for f in offered if f.kind == "head"}
    for fragment in _in_order(galley, offered):
        tried = [f for f in offered if f.key in taken or f is fragment]
        if galley.fits(tried):
            taken.add(fragment.key)
    return [f for f in offered if f.key in taken]


def _in_order(galley: Galley, offered: Sequence[Fragment]) -> list[Fragment]:
    """Return the fragments in the order in which they are taken, without heads and what cannot be read.

    Exhibits begin with the smallest, so that there are many. Preferred ones take their share of the page before the
    first key point of each question, and a second share before the second key points; the rest of them are taken before
    the other exhibits.
    """
    exhibits = sorted((f for f in _legible(galley, offered) if f.kind == "exhibit"), key=galley.area)
    order: dict[str, tuple[float, ...]] = {}
    used = 0.0
    for fragment in exhibits:
        used += galley.area(fragment) / galley.geometry.area if fragment.stage is Stage.PREFERRED else 0.0
        shares = math.ceil(used / EXHIBITS)
        early = fragment.stage is Stage.PREFERRED and shares <= 2
        order[fragment.key] = (Stage.POINT, shares - 1.5) if early else (Stage.EXHIBIT, fragment.stage, len(order))
    ranks = {f.key: f.rank for f in offered if f.kind not in ("head", "exhibit")} | order | _rounds(galley, offered)
    return sorted((f for f in offered if f.key in ranks), key=lambda f: ranks[f.key])


def _rounds(galley: Galley, offered: Sequence[Fragment]) -> dict[str, tuple[float, ...]]:
    """Return the ranks of the points that must be said: shorter ones are taken first, to whole points of height."""
    by_question: dict[str, list[Fragment]] = defaultdict(list)
    for fragment in offered:
        if fragment.kind == "point" and fragment.stage is Stage.POINT and fragment.place < MUST_SAY:
            by_question[fragment.question.id].append(fragment)
    rounds = [sorted(own, key=lambda f: round(galley.height(f))) for own in by_question.values()]
    return {f.key: (Stage.POINT, number, galley.height(f)) for own in rounds for number, f in enumerate(own)}


def _made(galley: Galley, chosen: list[Fragment]) -> Page:
    """Return the page with these fragments, which must fit."""
    pieces = galley.pieces(chosen)
    filled = balanced([block for block, _ in pieces], galley.room(chosen))
    assert filled is not None, "only what fits is planned"  # noqa: S101
    wide = [fragment for fragment in chosen if galley.wide(fragment)]
    groups = {block.key: group for block, group in pieces}
    return Page(galley.geometry, filled, groups, wide, galley.foot(chosen))
