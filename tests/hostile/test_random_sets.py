"""A valid set is never refused: random documents are typeset, packed and proved."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.hostile.documents import build_random, random_set
from tests.making import only, write_set

SETS, SIZE = 20, 2
"""Sets, and the texts of each: `make soak` has larger ones, and many more."""


@settings(max_examples=SETS, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(st.integers(0, 2**32))
def test_random_sets_build(seed: int) -> None:
    """40 texts, as answers, come through handbook and deck: nothing is refused, nothing is missed."""
    with tempfile.TemporaryDirectory() as folder:
        assert build_random(Path(folder), seed, SIZE, blocks=1, longest=800 if seed % 8 == 0 else 60) == SIZE


@pytest.mark.parametrize("product", ["cheatsheet", "flashcards", "html"])
def test_other_products_of_a_random_set_build(product: str, tmp_path: Path) -> None:
    """Six texts; on their sheet the last block ends at the foot of the page, where nothing may be dropped."""
    Image.new("L", (90, 60), 128).save(tmp_path / "p.png")
    path = write_set(tmp_path / "random.yaml", random_set(1, 6, blocks=1, longest=60))
    pack = build(Request(path, options=only(product), output=tmp_path / "out", now=1, cached=False, workers=1))
    assert pack.manifest["products"][product]["absent"] == []
