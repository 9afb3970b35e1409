"""A valid set is never refused: random documents are typeset, packed and proved."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.hostile.documents import DOCUMENT, LINE, random_set
from tests.making import only, write_set

SIZE = 30
"""Texts of one set: building is quicker for many at once."""


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a failing set is small enough to read as it is
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(DOCUMENT, min_size=SIZE, max_size=SIZE),
    st.lists(LINE, min_size=SIZE, max_size=SIZE),
)
def test_random_sets_build(texts: list[str], lines: list[str]) -> None:
    """300 texts, as answers and guidance, come through handbook and deck: nothing is refused, nothing is missed."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_set(Path(folder) / "random.yaml", random_set(texts, lines))
        pack = build(Request(path, options=only("handbook", "deck"), output=Path(folder) / "out", now=1, cached=False))
        assert len(pack.manifest["questions"]) == SIZE
