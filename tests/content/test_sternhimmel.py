"""The second bundled set: what it computes, and what it draws, is computed here again."""

from __future__ import annotations

import math
import re
import runpy
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from studypack.questions.loader import load
from studypack.resources import bundled_set

SET = load(bundled_set("sternhimmel")).question_set
FIGURES = bundled_set("sternhimmel") / "figures"
SCRIPT = runpy.run_path(str(FIGURES / "plot_curves.py"), run_name="plot_curves")
BY_ID = {question.id: question for question in SET.questions}


def _rows(question: str) -> list[list[str]]:
    """Return the cells of the first table of a question, without its head."""
    table = next(e.table for e in BY_ID[question].exhibits if e.table)
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in table.strip().splitlines()[2:]]


def _value(cell: str) -> float:
    """Return the first number of a German cell."""
    found = re.match(r"[−\d.,\u202f]+", cell)
    assert found, cell
    number = float(found[0].replace("\u202f", "").replace("−", "-").replace(",", "."))
    return number * {"Billionen": 1e12, "Millionen": 1e6, "Mio.": 1e6}.get(cell[found.end() :].strip().split(" ")[0], 1)


def _points(name: str, curve: str) -> list[tuple[float, float]]:
    (found,) = ElementTree.parse(FIGURES / name).getroot().findall(f".//*[@id='{curve}']")
    pairs = [pair.split(",") for pair in found.attrib["points"].split()]
    return [(float(x), float(y)) for x, y in pairs]


def test_is_nothing_like_the_first() -> None:
    """15 questions in German with levels and labels of its own, multiple choice, formulas, figures and a glossary."""
    header = SET.header
    assert (len(SET.questions), header.language, len(header.glossary)) == (15, "de", 16)
    assert [level.id for level in header.levels] == ["schauen", "zeichnen", "rechnen"]
    assert header.labels.guidance
    choosing = [question for question in SET.questions if question.choices]
    assert len(choosing) == 7
    assert sum(sum(bool(choice.correct) for choice in q.choices) > 1 for q in choosing) == 2
    assert sum("$" in (question.answer or "") for question in SET.questions) == 13
    assert sum(bool(e.figure) for q in SET.questions for e in q.exhibits) == 10


@pytest.mark.parametrize("name", SCRIPT["FIGURES"])
def test_the_computed_figures_are_those_of_the_script(name: str) -> None:
    """The committed figures are those that the script draws."""
    assert (FIGURES / name).read_text("utf-8") == SCRIPT["FIGURES"][name]()


def test_equal_times_sweep_equal_areas() -> None:
    """The areas between the Sun and the two arcs differ by less than one per cent, by the surveyor's formula."""
    sun = (148.0, 88.0)
    areas = []
    for name in ("near", "far"):
        ring = [sun, *_points("kepler-flaechen.svg", name), sun]
        areas.append(abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))) / 2)
    assert areas[0] == pytest.approx(areas[1], rel=0.01)
    assert areas[0] == pytest.approx(math.pi * 92**2 * math.sqrt(0.75) / 8, rel=0.01)


def test_mars_goes_back_around_opposition_only() -> None:
    """Of nine places in the sky, it goes back from the fourth to the sixth."""
    heights = [y for _, y in _points("marsschleife-blickrichtungen.svg", "path")]
    assert [n for n, (before, after) in enumerate(pairwise(heights), 1) if after > before] == [4, 5]


@pytest.mark.parametrize(("kelvin", "peak"), [(3600, 805), (5772, 502), (9900, 293)])
def test_the_curves_peak_where_wien_says(kelvin: int, peak: int) -> None:
    """The highest point of each curve is within a step of the wavelength in the alternative text."""
    highest, _ = min(_points("sternfarbe-strahlung.svg", f"k{kelvin}"), key=lambda point: point[1])
    assert 200 + (highest - 34) / 311 * 1200 == pytest.approx(peak, abs=10)
    assert 2.897772e6 / kelvin == pytest.approx(peak, abs=0.5)
    assert f"bei {peak}" in re.sub(r"\s+", " ", BY_ID["sternfarbe"].exhibits[0].alt or "").replace(
        "hat sein Maximum ", ""
    )


def test_the_tables_are_computed_right() -> None:
    """Kepler's third law, magnitudes, angular diameters and eyepieces."""
    for name, axis, cubed, years, squared in _rows("kepler-drei"):
        assert _value(cubed) == pytest.approx(_value(axis) ** 3, rel=0.005), name
        assert _value(squared) == pytest.approx(_value(years) ** 2, rel=0.005), name
    for name, magnitude, factor in _rows("groessenklassen"):
        assert _value(factor) == pytest.approx(10 ** (0.4 * (6 - _value(magnitude))), rel=0.05), name
    for name, diameter, distance, angle in _rows("ringfoermig"):
        assert _value(angle) == pytest.approx(_value(diameter) / _value(distance) * 3437.75, abs=0.06), name
    for eyepiece, power, pupil, _ in _rows("fernrohr"):
        assert _value(power) == 750 / _value(eyepiece)
        assert _value(pupil) == 150 / _value(power)
    for star, _, kelvin, peak in _rows("sternfarbe"):
        assert _value(peak) == pytest.approx(2898 / _value(kelvin), abs=0.0051), star


def test_the_formulas_give_what_the_text_says() -> None:
    """Sidereal day, synodic month, synodic year of Mars, elongation of Venus, distance of Proxima Centauri."""
    assert divmod(round(86_400 / 366.24), 60) == (3, 56)
    assert pytest.approx(29.53, abs=0.005) == 1 / (1 / 27.32166 - 1 / 365.256)
    assert pytest.approx(780, abs=0.5) == 365.25 / (1 - 1 / 1.881)
    assert math.degrees(math.asin(0.723)) == pytest.approx(46, abs=0.5)
    assert pytest.approx(4.25, abs=0.005) == 3.2616 / 0.7681


def test_where_the_wrong_choices_lead() -> None:
    """Capella's lowest height over each of the four cities is what the feedback says."""
    for choice in BY_ID["zirkumpolar"].choices:
        degrees, south = re.search(r"\((\d+,\d)° (Süd)?", choice.text).groups()  # type: ignore[union-attr]
        latitude = float(degrees.replace(",", "."))
        height = 90 - 46 - latitude if south else latitude + 46 - 90
        assert bool(choice.correct) == (height > 0 and not south)
        assert f"{abs(height):.1f}°".replace(".", ",") in (choice.feedback or "")


def test_its_folder_has_only_what_it_uses() -> None:
    """Authors copy it: questions, glossary, figures with the script that draws some, and the deck's state."""
    names = {path.name for path in Path(bundled_set("sternhimmel")).iterdir()}
    assert names == {"set.yaml", "glossary.yaml", "questions", "figures", "deck-state.json"}
