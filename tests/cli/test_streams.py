"""Standard streams that are closed or full, and names that are not UTF-8."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import authored, one, write_set
from tests.running import TRACEBACK, environment, run

FULL = "stdout cannot be written, No space left on device; the files that the command writes are complete"
BUILD = "build made.yaml -p deck --no-cache"


def _shell(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command line of the program in a shell, for its redirections."""
    line = f'exec "{sys.executable}" -m studypack {command}'
    env = environment(XDG_DATA_HOME=str(folder / ".data"))
    return subprocess.run(["sh", "-c", line], cwd=folder, env=env, capture_output=True, check=False, timeout=120)


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&- <&-", "2>/dev/full"])
def test_a_stream_that_nobody_reads_costs_no_pack(closed: str, tmp_path: Path) -> None:
    """A closed or full stderr, a closed stdout: the pack is built and the exit code says so."""
    one(tmp_path)
    done = _shell(f"{BUILD} {closed}", tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out" / "made").iterdir()) == ["deck.apkg", "pack.json"]


@pytest.mark.parametrize("command", [BUILD, f"{BUILD} --json", "list made.yaml", "check made.yaml", "--help"])
def test_a_full_stdout_is_one_line(command: str, tmp_path: Path) -> None:
    """It is not reported as a bug, and the message does not say that nothing was written."""
    one(tmp_path)
    done = _shell(f"{command} >/dev/full", tmp_path)
    said = done.stderr.decode()
    assert done.returncode == 1
    assert said.splitlines()[-3:] == [
        "error: stdout cannot be written",
        "  = note: No space left on device",
        "  = help: the files that the command writes are complete",
    ]
    assert TRACEBACK not in said
    assert "nothing was written" not in said
    assert (tmp_path / "out" / "made").is_dir() == command.startswith(BUILD)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are not UTF-8")
def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    """A set, an output folder and a theme with such names are built or rejected, and shown with escapes."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    (folder / "theme.css").write_text("")
    made = write_set(folder / os.fsdecode(b"made\xfe.yaml"), authored(1))
    bad = write_set(folder / os.fsdecode(b"bad\xfe.yaml"), authored(1, topics=[]))
    name, strict = os.fsdecode(b"\xff/made\xfe.yaml"), {"PYTHONIOENCODING": "utf-8:strict"}
    command = ("build", name, "-p", "cheatsheet", "-o", os.fsdecode(b"out\xff"), "--theme", os.fsdecode(b"\xff"))
    for further in ((), (), ("--json",)):
        done = run(*command, *further, cwd=tmp_path, **strict)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["folder"] == os.fsdecode(b"out\xff/made")
    done = run("check", str(bad.relative_to(tmp_path)), "--json", cwd=tmp_path, **strict)
    assert done.errors[0].startswith(r"\udcff/bad\udcfe.yaml:")
    assert json.loads(done.stdout)["problems"][0]["file"] == os.fsdecode(b"\xff/bad\xfe.yaml")
    assert made.is_file()
