"""The handbook: front matter, a chapter for each topic, back matter."""

from __future__ import annotations

from typing import Final

from studypack.products.interface import PackContext, Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import OptionModel, PrintOptions, option


class HandbookOptions(OptionModel):
    """The options of the handbook."""

    simplex: bool = option(False, "Centre the handbook's pages for one-sided printing.")


class Handbook(Product):
    """The handbook as a PDF, bound from parts that are typeset by separate jobs."""

    name = "handbook"
    title = "handbook"
    filename = "handbook.pdf"
    summary = "a book to print: every question with everything that the set says about it"
    options = (PrintOptions, HandbookOptions)
    composed = True

    def render(self, pack: PackContext) -> Rendered:
        """Return the handbook of the selection."""
        from studypack.products.handbook.rendering import render_handbook

        return render_handbook(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return the text of each question: from its entry in the outline, nested in its topic's, to the next one."""
        from studypack.pdf.text_extraction import sections

        found = [section for section in sections(content) if section.depth == 1]
        return ReadBack(tuple(ReadQuestion(section.title.partition(" ")[0], section.text) for section in found))


PRODUCT: Final = Handbook()
