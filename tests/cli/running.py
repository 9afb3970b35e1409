"""The program, run as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `studypack` with these arguments in the folder `cwd`; never with the user's own data folder."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("_STUDYPACK", "SOURCE_DATE"))}
    return subprocess.run(
        [sys.executable, "-m", "studypack", *arguments],
        cwd=cwd,
        env=clean
        | {"PYTHONPATH": str(ROOT / "generator"), "NO_COLOR": "1", "XDG_DATA_HOME": str(cwd / ".data")}
        | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
