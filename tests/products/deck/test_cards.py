"""Cards as a browser shows them: on a phone and in a window, by day and by night, in three languages.

Skipped where no Chromium is installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from studypack.questions.loader import load
from studypack.resources import bundled_set
from studypack.text.languages import language

from tests import anki_reading as anki
from tests.anki_reading import Side
from tests.browser import PHONE, WINDOW, Screen, measured, needs_chromium
from tests.making import make_set, question
from tests.products.deck.making import rendered
from tests.thorough import few

pytestmark = needs_chromium

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
CODE = "result = " + " + ".join(f"value_{n}" for n in range(30))
WIDE = f"A text with `{LONG}`, {LONG} and\n\n```python\n{CODE}\n```\n\n| {' | '.join('abcdefgh')} |\n|{'---|' * 8}\n"
WIDE += f"| {' | '.join(['unbreakable-' * 2 + 'word'] * 8)} |\n\n1. https://example.org/{'a' * 200}\n"
FIGURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="900pt" height="90pt"><rect width="900" height="90"/></svg>'
NIGHT, PAPER = "rgb(31, 32, 34)", "rgb(255, 255, 255)"

PHONE_DAY, PHONE_NIGHT = Screen(PHONE), Screen(PHONE, night=True, unfolded=False)
WINDOW_DAY, WINDOW_NIGHT = Screen(WINDOW), Screen(WINDOW, night=True)
LANGUAGES = few(("en", "ar", "ja"), "en", "ar")
SCREENS = (PHONE_DAY, PHONE_NIGHT, WINDOW_DAY, WINDOW_NIGHT)


class Shown(NamedTuple):
    """Sides of cards, and what the browser found of each on each screen."""

    sides: tuple[Side, ...]
    found: Mapping[tuple[str, Screen], Mapping[str, Any]]


def _content(tag: str) -> dict[str, Any]:
    """Return a set of one question with a card of each kind, everything in it too wide for any screen."""
    wide = question(0, "topic", answer=WIDE, guidance=WIDE, question=f"What is {LONG}?", takeaway=LONG[:100])
    wide |= {
        "key_points": [LONG, f"`{CODE}`"],
        "pitfalls": [LONG],
        "exhibits": [
            {"table": WIDE[WIDE.index("| a") : WIDE.index("\n\n1.")], "caption": LONG},
            {"figure": "wide.svg", "alt": "wide", "caption": "Wide"},
            {"listing": "wide.py", "caption": CODE},
        ],
        "follow_ups": [{"question": LONG, "answer": WIDE}],
        "sources": [{"title": LONG, "url": f"https://example.org/{'a' * 300}"}],
        "cards": [{"id": "fact", "front": WIDE, "back": WIDE}, {"id": "gap", "cloze": f"{WIDE}\n\n{{{{c1::{LONG}}}}}"}],
    }
    return {
        "id": f"wide-{tag}",
        "title": f"Wide {LONG} {tag}",
        "language": tag,
        "topics": [{"id": "topic", "title": LONG}],
        "questions": [wide],
        "glossary": [{"id": "term", "term": LONG, "definition": f"{LONG} {CODE}"}],
    }


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Return the cards of sets in some languages that are too wide, measured on every screen."""
    folder = tmp_path_factory.mktemp("wide")
    (folder / "wide.svg").write_bytes(FIGURE)
    (folder / "wide.py").write_text(f"{CODE}\n", "utf-8")
    with anki.profile(folder / "anki") as collection:
        for tag in LANGUAGES:
            anki.import_deck(collection, rendered(make_set(folder, _content(tag))).content)
        sides = tuple(anki.sides(collection))
        return Shown(sides, measured(Path(collection.media.dir()), sides, *SCREENS))


def _no_fault(found: Mapping[tuple[str, Screen], Mapping[str, Any]]) -> bool:
    """Expect that nothing leaves the screen, that no script failed, and that fonts and figures were there."""
    for shown, side in found.items():
        assert side["needs"] <= side["width"], (shown, "the body scrolls sideways")
        assert side["wide"] == [], (shown, "leaves the screen")
        assert side["failed"] == [], (shown, "a script failed")
        assert side["broken"] == [], (shown, "a figure lacks")
        assert {font.rpartition(" ")[2] for font in side["fonts"]} == {"loaded"}, (shown, "a font lacks")
    return True


def test_there_is_a_card_of_each_kind(wide: Shown) -> None:
    """Question, fact, cloze and both cards of a term, front and back, in each language."""
    kinds = ["question-1", "fact-1", "cloze-1", "term-1", "term-2"]
    ends = [f"{kind}-{side}" for kind in kinds for side in ("front", "back")]
    assert len(wide.sides) == len(LANGUAGES) * len(ends)
    assert {side.name for side in wide.sides if side.name.endswith(tuple(ends))} == {side.name for side in wide.sides}
    assert len(wide.found) == len(SCREENS) * len(wide.sides)


def test_nothing_is_wider_than_the_screen(wide: Shown) -> None:
    """Long words break; tables, code and figures scroll inside their own box; no script fails, no font is missing."""
    assert _no_fault(wide.found)
    for tag in LANGUAGES:
        back = wide.found[f"wide-{tag}-question-0-question-1-back", PHONE_DAY]
        assert {"table", "pre", "div"} <= set(back["scrolling"])


def test_layers_are_folded_until_they_are_tapped(wide: Shown) -> None:
    """Takeaway and key points stand open, the six layers are closed; opening them needs no script of ours."""
    name = "wide-en-question-0-question-1-back"
    folded, unfolded = wide.found[name, PHONE_NIGHT], wide.found[name, PHONE_DAY]
    assert folded["folded"] == [False] * 6
    assert unfolded["folded"] == [True] * 6
    assert folded["height"] < unfolded["height"] / 2
    assert [side.name for side in wide.sides if re.search(r"<script|\son\w+=", side.html)] == []


def test_labels_speak_the_language_of_the_set(wide: Shown) -> None:
    """Each label of a back is that of the language's file, and none is empty."""
    for tag in LANGUAGES:
        words = language(tag).words
        keys = ("key_points", "answer", "guidance", "card_exhibits", "pitfalls", "card_follow_ups", "sources_of")
        found = wide.found[f"wide-{tag}-question-0-question-1-back", PHONE_DAY]["labels"]
        assert found == [f'"{words[key]}"' for key in keys]
        term = f"wide-{tag}-term-term-term"
        assert wide.found[f"{term}-1-front", PHONE_DAY]["labels"] == [f'"{words["card_define"]}"']
        assert wide.found[f"{term}-2-front", PHONE_DAY]["labels"] == [f'"{words["card_name"]}"']


def test_figures_grow_with_the_window_but_not_below_print(wide: Shown) -> None:
    """A drawing of 1,200 pixels: the size of print on a phone, where it scrolls, and the whole column of a window."""
    name = "wide-en-question-0-question-1-back"
    assert wide.found[name, PHONE_DAY]["figures"] == [476]
    (width,) = wide.found[name, WINDOW_DAY]["figures"]
    assert 650 < width <= 720


def test_night_is_dark_and_day_is_light(wide: Shown) -> None:
    """The whole screen has the ground of its mode."""
    grounds = {(screen.night, side["ground"]) for (_, screen), side in wide.found.items()}
    assert grounds == {(False, PAPER), (True, NIGHT)}


def test_questions_of_the_bundled_set_fit_a_phone(tmp_path: Path) -> None:
    """A quarter of them (soak: each), with all their layers open, tables, listings and figures included."""
    with anki.profile(tmp_path) as collection:
        anki.import_deck(collection, rendered(load(bundled_set()).question_set).content)
        sides = [side for side in anki.sides(collection) if side.name.endswith("question-1-back")]
        assert len(sides) == 44
        sides = few(sides, *sides[::4])
        assert _no_fault(measured(Path(collection.media.dir()), sides, PHONE_DAY))
