"""A pack that matches the request is not rebuilt; any change in its inputs causes a new build."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from studypack.jobs import fingerprints
from studypack.products.options import PrintOptions
from studypack.questions.selection import Criteria
from studypack.typeset.geometry import Paper
from studypack.workflows.build import build
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import up_to_date

from tests.making import authored, only, write_set
from tests.running import run

Change = Callable[[Path], object]


def _content() -> dict[str, object]:
    content = authored(2, theme="looks")
    content["questions"][0]["exhibits"] = [{"listing": "code.py", "caption": "Code"}]
    return content


@pytest.fixture(scope="module", params=["file", "folder"])
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Request]:
    """Return a place with a finished pack, and its request with paths from there; of a file and of a folder."""
    place = tmp_path_factory.mktemp("finished")
    with contextlib.chdir(place):
        return place, _finished(Path(), request.param)


@pytest.fixture
def place(finished: tuple[Path, Request], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of that place, where the test now stands."""
    copy = shutil.copytree(finished[0], tmp_path / "copy")
    monkeypatch.chdir(copy)
    assert up_to_date(finished[1]) is not None
    return copy


def _finished(place: Path, kind: str) -> Request:
    content = _content()
    root = place / "made"
    (root / "looks").mkdir(parents=True)
    (root / "looks" / "theme.css").write_text(":root { --ink: #111111 }", "utf-8")
    (root / "code.py").write_text("a = 1\n", "utf-8")
    path = write_set(root / "made.yaml", content)
    if kind == "folder":
        path.rename(root / "set.yaml")
        (root / "questions").mkdir()
        write_set(root / "questions" / "all.yaml", {"questions": content.pop("questions")})
        path = write_set(root / "set.yaml", content).parent
    (place / "other").mkdir()
    (place / "other" / "theme.css").write_text(":root { --ink: #222222 }", "utf-8")
    request = Request(path, options=only("deck", theme=str(place / "other")), output=place / "out", now=1)
    build(request)
    return request


def _edit(name: str, old: str, new: str) -> Change:
    """Return what changes a file below the set's place: the first of that name."""

    def change(place: Path) -> None:
        path = next(path for path in sorted(place.rglob(name)) if old in path.read_text("utf-8"))
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    return change


CHANGES: dict[str, Change] = {
    "a word of a question": _edit("*.yaml", "matter 1", "matter 7"),
    "a byte of a listing": _edit("code.py", "a = 1", "a = 2"),
    "the set's own theme": _edit("theme.css", "#111111", "#111112"),
    "the theme of the command line": _edit("theme.css", "#222222", "#222223"),
    "a new file of that theme": lambda place: (place / "other" / "x.svg").write_text("<svg/>"),
    "a deleted listing": lambda place: (place / "made" / "code.py").unlink(),
    "the deck's state": _edit("*deck-state.json", "{", " {"),
    "a damaged product": lambda place: (place / "out" / "made" / "deck.apkg").write_bytes(b"PK"),
    "a deleted product": lambda place: (place / "out" / "made" / "deck.apkg").unlink(),
    "a deleted manifest": lambda place: (place / "out" / "made" / "pack.json").unlink(),
    "a damaged manifest": lambda place: (place / "out" / "made" / "pack.json").write_text("[]"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_a_new_build(finished: tuple[Path, Request], place: Path, change: str) -> None:
    """One byte of anything that the pack depends on, or of the pack itself, and it is no longer up to date."""
    CHANGES[change](place)
    assert up_to_date(finished[1]) is None


def test_another_wish_is_a_new_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack with other options, or of another program version or date, does not match."""
    request = _finished(tmp_path, "file")
    theme = request.options[PrintOptions].theme
    for wish in (
        {"options": only("deck", theme=theme, paper=Paper.LETTER)},
        {"options": only("deck", theme=theme, simplex=True)},
        {"options": only("deck", "cheatsheet", theme=theme)},
        {"criteria": Criteria(limit=1)},
        {"options": only("deck")},
        {"options": only("deck", theme="plain")},
        {"cached": False},
        {"output": tmp_path / "elsewhere"},
    ):
        assert up_to_date(dataclasses.replace(request, **wish)) is None, wish
    assert up_to_date(dataclasses.replace(request, workers=3, now=99)) is not None
    with monkeypatch.context() as patched:
        patched.setenv("SOURCE_DATE_EPOCH", "1")
        assert up_to_date(request) is None
    monkeypatch.setattr(fingerprints, "program", lambda: "another")
    assert up_to_date(request) is None


def test_hidden_files_of_the_set_count_where_it_names_them(tmp_path: Path) -> None:
    """A listing in a folder whose name begins with a dot is content like any other."""
    content = authored(1, theme=".looks")
    content["questions"][0]["exhibits"] = [{"listing": ".code/a.py", "caption": "Code"}]
    (tmp_path / "made" / "questions").mkdir(parents=True)
    write_set(tmp_path / "made" / "questions" / "all.yaml", {"questions": content.pop("questions")})
    write_set(tmp_path / "made" / "set.yaml", content)
    for name in (".code/a.py", ".looks/theme.css"):
        path = tmp_path / "made" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("/* 1 */", "utf-8")
    request = Request(tmp_path / "made", options=only("deck"), output=tmp_path / "out", now=1)
    build(request)
    for name in (".code/a.py", ".looks/theme.css"):
        assert up_to_date(request) is not None
        (tmp_path / "made" / name).write_text("/* 2 */", "utf-8")
        assert up_to_date(request) is None
        build(request)


def test_a_pack_inside_the_sets_folder_stays_up_to_date(tmp_path: Path) -> None:
    """Building in the set's own folder does not cause endless builds, because our own files are not content."""
    request = _finished(tmp_path, "folder")
    inside = dataclasses.replace(request, output=request.path / "out")
    build(inside)
    assert up_to_date(inside) is not None


def test_a_copy_of_a_pack_is_not_the_pack(tmp_path: Path) -> None:
    """A copy next to it does not hide that the pack itself is missing."""
    request = _finished(tmp_path, "file")
    shutil.copytree(tmp_path / "out" / "made", tmp_path / "out" / "a-copy")
    found = up_to_date(request)
    assert found is not None
    assert found[0].name == "made"
    (tmp_path / "out" / "made" / "deck.apkg").unlink()
    assert up_to_date(request) is None


def test_a_selection_is_found_again(tmp_path: Path) -> None:
    """Packs of different selections exist side by side, each up to date independently."""
    request = _finished(tmp_path, "file")
    one = dataclasses.replace(request, criteria=Criteria(ids=("question-0",)))
    folder = build(one).folder
    assert [up_to_date(r)[0] for r in (one, request)] == [folder, tmp_path / "out" / "made"]  # type: ignore[index]


def test_warnings_are_told_each_time(tmp_path: Path) -> None:
    """A set whose only findings are warnings is up to date, and they are shown again; --strict builds, and fails."""
    content = authored(1)
    del content["questions"][0]["takeaway"]
    write_set(tmp_path / "made.yaml", content)
    arguments = ("build", "made.yaml", "-p", "deck")
    first, second = (run(*arguments, cwd=tmp_path) for _ in range(2))
    warnings = [line for line in first.stderr.splitlines() if line.startswith("warning: ")]
    assert len(warnings) == 1
    assert second.stderr.splitlines() == [*warnings, "out/made: up to date"]
    assert run(*arguments, "--strict", cwd=tmp_path).returncode == 1


def test_a_folder_for_packs_called_questions_hides_no_questions(tmp_path: Path) -> None:
    """With `-o SET/build/questions` an edit of a question is a new build, and the packs in there are not."""
    content = authored(1)
    (tmp_path / "questions").mkdir()
    path = write_set(tmp_path / "questions" / "a.yaml", {"questions": content.pop("questions")})
    write_set(tmp_path / "set.yaml", content)
    request = Request(tmp_path, options=only("deck"), output=tmp_path / "build" / "questions", now=1)
    build(request)
    assert up_to_date(request) is not None
    path.write_text(path.read_text("utf-8").replace("matter 0", "matter 9"), "utf-8")
    assert up_to_date(request) is None


def test_nothing_to_do_touches_nothing_and_says_so(tmp_path: Path) -> None:
    """The second build changes no file, prints the same paths, and reports that the pack is up to date."""
    write_set(tmp_path / "made.yaml", authored(2))
    arguments = ("build", "made.yaml", "-p", "deck")
    first = run(*arguments, cwd=tmp_path)
    before = _states(tmp_path)
    second = run(*arguments, cwd=tmp_path)
    assert (first.returncode, second.returncode) == (0, 0)
    assert second.stdout == first.stdout == "out/made/deck.apkg\nout/made/pack.json\n"
    assert second.stderr == "out/made: up to date\n"
    assert _states(tmp_path) == before
    (tmp_path / "out" / "made" / "deck.apkg").write_bytes(b"")
    third = run(*arguments, cwd=tmp_path)
    assert "up to date" not in third.stderr
    assert (tmp_path / "out" / "made" / "deck.apkg").stat().st_size > 1000


def _states(folder: Path) -> dict[Path, tuple[int, int]]:
    """Return inode and time of change (nanoseconds) of each file."""
    states = {path: path.stat() for path in sorted(folder.rglob("*")) if path.is_file()}
    return {path: (state.st_ino, state.st_mtime_ns) for path, state in states.items()}
