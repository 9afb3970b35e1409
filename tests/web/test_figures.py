"""Estimates of products, and what builds teach about them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from studypack.products import PRODUCTS
from studypack.products.options import Options
from studypack.questions.loader import load
from studypack.resources import bundled_sets
from studypack.web.figures import Figures
from studypack.workflows.request import Request

from tests.making import authored, write_set


@pytest.mark.parametrize(
    ("name", "topics", "options", "true"),
    [
        ("amazon-backend", (), {}, 131),
        ("amazon-backend", ("concurrency", "databases"), {}, 29),
        ("amazon-backend", ("concurrency", "databases"), {"large_print": True}, 46),
        ("amazon-backend", ("concurrency", "databases"), {"simplex": True}, 28),
        ("amazon-backend", ("concurrency", "databases"), {"answers": "end"}, 33),
        ("amazon-backend", ("concurrency", "databases"), {"answers": "none"}, 15),
        ("amazon-backend", ("concurrency", "databases"), {"fresh_page": True}, 31),
        ("sternhimmel", (), {}, 30),
    ],
)
def test_pages_are_near_those_that_were_built(
    name: str, topics: tuple[str, ...], options: dict[str, object], true: int
) -> None:
    """The handbook's estimate is within a tenth, or three pages, of what builds in November 2026 had."""
    whole = load(bundled_sets()[name]).question_set
    chosen = tuple(q for q in whole.questions if not topics or q.topic in topics)
    estimate = PRODUCTS["handbook"].estimate(replace(whole, questions=chosen), Options.of(["handbook"], **options))
    assert estimate
    assert abs(estimate.amount - true) <= max(3, true / 10)


def test_a_build_corrects_the_estimate_of_the_same_options(tmp_path: Path) -> None:
    """A set whose pages hold less than most is known from its first build on; other options are not touched."""
    path = write_set(tmp_path / "made.yaml", authored(10))
    whole = load(path).question_set
    figures, request = Figures(), Request(path, output=tmp_path)
    before = figures.of(request, whole)
    number = int(before["handbook"]["text"].split()[1])
    figures.learn(request, whole, {"handbook": 3 * number, "deck": 99})
    assert figures.of(request, whole)["handbook"]["text"] == f"about {3 * number} pages"
    assert figures.of(request, whole)["deck"] == {"text": "10 cards", "exact": True}
    letter = replace(request, options=Options.of(paper="letter"))
    assert figures.of(letter, whole)["handbook"] == before["handbook"]
