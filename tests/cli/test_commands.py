"""Every command from a user's point of view: what it prints and where, and how it ends."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from studypack import __version__
from studypack.checks.content import set_warnings
from studypack.cli.upkeep import TEMPLATES
from studypack.questions.loader import load
from studypack.resources import resource
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import authored, only, write_set
from tests.running import Done, python, run


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a folder with a good set of six questions, `made.yaml`, and one with warnings, `plain.yaml`."""
    write_set(tmp_path / "made.yaml", authored(6, per_topic=3, packs={"quick": {"title": "A *quick* look", "ids": []}}))
    plain = authored(2, id="plain")
    del plain["questions"][1]["takeaway"]
    write_set(tmp_path / "plain.yaml", plain)
    return tmp_path


@pytest.fixture
def pack(made: Path) -> Path:
    """Return the folder of a finished pack with a deck, beside its set."""
    build(Request(made / "made.yaml", options=only("deck"), output=made / "out", now=1))
    return made / "out" / "made"


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def _refused(done: Done, *lines: str, code: int = 1) -> None:
    """Expect these errors alone on stderr, nothing on stdout, and the exit code of a failure."""
    count = f"{len(lines)} problem{'s' if len(lines) > 1 else ''}; nothing was written"
    assert done.stderr.splitlines() == [*(f"error: {line}" for line in lines), count]
    assert done.stdout == ""
    assert done.returncode == code


def test_list_shows_the_sets_groups(made: Path) -> None:
    """Topics, levels, tags and saved packs with their counts, aligned, as plain words."""
    done = run("list", "made.yaml", cwd=made)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "A made set (made): 6 questions",
        "",
        "topics",
        "  topic-0  3  Topic 0",
        "  topic-1  3  Topic 1",
        "",
        "levels",
        "  core          2",
        "  intermediate  2",
        "  advanced      2",
        "",
        "tags",
        "  even  3",
        "  odd   3",
        "",
        "packs",
        "  quick    A quick look",
    ]


def test_list_shows_the_questions_of_a_selection(made: Path) -> None:
    """With --questions each has its number of the whole set, its id and its words."""
    done = run("list", "made.yaml", "--questions", "--topic", "topic-1", "--level", "core", cwd=made)
    assert done.returncode == 0
    head, *_, title, line = done.stdout.splitlines()
    assert head == "A made set (made): 1 question"
    assert title == "questions"
    assert line == "  Q4  question-3  What would you say about matter 3 if you were asked?"


def test_list_gives_json(made: Path) -> None:
    """--json has the same groups; the questions only when asked for."""
    done = run("list", "made.yaml", "--json", cwd=made)
    assert json.loads(done.stdout) == {
        "set": "made",
        "title": "A made set",
        "topics": {"topic-0": 3, "topic-1": 3},
        "levels": {"core": 2, "intermediate": 2, "advanced": 2},
        "tags": {"even": 3, "odd": 3},
        "unanswered": 0,
        "multiple_choice": 0,
        "packs": {"quick": "A quick look"},
    }
    listed = json.loads(run("list", "made.yaml", "--json", "-q", "--id", "Q2", cwd=made).stdout)
    assert listed["questions"] == [
        {
            "number": 2,
            "id": "question-1",
            "topic": "topic-0",
            "level": "intermediate",
            "tags": ["odd"],
            "question": "What would you say about matter 1 if you were asked?",
        }
    ]


def test_check_counts_and_builds_nothing(made: Path) -> None:
    """A good set is one line, and no file is written."""
    before = _files(made)
    done = run("check", "made.yaml", cwd=made)
    assert (done.returncode, done.stdout, done.stderr) == (0, "made: 6 questions, 0 warnings\n", "")
    assert _files(made) == before


def test_check_warns(made: Path) -> None:
    """A warning is shown on stderr with its location, and is not a failure."""
    done = run("check", "plain.yaml", cwd=made)
    assert done.returncode == 0
    assert done.stdout == "plain: 2 questions, 1 warning\n"
    line = _line_of(made / "plain.yaml", '"question-1"')
    assert done.stderr == (
        f'warning: plain.yaml:{line - 1}:3: "question-1" has no takeaway, '
        "the cheat sheet prints key points or the answer instead, where there is room; add `takeaway: …`\n"
    )


def _line_of(path: Path, word: str) -> int:
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if word in line)


def test_check_strict_makes_warnings_errors(made: Path) -> None:
    """--strict ends with exit code 1 where there is a warning, and only there."""
    done = run("check", "plain.yaml", "--strict", cwd=made)
    assert done.stderr.startswith("error: plain.yaml:")
    assert "has no takeaway" in done.stderr
    assert done.returncode == 1
    assert run("check", "made.yaml", "--strict", cwd=made).returncode == 0


def test_check_gives_json(made: Path) -> None:
    """--json has the counts and each warning."""
    done = run("check", "plain.yaml", "--json", cwd=made)
    told = json.loads(done.stdout)
    assert (told["set"], told["questions"], len(told["warnings"])) == ("plain", 2, 1)
    assert done.returncode == 0


def test_new_writes_a_set_that_is_sound(tmp_path: Path) -> None:
    """What `new` writes has no problem and no warning, and its path alone is on stdout."""
    done = run("new", "my-questions", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "my-questions.yaml\n")
    assert run("check", "my-questions.yaml", "--strict", cwd=tmp_path).stderr == ""


@pytest.mark.parametrize(
    ("name", "file", "identifier"),
    [
        ("My Questions (2)", "My Questions (2).yaml", "my-questions-2"),
        ("../x", "../x.yaml", "x"),
        ("x.yml", "x.yml", "x"),
        ("a.b", "a.b.yaml", "a-b"),
        ("it's: #1", "it's: #1.yaml", "its-1"),
        ("Größe & C++", "Größe & C++.yaml", "groesse-and-cpp"),
        ("日本", "日本.yaml", "riben"),
        ('{"a"}', '{"a"}.yaml', "a"),
        ("no", "no.yaml", "no"),
        ("007", "007.yaml", "007"),
    ],
)
def test_new_takes_odd_names(tmp_path: Path, name: str, file: str, identifier: str) -> None:
    """Whatever a file may be called, the set inside is sound and has a proper id; a path is a path."""
    work = tmp_path / "work"
    work.mkdir()
    done = run("new", name, cwd=work)
    assert (done.returncode, done.stdout) == (0, f"{file}\n")
    loaded = load(work / file)
    assert (loaded.question_set.id, set_warnings(loaded)) == (identifier, ())
    assert _files(tmp_path) == [os.path.relpath(work / file, tmp_path)]


@pytest.mark.parametrize(
    ("template", "cards", "kinds"),
    [
        ("interview", 3, ""),
        ("exam", 3, " (2 multiple choice, 1 without an answer)"),
        ("vocabulary", 16, ""),
    ],
)
def test_each_template_builds_at_once(tmp_path: Path, template: str, cards: int, kinds: str) -> None:
    """Every product is made of it, and it shows what such a set needs; only a missing answer is worth a warning."""
    assert run("new", "mine", "--template", template, cwd=tmp_path).returncode == 0
    found = run("check", "mine.yaml", cwd=tmp_path)
    assert f"{kinds}, {int('without' in kinds)} warning" in found.stdout
    done = run("build", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert f"{cards} cards" in done.stderr
    assert run("verify", "out/mine", cwd=tmp_path).returncode == 0


def test_every_template_is_offered() -> None:
    """The choices of --template are the files, and none is forgotten."""
    files = {path.name.removesuffix(".yaml.j2") for path in (resource("templates") / "new").iterdir()}
    assert files == set(TEMPLATES)


def test_new_refuses_a_name_with_a_line_break(tmp_path: Path) -> None:
    """It would end the comment in which the file is named: nothing is written."""
    done = run("new", "a\ntitle: b", cwd=tmp_path)
    assert "is not a valid name" in done.stderr
    assert done.returncode == 1
    assert _files(tmp_path) == []


@pytest.mark.parametrize("name", ["!!!", "…", ".", "..", ""])
def test_new_refuses_a_name_without_letters(tmp_path: Path, name: str) -> None:
    """What gives no id is refused, and nothing is written."""
    done = run("new", name, cwd=tmp_path)
    assert "Traceback" not in done.stderr
    assert "is not a valid name, it needs a letter or a digit; choose another" in done.stderr
    assert done.returncode == 1
    assert _files(tmp_path) == []


def test_new_never_overwrites(made: Path) -> None:
    """An existing file stays as it is."""
    before = (made / "made.yaml").read_bytes()
    for name in ("made", "made.yaml"):
        _refused(run("new", name, cwd=made), "made.yaml:1:1: already exists; choose another name, or delete it")
    assert (made / "made.yaml").read_bytes() == before


def test_new_into_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """The missing folder is named."""
    done = run("new", "none/x", cwd=tmp_path)
    assert done.stderr.startswith("error: none/x.yaml:1:1: cannot be written, No such file or directory; ")
    assert done.returncode == 1


def test_verify_proves_a_pack(pack: Path, made: Path) -> None:
    """Each product has its line; --json the same in numbers."""
    done = run("verify", "out/made", cwd=made)
    assert (done.returncode, done.stdout, done.stderr) == (0, "deck: 6/6 questions\n", "")
    assert json.loads(run("verify", "out/made", "--json", cwd=made).stdout) == {"deck": [6, 6]}


def test_verify_of_a_missing_folder(tmp_path: Path) -> None:
    """A folder without a manifest is not a pack, and the message says how to create one."""
    done = run("verify", "out/none", cwd=tmp_path)
    assert done.stderr.startswith("error: out/none/pack.json:1:1: not a pack, ")
    assert "; specify a folder that `studypack build` created\n" in done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b"\xff", b'{"format": 99}', b'{"format": 1}', b'{"format": 1, "questions": [{}], "products": {}}',
     b'{"format": 1, "questions": [], "products": {"deck": {"file": "../x"}}}'],
)  # fmt: skip  # one manifest, one glance
def test_verify_of_a_damaged_manifest(pack: Path, made: Path, manifest: bytes) -> None:
    """A manifest that `build` did not write is reported without a traceback."""
    (pack / "pack.json").write_bytes(manifest)
    done = run("verify", "out/made", cwd=made)
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("error: ")
    assert done.returncode == 1


def test_verify_of_a_damaged_product(pack: Path, made: Path) -> None:
    """One changed byte is found by the hash."""
    content = bytearray((pack / "deck.apkg").read_bytes())
    content[len(content) // 2] ^= 1
    (pack / "deck.apkg").write_bytes(content)
    _refused(
        run("verify", "out/made", cwd=made),
        "out/made/deck.apkg:1:1: differs from what was built, its hash is not the one in pack.json; "
        "build the pack again",
    )


def test_verify_reads_products_and_not_only_hashes(pack: Path, made: Path) -> None:
    """A product without one of its questions is rejected even if its hash is in the manifest."""
    manifest = json.loads((pack / "pack.json").read_bytes())
    manifest["questions"].append({"number": 7, "id": "more", "question": "And what else?", "takeaway": None})
    (pack / "pack.json").write_text(json.dumps(manifest), "utf-8")
    done = run("verify", "out/made", cwd=made)
    assert "And what else?" in done.stderr
    assert done.returncode == 1


def test_verify_of_a_deleted_product(pack: Path, made: Path) -> None:
    """A file that the manifest names and that is gone is a problem."""
    (pack / "deck.apkg").unlink()
    _refused(
        run("verify", "out/made", cwd=made),
        "out/made/deck.apkg:1:1: cannot be read, No such file or directory; build the pack again",
    )


def test_a_misspelt_topic_is_answered_with_the_right_one(made: Path) -> None:
    """Selection errors of all kinds come at once, and nothing is built."""
    done = run("build", "made.yaml", "-t", "topik-1", "--tag", "od", "-p", "deck", cwd=made)
    _refused(
        done,
        'no topic "topik-1" in the set "made", there are topic-0, topic-1; did you mean "topic-1"?',
        'no tag "od" in the set "made", there are even, odd; did you mean "odd"?',
    )
    assert not (made / "out").exists()


def test_an_empty_selection_lists_what_there_is(made: Path) -> None:
    """If the criteria contradict each other, the message lists the topics, levels and tags."""
    _refused(
        run("build", "made.yaml", "-t", "topic-0", "--not-topic", "topic-0", cwd=made),
        "no question meets all of the criteria, the set has the topics topic-0, topic-1; "
        "the levels core, intermediate, advanced; the tags even, odd; "
        "leave out a criterion; repeated options of one kind widen the selection",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("build", "made.yaml", "--seed", "3"), "--seed selects a random sample of -n questions: also give -n N."),
        (("list", "made.yaml", "--seed", "3"), "--seed selects a random sample of -n questions: also give -n N."),
        (("build", "made.yaml", "-n", "0"), "0 is not in the range x>=1"),
        (("build", "made.yaml", "-p", "poster"), "'poster' is not one of"),
        (("build", "made.yaml", "--paper", "a5"), "'a5' is not one of 'a4', 'letter'"),
        (("build", "made.yaml", "--topics", "x"), "No such option"),
        (("bild",), "No such command 'bild'"),
        (("verify",), "Missing argument 'PACK_DIR'"),
        (("build", "made.yaml", "plain.yaml"), "unexpected extra argument"),
    ],
)
def test_wrong_usage_ends_with_2(made: Path, arguments: tuple[str, ...], said: str) -> None:
    """An invalid command line is a usage error with its remedy, on stderr."""
    done = run(*arguments, cwd=made)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert not (made / "out").exists()


def test_version(tmp_path: Path) -> None:
    """--version prints the program's name and version."""
    done = run("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"studypack, version {__version__}\n")


def test_without_a_command_there_is_help(tmp_path: Path) -> None:
    """`studypack` without arguments prints its help."""
    done = run(cwd=tmp_path)
    assert "Usage: studypack" in done.stdout + done.stderr
    assert all(f"\n  {name} " in done.stdout + done.stderr for name in ("build", "check", "verify"))


def test_a_missing_set_is_a_problem(tmp_path: Path) -> None:
    """If a file does not exist, the message says how to create one."""
    _refused(
        run("build", "none.yaml", cwd=tmp_path),
        "none.yaml:1:1: no such question set, neither a file nor a folder; "
        "`studypack new my-set` writes one to start from",
    )


def test_stdout_holds_the_paths_alone(made: Path) -> None:
    """Standard output contains only the files that were written; the table and the remarks go to stderr."""
    done = run("build", "made.yaml", "-p", "deck", cwd=made)
    assert (done.returncode, done.stdout) == (0, "out/made/deck.apkg\nout/made/pack.json\n")
    assert "6/6 questions" in done.stderr
    assert "6 added, 0 changed" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_what_the_cache_held_and_what_was_removed_is_said(made: Path) -> None:
    """The table names no seconds for what nobody computed; a product that was not asked for goes with a word."""
    cache = str(made / "cache")
    run("build", "made.yaml", "-p", "deck", "-p", "cheatsheet", cwd=made, STUDYPACK_CACHE=cache)
    done = run("build", "made.yaml", "-p", "cheatsheet", cwd=made, STUDYPACK_CACHE=cache)
    (row,) = [line for line in done.stderr.splitlines() if "│ cheatsheet" in line]
    assert [cell.strip() for cell in row.split("│")][4] == "cached"
    assert "removed, because a pack holds the products of one build: deck.apkg\n" in done.stderr
    assert _files(made / "out" / "made") == ["cheatsheet.pdf", "pack.json"]


def test_output_folder(made: Path) -> None:
    """-o sets where the pack's folder is created."""
    done = run("build", "made.yaml", "-p", "deck", "--topic", "topic-1", "-o", "a/b", cwd=made)
    assert done.stdout.splitlines()[0] == "a/b/made-topic-1/deck.apkg"
    assert (made / "a" / "b" / "made-topic-1" / "pack.json").is_file()


def test_json_of_a_build_is_its_manifest(made: Path) -> None:
    """--json prints what `pack.json` holds, and the folder."""
    done = run("build", "made.yaml", "-p", "deck", "--json", cwd=made)
    told: dict[str, Any] = json.loads(done.stdout)
    assert told.pop("folder") == "out/made"
    assert told == json.loads((made / "out" / "made" / "pack.json").read_bytes())
    deck = (made / "out" / "made" / "deck.apkg").read_bytes()
    assert told["products"]["deck"]["sha256"] == hashlib.sha256(deck).hexdigest()


def test_a_place_that_cannot_be_written_is_a_problem(made: Path) -> None:
    """A file in the output folder's place is named, with the remedy."""
    (made / "out").write_bytes(b"")
    done = run("build", "made.yaml", "-p", "deck", cwd=made)
    assert done.stderr.startswith("error: out/made:1:1: cannot be written, ")
    assert "choose another folder with -o" in done.stderr
    assert done.returncode == 1


def test_a_damaged_deck_state_stops_the_build(pack: Path, made: Path) -> None:
    """Without the state every note would be updated: the old deck stays, and the message has a remedy."""
    before = (pack / "deck.apkg").read_bytes()
    (made / "made.deck-state.json").write_text("<<<<<<<", "utf-8")
    done = run("build", "made.yaml", "-p", "deck", cwd=made)
    assert done.stderr.startswith("error: made.deck-state.json:1:1: the deck's state cannot be read, ")
    assert done.returncode == 1
    assert (pack / "deck.apkg").read_bytes() == before


BOOM = """
import sys
import studypack.workflows.build
from studypack.cli.main import main

def interrupted(*_):
    raise KeyboardInterrupt

studypack.workflows.build.build = interrupted
sys.argv = ["studypack", "build", "made.yaml"]
main()
"""


def test_an_interrupt_ends_with_130(made: Path) -> None:
    """Ctrl-C gives a one-line message, no traceback, and the exit code that shells expect."""
    done = python("-c", BOOM, cwd=made)
    assert done.returncode == 130
    assert done.stdout == ""
    assert done.stderr.strip() == "interrupted; nothing was written"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("studypack build made.yaml --topic ", ["topic-0", "topic-1"]),
        ("studypack build made.yaml -t topic-1", ["topic-1"]),
        ("studypack list made.yaml --not-topic topic-", ["topic-0", "topic-1"]),
        ("studypack build made.yaml --tag ", ["even", "odd"]),
        ("studypack build made.yaml --tag o", ["odd"]),
        ("studypack build made.yaml --id question-5", ["question-5"]),
        ("studypack build made.yaml --pack ", ["quick"]),
        ("studypack build made.yaml --level ", ["core", "intermediate", "advanced"]),
        ("studypack build --topic topic-0 broken.yaml --tag ", []),
    ],
)
def test_the_shell_completes_the_sets_own_names(made: Path, words: str, expected: list[str]) -> None:
    """Topics, tags, ids and packs are those of the set at hand; a broken set completes nothing, and prints nothing."""
    (made / "broken.yaml").write_text("title: [", "utf-8")
    count = len(words.split()) - (not words.endswith(" "))
    done = run(cwd=made, _STUDYPACK_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    assert [line.partition(",")[2] for line in done.stdout.splitlines() if line] == expected
    assert (done.returncode, done.stderr) == (0, "")
