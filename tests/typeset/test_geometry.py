"""The table of papers is the only place that defines paper sizes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from studypack.typeset import geometry
from studypack.typeset.geometry import BLOCK_MM, FOOT_MM, HEAD_MM, MEASURE_MM, Paper, points

from tests.making import authored, write_set

LEGAL = 'LEGAL = "legal", PageGeometry(width=215.9, height=355.6, inner=24, head=20, foot=22)'
PROGRAM = """
import sys, types
from pathlib import Path
made = types.ModuleType("studypack.typeset.geometry")
sys.modules[made.__name__] = made
exec(sys.argv.pop(1), made.__dict__)
from studypack.__main__ import main
main()
"""


@pytest.mark.parametrize("paper", Paper)
def test_text_and_running_heads_have_room(paper: Paper) -> None:
    """The margins add up to the page, and leave room for running heads, folios and the binding."""
    page = paper.page
    inner, outer = page.margins(simplex=False)
    assert inner + BLOCK_MM + outer == pytest.approx(page.width)
    assert inner > outer > 10  # the thumb mark is 5 to 10 mm from the edge
    assert list(page.margins(simplex=True)) == [pytest.approx((inner + outer) / 2)] * 2
    assert page.head >= HEAD_MM
    assert page.foot >= FOOT_MM


def test_points_are_those_of_the_papers() -> None:
    """The sizes are those of ISO 216 and ANSI/ASME Y14.1, to a hundredth of a point."""
    assert Paper.A4.page.size == (595.28, 841.89)
    assert Paper.LETTER.page.size == (612.0, 792.0)
    assert geometry.MEASURE <= points(MEASURE_MM) < geometry.MEASURE + 1


def test_a_word_is_looked_up() -> None:
    """A paper is found by its name, prints as that name in templates, and any other name is an error."""
    assert Paper("letter") is Paper.LETTER
    assert f"{Paper.A4}" == Paper.A4.value == "a4"
    with pytest.raises(ValueError, match="a3"):
        Paper("a3")


def test_a_new_paper_is_one_line(tmp_path: Path) -> None:
    """One more line in the table makes the command line offer the paper, and both PDFs have its size."""
    source = Path(geometry.__file__).read_text("utf-8")
    added = source.replace("    LETTER =", f"    {LEGAL}\n    LETTER =")
    path = write_set(tmp_path / "made.yaml", authored(1, introduction="Words.", closing="Words."))
    build = ["build", str(path), "-o", str(tmp_path), "--no-cache", "-j", "1", "--paper", "legal"]
    products = ["-p", "handbook", "-p", "cheatsheet"]
    subprocess.run([sys.executable, "-c", PROGRAM, added, *build, *products], check=True, timeout=300)
    for name in ("handbook.pdf", "cheatsheet.pdf"):
        with pypdfium2.PdfDocument(tmp_path / "made" / name) as document:
            sizes = {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document}
        assert sizes == {(216, 356)}
