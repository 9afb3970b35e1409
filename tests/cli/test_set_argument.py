"""Which set a command uses: the given one, the only one in the folder, or the bundled one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import studypack
from studypack.questions.discovery import named_set, only_set

from tests.making import authored, write_set
from tests.running import run


def test_a_name_without_its_ending_is_the_file(tmp_path: Path) -> None:
    """What `new NAME` has written is found as NAME, also in another folder, and with `.yml`."""
    (tmp_path / "sub").mkdir()
    assert run("new", "sub/roman-law", cwd=tmp_path).returncode == 0
    write_set(tmp_path / "taxes.yml", authored(2, id="taxes"))
    assert run("check", "sub/roman-law", cwd=tmp_path).stdout == "roman-law: 1 question, 0 warnings\n"
    assert run("check", "taxes", cwd=tmp_path).stdout == "taxes: 2 questions, 0 warnings\n"


def test_a_folder_of_that_name_that_is_no_set_does_not_hide_the_file(tmp_path: Path) -> None:
    """`law/` with pictures beside `law.yaml`: the set is meant; a set in a folder wins."""
    write_set(tmp_path / "law.yaml", authored(2, id="law"))
    (tmp_path / "law").mkdir()
    assert run("check", "law", cwd=tmp_path).stdout == "law: 2 questions, 0 warnings\n"
    (tmp_path / "law" / "set.yaml").write_text("title: Law", "utf-8")
    assert "no question files" in run("check", "law", cwd=tmp_path).stderr


def test_the_only_set_of_the_folder_is_the_default_and_is_announced(tmp_path: Path) -> None:
    """Other YAML files are not sets; a set with syntax errors still is one."""
    path = write_set(tmp_path / "law.yaml", authored(3, id="law"))
    (tmp_path / "compose.yaml").write_text("services:\n  db: {image: postgres}\n", "utf-8")
    done = run("check", cwd=tmp_path)
    assert (done.stdout, done.stderr) == (
        "law: 3 questions, 0 warnings\n",
        "SET: law.yaml, the only one in this folder\n",
    )
    path.write_text("topics: [x\nquestions:\n\t- a", "utf-8")
    assert "error: law.yaml:" in run("check", cwd=tmp_path).stderr


def test_a_folder_that_is_a_set_is_its_own_default(tmp_path: Path) -> None:
    """In the folder of a set, that set is meant."""
    (tmp_path / "questions").mkdir()
    content = authored(2, id="law")
    write_set(tmp_path / "questions" / "a.yaml", {"questions": content.pop("questions")})
    write_set(tmp_path / "set.yaml", content)
    done = run("check", cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("law: 2 questions, 0 warnings\n", "SET: this folder\n")


def test_a_whole_set_may_be_called_set_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SET, or by the name of its folder, it is the same set as by its own name."""
    content = {key: value for key, value in authored(2).items() if key != "id"}
    path = write_set(tmp_path / "set.yaml", content)
    monkeypatch.chdir(tmp_path)
    assert named_set(tmp_path) == named_set(path) == path
    assert only_set(Path()) == Path("set.yaml")
    assert studypack.load(tmp_path).question_set.id == "set"


def test_several_sets_are_named_instead_of_guessed(tmp_path: Path) -> None:
    """None of them is used; --json includes the problem, too."""
    for name in ("law", "taxes"):
        write_set(tmp_path / f"{name}.yaml", authored(1, id=name))
    done = run("list", "--json", cwd=tmp_path)
    assert done.returncode == 1
    assert "several question sets in this folder, law.yaml, taxes.yaml; specify one of them" in done.stderr
    assert json.loads(done.stdout)["problems"][0]["why"] == "law.yaml, taxes.yaml"


def test_the_bundled_set_is_announced_when_it_is_taken(tmp_path: Path) -> None:
    """It is the default if the folder has no set; if it is given by name, no notice is printed."""
    done = run("list", cwd=tmp_path)
    assert done.stdout.startswith("Amazon Backend Interview (amazon-backend): 44 questions\n")
    assert done.stderr == "SET: amazon-backend, which comes with studypack (this folder contains no set)\n"
    assert run("list", "amazon-backend", cwd=tmp_path).stderr == ""


def test_every_bundled_set_is_listed_and_found_by_name(tmp_path: Path) -> None:
    """`list --sets` needs no set and shows where each one is; a folder of that name takes precedence."""
    done = run("list", "--sets", cwd=tmp_path)
    assert done.stderr == ""
    assert "sternhimmel: Der Sternhimmel (de), 15 questions\n" in done.stdout
    listed = json.loads(run("list", "--sets", "--json", cwd=tmp_path).stdout)
    assert [(s["set"], Path(s["path"], "set.yaml").is_file()) for s in listed] == [
        ("amazon-backend", True),
        ("sternhimmel", True),
    ]
    write_set(tmp_path / "sternhimmel.yaml", authored(2, id="own"))
    assert run("check", "sternhimmel", cwd=tmp_path).stdout == "own: 2 questions, 0 warnings\n"


def test_a_misspelt_set_is_answered_with_the_near_one(tmp_path: Path) -> None:
    """Both files and folders are suggested."""
    write_set(tmp_path / "contracts.yaml", authored(1))
    done = run("check", "contract.yaml", cwd=tmp_path)
    assert done.errors == [
        'contract.yaml:1:1: no such question set, neither a file nor a folder; did you mean "contracts.yaml"?'
    ]
    assert 'did you mean "sternhimmel"?' in run("check", "sternhimel", cwd=tmp_path).stderr
