"""The cheat sheet: exactly one page with every selected question on it."""

from __future__ import annotations

from typing import Final

from studypack.products.choices import correct_groups
from studypack.products.interface import Claim, PackContext, Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import NONE, Options
from studypack.questions.model import QuestionSet


class CheatSheet(Product):
    """The cheat sheet as a PDF of one page."""

    name = "cheatsheet"
    title = "cheat sheet"
    filename = "cheatsheet.pdf"
    summary = "one page to pin up, with as much as fits on it"
    guarantees = frozenset({"takeaway"})

    def render(self, pack: PackContext) -> Rendered:
        """Return the sheet of the selection: one page or, if that is too small, one page for each topic."""
        from studypack.products.cheatsheet.rendering import render_sheet

        return render_sheet(pack)

    def claims(self, question_set: QuestionSet, options: Options = NONE) -> list[Claim]:
        """Return the questions with their takeaways; of those without, the correct choices."""
        lang = question_set.header.language
        plain = super().claims(question_set, options)
        more = [() if q.takeaway else tuple(correct_groups(q, lang)) for q in question_set.questions]
        return [claim._replace(groups=claim.groups + groups) for claim, groups in zip(plain, more, strict=True)]

    def read_back(self, content: bytes) -> ReadBack:
        """Return the text printed from each question's heading to the next heading in its column."""
        from studypack.pdf.text_extraction import sheet_sections

        found = [section for section in sheet_sections(content) if section.depth == 1]
        return ReadBack(tuple(ReadQuestion(section.title.partition(" ")[0], section.text) for section in found))


PRODUCT: Final = CheatSheet()
