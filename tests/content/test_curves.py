"""The plotted curves of the question set show what their formulas say.

Each test reads the points of a committed SVG back and compares them with a formula written here.
Only the position of the axes is taken from the script, and a test holds it against the printed numbers.
"""

from __future__ import annotations

import math
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

FIGURES = Path(__file__).parents[2] / "content" / "amazon-backend" / "figures"
SCRIPT = runpy.run_path(str(FIGURES / "plot_curves.py"), run_name="plot_curves")
AMDAHL = "horizontal-vs-vertical-scaling-amdahl.svg"
MM1 = "backend-performance-mm1.svg"
BIRTHDAY = "design-url-shortener-birthday.svg"
AXES: dict[str, tuple[Any, Any]] = {AMDAHL: SCRIPT["AMDAHL"], MM1: SCRIPT["MM1"], BIRTHDAY: SCRIPT["BIRTHDAY"]}
SVG = "{http://www.w3.org/2000/svg}"

# One drawing unit is a printed point; coordinates are rounded to a hundredth of it.
ROUNDING = 0.0051


def value(axis: Any, unit: float) -> float:
    """Return the data value at a drawing unit of an axis."""
    share = (unit - axis.start) / (axis.end - axis.start)
    if axis.logarithmic:
        return float(axis.low * (axis.high / axis.low) ** share)
    return float(axis.low + share * (axis.high - axis.low))


def unit(axis: Any, data: float) -> float:
    """Return the drawing unit of a data value."""
    if axis.logarithmic:
        share = math.log2(data / axis.low) / math.log2(axis.high / axis.low)
    else:
        share = (data - axis.low) / (axis.high - axis.low)
    return float(axis.start + share * (axis.end - axis.start))


def element(name: str, identity: str) -> ElementTree.Element:
    (found,) = ElementTree.parse(FIGURES / name).getroot().findall(f".//*[@id='{identity}']")
    return found


def points(name: str, curve: str) -> list[tuple[float, float]]:
    """Return the (horizontal data value, drawn height) pairs of a curve."""
    pairs = [pair.split(",") for pair in element(name, curve).attrib["points"].split()]
    return [(value(AXES[name][0], float(x)), float(y)) for x, y in pairs]


def assert_drawn(name: str, drawn: float, expected: float, slope: float = 0) -> None:
    """Assert a height; `slope` is what the rounded horizontal place moves it by, in units per unit."""
    assert drawn == pytest.approx(unit(AXES[name][1], expected), abs=ROUNDING * (1 + abs(slope)))


def assert_spans(drawn: list[tuple[float, float]], first: float, last: float) -> None:
    horizontal = [x for x, _ in drawn]
    assert horizontal[0] == pytest.approx(first, abs=1e-9)
    assert horizontal[-1] == pytest.approx(last, rel=1e-3)
    assert all(a < b for a, b in pairwise(horizontal))
    assert len(drawn) > 60, "too few points for a smooth curve"


def speed_up(percent: int, nodes: float) -> float:
    """One node's hour against the time of `nodes`: the serial part, then the rest shared out."""
    serial = Fraction(100 - percent, 100)
    return float(1 / (serial + (1 - serial) / Fraction(nodes)))


@pytest.mark.parametrize("percent", [90, 95, 99])
def test_amdahl_curves_show_the_speed_up_on_1_to_256_nodes(percent: int) -> None:
    """Every point of the curve is the speed-up that the serial share leaves."""
    drawn = points(AMDAHL, f"parallel-{percent}")
    assert_spans(drawn, 1, 256)
    for nodes, height in drawn:
        assert_drawn(AMDAHL, height, speed_up(percent, max(1, nodes)), slope=1)


@pytest.mark.parametrize(("nodes", "printed"), [(8, "5.9×"), (64, "15.4×")])
def test_amdahl_marks_are_those_of_the_text(nodes: int, printed: str) -> None:
    """The marked points lie on the curve for 95% and carry the numbers of the answer."""
    mark = element(AMDAHL, f"at-{nodes}").attrib
    assert value(AXES[AMDAHL][0], float(mark["cx"])) == pytest.approx(nodes, rel=1e-3)
    assert_drawn(AMDAHL, float(mark["cy"]), speed_up(95, nodes))
    assert f"{speed_up(95, nodes):.1f}×" == printed
    assert printed in texts(AMDAHL)


@pytest.mark.parametrize("limit", [10, 20, 100])
def test_amdahl_limits_are_dashed_lines_at_their_height(limit: int) -> None:
    """Each curve has its limit, one over the serial share, as a dashed line with a label."""
    dashed = [line.attrib for line in lines(AMDAHL) if "stroke-dasharray" in line.attrib]
    heights = {round(value(AXES[AMDAHL][1], float(line["y1"])), 1) for line in dashed}
    assert heights == {10, 20, 100}
    assert all(line["y1"] == line["y2"] for line in dashed)
    assert f"at most {limit}×" in texts(AMDAHL)


def waiting_room(utilisation: float) -> float:
    """Mean stay in an M/M/1 queue by Little's law: the mean number inside over the arrival rate."""
    inside = math.fsum(k * (1 - utilisation) * utilisation**k for k in range(1000))
    return inside / utilisation if utilisation else 1.0


def test_mm1_curve_shows_the_mean_response_time() -> None:
    """Every point up to 95% is the mean response time in service times."""
    drawn = points(MM1, "response")
    assert_spans(drawn, 0, 0.95)
    horizontal, vertical = AXES[MM1]
    for utilisation, height in drawn:
        stay = waiting_room(max(0.0, utilisation))
        slope = stay**2 * (vertical.start - vertical.end) / vertical.high / (horizontal.end - horizontal.start)
        assert_drawn(MM1, height, stay, slope)


@pytest.mark.parametrize(("percent", "times"), [(50, 2), (90, 10)])
def test_mm1_marks_are_two_and_ten_service_times(percent: int, times: int) -> None:
    """At half load a request takes two service times, at nine tenths ten."""
    mark = element(MM1, f"at-{percent}").attrib
    assert value(AXES[MM1][0], float(mark["cx"])) == pytest.approx(percent / 100, abs=1e-4)
    assert_drawn(MM1, float(mark["cy"]), times)
    assert waiting_room(percent / 100) == pytest.approx(times)
    assert f"{percent}% busy: {times} × S" in texts(MM1)


def collisions(step: int, last: int) -> Iterator[float]:
    """Yield the probability of a collision at each `step` codes, by drawing one code after the other."""
    codes = 62**7
    distinct = 1.0
    yield 0.0
    for block in range(0, last, step):
        for taken in range(block, block + step):
            distinct *= 1 - taken / codes
        yield 1 - distinct


def test_birthday_curve_shows_the_probability_of_a_collision() -> None:
    """Up to six million random codes out of 62 to the 7th, the height is the exact probability."""
    drawn = points(BIRTHDAY, "collision")
    assert_spans(drawn, 0, 6_000_000)
    assert len(drawn) == 121
    for number, ((count, height), expected) in enumerate(zip(drawn, collisions(50_000, 6_000_000), strict=True)):
        assert count == pytest.approx(50_000 * number, abs=100)
        assert_drawn(BIRTHDAY, height, expected)


def test_birthday_mark_is_at_even_odds() -> None:
    """The marked point is at 50%, near 2.2 million codes."""
    mark = element(BIRTHDAY, "at-half").attrib
    count = value(AXES[BIRTHDAY][0], float(mark["cx"]))
    assert count == pytest.approx(1.1774 * math.sqrt(62**7), rel=1e-3)
    assert count == pytest.approx(2.2e6, rel=0.01)
    assert_drawn(BIRTHDAY, float(mark["cy"]), 0.5)
    assert count / 62**7 == pytest.approx(0.00006 / 100, rel=0.05)
    assert "which is 0.00006% of all 62⁷" in texts(BIRTHDAY)


def lines(name: str) -> list[ElementTree.Element]:
    return list(ElementTree.parse(FIGURES / name).getroot().iter(f"{SVG}line"))


def texts(name: str) -> dict[str, ElementTree.Element]:
    return {text.text or "": text for text in ElementTree.parse(FIGURES / name).getroot().iter(f"{SVG}text")}


@pytest.mark.parametrize(
    ("name", "across", "upward"),
    [(AMDAHL, 9, 8), (MM1, 6, 5), (BIRTHDAY, 7, 5)],
)
def test_the_numbers_on_the_axes_stand_at_their_values(name: str, across: int, upward: int) -> None:
    """The frame that the other tests read with is the one that the printed numbers show."""
    horizontal, vertical = AXES[name]
    root = ElementTree.parse(FIGURES / name).getroot()
    scale = 1e6 if name == BIRTHDAY else 1
    below: list[float] = []
    beside: list[float] = []
    for text in root.iter(f"{SVG}text"):
        if not (printed := re.fullmatch(r"(\d+)(%|×|)", text.text or "")):
            continue
        number = int(printed[1]) * (0.01 if printed[2] == "%" else 1)
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        if text.attrib["text-anchor"] == "middle":
            assert x == pytest.approx(unit(horizontal, number * scale), abs=ROUNDING)
            below.append(number)
        else:
            assert y - 3 == pytest.approx(unit(vertical, number), abs=ROUNDING)
            beside.append(number)
    assert (len(below), len(beside)) == (across, upward)


def test_running_the_script_reproduces_the_committed_figures(tmp_path: Path) -> None:
    """A copy of the script, run elsewhere, writes the committed files byte for byte and no others."""
    copy = shutil.copy(FIGURES / "plot_curves.py", tmp_path)
    subprocess.run([sys.executable, str(copy)], check=True, timeout=60)
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")}
    assert written == {name: (FIGURES / name).read_bytes() for name in AXES}
