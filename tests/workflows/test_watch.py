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

WAITING = "waiting for changes; press Ctrl-C to stop"
QUIET = 1.0
"""Seconds in which a change would have been answered: it takes 0.2 s until a build begins."""


class Watch:
    """A running `studypack watch`, and its output on stderr."""

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
        """Wait for one build and return its output."""
        lines: list[str] = []
        while not lines or lines[-1] != WAITING:
            lines.append(self._lines.get(timeout=20))
        return lines[:-1]

    def quiet(self) -> bool:
        """Return whether there is no output for a while."""
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

    def rest(self) -> str:
        """Return what else was said, once it has ended."""
        self._reader.join(timeout=20)
        return "".join(f"{self._lines.get()}\n" for _ in range(self._lines.qsize()))

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
    assert watch.interrupt() == 0


def test_what_builds_write_is_no_change(folder: Path, watch: Watch) -> None:
    """The deck's state, the pack and editors' temporary files are not answered; a theme of the set is."""
    watch.said()
    assert watch.quiet()
    for name in (
        "watch.log",
        "made.deck-state.json",
        "out/made/deck.apkg",
        "out/made/pack.json",
        ".made.yaml.swp",
        "made.yaml~",
    ):
        (folder / name).touch()
    assert watch.quiet()
    (folder / "looks" / "theme.css").write_text(":root { --ink: #222222 }", "utf-8")
    assert watch.said()[-1].startswith("out/made: built in ")
    assert watch.quiet()


def test_only_the_sets_own_files_are_answered(tmp_path: Path) -> None:
    """Logs, pictures that no text names and packs in the set's folder are not; whatever the set names is."""
    content = authored(1)
    content["questions"][0]["exhibits"] = [{"listing": "code.py", "caption": "C"}]
    (tmp_path / "code.py").write_text("a = 1\n", "utf-8")
    (tmp_path / "questions").mkdir()
    write_set(tmp_path / "questions" / "all.yaml", {"questions": content.pop("questions")})
    write_set(tmp_path / "set.yaml", content)
    with Watch(tmp_path, ".", "-o", ".") as watch:
        watch.said()
        others = (
            "notes.txt",
            "build.out",
            "other.py",
            "photo.png",
            "questions/draft.txt",
            "made/x.pdf",
            "x.yaml",
            "c.py",
        )
        for name in others:
            (tmp_path / name).write_text("log", "utf-8")
        assert watch.quiet()
        (tmp_path / "code.py").write_text("a = 2\n", "utf-8")
        assert watch.said()[-1].startswith("made: built in ")
        write_set(tmp_path / "glossary.yml", {"glossary": [{"id": "term", "term": "Term", "definition": "A word."}]})
        assert watch.said()[-1].startswith("made: built in ")
        assert watch.quiet()
        assert watch.interrupt() == 0
        assert watch.rest() == "stopped\n"


def test_a_state_that_another_command_writes_is_answered(folder: Path, watch: Watch) -> None:
    """`check --retire` beside a running watch lets the build succeed that was refused."""
    watch.said()
    _save(folder / "made.yaml", '"question-0"', '"renamed"')
    assert "--retire question-0" in "".join(watch.said())
    assert run("check", "made.yaml", "--retire", "question-0", cwd=folder).returncode == 0
    assert watch.said()[-1].startswith("out/made: built in ")


def test_a_figure_that_cannot_be_drawn_does_not_end_it(folder: Path) -> None:
    """Each fault of a figure is reported, and the next good one is built."""
    svg = "<svg xmlns='http://www.w3.org/2000/svg' {}><rect width='5' height='5'/></svg>"
    good = "viewBox='0 0 9 9'"
    (folder / "x.svg").write_text(svg.format(good), "utf-8")
    content = authored(1)
    content["questions"][0]["exhibits"] = [{"figure": "x.svg", "caption": "F", "alt": "A"}]
    write_set(folder / "made.yaml", content)
    with Watch(folder, "made.yaml") as watch:
        watch.said()
        for fault in ("viewBox='a b c d'", "width='px'", "height='inf'"):
            (folder / "x.svg").write_text(svg.format(fault), "utf-8")
            assert watch.said()[0].startswith("error: ")
        (folder / "x.svg").write_text(svg.format(good + " width='50'"), "utf-8")
        assert watch.said()[-1].startswith("out/made: built in ")


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
    assert "error: none:1:1: cannot be watched, the folder does not exist; " in done.stderr
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
