"""A valid set is never refused: random documents are typeset, packed and proved."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.hostile.documents import build_random

SIZE = 30
"""Texts of one set: building is quicker for many at once."""


@settings(max_examples=10, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_random_sets_build(seed: int) -> None:
    """300 texts, as answers, come through handbook and deck: nothing is refused, nothing is missed."""
    with tempfile.TemporaryDirectory() as folder:
        assert build_random(Path(folder), seed, SIZE, blocks=1, longest=4_000 if seed % 8 == 0 else 60) == SIZE
