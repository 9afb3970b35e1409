"""Runs the question set's listings, so that their tests can assert what they claim."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest

from tests.running import ROOT

LISTINGS = ROOT / "content" / "amazon-backend" / "listings"


def load_python(name: str) -> dict[str, Any]:
    """Return the globals of the Python listing `name` (`"x.py"`) after importing it."""
    return runpy.run_path(str(LISTINGS / name), run_name="listing")


@cache
def _java_major() -> int:
    """Return the major version of the JDK on the path, 0 without one."""
    if shutil.which("javac") is None or shutil.which("java") is None:
        return 0
    printed = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=False)
    version = (printed.stdout + printed.stderr).split()[-1]
    return int(version.split(".")[0]) if version[:1].isdigit() else 0


def run_java(name: str, *arguments: str, seconds: float = 60) -> str:
    """Compile and run the single-file Java listing `name`; return its standard output.

    Skips the test, visibly, where no JDK 17 or newer is installed.
    """
    if _java_major() < 17:
        pytest.skip("no JDK 17 or newer on this machine")
    done = subprocess.run(
        ["java", str(LISTINGS / name), *arguments],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
