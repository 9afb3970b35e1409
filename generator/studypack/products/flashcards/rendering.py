"""Flash cards: typeset sides placed on sheets, front and back in turn, with heads, feet and crop marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final, NamedTuple

from studypack.errors import BuildError, Diagnostic, counted, listed
from studypack.pdf.binding import Entry, Frame, Imposed, Leaves, bind
from studypack.pdf.crop_marks import Area, crop_marks
from studypack.pdf.imposition import Placed, Sheet
from studypack.products.documents import document_info, rendering_warnings
from studypack.products.flashcards import FlashcardOptions, shift_of
from studypack.products.flashcards.calibration import calibration_marks
from studypack.products.flashcards.cards import cards_of
from studypack.products.flashcards.fitting import Fit
from studypack.products.flashcards.overlay import (
    EDGE,
    GAP,
    LINE,
    PADDING,
    Leaf,
    Shown,
    moved,
    overlay_values,
    text_size,
)
from studypack.products.flashcards.sheets import Grid, grid, sheets
from studypack.products.flashcards.typesetting import TERMS, Piece, bare, pieces, typeset
from studypack.products.interface import PackContext, Rendered
from studypack.products.options import PrintOptions
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.text.runs import Held
from studypack.typeset.geometry import points
from studypack.typeset.layout import Part
from studypack.typeset.parts import PartJob

LEAVES: Final = 8
"""The most sides of sheets in an overlay."""
ABOVE: Final = 0.42
"""The share of the spare room of a card that is above its text: a little less than half looks centred."""
_NAMED: Final = 5
"""The most cards that a remark names."""


class Place(NamedTuple):
    """Where a piece lies: the number of its sheet, and of its place on it."""

    sheet: int
    number: int


@dataclass(frozen=True)
class _Arrangement:
    """The pieces of one pack on their sheets.

    Attributes:
        options: the options.
        grid: where cards lie on a sheet.
        pieces: the pieces.
        heights: the height of what is on a page, in points, where that is a whole side.
    """

    options: FlashcardOptions
    grid: Grid
    pieces: Sequence[Piece]
    heights: Mapping[int, float]

    @property
    def shift(self) -> tuple[float, float]:
        """Points by which the backs are moved, to the right and down."""
        across, down = shift_of(self.options.shift)
        return points(across), points(down)

    @property
    def backs(self) -> list[Area]:
        """The areas of the backs."""
        return moved(self.grid.backs, self.shift)

    @property
    def numbers(self) -> Iterator[list[int | None]]:
        """For each sheet the number of the piece in each place."""
        return sheets(len(self.pieces), len(self.grid.fronts), self.options.card_order)

    def leaves(self) -> Iterator[tuple[Sheet, Leaf]]:
        """Yield the sides of the sheets, front and back in turn, and what is laid over them."""
        size = self.grid.size
        if self.options.calibrate:
            for face, shift in (("front", (0.0, 0.0)), ("back", self.shift)):
                yield Sheet(size, (), calibration_marks(size, shift)), Leaf(face)
        marks = crop_marks(self.grid.fronts, size) if self.grid.cut else ()
        backs = self.backs
        for numbers in self.numbers:
            there = [(place, self.pieces[number]) for place, number in enumerate(numbers) if number is not None]
            shown = tuple(Shown(place, piece.card, piece.number, piece.total) for place, piece in there)
            fronts = (self._placed(piece.front, self.grid.fronts[place]) for place, piece in there)
            yield Sheet(size, tuple(filter(None, fronts)), marks), Leaf("front", shown)
            behind = (self._placed(piece.back, backs[place]) for place, piece in there)
            yield Sheet(size, tuple(filter(None, behind))), Leaf("back", shown)

    def _placed(self, page: int | None, area: Area) -> Placed | None:
        if page is None:
            return None
        room = text_size(self.grid)[1]
        drop = ABOVE * (room - self.heights.get(page, room))
        return Placed(page, area.left + PADDING, area.bottom + EDGE + LINE + GAP - drop)

    def frames(self) -> dict[int, tuple[Frame, Frame]]:
        """Return the areas of front and back of each piece."""
        first = 2 if self.options.calibrate else 0
        backs = self.backs
        return {
            number: (Frame(page, *self.grid.fronts[place]), Frame(page + 1, *backs[place]))
            for page, numbers in zip(range(first, first + 2 * len(self.pieces), 2), self.numbers, strict=False)
            for place, number in enumerate(numbers)
            if number is not None
        }


def render_flashcards(pack: PackContext) -> Rendered:
    """Return the flash cards of the selection.

    Raises:
        BuildError: there are no cards of these kinds.
    """
    options = pack.options[FlashcardOptions]
    cards = cards_of(pack.question_set, options.kinds, options.card_points, pack.theme)
    if not cards:
        what = f"there are no cards of these kinds: {listed(sorted(options.kinds))}"
        raise BuildError(
            Diagnostic(None, what, "the selection has none", "leave out --cards, or select more questions")
        )
    to_left = language(pack.question_set.header.language).direction == "rtl"
    on = grid(options.card_size, pack.options[PrintOptions].paper, options.flip, to_left=to_left)
    made = typeset(cards, text_size(on), pack)
    arrangement = _Arrangement(options, on, list(pieces(cards, made.pages)), made.heights)
    laid, leaves = zip(*arrangement.leaves(), strict=True)
    overlays = _overlays(pack, arrangement, leaves)
    bound = [Leaves(part) for part in made.parts]
    info = document_info(pack, str(pack.question_set.header.words["flashcards"]))
    return Rendered(
        file=bind(bound, info, _outline(pack, arrangement), imposed=Imposed(laid, overlays)),
        amount=len(arrangement.pieces),
        unit="cards",
        warnings=rendering_warnings("flashcards", _said([*made.parts, *overlays])),
        remarks=_remarks(arrangement, made.fit),
        held=_held(made.parts),
    )


def _overlays(pack: PackContext, arrangement: _Arrangement, leaves: Sequence[Leaf]) -> list[Part]:
    """Return the parts that are laid over these sides of sheets."""
    names = ("themes/print.css", "flashcards/overlay.css")
    content = bare(pack.question_set)
    futures = []
    for first in range(0, len(leaves), LEAVES):
        values, rules = overlay_values(leaves[first : first + LEAVES], arrangement.grid, arrangement.shift)
        job = PartJob("flashcards/overlay.html.j2", names, content, values, rules, pack.theme, tagged=False)
        futures.append(pack.submit(job))
    return [future.result() for future in futures]


def _outline(pack: PackContext, arrangement: _Arrangement) -> list[Entry]:
    """Return the outline: questions, below them their cards, and below these their backs; terms below the glossary."""
    selected = pack.question_set
    read = partial(plain, lang=selected.header.language)
    titles = {q.id: f"{q.label} {read(q.question)}" for q in selected.questions}
    words = selected.header.words
    frames = arrangement.frames()
    made = []
    for question, own in groupby(enumerate(arrangement.pieces), key=lambda each: each[1].card.question):
        entries = []
        for number, piece in own:
            front, back = frames[number]
            entries.append(Entry(piece.title, front, (Entry(str(words["answer"]), back),)))
        made.append(Entry(titles.get(question, str(words["glossary"])), entries[0].anchor, tuple(entries)))
    return made


def _said(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(message for part in parts for message in part.warnings))


def _held(parts: Sequence[Part]) -> dict[str, Held]:
    """Return what the parts contain of each question, which may be in several."""
    made: dict[str, Held] = {}
    for part in parts:
        for owner, held in part.held.items():
            before = made.get(owner, Held(""))
            made[owner] = Held(before.text + held.text, before.pictures + held.pictures)
    made.pop(TERMS, None)
    return made


def _remarks(arrangement: _Arrangement, fitted: Fit) -> tuple[str, ...]:
    """Return remarks for the user on the sheets and the type."""
    on = arrangement.grid
    width, height = (round(side / points(1), 1) for side in on.card)
    count = sum(1 for _ in arrangement.numbers)
    turned = f"print on both sides, flipped on the {arrangement.options.flip} edge"
    sizes = sorted(set(fitted.sizes.values()))
    size = f"set in {sizes[0]:g} pt" + (f" to {sizes[-1]:g} pt" if len(sizes) > 1 else "")
    if long := [piece.card.key for piece in arrangement.pieces if piece.number == 2]:
        more = f" and {len(long) - _NAMED} more" if len(long) > _NAMED else ""
        size += f"; too long for one card, and continued: {listed(long[:_NAMED])}{more}"
    return f"{counted(count, 'sheet')} with {len(on.fronts)} cards of {width:g} × {height:g} mm; {turned}", size
