"""The galley: every fragment is typeset once at a type size, and measured there.

Exhibits are measured twice, as wide as one column and as wide as the span of several. A setting in which they cannot be
read is refused: a table whose cells would print over the next column, a listing whose lines would, a figure whose type
becomes too small.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from studypack.products.cheatsheet.columns import LINE_GAP, Block, columns
from studypack.products.cheatsheet.fragments import Fragment
from studypack.products.cheatsheet.titles import short_title
from studypack.products.documents import document_title
from studypack.products.interface import PackContext
from studypack.products.options import PrintOptions
from studypack.questions import pictures
from studypack.questions.model import Exhibit
from studypack.typeset.boxes import overhangs
from studypack.typeset.geometry import MEASURE, Paper
from studypack.typeset.layout import Pages, lay_out
from studypack.typeset.svg_text_size import natural_width, printed_types
from studypack.typeset.templating import render, stylesheet

MARGIN: Final = 22.0
HEADER: Final = 18.0
GAP: Final = 9.0
"""The page margin (7.8 mm, within reach of every printer), the title line and the column gap, in points."""

SPARE: Final = 1.0
"""Points at the foot of a page that stay free: WeasyPrint breaks a line that ends within 0.1 point of it."""

COMFORTABLE: Final = 7.0
"""The smallest comfortable type, in points: captions, tables and code are not smaller unless all text is."""
SMALL: Final = 0.86
LISTING: Final = 0.78
"""The type of captions, tables and code in text, and of listings, as shares of that of other text."""
CLOSE: Final = 1.15
OPEN: Final = 1.2
"""The height of a line in three columns and in two, as a multiple of the type size."""

WHOLE: Final = 0.25
"""The share of a column's height up to which a question is not divided between columns."""
LARGEST_OF_THREE: Final = 8.0
"""The largest type, in points, that is set in three columns."""
SMALLEST_FIGURE_TYPE: Final = 5.5
NARROWEST_PICTURE: Final = 250.0
"""Points: the type in an SVG may not become smaller, and a picture with more pixels may not become narrower."""
OVERHANG: Final = 0.5
"""Points by which a table may exceed its column: less than anybody sees."""


class Geometry(NamedTuple):
    """The sheet's columns at one type size; all lengths are in points."""

    size: float
    across: int
    width: float
    height: float
    page: tuple[float, float]

    @classmethod
    def at(cls, size: float, paper: Paper) -> Geometry:
        """Return three columns for small type and two for large, so that lines have a good length."""
        page = paper.page.size
        count = 3 if size <= LARGEST_OF_THREE else 2
        width = (page[0] - 2 * MARGIN - (count - 1) * GAP) / count
        return cls(size, count, width, page[1] - 2 * MARGIN - HEADER - SPARE, page)

    @property
    def span(self) -> float:
        """The width of the two columns that a wide exhibit takes."""
        return 2 * self.width + GAP

    @property
    def area(self) -> float:
        """The area of all columns in square points."""
        return self.across * self.width * self.height


class Setting(NamedTuple):
    """How an exhibit is set: whether across two columns, and its height in points."""

    wide: bool
    height: float


class Galley:
    """The heights of fragments and topic headings at one type size."""

    def __init__(self, pack: PackContext, chosen: Sequence[Fragment], size: float) -> None:
        self.geometry = Geometry.at(size, pack.options[PrintOptions].paper)
        rules = (
            f"@page {{ size: {self.geometry.width}pt 1000000pt; margin: 0 }}\n.span {{ width: {self.geometry.span}pt }}"
        )
        headed = {fragment.question.id for fragment in chosen if fragment.kind == "head"}
        again = [question for question in pack.question_set.questions if question.id not in headed]
        html = document("cheatsheet/galley.html.j2", pack, fragments=chosen, again=again)
        pages = laid_out(html, pack, size, rules)
        over = overhangs(pages)
        self._heights = {name: anchor.height for name, anchor in pages.anchors.items()}
        self._settings = {
            f.key: _setting(self.geometry, f, pages, over, pack.question_set.files)
            for f in chosen
            if f.kind == "exhibit"
        }

    def legible(self, fragment: Fragment) -> bool:
        """Return whether there is a setting in which the fragment can be read."""
        return fragment.kind != "exhibit" or self._settings[fragment.key] is not None

    def wide(self, fragment: Fragment) -> bool:
        """Return whether a fragment is set across two columns."""
        setting = self._settings.get(fragment.key)
        return setting is not None and setting.wide

    def area(self, fragment: Fragment) -> float:
        """Return the area of an exhibit in square points, and 0 for one that cannot be read."""
        setting = self._settings[fragment.key]
        return setting.height * (self.geometry.span if setting.wide else self.geometry.width) if setting else 0.0

    def pieces(self, chosen: Iterable[Fragment]) -> list[tuple[Block, list[Fragment]]]:
        """Return the blocks of the columns, which are not broken, each with its fragments; without wide exhibits.

        A question that is not high stays together, and a head with what follows it.
        """
        by_question: dict[str, list[Fragment]] = {}
        for fragment in chosen:
            if not self.wide(fragment):
                by_question.setdefault(fragment.question.id, []).append(fragment)
        made: list[tuple[Block, list[Fragment]]] = []
        seen: set[str] = set()
        for own in by_question.values():
            topic = own[0].question.topic
            heading = 0.0 if topic in seen else self._heights[f"t-{topic}"]
            seen.add(topic)
            heights = accumulate(map(self.height, own))
            together = max(2, bisect_right(list(heights), WHOLE * self.geometry.height))
            made.append((self._first(own[:together], heading), own[:together]))
            made += [(Block(f.key, self.height(f), 0.0, LINE_GAP), [f]) for f in own[together:]]
        return made

    def _first(self, group: Sequence[Fragment], heading: float) -> Block:
        """Return the first block of a question, with its name if it does not begin with the question's head."""
        named = group[0].kind != "head"
        name = self._heights[f"n-{group[0].question.id}"] if named else 0.0
        return Block(group[0].key, sum(map(self.height, group)) + name, heading, named=named)

    def height(self, fragment: Fragment) -> float:
        """Return the height of a fragment in points, as it is set."""
        setting = self._settings.get(fragment.key)
        return setting.height if setting else self._heights[fragment.key]

    def foot(self, chosen: Iterable[Fragment]) -> float:
        """Return the height of the wide exhibits among these, which are at the foot of the last two columns."""
        return sum(self.height(fragment) for fragment in chosen if self.wide(fragment))

    def room(self, chosen: Sequence[Fragment]) -> list[float]:
        """Return the height of each column above the wide exhibits."""
        foot, across = self.foot(chosen), self.geometry.across
        return [self.geometry.height - (foot if n >= across - 2 else 0.0) for n in range(across)]

    def fits(self, chosen: Sequence[Fragment], share: float = 1.0) -> bool:
        """Return whether these fragments fit the page, or this share of its height."""
        heights = [share * height for height in self.room(chosen)]
        return min(heights) >= 0 and columns([block for block, _ in self.pieces(chosen)], heights) is not None


def _setting(
    geometry: Geometry, fragment: Fragment, pages: Pages, over: Mapping[str, float], files: Mapping[str, bytes]
) -> Setting | None:
    """Return the setting of an exhibit that takes less area, or None if it cannot be read in either."""
    found = []
    for key, wide in ((fragment.key, False), (f"{fragment.key}-span", True)):
        if _readable(fragment.content, key, pages, over, files):
            width = geometry.span if wide else geometry.width
            found.append((width * pages.anchors[key].height, Setting(wide, pages.anchors[key].height)))
    return min(found)[1] if found else None


def _readable(exhibit: Exhibit, key: str, pages: Pages, over: Mapping[str, float], files: Mapping[str, bytes]) -> bool:
    if not exhibit.figure:
        return over.get(key, 0.0) <= OVERHANG
    content, shown = files[exhibit.figure], pages.anchors[f"{key}-picture"].width
    if pictures.kind(content) != "SVG":
        return shown >= min(NARROWEST_PICTURE, 0.75 * pictures.upright_width(content))
    printed = min(natural_width(content), MEASURE)
    smallest = min((text.size for text in printed_types(content)), default=SMALLEST_FIGURE_TYPE * printed / shown)
    return smallest * shown / printed >= SMALLEST_FIGURE_TYPE


def document(template: str, pack: PackContext, **values: Any) -> str:
    """Return the HTML of a galley or a page."""
    selected = pack.question_set
    values |= {
        "titles": {question.id: short_title(question, selected.header.language) for question in selected.questions},
        "document_title": document_title(selected),
    }
    return render(template, pack.theme, set=selected, files=selected.files, **values)


def laid_out(html: str, pack: PackContext, size: float, rules: str) -> Pages:
    """Typeset a galley or a page.

    Args:
        html: the document.
        pack: the pack.
        size: the type size in points.
        rules: style rules of this document alone.
    """
    sheets = stylesheet(
        "themes/print.css", "themes/markdown.css", "themes/code.css", "cheatsheet/cheatsheet.css", theme=pack.theme
    )
    small, listing = (max(share * size, min(size, COMFORTABLE)) for share in (SMALL, LISTING))
    leading = CLOSE if size <= LARGEST_OF_THREE else OPEN
    own = f":root {{ font-size: {size}pt; --small: {small}pt; --listing: {listing}pt; --leading: {leading} }}"
    css = f"{sheets}\n{own}\n{rules}"
    return lay_out(html, css, {**pack.question_set.files, **pack.theme.assets})
