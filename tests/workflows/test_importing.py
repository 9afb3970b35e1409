"""Import as a whole: a folder that builds, brought up to date without losing what people wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from studypack.errors import BuildError, ContentError
from studypack.importers.draft import Wishes
from studypack.importers.layout import clean, question
from studypack.importers.levels import levels_of
from studypack.questions.loader import load
from studypack.questions.yaml_reading import read_yaml
from studypack.workflows.importing import Imported, Request, import_files

from tests.importers.foreign_files import apkg
from tests.running import run

SOURCE = """# Law

## Contracts

### What is an offer?

A promise.

### What is consideration in the law of contract?

Something of value that each side gives.

## Torts

### What is negligence?

A breach of a duty of care.
"""


def _import(tmp_path: Path, text: str = SOURCE) -> Imported:
    (tmp_path / "q.md").write_text(text, "utf-8")
    return import_files(Request((tmp_path / "q.md",), tmp_path / "set"))


def _ids(folder: Path) -> dict[str, str]:
    return {each.id: each.question for each in load(folder).question_set.questions}


def test_an_imported_set_loads_with_topics_and_telling_ids(tmp_path: Path) -> None:
    """Headings become topics in their order, words become ids."""
    assert _import(tmp_path).questions == 3
    loaded = load(tmp_path / "set").question_set
    assert [topic.title for topic in loaded.topics] == ["Contracts", "Torts"]
    assert [each.id for each in loaded.questions] == ["offer", "consideration-law-contract", "negligence"]


def test_the_same_import_again_changes_no_byte(tmp_path: Path) -> None:
    """Nothing new, nothing written."""
    _import(tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "set").rglob("*") if path.is_file()}
    assert _import(tmp_path).change is not None
    assert before == {path: path.read_bytes() for path in (tmp_path / "set").rglob("*") if path.is_file()}


def test_an_update_keeps_ids_comments_and_edits(tmp_path: Path) -> None:
    """New texts come in; a reworded question keeps its id; an edit by hand stays and is shown as a conflict."""
    _import(tmp_path)
    contracts, torts = (tmp_path / "set/questions" / name for name in ("contracts.yaml", "torts.yaml"))
    contracts.write_text(contracts.read_text().replace("  - id: offer", "  # mine\n  - id: offer"))
    torts.write_text(torts.read_text().replace("A breach of a duty of care.", "My own words."))
    changed = SOURCE.replace("A promise.", "A promise with terms.").replace("of care", "that harms")
    changed = changed.replace("consideration in the law of contract", "consideration in contract law")
    done = _import(tmp_path, changed + "\n### Who is liable?\n\nWho acted.\n")
    assert done.change is not None
    assert done.change.conflicts == {"negligence": ["answer"]}
    assert sorted(done.change.updated) == ["consideration-law-contract", "offer"]
    assert "# mine\n" in contracts.read_text()
    assert "A promise with terms." in contracts.read_text()
    assert "My own words." in torts.read_text()
    assert list(_ids(tmp_path / "set")) == ["offer", "consideration-law-contract", "negligence", "liable"]
    assert done.matched["consideration-law-contract"] == "answer"


def test_what_vanished_is_kept_and_named(tmp_path: Path) -> None:
    """A question that the source has no more stays."""
    _import(tmp_path)
    done = _import(tmp_path, SOURCE[: SOURCE.index("## Torts")])
    assert done.change is not None
    assert done.change.vanished == ["negligence"]
    assert "negligence" in _ids(tmp_path / "set")


def test_questions_of_the_same_text_stay_apart(tmp_path: Path) -> None:
    """Two with the same words are two, in their order, also when they are imported again."""
    text = "## What is printed?\n\n1\n\n## What is printed?\n\n2\n"
    _import(tmp_path, text)
    _import(tmp_path, text)
    loaded = load(tmp_path / "set").question_set.questions
    assert [(each.id, str(each.answer).strip()) for each in loaded] == [("printed", "1"), ("printed-2", "2")]


def test_a_failed_import_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    """Neither a file that holds no question nor a folder of something else changes anything."""
    _import(tmp_path)
    before = {path: path.read_bytes() for path in (tmp_path / "set").rglob("*") if path.is_file()}
    with pytest.raises(ContentError):
        _import(tmp_path, "# A guide\n\nText.\n")
    assert before == {path: path.read_bytes() for path in (tmp_path / "set").rglob("*") if path.is_file()}
    with pytest.raises(BuildError, match="is not a question set"):
        import_files(Request((tmp_path / "q.md",), tmp_path))


def test_a_question_that_would_not_load_is_skipped_with_the_reason(tmp_path: Path) -> None:
    """The others come in."""
    deep = "\n".join("  " * level + "- x" for level in range(12))
    done = _import(tmp_path, f"## What is a?\n\nB.\n\n## What is deep?\n\n{deep}\n")
    assert done.questions == 1
    assert any("nested too deeply" in piece.why for piece in done.skipped)


def test_pictures_beside_the_file_come_along(tmp_path: Path) -> None:
    """A picture that is not there leaves its words, and a warning."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    (tmp_path / "a b.svg").write_text(svg)
    done = _import(tmp_path, "## What is a?\n\n![A](a%20b.svg) ![gone](no.png)\n\n## What is b?\n\nC.\n")
    assert (tmp_path / "set/figures/a-b.svg").read_text() == svg
    assert done.media == 1
    assert any("no.png" in warning.why for warning in done.warnings)


@pytest.mark.parametrize(
    "text", ["plain", "a: b #c", "- x\n  - y", "  indented\nnot", "'\"\\", "true", "\ttab\n\n\nend", "🙂 é\u2028x"]
)
def test_yaml_gives_back_what_was_written(text: str) -> None:
    """Quoting and block texts hold any text."""
    cleaned = clean(text)
    written = "questions:\n" + question({"id": "a", "question": " ".join(cleaned.split()), "answer": cleaned})
    data = read_yaml(written.encode(), "x").data
    assert isinstance(data, dict)
    listed = data["questions"]
    assert isinstance(listed, list)
    read = listed[0]
    assert isinstance(read, dict)
    assert str(read["answer"]).removesuffix("\n") == cleaned


def test_the_command_reports_as_json_and_writes_nothing_when_dry(tmp_path: Path) -> None:
    """Counts, what was skipped, and the format."""
    (tmp_path / "q.csv").write_text("question,answer\nWhat?,That\nWho?,\n")
    done = run("import", "q.csv", "-o", "set", "--dry-run", "--json", cwd=tmp_path)
    report = json.loads(done.stdout)
    assert {key: report[key] for key in ("questions", "answered", "choices", "media", "skipped", "format")} == {
        "questions": 2, "answered": 1, "choices": 0, "media": 0, "skipped": [], "format": "table",
    }  # fmt: skip  # one report
    assert not (tmp_path / "set").exists()


def test_building_a_foreign_file_names_the_command_to_use(tmp_path: Path) -> None:
    """What is no set yet is imported first."""
    (tmp_path / "q.md").write_text(SOURCE)
    (tmp_path / "q.json").write_text('[{"question": "Why?"}]')
    for name in ("q.md", "q.json"):
        done = run("build", name, cwd=tmp_path)
        assert done.returncode == 1
        assert f"studypack import {name} -o q" in done.stderr


LEVELS = "question,answer,difficulty\nWhat?,That,easy\nWho?,He,Gold\nWhere?,There,Bronze\n"


def _levels(folder: Path) -> tuple[list[str], list[str | None]]:
    loaded = load(folder).question_set
    return [level.title for level in loaded.header.levels], [each.level for each in loaded.questions]


def test_words_for_difficulty_that_are_not_ours_become_levels_of_the_set(tmp_path: Path) -> None:
    """In the file's own spelling; `--map` gives each word another meaning, which the next import remembers."""
    (tmp_path / "q.csv").write_text(LEVELS)
    import_files(Request((tmp_path / "q.csv",), tmp_path / "own"))
    assert _levels(tmp_path / "own") == (["easy", "Gold", "Bronze"], ["easy", "gold", "bronze"])
    said = {"gold": "advanced", "Bronze": "core"}
    import_files(Request((tmp_path / "q.csv",), tmp_path / "set", levels=said))
    assert _levels(tmp_path / "set") == ([], ["core", "advanced", "core"])
    (tmp_path / "q.csv").write_text(f"{LEVELS}When?,Then,Gold\nHow?,So,Lead\n")
    import_files(Request((tmp_path / "q.csv",), tmp_path / "set"))
    assert _levels(tmp_path / "set") == ([], ["core", "advanced", "core", "advanced", None])
    assert load(tmp_path / "set").question_set.questions[4].tags == ("lead",)


def test_words_for_difficulty_are_asked_for(tmp_path: Path) -> None:
    """Once for each that nothing explains; of a set that is there, only its own levels are answers."""
    (tmp_path / "q.csv").write_text(LEVELS)
    asked: list[tuple[str, int, list[str]]] = []
    answers = iter(("advanced", "", "nothing of the sort", "Bronze"))

    def ask(word: str, count: int, offered: Sequence[str]) -> str:
        asked.append((word, count, list(offered)))
        return next(answers)

    import_files(Request((tmp_path / "q.csv",), tmp_path / "set", ask=ask))
    assert _levels(tmp_path / "set") == (["core", "advanced", "Bronze"], ["core", "advanced", "bronze"])
    (tmp_path / "q.csv").write_text(f"{LEVELS}How?,So,Lead\n")
    import_files(Request((tmp_path / "q.csv",), tmp_path / "set", ask=ask))
    assert _levels(tmp_path / "set")[1][3] == "bronze"
    ours = ["core", "intermediate", "advanced"]
    assert asked == [("Gold", 1, ours), ("Bronze", 1, ours), *[("Lead", 1, ["core", "advanced", "Bronze"])] * 2]


def test_a_level_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    """Neither a word that no question has nor a level that the set does not have is accepted."""
    (tmp_path / "q.csv").write_text(LEVELS)
    with pytest.raises(ContentError, match='no question has the level "Golden"'):
        import_files(Request((tmp_path / "q.csv",), tmp_path / "set", levels={"Golden": "core"}))
    import_files(Request((tmp_path / "q.csv",), tmp_path / "set"))
    with pytest.raises(ContentError, match='unknown level "Hard", this set has easy, Gold, Bronze'):
        import_files(Request((tmp_path / "q.csv",), tmp_path / "set", levels={"Gold": "Hard"}))


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        ("Grade 10,Grade 9", ("Grade 9", "Grade 10")),
        ("expert,trivial,easy", ("easy", "expert", "trivial")),
        ("Vertiefung,Aufbau", ()),
        (",".join(f"chapter {number}" for number in range(13)), ()),
    ],
)
def test_levels_are_in_order(words: str, levels: tuple[str, ...]) -> None:
    """By their numbers, or the known ones first; ours need no list, and very many are none."""
    assert levels_of(words.split(","), {}, {}).own == levels


def _picture(folder: Path, colour: str) -> Path:
    """Write a Markdown file with a picture of its own, and return it."""
    folder.mkdir(exist_ok=True)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="{colour}"/>'
    (folder / "a.svg").write_text(f"{svg}</svg>")
    path = folder / f"{folder.name}.md"
    path.write_text(f"## What is {folder.name}?\n\n![A](a.svg)\n\n## Why {folder.name}?\n\nNo.\n")
    return path


def test_pictures_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    """Those of several files, and of a file that is imported later; one that its own file changed is replaced."""
    first, second, third = (_picture(tmp_path / name, name) for name in ("red", "blue", "green"))
    folder = tmp_path / "set"
    import_files(Request((first, second), folder))
    import_files(Request((third,), folder))
    figures = {path.name: path.read_text() for path in (folder / "figures").iterdir()}
    assert [("red" in figures["a.svg"]), ("blue" in figures["a-2.svg"]), ("green" in figures["a-3.svg"])] == [True] * 3
    _picture(tmp_path / "blue", "navy")
    import_files(Request((second,), folder))
    assert "navy" in (folder / "figures/a-2.svg").read_text()
    assert len(list((folder / "figures").iterdir())) == 3


def test_a_limit_takes_the_first_questions_and_their_pictures_only(tmp_path: Path) -> None:
    """On a set that is there, the others have not vanished."""
    red = _picture(tmp_path / "red", "red")
    red.write_text(f"## Who is first?\n\nI.\n\n{red.read_text()}")
    assert import_files(Request((red,), tmp_path / "one", limit=1)).media == 0
    assert not (tmp_path / "one/figures").exists()
    import_files(Request((red,), tmp_path / "set"))
    done = import_files(Request((red,), tmp_path / "set", limit=1))
    assert done.change is not None
    assert done.change.vanished == []


def test_row_numbers_of_another_file_are_other_questions(tmp_path: Path) -> None:
    """Two tables that both count from 1 come into one set without taking each other's places."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"id,question,answer\n1,What is {name}?,It is {name} after all\n")
        import_files(Request((tmp_path / f"{name}.csv",), tmp_path / "set"))
    assert list(_ids(tmp_path / "set").values()) == ["What is a?", "What is b?"]


def test_like_questions_with_other_answers_are_not_the_same(tmp_path: Path) -> None:
    """One that replaces another in the source is new, however alike their words are."""
    (tmp_path / "q.csv").write_text("question,answer\nWhat is the capital of France?,Paris\nWho is it?,Me\n")
    import_files(Request((tmp_path / "q.csv",), tmp_path / "set"))
    (tmp_path / "q.csv").write_text("question,answer\nWhat is the capital of Spain?,Madrid\nWho is it?,Me\n")
    done = import_files(Request((tmp_path / "q.csv",), tmp_path / "set"))
    assert done.change is not None
    assert done.change.vanished == ["capital-france"]
    assert len(_ids(tmp_path / "set")) == 3


@pytest.mark.parametrize(
    ("name", "columns", "said"),
    [
        ("q.csv", {"quesion": "1", "answer": "Anser"}, ['unknown key "quesion"', 'no column "Anser"']),
        ("q.json", {"answer": "details.text", "of": "x"}, ['unknown key "of"', 'no object has "details.text"']),
        ("q.apkg", {"answer": "Backk"}, ['no field "Backk"']),
        ("q.md", {"question": "1"}, ["--map is of no use"]),
    ],
)
def test_what_map_names_has_to_exist(tmp_path: Path, name: str, columns: dict[str, str], said: list[str]) -> None:
    """Every wrong key, column, path and field is told at once, for each format."""
    contents = {"q.csv": b"Question,Answer\nWhat?,That\n", "q.json": b'[{"question": "What?"}]', "q.apkg": apkg()}
    (tmp_path / name).write_bytes(contents.get(name, SOURCE.encode()))
    with pytest.raises(ContentError) as caught:
        import_files(Request((tmp_path / name,), tmp_path / "set", Wishes(columns=columns)))
    problems = [str(problem) for problem in caught.value.diagnostics]
    assert all(part in problem for part, problem in zip(said, problems, strict=True)), problems


@pytest.mark.parametrize("name", ["q.md", "q.gift", "q.csv", "q.apkg", "q.json", "q", "q.docx"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf \r\n\n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, name: str, content: bytes) -> None:
    """Whatever it is called."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContentError, match="the file is empty"):
        import_files(Request((tmp_path / name,), tmp_path / "set"))


@pytest.mark.parametrize("name", ["q.md", "q.csv", "q.xlsx", "q.apkg", "q.json", "q.xml", "q.docx", "q.zip"])
def test_a_pointer_of_git_lfs_is_named(tmp_path: Path, name: str) -> None:
    """Whatever file it stands in for."""
    (tmp_path / name).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n")
    with pytest.raises(ContentError, match="a pointer of Git LFS, not the file itself"):
        import_files(Request((tmp_path / name,), tmp_path / "set"))
    assert not (tmp_path / "set").exists()


@pytest.mark.parametrize(
    ("content", "said"), [(b'{"a": [%s]}' % (b"[]," * 300_000), "300002 lists"), (b" " * 10_000_001, "the limit is")]
)
def test_json_of_too_much_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """By its lists and objects, and by its size, although CrowdAnki's files may be larger."""
    (tmp_path / "q.json").write_bytes(b"{}" + content if content.isspace() else content)
    with pytest.raises(ContentError, match=said):
        import_files(Request((tmp_path / "q.json",), tmp_path / "set"))
