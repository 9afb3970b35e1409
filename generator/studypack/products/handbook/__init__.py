"""The handbook: front matter, a chapter for each topic, back matter."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from studypack.products.interface import (
    Claim,
    Estimate,
    PackContext,
    Product,
    ReadBack,
    ReadQuestion,
    Rendered,
    Submit,
)
from studypack.products.options import NONE, OptionModel, Options, PrintOptions, option
from studypack.questions.model import Question, QuestionSet
from studypack.shelf import Content
from studypack.typeset.code_room import CodeRoom, code_room
from studypack.typeset.themes import Theme

if TYPE_CHECKING:  # imports PDFium, which only a build needs
    from studypack.pdf.text_extraction import Section

BOOKLET: Final = "handbook-booklet.pdf"
"""The file with the booklet."""


class Answers(enum.StrEnum):
    """Where the handbook prints the answers."""

    INLINE = "inline"
    END = "end"
    NONE = "none"


class HandbookOptions(OptionModel):
    """The options of the handbook."""

    simplex: bool = option(False, "Centre the handbook's pages, for printing on one side.")
    answers: Answers = option(
        Answers.INLINE,
        "Where the handbook has the answers: below each question, at the end of its chapter, or nowhere.",
    )
    fresh_page: bool = option(False, "Begin each question of the handbook on a new page.")
    large_print: bool = option(False, "Set the handbook in 14 pt.")
    booklet: bool = option(
        False, "Also write the handbook as a booklet, with two pages on each side, to fold and staple."
    )
    owner: str = option("", "The name on the handbook's title page: whose copy it is.", metavar="NAME")


class Handbook(Product):
    """The handbook as a PDF, bound from parts that are typeset by separate jobs."""

    name = "handbook"
    title = "handbook"
    filename = "handbook.pdf"
    summary = "a book to print: every question with everything that the set says about it"
    options = (PrintOptions, HandbookOptions)
    composed = True
    companions = (BOOKLET,)

    def render(self, pack: PackContext) -> Rendered:
        """Return the handbook of the selection."""
        from studypack.products.handbook.rendering import render_handbook

        return render_handbook(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return what is printed from each question's entry in the outline, which is below its topic's, to the next.

        Answers at the end of a chapter have entries of their own, one level deeper, with the questions' numbers.
        """
        from studypack.pdf.text_extraction import sections

        return _questions(sections(content))

    def read_again(self, content: Content, submit: Submit) -> ReadBack:
        """Return what `read_back` returns; the texts of pages that draw the same are read only once."""
        from studypack.pdf.text_extraction import sections

        return _questions(sections(content, submit))

    def guaranteed(self, options: Mapping[str, Any]) -> frozenset[str]:
        """Return all fields; without answers those of the practice edition."""
        return PRACTICE if options.get("answers") == Answers.NONE else self.guarantees

    def claims(self, question_set: QuestionSet, options: Options = NONE) -> list[Claim]:
        """Return the texts of all questions; without answers what the practice edition has of them."""
        if options[HandbookOptions].answers is not Answers.NONE:
            return super().claims(question_set, options)
        from studypack.products.choices import choice_groups
        from studypack.products.proof import claims_of

        asked = replace(question_set, questions=tuple(map(practice, question_set.questions)))
        made = claims_of(asked, PRACTICE - {"choices"})
        lang = question_set.header.language
        offered = [choice_groups(q, lang)[:1] if q.choices else () for q in asked.questions]
        return [c._replace(groups=c.groups + more) for c, more in zip(made, offered, strict=True)]

    def estimate(self, question_set: QuestionSet, options: Options) -> Estimate:
        """Return about how many pages there will be."""
        from studypack.products.handbook.estimating import pages

        return Estimate(pages(question_set, options), "pages")

    def code_room(self, options: Options, theme: Theme) -> CodeRoom:
        """Return the room for lines of code on the handbook's pages."""
        return code_room(theme, large=options[HandbookOptions].large_print)


def _questions(found: Sequence[Section]) -> ReadBack:
    """Return the questions of these sections."""
    behind: dict[str, list[str]] = {}
    for section in found:
        if section.depth == 2:
            behind.setdefault(section.title, []).append(section.text)
    deeper = [section.depth for section in found[1:]] + [0]
    asked = [s for s, depth in zip(found, deeper, strict=True) if s.depth == 1 and depth < 2]
    names = [section.title.partition(" ")[0] for section in asked]
    texts = ["\n".join([s.text, *behind.get(name, ())]) for s, name in zip(asked, names, strict=True)]
    return ReadBack(tuple(map(ReadQuestion, names, texts)))


PRACTICE: Final = frozenset({"question", "stimulus", "choices", "guidance", "follow_ups"})
"""The fields of a question that a practice edition, which has no answers, prints."""


def practice(question: Question) -> Question:
    """Return a question without everything that answers it."""
    kept = PRACTICE | {"level", "tags"}
    optional = {name: key for name, key in Question.model_fields.items() if not key.is_required()}
    bare: dict[str, Any] = {name: key.default for name, key in optional.items() if name not in kept}
    bare["follow_ups"] = tuple(each.model_copy(update={"answer": None}) for each in question.follow_ups)
    bare["choices"] = tuple(each.model_copy(update={"feedback": None}) for each in question.choices)
    return question.model_copy(update=bare)


PRODUCT: Final = Handbook()
