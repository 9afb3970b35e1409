"""Damaged foreign files never end in a traceback: some hundreds here, 10,000 in `make soak`."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.hostile.foreign import NAMES, changed, outcome
from tests.importers.foreign_files import FILES


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_file_is_read(name: str) -> None:
    """Each small file gives questions, whichever importer takes it."""
    assert outcome(name, FILES[name]) == "read"


def test_no_damage_ends_in_an_exception() -> None:
    """Files with bytes lost, doubled, swapped and put in: some are refused, some are still read."""
    seen = Counter(outcome(NAMES[seed % len(NAMES)], changed(NAMES[seed % len(NAMES)], seed)) for seed in range(300))
    assert seen["refused"] > 20
    assert seen["read"] > 20


def test_no_importer_fails_on_a_file_of_another_format() -> None:
    """Every importer reads or refuses every file."""
    assert {outcome(name, FILES[name], every=True) for name in NAMES} == {"read"}
