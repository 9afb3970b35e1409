"""Builds that are told to end, or are killed: the old pack or the new one, nothing temporary, nobody left."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from studypack.workflows.build import build
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import up_to_date

from tests.hostile.ending import edition, end_at, leftovers, pack_of, places, versions
from tests.making import only
from tests.running import environment, python, run, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks at processes in /proc")

MOMENTS = [
    (signal.SIGINT, 0.0, "-j2"),
    (signal.SIGINT, 0.7, "-j2"),
    (signal.SIGTERM, 1.2, "-j2"),
    (signal.SIGTERM, 0.9, "-j1"),
    (signal.SIGKILL, 0.9, "-j2"),
    (signal.SIGKILL, 0.9, "-j1"),
]
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}


def test_a_build_that_is_ended_leaves_one_whole_pack(tmp_path: Path) -> None:
    """At a handful of moments (make soak: 50 random ones): the pack is one build's, nothing and nobody is left."""
    path, (first, second) = versions(tmp_path, count=2)
    with places(tmp_path) as own:
        assert run("build", "made.yaml", "-p", "deck", cwd=tmp_path, **own).returncode == 0
        codes = []
        for place, (how, seconds, jobs) in enumerate(MOMENTS):
            path.write_text((second, first)[place % 2], "utf-8")
            ended = end_at(tmp_path, seconds, how, all_of_it=how == signal.SIGINT, options=jobs, **own)
            codes.append(ended.code)
            manifest = pack_of(tmp_path)
            assert manifest is not None
            assert edition(manifest) in ("first", "second")
            assert ended.code in (0, CODES[how]) or "2/2 questions" in ended.said  # all was done
            if how != signal.SIGKILL:
                assert leftovers(tmp_path / "out", tmp_path / "tmp", tmp_path / "cache") == []
                assert "interrupted; " in ended.said or "2/2 questions" in ended.said
        assert codes[0] == CODES[signal.SIGINT], "one that has just begun was ended"
        done = run("build", "made.yaml", "-j2", cwd=tmp_path, **own)  # it sweeps what the killed one has left
        assert done.returncode == 0
        assert leftovers(tmp_path / "out", tmp_path / "tmp") == []
        assert run("verify", "out/made", cwd=tmp_path, **own).returncode == 0


STOPPED = """
import os, signal, sys
import studypack.storage.atomic as writer
from studypack.cli.main import main

original = writer.{name}

def stopped(*arguments):
    {before}
    result = original(*arguments)
    {after}
    return result

KILL = "os.kill(os.getpid(), signal.{how})"
writer.{name} = stopped
sys.argv = ["studypack", "build", "made.yaml", "-p", "deck", "-j1"]
main()
"""


@pytest.mark.parametrize(
    ("name", "when", "expected", "how"),
    [
        ("_write", "after", "first", "SIGTERM"),
        ("_swap", "before", "first", "SIGKILL"),
        ("_swap", "after", "second", "SIGKILL"),
        ("_swap", "after", "second", "SIGTERM"),
    ],
)
def test_an_end_in_the_midst_of_writing(name: str, when: str, expected: str, how: str, tmp_path: Path) -> None:
    """Between any two steps of writing there is one whole pack: before the swap the old one, behind it the new one."""
    path, (first, second) = versions(tmp_path, count=1)
    request = Request(path, options=only("deck"), output=tmp_path / "out", now=1)
    path.write_text(first, "utf-8")
    build(request)
    path.write_text(second, "utf-8")
    kill = f"os.kill(os.getpid(), signal.{how})"
    code = STOPPED.format(name=name, how=how, **{"before": "pass", "after": "pass"} | {when: kill})
    done = python("-c", code, cwd=tmp_path)
    assert done.returncode == (143 if how == "SIGTERM" else -9), done.stderr
    manifest = pack_of(tmp_path)
    assert manifest is not None
    assert edition(manifest) == expected
    if how == "SIGTERM":
        assert done.stderr == "interrupted; the pack is the old one or the new one\n"
        assert leftovers(tmp_path / "out") == []
    # A pack without its state is not up to date: the next build writes the state.
    assert expected == "second" or up_to_date(request) is None
    build(request)
    assert leftovers(tmp_path / "out") == []


def test_two_builds_at_once_do_not_mix(tmp_path: Path) -> None:
    """Both end well; the pack is one of the two, whole, and nothing temporary is left."""
    path, (first, second) = versions(tmp_path, count=2)
    with places(tmp_path) as own:
        builds = []
        for text in (first, second):
            path.write_text(text, "utf-8")
            builds.append(start("build", "made.yaml", "-p", "deck", "-j1", cwd=tmp_path, **own))
        for started in builds:
            said = started.communicate(timeout=120)[1]
            assert started.returncode == 0, said
        assert pack_of(tmp_path) is not None
        assert leftovers(tmp_path / "out", tmp_path / "tmp", tmp_path / "cache") == []


DYING = """
import os, signal, sys
import studypack.typeset.parts as parts
from studypack.cli.main import main

def run(job):
    os.kill(os.getpid(), signal.SIGKILL)

parts.PartJob.run = run
sys.argv = ["studypack", "build", "made.yaml", "-p", "handbook", "-j2", "--no-cache"]
main()
"""


def test_a_worker_that_the_system_kills_is_told(tmp_path: Path) -> None:
    """As when memory runs out: one line with a remedy, exit code 1, and the pack that was there stays."""
    path, (first, second) = versions(tmp_path, count=1)
    path.write_text(first, "utf-8")
    build(Request(path, options=only("deck"), output=tmp_path / "out", now=1))
    path.write_text(second, "utf-8")
    with places(tmp_path) as own:
        done = python("-c", DYING, cwd=tmp_path, **own)
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            "error: a worker process died, the machine may be out of memory; use fewer jobs (-j 1)",
            "1 problem; nothing was written",
        ]
        manifest = pack_of(tmp_path)
        assert manifest is not None
        assert edition(manifest) == "first"
        assert leftovers(tmp_path / "out", tmp_path / "tmp", tmp_path / "cache") == []


def test_who_reads_only_the_head_of_the_output_sees_no_complaint(tmp_path: Path) -> None:
    """A closed pipe ends the program without a word."""
    versions(tmp_path, count=6)
    command = f"'{sys.executable}' -m studypack list made.yaml -q | true"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
