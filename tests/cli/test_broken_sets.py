"""Broken question sets: every mistake with file, line, reason and remedy, and the old pack untouched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import authored, only, write_set
from tests.running import ROOT, run

SETS = ROOT / "tests" / "sets"
QUESTION_KEYS = (
    "id, question, stimulus, short, topic, choices, answer, level, tags, takeaway, guidance, key_points, exhibits, "
    "pitfalls, follow_ups, sources, cards, marks"
)
SET_KEYS = (
    "questions, id, title, subtitle, edition, author, license, language, theme, introduction, closing, topics, levels, "
    "tags, labels, packs, glossary"
)
SAID = {
    "broken_empty.yaml": [
        "broken_empty.yaml:1:1: the file is empty, a question set needs a title, topics and questions; "
        "`studypack new my-set` writes one to start from",
    ],
    "broken_bad_yaml.yaml": [
        "broken_bad_yaml.yaml:15:26: a text that contains `: ` needs quotes, YAML reads the part before it as a key; "
        "write 'In one sentence: one owner at a time.'",
    ],
    "broken_duplicate_key.yaml": [
        'broken_duplicate_key.yaml:17:3: duplicate key "level", it is already used on line 14; keep one of them',
    ],
    "broken_duplicate_id": [
        'broken_duplicate_id/questions/b-databases.yaml:7:7: duplicate question id "what-is-a-lease", '
        "it is already used at broken_duplicate_id/questions/a-locks.yaml:2; give one of them another id",
    ],
    "broken_unknown_key.yaml": [
        'broken_unknown_key.yaml:15:3: unknown key "takeaways", '
        f'a question has {QUESTION_KEYS}; did you mean "takeaway"?',
    ],
    "broken_unknown_topic.yaml": [
        'broken_unknown_topic.yaml:14:10: unknown topic "lock", the set has locks, databases; did you mean "locks"?',
    ],
    "broken_wrong_type.yaml": [
        'broken_wrong_type.yaml:16:9: "tags" is text, a list is expected; '
        "write `tags: [ … ]` or lines that begin with `- `",
        'broken_wrong_type.yaml:20:5: "key_points number 2" is a mapping of keys, text is expected; '
        "write one text; quote it if it contains `: `",
    ],
    "broken_missing_required.yaml": [
        'broken_missing_required.yaml:12:3: "question" is missing or empty, a question needs it; add `question: …`',
    ],
    "broken_long_takeaway.yaml": [
        'broken_long_takeaway.yaml:15:13: "takeaway" has 114 characters, the limit is 110; shorten it',
    ],
    "broken_invalid_utf8.yaml": [
        "broken_invalid_utf8.yaml:15:20: invalid UTF-8 (byte 0xe9 at offset 372), question sets are UTF-8; "
        "save the file as UTF-8",
    ],
    "broken_many.yaml": [
        f'broken_many.yaml:3:1: unknown key "sub_title", a question set has {SET_KEYS}; did you mean "subtitle"?',
        'broken_many.yaml:15:10: unknown topic "database", the set has locks, databases; did you mean "databases"?',
        'broken_many.yaml:19:7: duplicate question id "what-is-a-lease", it is already used at broken_many.yaml:8; '
        "give one of them another id",
        'broken_many.yaml:22:10: unknown level "advance", the set has core, intermediate, advanced; '
        'did you mean "advanced"?',
        'broken_many.yaml:30:3: "question" is missing or empty, a question needs it; add `question: …`',
    ],
}


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _build_good(path: Path) -> None:
    """Build a good set of the same name, and take it away again."""
    content = authored(2)
    del content["id"]
    if path.suffix:
        write_set(path, content)
    else:
        (path / "questions").mkdir(parents=True)
        write_set(path / "questions" / "good.yaml", {"questions": content.pop("questions")})
        write_set(path / "set.yaml", content)
    build(Request(path, options=only("deck"), output=path.parent / "out", now=1))
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("name", SAID)
def test_a_broken_set_is_explained_and_costs_nothing(name: str, tmp_path: Path) -> None:
    """Exit code 1, each mistake on a line of its own and nothing else, and a finished pack stays as it was."""
    _build_good(tmp_path / name)
    assert list(tmp_path.glob("out/*/deck.apkg"))
    source = SETS / name
    if source.is_dir():
        shutil.copytree(source, tmp_path / name)
    else:
        shutil.copy(source, tmp_path / name)
    before = _tree(tmp_path)

    done = run("build", name, cwd=tmp_path)

    count = f"{len(SAID[name])} problem{'s' if len(SAID[name]) > 1 else ''}; nothing was written"
    assert done.stderr.splitlines() == [*(f"error: {line}" for line in SAID[name]), count]
    assert (done.returncode, done.stdout) == (1, "")
    assert _tree(tmp_path) == before


def test_every_broken_set_is_tried() -> None:
    """Every broken set has a test."""
    assert {path.name for path in SETS.glob("broken_*")} == set(SAID)
