"""`studypack doctor`: what it finds on this machine, and on machines with something missing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from studypack.typeset.fonts import FACES
from studypack.workflows import doctor

from tests.making import authored, write_set
from tests.running import Done, environment, run

LACKING = "cannot load library 'libpango-1.0-0': libpango-1.0-0: cannot open shared object file"


def test_a_machine_with_everything(tmp_path: Path) -> None:
    """Three findings are printed, and nothing is wrong."""
    done = run("doctor", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["Python", "Pango and HarfBuzz", "fonts"]
    assert f"fonts: {len(FACES)} faces" in done.stdout


@pytest.fixture
def without_pango(tmp_path: Path) -> Path:
    """Return a folder whose `weasyprint` fails as the real one does where Pango is missing."""
    (tmp_path / "weasyprint.py").write_text(f"raise OSError({LACKING!r} + '\\nand more')", "utf-8")
    return tmp_path


def _run(folder: Path, *arguments: str) -> Done:
    return run(*arguments, cwd=folder, PYTHONPATH=f"{folder}{os.pathsep}{environment()['PYTHONPATH']}")


def test_a_machine_without_pango(without_pango: Path) -> None:
    """The library is named, with the command that installs it; the other things are looked at all the same."""
    done = _run(without_pango, "doctor")
    assert done.returncode == 1
    assert f"Pango and HarfBuzz: {LACKING}\nfonts: " in done.stdout
    error, count = done.stderr.splitlines()
    assert error == f"error: Pango and HarfBuzz: {LACKING}; {doctor._install_command()}"
    assert count.startswith("1 problem")


def test_a_build_without_pango_tells_the_same(without_pango: Path) -> None:
    """A build ends with the missing library and its remedy, without a traceback; what needs no Pango works."""
    write_set(without_pango / "made.yaml", authored(1))
    done = _run(without_pango, "build", "made.yaml", "-p", "handbook", "-j", "1", "--no-cache")
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: WeasyPrint's system libraries are missing, {LACKING}; install Pango ")
    assert "Traceback" not in done.stderr
    assert _run(without_pango, "build", "made.yaml", "-p", "deck", "-j", "1").returncode == 0


@pytest.mark.parametrize(
    ("platform", "apt", "command"),
    [
        ("darwin", None, "brew install pango"),
        ("linux", "/usr/bin/apt-get", "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("linux", None, "with your package manager"),
    ],
)
def test_the_remedy_is_the_systems_own(
    monkeypatch: pytest.MonkeyPatch, platform: str, apt: str | None, command: str
) -> None:
    """The command is that of the system at hand."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("shutil.which", lambda name: apt)
    assert doctor._install_command().endswith(command)


def test_missing_fonts_and_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a finding with its remedy, and does not keep the others from being looked at."""

    def lacking(address: str) -> bytes:
        raise FileNotFoundError(2, "No such file or directory", "inter.ttf")

    monkeypatch.setattr("studypack.typeset.fonts.font_bytes", lacking)
    monkeypatch.setattr(doctor, "_library", lambda: doctor.Finding("Pango and HarfBuzz", "set a line"))
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    python, _, fonts = doctor.findings()
    assert python.problem is not None
    assert str(python.problem).endswith("; install Python 3.11 or newer")
    assert fonts.problem is not None
    assert str(fonts.problem).startswith("fonts: cannot be read ([Errno 2] No such file")
    assert str(fonts.problem).endswith("; install studypack again")
