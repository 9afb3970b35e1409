"""The type sizes of cards: for the fronts and the backs of each kind the largest at which all of them fit.

A side that does not fit at the smallest size is set apart: it is set in that size, and the card continues on another
one. Typesetting every side at every size would take long, so only the longest sides of each kind are tried. When all
sides are typeset, those that turn out too long are tried as well, until none is left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

SIZES: Final = (9.0, 9.5, 10.0, 10.5, 11.0, 11.5, 12.0, 13.0, 14.0, 15.0, 16.0)
"""Type sizes in points."""
LARGEST: Final = {"front": 16.0, "back": 14.0}
"""The largest size of each face. Both sides of a cloze have that of a back: they have the same words."""
_TRIED: Final = 6
"""How many of the longest sides of each kind are tried at first."""
_PICTURE: Final = 300
"""What a picture, a formula, a table or a listing counts for, in characters."""

Group = tuple[str, str]
"""The kind and the face of sides that have one size."""


class Side(NamedTuple):
    """One side of a card.

    Attributes:
        id: identifies it.
        kind: the kind of its card.
        face: `front` or `back`.
        html: what it shows.
    """

    id: str
    kind: str
    face: str
    html: str

    @property
    def group(self) -> Group:
        """The sides that have the same size."""
        return self.kind, self.face

    @property
    def length(self) -> int:
        """About how long it is, in characters."""
        return len(self.html) + _PICTURE * sum(self.html.count(tag) for tag in ("<img", "<table", "<pre"))


Measure = Callable[[Sequence[Side], Mapping[Group, float]], Mapping[str, int]]
"""Typesets sides, each in the size of its group, and returns the number of pages that each fills, by its id."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The sizes that were found.

    Attributes:
        sizes: the size of each group.
        long: how many pages each side fills that does not fit at the smallest size, which is its own.
    """

    sizes: Mapping[Group, float]
    long: Mapping[str, int]


def fit(sides: Sequence[Side], tried: Collection[str], measure: Measure) -> Fit:
    """Return the sizes at which the longest sides fit.

    Args:
        sides: all sides.
        tried: ids of further sides to try.
        measure: typesets sides.
    """
    groups = _by_length(sides)
    largest = {group: _largest(*group) for group in groups}
    longest = {g: own[:_TRIED] + [s for s in own[_TRIED:] if s.id in tried] for g, own in groups.items()}
    long, waiting = _apart(groups, _overflowing(longest, largest, measure), measure)
    low = {group: 0 if waiting.get(group) else largest[group] for group in groups}
    high = {group: largest[group] for group in groups}
    while ahead := [group for group in groups if low[group] < high[group]]:
        middle = {group: (low[group] + high[group] + 1) // 2 for group in ahead}
        over = _overflowing({group: waiting[group] for group in ahead}, middle, measure)
        for group in ahead:
            if group in over:  # those that fit now also fit in smaller type
                waiting[group], high[group] = over[group], middle[group] - 1
            else:
                low[group] = middle[group]
    return Fit({group: SIZES[low[group]] for group in groups}, long)


def _by_length(sides: Iterable[Side]) -> dict[Group, list[Side]]:
    """Return the sides of each group, the longest first."""
    groups: dict[Group, list[Side]] = {}
    for side in sorted(sides, key=lambda side: (-side.length, side.id)):
        groups.setdefault(side.group, []).append(side)
    return groups


def _largest(kind: str, face: str) -> int:
    most = LARGEST["back" if kind == "cloze" else face]
    return max(number for number, size in enumerate(SIZES) if size <= most)


def _apart(
    groups: Mapping[Group, Sequence[Side]], over: Mapping[Group, list[Side]], measure: Measure
) -> tuple[dict[str, int], dict[Group, list[Side]]]:
    """Set the sides apart that do not fit at the smallest size.

    Where all of a group's sides that were tried are too long, the next ones are tried as well.

    Args:
        groups: all sides, the longest first.
        over: those of them that do not fit at the largest size.
        measure: typesets sides.

    Returns:
        how many pages each side fills that is set apart, and the others that were tried.
    """
    long: dict[str, int] = {}
    fitting: dict[Group, list[Side]] = {}
    seen: set[str] = set()
    while any(over.values()):
        chosen = [side for members in over.values() for side in members]
        seen |= {side.id for side in chosen}
        pages = measure(chosen, dict.fromkeys(over, SIZES[0]))
        long |= {key: count for key, count in pages.items() if count > 1}
        further = {}
        for group, members in over.items():
            fitting.setdefault(group, []).extend(side for side in members if side.id not in long)
            if members and not fitting[group]:
                rest = [side for side in groups[group] if side.id not in seen]
                further[group] = rest[: 2 * len(members)]
        over = further
    return long, fitting


def _overflowing(
    groups: Mapping[Group, Sequence[Side]], numbers: Mapping[Group, int], measure: Measure
) -> dict[Group, list[Side]]:
    """Return the sides of each group that fill more than one page at the size with this number in `SIZES`."""
    chosen = [side for members in groups.values() for side in members]
    pages = measure(chosen, {group: SIZES[number] for group, number in numbers.items()}) if chosen else {}
    over = {group: [side for side in members if pages[side.id] > 1] for group, members in groups.items()}
    return {group: members for group, members in over.items() if members}
