"""Random content never ends in a traceback: 150 cases here, 10,000 in `make soak`."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from studypack.resources import bundled_set

from tests.hostile.fuzzing import SET, SOUND, mutated, outcome

QUICK = settings(
    max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
)


def _outcomes(sets: st.SearchStrategy[dict[str, Any]]) -> Counter[str]:
    """Return how many sets were rendered and how many refused; an exception is the test's failure."""
    seen: Counter[str] = Counter()

    @given(sets)
    @QUICK
    def tried(content: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            seen[outcome(Path(folder), content)] += 1

    tried()
    return seen


def test_no_set_of_odd_texts_ends_in_an_exception() -> None:
    """Whatever stands in the keys: pages and deck are rendered, or every mistake is a line of its own."""
    assert sum(_outcomes(SET).values()) >= 50


def test_no_odd_texts_of_a_sound_set_end_in_an_exception() -> None:
    """Sets that are right but for their odd texts: most are rendered, and a text is refused by its place."""
    seen = _outcomes(SOUND)
    assert seen["rendered"] > 4 * seen["refused"]


def test_no_damage_to_a_good_file_ends_in_an_exception(tmp_path: Path) -> None:
    """The bundled questions with bytes lost, doubled, swapped and put in: some are refused, and some still render."""
    for name in ("figures", "listings"):
        shutil.copytree(bundled_set() / name, tmp_path / name)
    seen = Counter(outcome(tmp_path, mutated(seed)) for seed in range(50))
    assert seen["refused"] > 10
    assert seen["rendered"] > 3
