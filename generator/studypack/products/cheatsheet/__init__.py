"""The cheat sheet: exactly one page, or two sides, with every selected question on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from studypack.products.choices import correct_groups
from studypack.products.interface import Claim, Estimate, PackContext, Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import NONE, OptionModel, Options, PrintOptions, option
from studypack.questions.model import QuestionSet


class SheetOptions(OptionModel):
    """The options of the cheat sheet."""

    sides: Literal["1", "2"] = option(
        "1", "The sides of the cheat sheet; the second one has tables, figures and further key points."
    )


class CheatSheet(Product):
    """The cheat sheet as a PDF of one or two pages."""

    name = "cheatsheet"
    title = "cheat sheet"
    filename = "cheatsheet.pdf"
    summary = "one page to pin up, with as much as fits on it"
    options = (PrintOptions, SheetOptions)
    guarantees = frozenset({"takeaway"})

    def render(self, pack: PackContext) -> Rendered:
        """Return the sheet of the selection: one page or, if that is too small, one page for each topic."""
        from studypack.products.cheatsheet.rendering import render_sheet

        return render_sheet(pack)

    def estimate(self, question_set: QuestionSet, options: Options) -> Estimate:
        """Return about what there will be room for."""
        from studypack.products.cheatsheet.estimating import room

        amount, remark = room(question_set, options)
        return Estimate(amount, "pages", remark, exact=amount == 1)

    def claims(self, question_set: QuestionSet, options: Options = NONE) -> list[Claim]:
        """Return the questions, as short titles, with their takeaways; of those without, the correct choices."""
        from studypack.products.cheatsheet.titles import short_title
        from studypack.products.proof import claims_of

        lang = question_set.header.language
        titled = tuple(q.model_copy(update={"question": short_title(q, lang)}) for q in question_set.questions)
        plain = claims_of(replace(question_set, questions=titled), self.guarantees | {"question"})
        more = [() if q.takeaway else tuple(correct_groups(q, lang)) for q in question_set.questions]
        return [claim._replace(groups=claim.groups + groups) for claim, groups in zip(plain, more, strict=True)]

    def read_back(self, content: bytes) -> ReadBack:
        """Return the text printed from each question's heading to the next heading in its column."""
        from studypack.pdf.text_extraction import sheet_sections

        found = [section for section in sheet_sections(content) if section.depth == 1]
        return ReadBack(tuple(ReadQuestion(section.title.partition(" ")[0], section.text) for section in found))


PRODUCT: Final = CheatSheet()
