"""The handbook: front matter, a chapter for each topic, back matter."""

from __future__ import annotations

from typing import Final

from studypack.products.interface import PackContext, Product, ReadBack, ReadQuestion, Rendered
from studypack.products.options import OptionModel, PrintOptions, option


class HandbookOptions(OptionModel):
    """What only the handbook can do."""

    simplex: bool = option(False, "Centre the handbook's pages, for printing on one side.")


class Handbook(Product):
    """The handbook as a PDF, made of parts that are jobs."""

    name = "handbook"
    title = "handbook"
    filename = "handbook.pdf"
    summary = "a book to print: every question with all that the set says of it"
    options = (PrintOptions, HandbookOptions)
    composed = True

    def render(self, pack: PackContext) -> Rendered:
        """Return the handbook of the selection."""
        from studypack.products.handbook.rendering import render_handbook

        return render_handbook(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return what is printed from each question's entry in the outline, which is below its topic's, to the next."""
        from studypack.pdf.text_extraction import sections

        found = [section for section in sections(content) if section.depth == 1]
        return ReadBack(tuple(ReadQuestion(section.title.partition(" ")[0], section.text) for section in found))


PRODUCT: Final = Handbook()
