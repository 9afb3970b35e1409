"""The cheat sheet: exactly one page, every selected question on it."""

from __future__ import annotations

from typing import Final

from studypack.products.interface import PackContext, Product, ReadBack, ReadQuestion, Rendered


class CheatSheet(Product):
    """The cheat sheet as a PDF of one page."""

    name = "cheatsheet"
    title = "cheat sheet"
    filename = "cheatsheet.pdf"
    summary = "one page to pin up, as rich as fits"
    guarantees = frozenset({"takeaway"})

    def render(self, pack: PackContext) -> Rendered:
        """Return the sheet of the selection: one page, or where that is too small, one for each topic."""
        from studypack.products.cheatsheet.rendering import render_sheet

        return render_sheet(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return what is printed from each question's heading to the next one in its column."""
        from studypack.pdf.text_extraction import sheet_sections

        found = [section for section in sheet_sections(content) if section.depth == 1]
        return ReadBack(tuple(ReadQuestion(section.title.partition(" ")[0], section.text) for section in found))


PRODUCT: Final = CheatSheet()
