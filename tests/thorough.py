"""Which cases of a test are tried: some in `make test`, every one in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

VARIABLE: Final = "STUDYPACK_THOROUGH"
"""The variable of the environment with which tests try every case."""
THOROUGH: Final = bool(os.environ.get(VARIABLE))


def few(every: Iterable[T], *chosen: T) -> list[T]:
    """Return the chosen ones of all cases; in a thorough run all of them."""
    cases = list(every)
    assert all(case in cases for case in chosen), "what is chosen is a case"
    return cases if THOROUGH else list(chosen)


def files() -> list[Path]:
    """Return the files of tests that have more cases than `make test` tries."""
    found = Path(__file__).parent.rglob("test_*.py")
    return sorted(path for path in found if "from tests.thorough import" in path.read_text("utf-8"))
