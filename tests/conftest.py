"""What holds for every test."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep typeset parts in a folder of this run: never among the user's, and never an earlier run's."""
    run = tmp_path_factory.getbasetemp()
    os.environ["STUDYPACK_CACHE"] = str((run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "cache")
