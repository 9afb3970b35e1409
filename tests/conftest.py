"""What holds for every test."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

# Hundreds of interpreters are started: each would compile the program again, and pytest all tests in each of its
# processes. Compiled files stand beside their sources (git ignores them) and are of use to the next run, too.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_configure(config: pytest.Config) -> None:
    """Let workers be forked although pytest-xdist has a thread, of which Python 3.12 and newer warn."""
    config.addinivalue_line("filterwarnings", r"ignore:.*use of fork\(\) may lead to deadlocks:DeprecationWarning")


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep typeset parts in a folder of this run: never among the user's, and never an earlier run's."""
    run = tmp_path_factory.getbasetemp()
    os.environ["STUDYPACK_CACHE"] = str((run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / "cache")


@pytest.fixture(autouse=True, scope="session")
def _few_processes() -> Iterator[None]:
    """Build in this process, which has read fonts and style sheets, unless a test says how many workers there are.

    Workers are forked as from the command line: threads that Python's `threading` has not started, as pytest-xdist's,
    do not count. The whole program, which finds its own number of workers, is run by tests/running.py.
    """
    from studypack.jobs import executor, pool

    def active() -> int:
        foreign = sum(isinstance(thread, threading._DummyThread) for thread in threading.enumerate())
        return max(1, threading.active_count() - foreign)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(executor, "usable_cores", lambda: 1)
        patched.setattr(pool, "threading", SimpleNamespace(Thread=threading.Thread, active_count=active))
        yield
