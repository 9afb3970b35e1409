"""A set keeps its identity in Anki when its file or folder gets another name, or the build says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from studypack.cli.main import cli

from tests.making import authored, write_set
from tests.messages import on_one_line


def _run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, arguments)
    done.stderr_bytes = on_one_line(done.stderr).encode()
    return done


def _content(**changes: Any) -> dict[str, Any]:
    content = authored(4, **changes)
    if "id" not in changes:
        del content["id"]
    return content


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a set without an id, called `old.yaml`, and its deck."""
    monkeypatch.chdir(tmp_path)
    write_set(tmp_path / "old.yaml", _content())
    assert _run("build", "old.yaml", "-p", "deck").exit_code == 0
    return tmp_path


@pytest.mark.parametrize("command", [("check",), ("build", "-p", "deck")])
def test_a_renamed_file_is_refused_and_the_remedy_works(built: Path, command: tuple[str, ...]) -> None:
    """Nothing is written under the new name; with the old id in the set no note is new."""
    (built / "old.yaml").rename(built / "new.yaml")
    done = _run(*command, "new.yaml")
    assert done.exit_code == 1
    assert "Anki would show every note twice; write `id: old` in the set" in done.stderr
    assert not (built / "new.deck-state.json").exists()
    assert not (built / "out" / "new").exists()
    write_set(built / "new.yaml", _content(id="old"))
    assert _run("build", "new.yaml", "-p", "deck").stderr.splitlines()[-1] == "deck: 0 added, 0 changed, 0 retired"
    assert json.loads((built / "new.deck-state.json").read_bytes())["set"] == "old"


def test_renaming_the_state_as_well_ends_with_the_same_remedy(built: Path) -> None:
    """A state with the file's new name still names the old id, which the set must have."""
    (built / "old.yaml").rename(built / "new.yaml")
    (built / "old.deck-state.json").rename(built / "new.deck-state.json")
    assert "write `id: old` in the set" in _run("build", "new.yaml", "-p", "deck").stderr
    write_set(built / "new.yaml", _content(id="old"))
    assert _run("build", "new.yaml", "-p", "deck").stderr.splitlines()[-1] == "deck: 0 added, 0 changed, 0 retired"


def test_the_id_of_a_set_whose_file_is_renamed_keeps_its_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A set with an id is the same set under any file name: its state is found under the old one, and not "lost"."""
    monkeypatch.chdir(tmp_path)
    path = write_set(tmp_path / "old.yaml", _content(id="mine"))
    assert _run("build", "old.yaml", "-p", "deck").exit_code == 0
    path.rename(tmp_path / "new.yaml")
    done = _run("build", "new.yaml", "-p", "deck", "--no-cache")
    assert done.stderr.splitlines()[-1] == "deck: 0 added, 0 changed, 0 retired"
    assert "lost" not in done.stderr


def test_a_renamed_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state of a folder moves with it, and names the set that it belongs to."""
    monkeypatch.chdir(tmp_path)
    content = _content()
    (tmp_path / "old" / "questions").mkdir(parents=True)
    write_set(tmp_path / "old" / "questions" / "all.yaml", {"questions": content.pop("questions")})
    write_set(tmp_path / "old" / "set.yaml", content)
    assert _run("build", "old", "-p", "deck").exit_code == 0
    (tmp_path / "old").rename(tmp_path / "new")
    done = _run("build", "new", "-p", "deck")
    assert done.exit_code == 1
    assert "write `id: old` in the set" in done.stderr


@pytest.mark.parametrize("case", ["a copy", "another set", "damaged"])
def test_other_sets_beside_it_are_no_reason_to_refuse(built: Path, case: str) -> None:
    """A copy beside its original, a set with other notes, and a damaged state of nobody's are built."""
    content = _content()
    if case != "a copy":
        (built / "old.yaml").unlink()
    if case == "another set":
        for number, question in enumerate(content["questions"]):
            question["id"], question["question"] = f"other-{number}", f"Which river is number {number}?"
    if case == "damaged":
        (built / "old.deck-state.json").write_text("[", "utf-8")
    write_set(built / "new.yaml", content)
    assert _run("build", "new.yaml", "-p", "deck").stderr.splitlines()[-1] == "deck: 4 added, 0 changed, 0 retired"
