"""The commands and options of the deck from a user's point of view."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from studypack.cli.main import cli

from tests.making import authored, write_set
from tests.messages import on_one_line

STATE = "made.deck-state.json"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a set of four questions and its deck."""
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, authored(4))
    done = _build()
    assert done.stderr.splitlines()[-1] == "deck: 4 added, 0 changed, 0 retired"
    return tmp_path


def _write(folder: Path, content: dict[str, Any]) -> None:
    write_set(folder / "made.yaml", content)


def _run(*arguments: str) -> Result:
    """Run `studypack` in this process: a new one for each of these tests would take longer than they do."""
    done = CliRunner().invoke(cli, arguments)
    done.stderr_bytes = on_one_line(done.stderr).encode()
    return done


def _build(*options: str) -> Result:
    return _run("build", "made.yaml", "-p", "deck", *options)


def _renamed() -> dict[str, Any]:
    content = authored(4)
    content["questions"][1]["id"] = "renamed"
    return content


@pytest.mark.parametrize("command", [("check", "made.yaml"), ("build", "made.yaml", "-p", "deck")])
def test_a_changed_id_is_refused_and_may_be_meant(made: Path, command: tuple[str, ...]) -> None:
    """Both places are named and nothing is written; with --retire it is recorded, and passes from then on."""
    before = (made / STATE).read_bytes(), (made / "out/made/deck.apkg").read_bytes()
    _write(made, _renamed())
    done = _run(*command)
    assert done.exit_code == 1
    error, end = done.stderr.splitlines()
    assert error.startswith("error: made.yaml:")
    assert f'the id "question-1" has become "renamed", {STATE}:' in error
    assert "or confirm the change with `--retire question-1`; if no deck with it was ever imported, " in error
    assert end == "1 problem; nothing was written"
    assert ((made / STATE).read_bytes(), (made / "out/made/deck.apkg").read_bytes()) == before
    assert _run(*command, "--retire", "question-1").exit_code == 0
    assert '"question-1"' in (made / STATE).read_text("utf-8").partition('"retired"')[2]
    assert _run(*command).exit_code == 0


def test_retiring_is_told_with_its_search(made: Path) -> None:
    """The build that records it reports what Anki keeps; `deck-state` reports it later."""
    _write(made, _renamed())
    search = 'in Anki, search: "Id:made/question-1"'
    assert _build("--retire", "question-1").stderr.splitlines()[-1] == f"deck: 1 added, 0 changed, 1 retired ({search})"
    assert _run("deck-state", "made.yaml").stdout.splitlines() == [
        f"{STATE}: 4 notes, 1 retired",
        "  question-1  What would you say about matter 1 if you were asked?",
        search,
    ]


def test_retiring_what_is_there_is_refused(made: Path) -> None:
    """Also when nothing else has changed and the pack would be up to date."""
    done = _build("--retire", "question-1")
    assert done.exit_code == 1
    assert 'error: "question-1" is in the set unchanged; delete it from the set first' in done.stderr


def test_order_by_level_is_another_deck(made: Path) -> None:
    """The pack is then out of date, and the new one is verified successfully."""
    before = (made / "out/made/deck.apkg").read_bytes()
    done = _build("--order", "level")
    assert (done.exit_code, "up to date" in done.stderr) == (0, False)
    assert (made / "out/made/deck.apkg").read_bytes() != before
    assert _run("verify", "out/made").stdout == "deck: 4/4 questions\n"
    assert "up to date" in _build("--order", "level").stderr


def test_diff_of_two_packs(made: Path) -> None:
    """Lines for a reader, and the same as JSON."""
    old = made / "old.apkg"
    (made / "out/made/deck.apkg").rename(old)
    content = authored(4)
    content["questions"][1]["answer"] = "Other words."
    _write(made, content)
    _build()
    done = _run("diff", "old.apkg", "out/made/deck.apkg")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "0 added, 1 changed, 0 retired, 0 note types changed"
    found = json.loads(_run("diff", "old.apkg", "out/made/deck.apkg", "--json").stdout)
    assert found == {
        "added": [],
        "changed": [{"key": "question-1", "number": "Q2", "changes": ["answer"],
                     "words": "What would you say about matter 1 if you were asked?"}],
        "retired": [],
        "kept": [],
        "note_types": [],
    }  # fmt: skip
    assert _run("diff", "old.apkg", "made.yaml").exit_code == 1


def test_a_lost_state_is_made_anew(made: Path) -> None:
    """From the last deck, so that the next one is the same; never over one that exists."""
    state, deck = (made / STATE).read_text("utf-8"), (made / "out/made/deck.apkg").read_bytes()
    command = ("deck-state", "made.yaml", "--from", "out/made/deck.apkg")
    refused = _run(*command)
    assert refused.exit_code == 1
    assert f"{STATE}:1:1: the deck's state exists, it may know more than a deck does; delete it first" in refused.stderr
    (made / STATE).unlink()
    done = _run(*command)
    assert (done.exit_code, done.stdout, done.stderr) == (0, f"{STATE}\n", "4 notes of 1 deck\n")
    assert json.loads((made / STATE).read_bytes())["notes"] == json.loads(state)["notes"]
    assert _build().stderr.splitlines()[-1] == "deck: 0 added, 0 changed, 0 retired"
    assert (made / "out/made/deck.apkg").read_bytes() == deck


def test_no_state_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first deck there is nothing to report, and `check` writes no file."""
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, authored(4))
    assert _run("check", "made.yaml").exit_code == 0
    assert _run("deck-state", "made.yaml").stdout == f"{STATE}: 0 notes, 0 retired\n"
    assert not (tmp_path / STATE).exists()


def test_the_remedy_for_a_lost_state_works(made: Path) -> None:
    """Where the pack's deck is damaged as well, what the warning says is run: no note is dated again."""
    (made / "older.apkg").write_bytes((made / "out/made/deck.apkg").read_bytes())
    before = json.loads((made / STATE).read_bytes())["notes"]
    (made / STATE).unlink()
    (made / "out/made/deck.apkg").write_bytes(b"PK")
    said = _build().stderr
    assert f"delete {STATE} after this build, and run `studypack deck-state made.yaml --from OLDER.apkg`" in said
    (made / STATE).unlink()
    assert _run("deck-state", "made.yaml", "--from", "older.apkg").exit_code == 0
    assert json.loads((made / STATE).read_bytes())["notes"] == before
    assert _build().stderr.splitlines()[-1] == "deck: 0 added, 0 changed, 0 retired"


def test_counts_of_one_are_singular(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No command says "1 questions", of whatever there is one."""
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, authored(1))
    (tmp_path / "old.apkg").write_bytes(b"")
    said = [_build(), _build("--no-cache"), _run("verify", "out/made"), _run("list", "made.yaml", "-q")]
    (tmp_path / "old.apkg").write_bytes((tmp_path / "out/made/deck.apkg").read_bytes())
    said += [_run("check", "made.yaml"), _run("deck-state", "made.yaml"), _run("cache"), _run("cache", "--clear")]
    (tmp_path / STATE).unlink()
    content = authored(1)
    content["glossary"] = [{"id": "term", "term": "Term", "definition": "A word."}]
    del content["questions"][0]["takeaway"]
    _write(tmp_path, content)
    said += [_run("check", "made.yaml"), _run("deck-state", "made.yaml", "--from", "old.apkg"), _build()]
    said += [_run("diff", "old.apkg", "out/made/deck.apkg"), _run("check", "made.yaml", "--strict"), _run("check", "x")]
    text = "\n".join(done.stdout + done.stderr for done in said)
    assert "1 note of 1 deck\n1 note of the set is in none of them: the next deck adds it" in text
    assert "1/1 question\n" in text
    assert re.findall(r"\b(?<![.,/-])1 (?:\w+ )?\w+(?<!s)s\b(?<! is)(?<! has)", re.sub(r"\d/", "", text)) == []


def _one_problem(*arguments: str) -> dict[str, Any]:
    """Return the only problem that a command prints as JSON."""
    done = _run(*arguments, "--json")
    assert done.exit_code in (1, 2)
    (problem,) = json.loads(done.stdout)["problems"]
    return dict(problem)


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "none.yaml"),
        ("build", "made.yaml", "--topic", "none"),
        ("build", "made.yaml", "--seed", "3"),
        ("list", "made.yaml", "--seed", "3"),
        ("list", "none.yaml"),
        ("check", "none.yaml"),
        ("verify", "none"),
        ("diff", "none.apkg", "none.apkg"),
        ("build", "made.yaml", "--nosuch"),
        ("nosuch", "made.yaml"),
    ],
)
def test_each_command_prints_its_problems_as_json(made: Path, arguments: tuple[str, ...]) -> None:
    """Whatever is wrong, the set, a name or the combination of options, stdout has it as JSON."""
    assert _one_problem(*arguments)["what"]
