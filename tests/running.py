"""The program as a user runs it: run to its end, started, or measured."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from tests.messages import on_one_line
from tests.run_server import server

ROOT: Final = Path(__file__).parents[1]
LONGEST: Final = 300
"""Seconds after which a run is given up."""
TRACEBACK: Final = "Traceback (most recent call last)"

_WATCHER: Final = """
import json, resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.call(sys.argv[1:])
seconds = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * unit]), file=sys.stderr)
sys.exit(code)
"""
"""Runs a command. It is small: until the command replaces its copy of this process, that counts as the command's."""


class Done(NamedTuple):
    """How a run ended; in `stderr` each message is on one line."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def errors(self) -> list[str]:
        """The errors that it printed, one line each."""
        return [line.removeprefix("error: ") for line in self.stderr.splitlines() if line.startswith("error: ")]


class Measured(NamedTuple):
    """How a run ended, and what it took.

    Attributes:
        done: exit code and output.
        seconds: on the clock, from start to end of the process.
        processor: seconds of all cores, in all its processes.
        peak: bytes of resident memory of its largest process at its largest; forked ones count what they share.
    """

    done: Done
    seconds: float
    processor: float
    peak: int


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a run: this copy of the program, plain text, none of the machine's own settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("_STUDYPACK", "SOURCE_DATE", "STUDYPACK_TRACE"))}
    return clean | {"PYTHONPATH": str(ROOT / "generator"), "NO_COLOR": "1"} | changes


def run(*arguments: str, cwd: Path, **changes: str) -> Done:
    """Run `studypack` with these arguments in the folder `cwd`, and with these changes of its environment.

    It runs in a fork of a process that has imported it, unless a change is one that Python reads when it starts; the
    encoding of the standard streams (PYTHONIOENCODING) the fork reads itself.
    """
    return run_within(LONGEST, *arguments, cwd=cwd, **changes)


def run_within(seconds: int, *arguments: str, cwd: Path, **changes: str) -> Done:
    """Run `studypack` in the same way; it is given up after so many seconds."""
    at_start = [name for name in changes if name.startswith(("PYTHON", "LANG", "LC_", "MALLOC"))]
    if not hasattr(os, "fork") or not {*at_start} <= {"PYTHONIOENCODING"}:
        return python("-m", "studypack", *arguments, cwd=cwd, **changes)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = server().run(arguments, cwd, _own(cwd, changes), (out, err), seconds)
        said = err.read_text("utf-8")
        assert TRACEBACK not in said, said
        return Done(code, out.read_text("utf-8"), on_one_line(said))


def python(*arguments: str | Path, cwd: Path, **changes: str) -> Done:
    """Run Python in the same way, for a program around ours: no run may show a traceback or use the user's data."""
    return _finished([sys.executable, *map(str, arguments)], cwd, _own(cwd, changes))


def start(*arguments: str, cwd: Path, **changes: str) -> subprocess.Popen[str]:
    """Start `studypack` in a process group of its own; what it prints is for `communicate` or for a reading thread."""
    return subprocess.Popen(
        [sys.executable, "-m", "studypack", *arguments],
        cwd=cwd,
        env=_own(cwd, changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's `&` would have it ignored
    )


def measure(*arguments: str, cwd: Path, seconds: float = LONGEST, **changes: str) -> Measured:
    """Run `studypack` and measure it; it is given up after so many seconds."""
    return measured([sys.executable, "-m", "studypack", *arguments], cwd, _own(cwd, changes), seconds)


def measured(command: Sequence[str | Path], cwd: Path, env: dict[str, str], seconds: float | None = None) -> Measured:
    """Run any command and measure it."""
    done = _finished([sys.executable, "-c", _WATCHER, *map(str, command)], cwd, env, seconds)
    *said, figures = done.stderr.splitlines(keepends=True)
    return Measured(done._replace(stderr="".join(said)), *json.loads(figures))


def _own(folder: Path, changes: dict[str, str]) -> dict[str, str]:
    """Return the environment of a run in a folder that also has the data which a user's home would have."""
    return environment(**{"XDG_DATA_HOME": str(folder / ".data")} | changes)


def _finished(command: Sequence[str], cwd: Path, env: dict[str, str], seconds: float | None = LONGEST) -> Done:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=seconds)
    assert TRACEBACK not in done.stderr, done.stderr
    return Done(done.returncode, done.stdout, on_one_line(done.stderr))
