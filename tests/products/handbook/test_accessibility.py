"""What an independent checker of PDF/UA (pdfua) finds in the handbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdfua import validate
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.questions.loader import load
from studypack.questions.selection import Criteria, select
from studypack.resources import bundled_set

from tests.making import only


@pytest.mark.parametrize("answers", ["inline", "end", "none"])
def test_the_checker_finds_no_error(answers: str, tmp_path: Path) -> None:
    """Tags, titles, links and alternative texts (figure, table, listing) of every edition are as PDF/UA wants them."""
    whole = load(bundled_set()).question_set
    selected = select(whole, Criteria(ids=("deadlock", "thread-safety")))
    made = PRODUCTS["handbook"].render(PackContext(selected, whole, only(answers=answers)))
    file = tmp_path / "handbook.pdf"
    file.write_bytes(made.content)
    findings = validate(str(file)).findings
    assert [f.message for f in findings if f.severity.name == "ERROR"] == []
