"""The web page: one HTML file with the whole selection, for phones and for reading offline."""

from __future__ import annotations

from typing import Final

from studypack.products.interface import PackContext, Product, ReadBack, ReadQuestion, Rendered


class WebPage(Product):
    """The web page: answers that can be covered, a search, and boxes for one's own score; readable without scripts."""

    name = "html"
    title = "web page"
    filename = "page.html"
    summary = "a web page in one file, for phones and for reading offline"
    options = ()
    default = False

    def render(self, pack: PackContext) -> Rendered:
        """Return the page of the selection."""
        from studypack.products.html.rendering import render_page

        return render_page(pack)

    def read_back(self, content: bytes) -> ReadBack:
        """Return the text of each question's article.

        The page is read with Python's own parser, neither with the one that checked the HTML nor with Jinja.
        """
        from bs4 import BeautifulSoup

        page = BeautifulSoup(content.decode("utf-8"), "html.parser")
        articles = page.select("article.question")
        return ReadBack(tuple(ReadQuestion(str(each["id"]), each.get_text(" ")) for each in articles))


PRODUCT: Final = WebPage()
