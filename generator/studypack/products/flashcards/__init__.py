"""Flash cards: sheets to print on both sides and cut, whose backs meet their fronts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, NonNegativeInt
from pydantic_core import PydanticCustomError

from studypack.products.flashcards.cards import CardKind, kinds_of
from studypack.products.flashcards.sheets import CardSize, Flip, Order
from studypack.products.interface import Claim, PackContext, Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import NONE, OptionModel, Options, PrintOptions, option
from studypack.questions.model import Question, QuestionSet

MOST_SHIFT: Final = 10.0
"""The largest shift of the backs in millimetres; printers drift by one or two."""


def _divided(value: object) -> object:
    """Divide each word at its commas."""
    words = value if isinstance(value, list | tuple) else [value]
    return tuple(part.strip() for word in words for part in str(word).split(","))


def _shift(value: str) -> str:
    """Accept `X,Y`."""
    shift_of(value)
    return value


def shift_of(value: str) -> tuple[float, float]:
    """Return the two numbers of a shift in millimetres.

    Raises:
        PydanticCustomError: there are not two numbers, or they are too large.
    """
    numbers = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*,\s*([+-]?\d+(?:\.\d+)?)\s*", value)
    across, down = map(float, numbers.groups()) if numbers else (MOST_SHIFT + 1, 0.0)
    if max(abs(across), abs(down)) > MOST_SHIFT:
        expected = f"it is two numbers of millimetres from -{MOST_SHIFT:g} to {MOST_SHIFT:g}, as in 0.5,-1"
        raise PydanticCustomError("shift", expected)
    return across, down


class FlashcardOptions(OptionModel):
    """The options of flash cards."""

    cards: Annotated[tuple[CardKind, ...], BeforeValidator(_divided)] = option(
        (),
        "The kinds of flash cards: question, fact, cloze, term, separated by commas; by default all.",
        metavar="KINDS",
    )
    card_size: CardSize = option(CardSize.A7, "The size of flash cards, or the label stock that they are printed on.")
    card_points: NonNegativeInt = option(3, "The most key points on a flash card; 0 prints all.", metavar="N")
    card_order: Order = option(
        Order.SHEET,
        "The order of flash cards: along each sheet, or through the stacks that a cut through all sheets gives.",
    )
    flip: Flip = option(Flip.LONG, "The edge around which the printer turns the sheets of flash cards.")
    calibrate: bool = option(False, "Begin the flash cards with a sheet that shows how far the backs are off.")
    shift: Annotated[str, AfterValidator(_shift)] = option(
        "0,0", "Millimetres by which the backs of flash cards are moved: to the right, and down.", metavar="X,Y"
    )

    @property
    def kinds(self) -> frozenset[CardKind]:
        """The kinds of cards to print."""
        return frozenset(self.cards or CardKind)


class Flashcards(Product):
    """Flash cards as a PDF, imposed from sides that are typeset by separate jobs."""

    name = "flashcards"
    title = "flash cards"
    filename = "flashcards.pdf"
    summary = "cards to print on both sides of the paper and cut"
    options = (PrintOptions, FlashcardOptions)
    shows = frozenset(
        {"question", "stimulus", "exhibits", "choices", "answer", "takeaway", "key_points", "sources", "cards"}
    )
    guarantees = frozenset({"question", "takeaway"})
    composed = True
    default = False

    def render(self, pack: PackContext) -> Rendered:
        """Return the flash cards of the selection.

        Raises:
            BuildError: there are no cards of these kinds.
        """
        from studypack.products.flashcards.rendering import render_flashcards

        return render_flashcards(pack)

    def holds(self, question: Question, options: Options = NONE) -> bool:
        """Return whether there is a card of a question."""
        return bool(kinds_of(question) & options[FlashcardOptions].kinds)

    def guaranteed(self, options: Mapping[str, Any]) -> frozenset[str]:
        """Return what every card of a question's own shows; there may be none of these."""
        kinds = options.get("cards") or [CardKind.QUESTION]
        return self.guarantees if CardKind.QUESTION in kinds else frozenset()

    def claims(self, question_set: QuestionSet, options: Options = NONE) -> list[Claim]:
        """Return what the cards of each question must show."""
        from studypack.products.flashcards.claims import claims

        chosen = options[FlashcardOptions]
        held = [q for q in question_set.questions if self.holds(q, options)]
        return claims(question_set, held, chosen.kinds, chosen.card_points)

    def read_back(self, content: bytes) -> ReadBack:
        """Return what is printed on the cards of each question, whose areas are in the outline below the question."""
        from studypack.pdf.text_extraction import framed_sections

        texts: dict[str, list[str]] = {}
        name = ""
        for section in framed_sections(content):
            if section.depth == 0:
                name = section.title.partition(" ")[0]
            elif re.fullmatch(r"Q\d+", name):
                texts.setdefault(name, []).append(section.text)
        return ReadBack(tuple(ReadQuestion(name, "\n".join(found)) for name, found in texts.items()))


PRODUCT: Final = Flashcards()
