"""`studypack watch`: each save is a build, no mistake ends it, and it does not answer itself."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from tests.making import authored, write_set
from tests.messages import on_one_line
from tests.running import environment, run, start

WAITING = "waiting for changes; Ctrl-C ends"
QUIET = 1.0
"""Seconds in which a change would have been answered: it takes 0.2 s until a build begins."""


class Watch:
    """A running `studypack watch`, and what it says on stderr."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = start("watch", *arguments, "-p", "deck", "-j", "1", cwd=folder)
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.put(line.rstrip("\n"))

    def said(self) -> list[str]:
        """Return what one build says; waits for it."""
        lines: list[str] = []
        while not lines or lines[-1] != WAITING:
            lines.append(self._lines.get(timeout=20))
        return lines[:-1]

    def quiet(self) -> bool:
        """Tell whether nothing is said for a while."""
        time.sleep(QUIET)
        return self._lines.empty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a set that names a theme of its own."""
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "theme.css").write_text(":root { --ink: #111111 }", "utf-8")
    (tmp_path / "other").mkdir()
    write_set(tmp_path / "made.yaml", authored(1, theme="looks"))
    return tmp_path


@pytest.fixture
def watch(folder: Path) -> Iterator[Watch]:
    with Watch(folder, "made.yaml") as running:
        yield running


def _question(folder: Path) -> str:
    """Return the question that the pack holds."""
    return str(json.loads((folder / "out" / "made" / "pack.json").read_bytes())["questions"][0]["question"])


def _save(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_save_is_a_build_and_a_mistake_is_no_end(folder: Path, watch: Watch) -> None:
    """A change is built; a broken file is reported and leaves the old pack; the next save recovers; Ctrl-C ends it."""
    assert watch.said()[-1].startswith("out/made: built in ")
    _save(folder / "made.yaml", "matter 0", "matter 100")
    assert watch.said()[-1].startswith("out/made: built in ")
    assert "matter 100" in _question(folder)
    _save(folder / "made.yaml", '"topics"', '"topiks"')
    said = on_one_line("\n".join(watch.said())).splitlines()
    assert said
    assert all(line.startswith("error: made.yaml:") for line in said)
    assert any('did you mean "topics"?' in line for line in said)
    assert "matter 100" in _question(folder)
    _save(folder / "made.yaml", "matter 100", "matter 200")
    assert watch.said()[0].startswith("error: ")
    _save(folder / "made.yaml", '"topiks"', '"topics"')
    assert watch.said()[-1].startswith("out/made: built in ")
    assert "matter 200" in _question(folder)
    assert watch.interrupt() == 130


def test_what_builds_write_is_no_change(folder: Path, watch: Watch) -> None:
    """The deck's state, the pack and editors' temporary files are not answered; a theme of the set is."""
    watch.said()
    assert watch.quiet()
    for name in ("made.deck-state.json", "out/made/deck.apkg", "out/made/pack.json", ".made.yaml.swp", "made.yaml~"):
        (folder / name).touch()
    assert watch.quiet()
    (folder / "looks" / "theme.css").write_text(":root { --ink: #222222 }", "utf-8")
    assert watch.said()[-1].startswith("out/made: built in ")
    assert watch.quiet()


def test_a_theme_elsewhere_is_watched(folder: Path) -> None:
    """The folder of --theme need not lie beside the set."""
    (folder / "sets").mkdir()
    (folder / "made.yaml").rename(folder / "sets" / "made.yaml")
    (folder / "looks").rename(folder / "sets" / "looks")
    with Watch(folder, "sets/made.yaml", "--theme", "other") as watch:
        watch.said()
        for colour in ("#333333", "#444444"):
            (folder / "other" / "theme.css").write_text(f":root {{ --ink: {colour} }}", "utf-8")
            assert watch.said()[-1].startswith("out/made: built in ")


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """Nothing can be watched where there is no folder: that is told, and ends it."""
    done = run("watch", "none/made.yaml", "-p", "deck", cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert "error: none:1:1: cannot be watched, no such folder; " in done.stderr
    assert done.returncode == 1


SLOW = """
import sys, time
import studypack.workflows.watch
from studypack.cli.main import main

built = studypack.workflows.watch.build

def slowly(request, **given):
    pack = built(request, **given)
    print("read", flush=True)
    sys.stdin.readline()
    return pack

studypack.workflows.watch.build = slowly
sys.argv = ["studypack", "watch", "made.yaml", "-p", "deck", "-j", "1"]
main()
"""


def test_a_save_during_the_first_build_is_not_lost(folder: Path) -> None:
    """What is saved after the first build has read the set, and before it ends, is built next."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW],
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "read\n"
        _save(folder / "made.yaml", "matter 0", "matter 100")
        process.stdin.write("\n\n")
        process.stdin.flush()
        killer = threading.Timer(10, process.kill)
        killer.start()
        again = process.stdout.readline()
        killer.cancel()
        process.kill()
    assert again == "read\n"
    assert "matter 100" in _question(folder)
