"""Import as a whole: a folder that builds, brought up to date without losing what people wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from studypack.errors import BuildError, ContentError
from studypack.importers.layout import clean, question
from studypack.questions.loader import load
from studypack.questions.yaml_source import read_yaml
from studypack.workflows.importing import Imported, Request, import_files

from tests.anki_reading import import_deck, profile, review_all, schedule
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


def test_schedules_in_anki_survive_an_update(tmp_path: Path) -> None:
    """Reworded and changed questions are the same notes to Anki's engine; what is new is added."""
    _import(tmp_path)
    assert run("build", "set", "-p", "deck", cwd=tmp_path).returncode == 0
    deck = tmp_path / "out/set/deck.apkg"
    with profile(tmp_path / "anki") as collection:
        assert import_deck(collection, deck.read_bytes()).new == 3
        review_all(collection)
        before = schedule(collection)
        changed = SOURCE.replace("A promise.", "A promise with terms.").replace("the law of contract", "contract law")
        _import(tmp_path, changed + "\n### Who is liable?\n\nWho acted.\n")
        later = str(2_000_000_000)
        assert run("build", "set", "-p", "deck", cwd=tmp_path, SOURCE_DATE_EPOCH=later).returncode == 0
        done = import_deck(collection, deck.read_bytes())
        assert (done.new, done.updated) == (1, 2)
        assert before.items() <= schedule(collection).items()


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
    done = run("build", "q.md", cwd=tmp_path)
    assert done.returncode == 1
    assert "studypack import q.md -o q" in done.stderr
