"""Builds that are ended at some moment: what is left, and whether it is one whole pack."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.making import authored, write_set
from tests.running import TRACEBACK, start


class Ended(NamedTuple):
    """How a build ended: its exit code (negative: the signal), what it said, and seconds from signal to end."""

    code: int
    said: str
    seconds: float


def versions(folder: Path, count: int = 6) -> tuple[Path, list[str]]:
    """Write a set in a file and return its path, and its text in two versions that differ in every product."""
    content = authored(count, per_topic=2)
    texts = []
    for edition in ("first", "second"):
        for question in content["questions"]:
            question["takeaway"] = f"Takeaway of the {edition} edition."
        path = write_set(folder / "made.yaml", content)
        texts.append(path.read_text("utf-8"))
    return path, texts


def groups_processes(group: int) -> list[int]:
    """Return the processes of a process group that still run; empty where the system cannot tell."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = path.read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(number) == group and state not in "ZX":
            found.append(int(path.parent.name))
    return found


def end_at(folder: Path, seconds: float, how: signal.Signals, *, all_of_it: bool = False, **changes: str) -> Ended:
    """Start a build, signal it (or its whole group, as a terminal does) at a moment, and wait for its end.

    The moment counts from when the program is loaded: what Python says while it starts itself is not ours.
    """
    process = start("build", "made.yaml", *changes.pop("options", "-j2").split(), cwd=folder, **changes)
    _wait_until_loaded(process)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, how) if all_of_it else os.kill(process.pid, how)
    began = time.monotonic()
    said = process.communicate(timeout=60)[1]
    took = time.monotonic() - began
    for _ in range(200):  # a worker notices within moments that its parent is gone
        if not groups_processes(process.pid):
            break
        time.sleep(0.02)
    left = groups_processes(process.pid)
    for number in left:
        os.kill(number, signal.SIGKILL)
    assert left == [], "processes outlive the build"
    assert TRACEBACK not in said, said
    return Ended(process.returncode, said, took)


def _wait_until_loaded(process: subprocess.Popen[str]) -> None:
    """Wait until a build handles SIGTERM itself, as Python alone does not (SigCgt in proc_pid_status(5))."""
    handled = 1 << (signal.SIGTERM - 1)
    for _ in range(3000):
        caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
        if process.poll() is not None or (caught and int(caught[1], 16) & handled):
            return
        time.sleep(0.01)


def pack_of(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the pack, after each file was found whole and of this build; None without a pack."""
    pack = folder / "out" / "made"
    if not pack.exists():
        return None
    manifest: dict[str, Any] = json.loads((pack / "pack.json").read_bytes())
    for entry in manifest["products"].values():
        assert hashlib.sha256((pack / entry["file"]).read_bytes()).hexdigest() == entry["sha256"], "a mixed pack"
    assert {p.name for p in pack.iterdir()} == {"pack.json", *(e["file"] for e in manifest["products"].values())}
    return manifest


def edition(manifest: dict[str, Any]) -> str:
    """Return which version of the set a pack was made of."""
    (words,) = {question["takeaway"] for question in manifest["questions"]}
    return str(words).split()[3]


def leftovers(*folders: Path) -> list[Path]:
    """Return what a build should not have left: hidden files and folders beside the pack, temporary ones elsewhere."""
    return [
        path
        for folder in folders
        if folder.exists()
        for path in folder.iterdir()
        if path.name.startswith((".", "new-", "studypack-", "weasyprint-", "tmp"))
    ]


@contextmanager
def places(folder: Path) -> Iterator[dict[str, str]]:
    """Give a build a temporary folder and a cache of its own."""
    for name in ("tmp", "cache"):
        (folder / name).mkdir(exist_ok=True)
    yield {"TMPDIR": str(folder / "tmp"), "STUDYPACK_CACHE": str(folder / "cache")}
