"""The font files of the faces, which the cache keeps, and the libraries that typesetting loads."""

from __future__ import annotations

import subprocess
import sys

import pytest
from studypack.typeset import fonts
from studypack.typeset.fonts import FACES, FacesJob, font_bytes, take_faces


def test_files_from_the_cache_are_those_that_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The job makes every face's file, restores it from its bytes, and a process that takes them makes none."""
    made = FacesJob().run()
    assert FacesJob().loads(FacesJob().dumps(made)) == made == [font_bytes(address) for address in FACES]
    monkeypatch.setattr(fonts, "_MADE", {})
    monkeypatch.setattr(fonts, "_static", None)
    take_faces(made)
    assert [font_bytes(address) for address in FACES] == made


@pytest.mark.parametrize("damage", [lambda content: content[:-1], lambda content: content + b"x", lambda _: b"[]\n"])
def test_damaged_files_are_not_taken(damage: object) -> None:
    """Content that is too short, too long, or without files is invalid, so that the job is run again."""
    assert callable(damage)
    with pytest.raises(ValueError, match="not the files"):
        FacesJob().loads(damage(FacesJob().dumps(FacesJob().run())))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere libraries are searched for")
def test_libraries_are_loaded_without_other_programs() -> None:
    """Two threads that load WeasyPrint run neither a compiler nor a linker; others can search afterwards."""
    code = (
        "import sys\n"
        "sys.addaudithook(lambda event, _: event in ('subprocess.Popen', 'os.posix_spawn') and print(event))\n"
        "import ctypes.util, threading\nfind = ctypes.util.find_library\n"
        "from studypack.typeset.engine import weasyprint_module\n"
        "threads = [threading.Thread(target=weasyprint_module) for _ in range(2)]\n"
        "[thread.start() for thread in threads], [thread.join() for thread in threads]\n"
        "print(ctypes.util.find_library is find)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "True\n"
