"""All figures of the bundled sets speak the one visual language of `content/amazon-backend/figures/README.md`."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from studypack.questions.loader import load
from studypack.resources import bundled_sets

DRAWN = [figure for folder in bundled_sets().values() for figure in sorted(folder.glob("figures/*.svg"))]
FIGURES = pytest.mark.parametrize("figure", DRAWN, ids=lambda path: path.stem)

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = set("svg title desc defs marker g rect line path polyline polygon circle ellipse text tspan".split())  # noqa: SIM905 - a list of words to read
COLOURS = {"#1c1c1c", "#5f5f5f", "#b8b8b8", "#f1f3f5", "#dde3ea", "#1f5a96", "#ffffff", "none"}
SIZES = {8.0, 9.0}
STROKES = {0.5, 1.0, 2.0}
WIDTH, TALLEST = 357.0, 330.0


@FIGURES
def test_is_drawn_at_its_printed_size(figure: Path) -> None:
    """One unit is one point: as wide as the text, and not higher than fits with its caption."""
    root = ET.fromstring(figure.read_text("utf-8"))
    width, height = (float(root.attrib[side].removesuffix("pt")) for side in ("width", "height"))
    assert root.attrib["viewBox"].split() == ["0", "0", f"{width:g}", f"{height:g}"]
    assert width == WIDTH
    assert height <= TALLEST


@FIGURES
def test_uses_nothing_but_the_documented_elements(figure: Path) -> None:
    """A title comes first; there is no CSS, script, link or picture in it."""
    root = ET.fromstring(figure.read_text("utf-8"))
    assert root[0].tag == f"{SVG}title"
    assert (root[0].text or "").strip()
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= ELEMENTS
    assert not {name for e in root.iter() for name in e.attrib} & {"style", "class", "href", "opacity", "fill-opacity"}


@FIGURES
def test_uses_the_palette_type_and_line_weights(figure: Path) -> None:
    """Colours, type sizes, weights and strokes are those of the scale: 7 pt is the smallest type."""
    every = list(ET.fromstring(figure.read_text("utf-8")).iter())
    assert _values(every, "fill") | _values(every, "stroke") <= COLOURS
    assert {float(size) for size in _values(every, "font-size")} <= SIZES
    assert {float(width) for width in _values(every, "stroke-width")} <= STROKES
    assert _values(every, "font-weight") <= {"400", "600"}
    assert all(re.match(r"Inter|'?JetBrains Mono", family) for family in _values(every, "font-family"))


def _values(elements: list[ET.Element], attribute: str) -> set[str]:
    return {e.attrib[attribute].lower() if attribute != "font-family" else e.attrib[attribute] for e in elements
            if attribute in e.attrib}  # fmt: skip


@FIGURES
def test_keeps_every_label_inside(figure: Path) -> None:
    """No label begins or is anchored outside of the picture."""
    root = ET.fromstring(figure.read_text("utf-8"))
    height = float(root.attrib["height"].removesuffix("pt"))
    texts = [text for text in root.iter(f"{SVG}text") if "transform" not in text.attrib]
    assert texts
    for text in texts:
        assert 0 <= float(text.attrib.get("x", "0").split()[0]) <= WIDTH
        assert 7 <= float(text.attrib.get("y", "7").split()[0]) <= height


@pytest.mark.parametrize("folder", bundled_sets().values(), ids=lambda path: path.name)
def test_every_figure_is_shown_with_alternative_text(folder: Path) -> None:
    """Each file belongs to exactly one exhibit, which says what it shows; the caption does not repeat it."""
    shown = [e for q in load(folder).question_set.questions for e in q.exhibits if e.figure]
    assert Counter(e.figure for e in shown) == {f"figures/{path.name}": 1 for path in folder.glob("figures/*.svg")}
    assert all(len((e.alt or "").split()) >= 12 for e in shown)
    assert all(e.alt != e.caption for e in shown)
