"""What a page shows outside its text: the head and the number, their sides and positions."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import ImageOps
from studypack.products.handbook.running_heads import Sheet, overlay_values
from studypack.questions.model import QuestionSet
from studypack.typeset.geometry import Paper, points
from studypack.typeset.layout import Anchor
from studypack.typeset.parts import PartJob

from tests import pdf_reading as read
from tests.making import authored, make_set


def _set(tmp_path: Path, topics: int = 3, **changes: Any) -> QuestionSet:
    return make_set(tmp_path, authored(topics, per_topic=1, **changes))


def _sheet(number: int, thumb: int | None = 0, **changes: Any) -> Sheet:
    return Sheet(number, False, "Topic", "Q1 Why?", thumb)._replace(**changes)


@pytest.mark.parametrize(
    ("first", "roman", "folios"),
    [
        (8, True, ["viii", "ix", "", "xi"]),
        (39, True, ["xxxix", "xl", "", "xlii"]),
        (99, False, ["99", "100", "", "102"]),
    ],
)
def test_folios(tmp_path: Path, first: int, roman: bool, folios: list[str]) -> None:
    """Pages are counted on from the first; Roman in small letters, as page labels are; a bare page counts too."""
    whole = _set(tmp_path)
    sheets = [_sheet(first + n, roman=roman, bare=n == 2, thumb=None) for n in range(4)]
    values, rules = overlay_values(sheets, whole, Paper.A4, simplex=False)
    bare = [leaf | {"head": ""} for leaf in values["leaves"]]
    job = PartJob(
        "handbook/running-heads.html.j2", ("handbook/running-heads.css",), whole, {"leaves": bare}, rules, tagged=False
    )
    assert [text.strip() for text in read.page_texts(job.run().pdf)] == folios


def test_heads_and_folios(tmp_path: Path) -> None:
    """Left-hand pages name topic and question, right-hand pages the question; bare ones have nothing."""
    sheets = [_sheet(1), _sheet(2), _sheet(3, right=""), _sheet(2, roman=True, left="", right=""), _sheet(1, bare=True)]
    sheets += [_sheet(2, left="A made set", right="")]
    values, _ = overlay_values(sheets, _set(tmp_path), Paper.A4, simplex=False)
    assert [(leaf["side"], leaf["head"], leaf["folio"]) for leaf in values["leaves"]] == [
        ("right", "Q1 Why?", "1"),
        ("left", "Topic · Q1 Why?", "2"),
        ("right", "A made set · Topic", "3"),
        ("left", "A made set", "ii"),
        ("right", "", ""),
        ("left", "A made set", "2"),
    ]


@pytest.mark.parametrize("count", [45, 46, 60, 90])
def test_heads_end_on_the_line(tmp_path: Path, count: int) -> None:
    """Heads of wide letters do not go beyond the margin in large print: those that are too long are cut."""
    whole = _set(tmp_path)
    values, rules = overlay_values([_sheet(1, None, right="W" * count)], whole, Paper.A4, simplex=False)
    styles = ("handbook/running-heads.css", "handbook/running-heads-large.css")
    pdf = PartJob("handbook/running-heads.html.j2", styles, whole, values, rules, tagged=False).run().pdf
    with pypdfium2.PdfDocument(pdf) as document:
        left, _, right, _ = ImageOps.invert(document[0].render(scale=1).to_pil().convert("L")).getbbox() or (0,) * 4
    inner, outer = map(points, Paper.A4.page.margins(simplex=False))
    assert inner - 1 <= left < right <= points(Paper.A4.page.width) - outer + 1


def test_sides(tmp_path: Path) -> None:
    """Odd pages are right-hand pages; printed on one side all are; in Arabic and Hebrew they are left-hand pages."""

    def sides(language: str, *, simplex: bool) -> list[str]:
        chosen = _set(tmp_path, language=language)
        values, _ = overlay_values([_sheet(1), _sheet(2)], chosen, Paper.A4, simplex=simplex)
        return [leaf["side"] for leaf in values["leaves"]]

    assert sides("en", simplex=False) == ["right", "left"]
    assert sides("en", simplex=True) == ["right", "right"]
    assert sides("he", simplex=False) == ["left", "right"]


@pytest.mark.parametrize("topics", [1, 2, 7, 15, 40])
def test_thumb_marks_move_down_and_stay_on_the_page(tmp_path: Path, topics: int) -> None:
    """Each chapter's mark is below the previous one, none overlaps the next, and the last is above the folio."""
    sheets = [_sheet(1 + number, number) for number in range(topics)]
    values, _ = overlay_values(sheets, _set(tmp_path, topics), Paper.LETTER, simplex=False)
    marks = " ".join(leaf["mark"] for leaf in values["leaves"])
    places = re.findall(r"top: ([\d.]+)mm; height: ([\d.]+)mm", marks)
    tops = [float(top) for top, _ in places]
    heights = {float(height) for _, height in places}
    assert len(places) == topics
    assert min(heights) > 4
    assert all(high + max(heights) <= low + 0.02 for high, low in itertools.pairwise(tops))
    assert tops[-1] + max(heights) < 279.4 - 25


def test_page_numbers_stand_where_the_text_left_room(tmp_path: Path) -> None:
    """A number in a chapter's opener is placed on its anchor, in points; outside of chapters there is no thumb mark."""
    refs = ((Anchor(0, 10, 20.5, 30, 12.346), 7), (Anchor(0, 1, 2, 3, 4), 8))
    values, _ = overlay_values([_sheet(1, None), _sheet(2, None, refs=refs)], _set(tmp_path), Paper.A4, simplex=False)
    assert [leaf["refs"] for leaf in values["leaves"]] == [
        [],
        [
            (7, "ref", "left: 10.00pt; top: 20.50pt; width: 30.00pt; height: 12.35pt"),
            (8, "ref", "left: 1.00pt; top: 2.00pt; width: 3.00pt; height: 4.00pt"),
        ],
    ]
    assert [(leaf["thumb"], leaf["mark"]) for leaf in values["leaves"]] == [(None, "")] * 2
