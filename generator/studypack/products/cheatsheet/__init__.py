"""The cheat sheet: exactly one page, every selected question on it."""

from __future__ import annotations

from typing import Final

from studypack.errors import Diagnostic
from studypack.products.interface import PackContext, Product, ReadBack, ReadQuestion, Rendered


class CheatSheet(Product):
    """The cheat sheet as a PDF of one page."""

    name = "cheatsheet"
    title = "cheat sheet"
    filename = "cheatsheet.pdf"
    summary = "exactly one page to pin up, as rich as fits"
    guarantees = frozenset({"takeaway"})

    def render(self, pack: PackContext) -> Rendered:
        """Return the sheet of the selection.

        Raises:
            BuildError: not even the takeaways fit on a page at 6 pt.
        """
        from studypack.products.cheatsheet.rendering import render_sheet

        return render_sheet(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return what is printed from each question's heading to the next one in its column."""
        from studypack.pdf.text_extraction import page_texts, sheet_sections

        pages = len(page_texts(content))
        found = [section for section in sheet_sections(content) if section.depth == 1]
        problem = Diagnostic(None, f"the cheat sheet has {pages} pages", "it must have one")
        questions = (ReadQuestion(section.title.partition(" ")[0], section.text) for section in found)
        return ReadBack(tuple(questions), () if pages == 1 else (problem,))


PRODUCT: Final = CheatSheet()
