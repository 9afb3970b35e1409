"""Builds in several threads of one process: each as if it were alone."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFile
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import authored, write_set

Result = tuple[dict[str, bytes], list[str]]
"""A pack's files, and its warnings."""


def _built(folder: Path, prop: str, workers: int = 1, start: threading.Barrier | None = None) -> Result:
    """Build a set of one question whose theme has a property unknown to WeasyPrint, once all threads are here."""
    (folder / "looks").mkdir(parents=True)
    (folder / "looks" / "theme.css").write_text(f"p {{ {prop}: 1 }}", "utf-8")
    content = authored(1, title=f"The {prop} set", theme="looks")
    path = write_set(folder / "made.yaml", content)
    if start:
        start.wait(60)
    pack = build(Request(path, output=folder / "out", now=1_800_000_000, workers=workers, cached=False))
    return {file.name: file.read_bytes() for file in pack.files}, [warning.what for warning in pack.warnings]


def _state() -> Mapping[str, Any]:
    """Return what a build might have changed for the whole process."""
    logger = logging.getLogger("weasyprint")
    return {
        "environment": dict(os.environ),
        "temporary folder": tempfile.tempdir,
        "logger": (list(logger.handlers), list(logger.filters), logger.propagate, logger.level),
        "truncated pictures": ImageFile.LOAD_TRUNCATED_IMAGES,
    }


NAMES = ("first", "second")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """Return the two builds as they are one after the other, in this process."""
    return [_built(tmp_path_factory.mktemp("one") / name, name) for name in NAMES]


@pytest.mark.parametrize("workers", [1, 2])
def test_builds_at_once_are_those_one_after_the_other(alone: list[Result], tmp_path: Path, workers: int) -> None:
    """Two builds in two threads give the same bytes and each its own warnings, in this process and in workers."""
    for name, (_, warnings) in zip(NAMES, alone, strict=True):
        assert warnings
        assert all(f"`{name}: 1" in warning for warning in warnings), warnings
    start = threading.Barrier(len(NAMES))
    with ThreadPoolExecutor(len(NAMES)) as threads:
        running = [threads.submit(_built, tmp_path / "both" / name, name, workers, start) for name in NAMES]
        made = [future.result() for future in running]
    for (files, warnings), (expected_files, expected_warnings) in zip(made, alone, strict=True):
        assert {name: files[name] == expected_files[name] for name in expected_files} == dict.fromkeys(files, True)
        assert warnings == expected_warnings


def test_a_build_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    """Environment, temporary folder, WeasyPrint's logger and Pillow's flag are the same before, during and after."""
    _built(tmp_path / "first", "first")  # WeasyPrint is loaded, and has set Pillow's flag
    before, done = _state(), threading.Event()
    seen = []

    def look() -> None:
        while not done.wait(0.002):
            seen.append(_state())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        _built(tmp_path / "second", "second")
    finally:
        done.set()
        watcher.join()
    assert len(seen) > 10
    assert all(state == before for state in [*seen, _state()])
