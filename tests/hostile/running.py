"""The program run as a user runs it, with what it took; and sets that carry one hostile text."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from tests.making import authored, question

ROOT = Path(__file__).parents[2]
LONGEST = 3600
"""Seconds: the large sets of `make soak` on a busy machine."""
NO_TRACEBACK = "Traceback (most recent call last)"


class Done(NamedTuple):
    """How a run ended: exit code, what it said, its processors' seconds, and the largest process's memory in MB."""

    code: int
    out: str
    err: str
    seconds: float
    megabytes: float

    @property
    def errors(self) -> list[str]:
        """What was complained about, one line each."""
        return [line.removeprefix("error: ") for line in self.err.splitlines() if line.startswith("error: ")]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a run: plain text, no traces of the machine's own settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("_STUDYPACK", "SOURCE_DATE", "STUDYPACK_TRACE"))}
    return clean | {"PYTHONPATH": str(ROOT / "generator"), "NO_COLOR": "1"} | changes


def start(*arguments: str, cwd: Path, **changes: Any) -> subprocess.Popen[str]:
    """Start `studypack` with these arguments in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "studypack", *arguments],
        cwd=cwd,
        env=environment(**changes),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's `&` would have it ignored
    )


def run(*arguments: str, cwd: Path, **changes: Any) -> Done:
    """Run `studypack` and measure it; no run may show a traceback."""
    code = f"import sys, studypack.cli.main\nsys.argv = ['studypack', *{list(arguments)!r}]\nstudypack.cli.main.main()"
    watched = (
        "import os, resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-c', sys.argv[1]])\n"
        "took = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print('took', took.ru_utime + took.ru_stime, took.ru_maxrss, file=sys.stderr)\n"
        "sys.exit(done.returncode)"
    )
    done = subprocess.run(
        [sys.executable, "-c", watched, code],
        cwd=cwd,
        env=environment(**changes),
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    *said, last = done.stderr.splitlines()
    assert NO_TRACEBACK not in done.stderr, done.stderr
    seconds, size = map(float, last.split()[1:])
    return Done(
        done.returncode, done.stdout, "\n".join(said), seconds, size / (1024 if sys.platform == "linux" else 1 << 20)
    )


def check(folder: Path, content: bytes | str, name: str = "made.yaml") -> Done:
    """Write one file and have it checked."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return run("check", name, cwd=folder)


def one(folder: Path, **changes: Any) -> Path:
    """Write a set of one question with these keys, and return its path."""
    content = authored(1, title="A hostile set")
    content["questions"] = [question(0, "topic-0", **changes)]
    path = folder / "made.yaml"
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False), "utf-8")
    return path
