"""The files of a set are loaded in reading order and numbered, and all problems are reported at once."""

from __future__ import annotations

import os
import subprocess
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
import yaml
from studypack.checks.content import set_warnings
from studypack.errors import ContentError
from studypack.questions import loader, set_files
from studypack.questions.loader import load, set_id, shown
from studypack.questions.yaml_reading import read_yaml
from studypack.questions.yaml_source import YamlSource

from tests.making import authored, question

ROOT = Path(__file__).parents[2]


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a set with four questions in two files, named in the reverse order of the two topics."""
    whole = authored(4, per_topic=2)
    _write(tmp_path / "my-set" / "set.yaml", {k: v for k, v in whole.items() if k not in ("questions", "id")})
    _write(tmp_path / "my-set" / "questions" / "b.yaml", {"questions": whole["questions"][:2]})
    _write(tmp_path / "my-set" / "questions" / "a.yaml", {"questions": whole["questions"][2:]})
    return tmp_path / "my-set"


def _said(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(path)
    return [str(d).removeprefix(f"{path.parent}{os.sep}") for d in caught.value.diagnostics]


def test_a_folder_and_a_single_file_are_the_same_set(folder: Path) -> None:
    """A folder and a single file with the same content give equal sets, apart from positions."""
    single = authored(4, per_topic=2, id="my-set")
    single["questions"] = single["questions"][2:] + single["questions"][:2]
    _write(folder.parent / "single.yaml", single)
    one, two = load(folder).question_set, load(folder.parent / "single.yaml").question_set
    assert [q.model_dump(exclude={"where"}) for q in one.questions] == [
        q.model_dump(exclude={"where"}) for q in two.questions
    ]
    assert one.id == two.id
    assert one.header.model_dump(exclude={"id"}) == two.header.model_dump(exclude={"id"})


def test_numbers_follow_topics_then_files_then_lines(folder: Path) -> None:
    """Questions are ordered by topic, then by file name, then by line."""
    _write(folder / "questions" / "0.yaml", {"questions": [question(8, "topic-1"), question(9, "topic-0")]})
    read = load(folder).question_set.questions
    assert [(q.number, q.id.removeprefix("question-"), Path(q.where.file).stem) for q in read] == [
        (1, "9", "0"),
        (2, "0", "b"),
        (3, "1", "b"),
        (4, "8", "0"),
        (5, "2", "a"),
        (6, "3", "a"),
    ]
    assert [q.label for q in read] == ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6"]


def test_each_question_knows_its_place(folder: Path) -> None:
    """A question and each of its values have their position in the question's file."""
    loaded = load(folder)
    text = (folder / "questions" / "a.yaml").read_text("utf-8").splitlines()
    last = loaded.question_set.questions[3]
    assert text[last.where.line - 1] == "- id: question-3"
    place = loaded.positions.values["question-3", "takeaway"]
    assert text[place.line - 1][place.column - 1 :].startswith(("'Takeaway 3", "Takeaway 3"))


def test_a_glossary_file_is_added_to_the_header(folder: Path) -> None:
    """The terms in `glossary.yaml` follow those of the header in `set.yaml`."""
    header = yaml.safe_load((folder / "set.yaml").read_text("utf-8"))
    _write(folder / "set.yaml", header | {"glossary": [{"id": "one", "term": "One", "definition": "D."}]})
    terms = [{"id": "two", "term": "Two", "definition": "D.", "question": "question-3"}]
    _write(folder / "glossary.yaml", {"glossary": terms})
    assert [entry.id for entry in load(folder).question_set.glossary] == ["one", "two"]


def test_problems_of_the_glossary_file_are_reported(folder: Path) -> None:
    """A mistake in `glossary.yaml` is reported with the others."""
    _write(folder / "glossary.yaml", "glossary:\n- {id: one, term: One}\n")
    assert _said(folder) == [
        'my-set/glossary.yaml:2:3: "definition" is missing or empty, a glossary entry needs it; add `definition: …`'
    ]


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("my-set", "my-set"), ("My Set (2)", "my-set-2"), ("__x__", "x"), ("日本", "set"), ("a.b", "a-b")],
)
def test_a_set_without_id_is_called_after_its_folder_or_file(tmp_path: Path, name: str, identifier: str) -> None:
    """The default id is the name in kebab-case, or `set` if the name has no usable letter."""
    (tmp_path / name).mkdir()
    assert set_id(tmp_path / name) == identifier
    assert set_id(tmp_path / f"{name}.yaml") == identifier


def test_a_set_is_called_after_its_folder_from_inside_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path `.` gives the name of the current folder."""
    monkeypatch.chdir(folder)
    assert load(Path()).question_set.id == "my-set"


def test_an_id_is_stronger_than_the_name(folder: Path) -> None:
    """A set with an explicit id keeps it when its folder is renamed."""
    with (folder / "set.yaml").open("a", encoding="utf-8") as file:
        file.write("id: mine\n")
    assert load(folder).question_set.id == "mine"


def test_a_missing_set_is_told_how_to_start(tmp_path: Path) -> None:
    """If neither a file nor a folder exists, the remedy is `studypack new`."""
    assert _said(tmp_path / "none") == [
        "none:1:1: no such question set, neither a file nor a folder; `studypack new my-set` writes one to start from"
    ]


def test_a_folder_without_set_yaml_is_told_what_it_lacks(folder: Path) -> None:
    """The message about a folder without `set.yaml` explains what a set's folder contains."""
    (folder / "set.yaml").unlink()
    assert _said(folder) == [
        "my-set/set.yaml:1:1: no such file, a question set's folder has a set.yaml and a folder questions/; "
        "`studypack new my-set` writes a single-file set to start from"
    ]


def test_a_folder_without_questions_is_told_what_it_lacks(folder: Path) -> None:
    """The message about a folder without question files says where they belong."""
    for path in (folder / "questions").iterdir():
        path.unlink()
    assert _said(folder) == [
        "my-set/questions:1:1: no question files, the questions of a set are in questions/*.yaml or *.yml; add one"
    ]


def test_an_unreadable_file_is_a_problem(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message about an unreadable file gives the system's reason."""

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(loader, "opened", refused)
    assert _said(folder) == ["my-set/set.yaml:1:1: cannot be read, Permission denied"]


@pytest.mark.parametrize("name", ["set.yaml", "questions/a.yaml", "glossary.yaml"])
def test_a_yaml_file_that_is_a_link_out_of_the_set_is_refused(folder: Path, name: str) -> None:
    """Links out of the set's folder are refused, because they could expose other files in messages or the pack."""
    outside = folder.parent / "outside.yaml"
    _write(outside, "glossary: []\n")
    if (folder / name).exists():
        (folder / name).rename(outside)
    (folder / name).symlink_to(outside)
    with pytest.raises(ContentError, match="outside the set"):
        load(folder)


def test_all_problems_of_all_files_come_in_one_go(folder: Path) -> None:
    """Problems of syntax, model, references and exhibits are all reported, ordered by file and line."""
    _write(folder / "questions" / "a.yaml", "questions: [\n")
    exhibits = [{"figure": "x.svg", "alt": "x", "caption": "x"}]
    changed = [question(0, "topic-0", exhibits=exhibits), question(1, "topik-1"), question(2, "topic-0")]
    _write(folder / "questions" / "b.yaml", {"questions": [changed[0], changed[1] | {"level": "hard"}, changed[2]]})
    _write(folder / "glossary.yaml", "glossary:\n- {id: a, term: T, definition: D, kwestion: q}\n")
    said = _said(folder)
    assert [words.split(":")[0] for words in said] == [
        "my-set/glossary.yaml",
        "my-set/questions/a.yaml",
        *["my-set/questions/b.yaml"] * 3,
    ]
    assert [words.split(": ")[1].split(" ")[0] for words in said] == ["unknown", "not", "no", "unknown", "unknown"]


def test_no_problem_is_told_twice(tmp_path: Path) -> None:
    """A single file is read as header and as questions, but each problem is reported once."""
    _write(tmp_path / "x.yaml", authored(2) | {"titel": "x"})
    assert len(_said(tmp_path / "x.yaml")) == 1


def test_the_order_of_problems_is_the_same_in_every_run(tmp_path: Path) -> None:
    """Problems at the same position have a fixed order that does not depend on Python's hash randomization."""
    _write(tmp_path / "x.yaml", {"title": "T", "topics": [{"id": "t", "title": "T"}], "questions": [{"level": "core"}]})
    code = "import sys, pathlib; from studypack.questions.loader import load; load(pathlib.Path('x.yaml'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT / "generator")},
            capture_output=True,
            text=True,
            check=False,
        ).stderr
        for seed in range(4)
    }
    (same,) = said
    assert same.count("is missing or empty") == 3


def test_warnings_have_their_place(tmp_path: Path) -> None:
    """A question without a takeaway and a figure without alternative text are only warnings."""
    (tmp_path / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', "utf-8")
    text = """\
title: T
topics: [{id: t, title: T}]
questions:
- id: one
  question: Q?
  topic: t
  answer: A
  exhibits:
  - figure: x.svg
    caption: C
- {id: two, question: Q?, topic: t, answer: A, takeaway: T}
"""
    _write(tmp_path / "x.yaml", text)
    loaded = load(tmp_path / "x.yaml")
    assert [str(w).removeprefix(f"{tmp_path}{os.sep}") for w in set_warnings(loaded)] == [
        'x.yaml:4:3: "one" has no takeaway, '
        "the cheat sheet prints key points or the answer instead, where there is room; add `takeaway: …`",
        'x.yaml:9:5: the figure "x.svg" has no alternative text, people who cannot see it need one; add `alt: …`',
    ]
    assert loaded.question_set.files == {"x.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>'}


def test_warnings_come_in_file_order(folder: Path) -> None:
    """Warnings are ordered by file and line, not by topic."""
    for name, topics in (("a", ("topic-1", "topic-0")), ("b", ("topic-0", "topic-1"))):
        bare = [question(len(name) + ord(name) * 10 + n, topic) for n, topic in enumerate(topics)]
        for entry in bare:
            del entry["takeaway"]
        _write(folder / "questions" / f"{name}.yaml", {"questions": bare})
    places = [w.where for w in set_warnings(load(folder)) if w.where]
    assert len(places) == 4
    assert places == sorted(places)


def test_files_that_are_kept_are_read_as_if_they_were_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only changed files are parsed again; sets, warnings and problems stay those of a reading without keeping."""
    parsed = []

    def counted(raw: bytes, file: str) -> YamlSource:
        parsed.append(Path(file).name)
        return read_yaml(raw, file)

    monkeypatch.setattr(set_files, "read_yaml", counted)
    file = folder / "questions" / "b.yaml"
    good = file.read_text("utf-8")
    states = [good, good.replace("answer:", "answer2:"), good, good + "# x", "", good]
    with set_files.keeping(set_files.Kept()):
        for state in states:
            file.write_text(state, "utf-8")
            kept = _outcome(folder)
            assert kept == _outcome(folder)
            with monkeypatch.context() as apart:
                apart.setattr(set_files, "_KEPT", ContextVar("nothing", default=None))
                parsed_by_then = len(parsed)
                assert kept == _outcome(folder)
                del parsed[parsed_by_then:]
    assert parsed == ["set.yaml", "a.yaml", *["b.yaml"] * len(states)]


def test_questions_that_did_not_change_are_the_same_objects(folder: Path) -> None:
    """What was found out about a question holds as long as it is the same object; one that moved is another."""
    file = folder / "questions" / "a.yaml"
    with set_files.keeping(set_files.Kept()):
        before = load(folder).question_set.questions
        file.write_text(file.read_text("utf-8").replace("answer:", "answer: Changed.", 1), "utf-8")
        after = load(folder).question_set.questions
        assert [old is new for old, new in zip(before, after, strict=True)].count(False) == 1
        file.write_text("\n" + file.read_text("utf-8"), "utf-8")
        moved = load(folder).question_set.questions
    assert [old is new for old, new in zip(after, moved, strict=True)] == [q.where.file != str(file) for q in after]


def _outcome(path: Path) -> Any:
    """Return what loading a set gives: its content and warnings, or its problems."""
    try:
        loaded = load(path)
    except ContentError as error:
        return error.diagnostics
    return loaded.question_set, loaded.warnings, loaded.positions


def test_paths_are_shown_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path inside the working folder is shown relative to it; any other path is shown as given."""
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "a" / "b.yaml") == f"a{os.sep}b.yaml"
    assert shown(Path("a.yaml")) == "a.yaml"
    assert shown(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"
