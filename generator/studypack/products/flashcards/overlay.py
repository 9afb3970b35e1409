"""What sheets show outside the text of cards: heads, feet, and the words of the calibration page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from studypack.pdf.crop_marks import Area
from studypack.products.flashcards.cards import PaperCard
from studypack.products.flashcards.sheets import Grid
from studypack.typeset.geometry import points

PADDING: Final = points(8)
"""The distance of texts from the left and right edges of a card: duplex printing drifts by one or two millimetres."""
EDGE: Final = points(5.4)
"""The distance of heads and feet from the upper and lower edges, which keeps the text between them 8 mm away."""
LINE: Final = 10.0
"""The height of a head or a foot."""
GAP: Final = 7.0
"""The distance between the text and a head or a foot."""
_CHARACTER: Final = 4.2
"""The width of a character of an id, in points: a little above the mean of Inter at 7.5 pt."""
_PLACE: Final = 0.47
"""The part of a head that number and topic take, with the space behind them."""


class Shown(NamedTuple):
    """A side of a card on a sheet: its place, the card, and if the card continues, which piece this is of how many."""

    place: int
    card: PaperCard
    piece: int = 1
    pieces: int = 1


class Leaf(NamedTuple):
    """One side of a sheet: `front` or `back`, and what it shows; nothing on the calibration page."""

    face: str
    shown: tuple[Shown, ...] = ()


def text_size(grid: Grid) -> tuple[float, float]:
    """Return width and height of the text of a card, in points."""
    width, height = grid.card
    return width - 2 * PADDING, height - 2 * (EDGE + LINE + GAP)


def overlay_values(leaves: Sequence[Leaf], grid: Grid, shift: tuple[float, float]) -> tuple[dict[str, Any], str]:
    """Return the values for the template, and the style rules that position its contents.

    Args:
        leaves: consecutive sides of sheets.
        grid: where the cards lie.
        shift: points by which the backs are moved, to the right and down.
    """
    width, height = grid.size
    rules = [f"@page {{ size: {width:.3f}pt {height:.3f}pt; margin: 0 }}"]
    rules += [f".leaf {{ width: {width:.3f}pt; height: {height:.3f}pt }}"]
    rules += [f".card {{ width: {grid.card[0]:.3f}pt; height: {grid.card[1]:.3f}pt }}"]
    rules += [f".line {{ left: {PADDING:.3f}pt; right: {PADDING:.3f}pt }}"]
    rules += [f".head {{ top: {EDGE:.3f}pt }} .foot {{ bottom: {EDGE:.3f}pt }}"]
    for face, areas in (("front", grid.fronts), ("back", moved(grid.backs, shift))):
        rules += [
            f".{face} .at-{place} {{ left: {area.left:.3f}pt; top: {height - area.top:.3f}pt }}"
            for place, area in enumerate(areas)
        ]
    room = int((grid.card[0] - 2 * PADDING) * (1 - _PLACE) / _CHARACTER)
    shown = [{"face": leaf.face, "cards": [_values(each, room) for each in leaf.shown]} for leaf in leaves]
    return {"leaves": shown}, "\n".join(rules)


def moved(areas: Sequence[Area], shift: tuple[float, float]) -> list[Area]:
    """Return areas that are moved by so many points to the right and down."""
    across, down = shift
    return [Area(a.left + across, a.bottom - down, a.right + across, a.top - down) for a in areas]


def _values(shown: Shown, room: int) -> dict[str, Any]:
    card = shown.card
    piece = f"{shown.piece}/{shown.pieces}" if shown.pieces > 1 else ""
    return {
        "place": shown.place,
        "label": card.label,
        "topic": card.topic,
        "key": _shortened(card.key, room),
        "piece": piece,
        "source": card.source,
    }


def _shortened(key: str, room: int) -> str:
    """Return a card's id in so many characters: its end tells it from the other cards of a question."""
    if len(key) <= room:
        return key
    question, _, own = key.rpartition("/")
    rest = room - len(own) - 2
    return f"{question[:rest]}…/{own}" if rest > 2 else f"…{key[1 - room :]}"
