"""Batches: a pack for each row of a table, whatever becomes of the other rows, and again only for what changed."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest
from studypack.errors import ContentError
from studypack.products.options import Options
from studypack.questions.selection import Criteria
from studypack.workflows.batch import Batch, BatchRequest, batch
from studypack.workflows.request import Request
from studypack.workflows.verify import verify

from tests.making import authored, write_set
from tests.pdf_reading import page_sizes, page_texts
from tests.running import run, start

TABLE = """name;topics;count;seed;products;paper
Zoë/Smith;topic-0;;;;
Ada;topic-1;1;7;cheatsheet;letter
Ada;tpic-1;x;;hanbook;a6
con;topic-1;;3;;
;;1;;deck;
"""


def _batch(folder: Path, *, merge: bool = False) -> Batch:
    options = Options.of(["cheatsheet"])
    request = Request(folder / "made.yaml", Criteria(levels=("core",)), options, folder / "out", 1, 1)
    return batch(BatchRequest(request, folder / "people.csv", merge))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a set of two short topics and a table with a row for each kind of trouble."""
    made = tmp_path_factory.mktemp("batch")
    content = authored(4, per_topic=2)
    for question in content["questions"]:
        question |= {"level": "core", "answer": "Because.", "key_points": []}
    write_set(made / "made.yaml", content)
    (made / "people.csv").write_bytes(TABLE.encode("cp1252"))
    return made


@pytest.fixture(scope="module")
def made(folder: Path) -> Batch:
    return _batch(folder, merge=True)


def test_each_row_has_a_pack_of_its_own(folder: Path, made: Batch) -> None:
    """Folders have safe and unique names; selection, products and paper are the row's, or else the command's."""
    assert made.folder == folder / "out" / "made-people"
    assert [row.folder and row.folder.name for row in made.rows] == ["zoe-smith", "ada", None, None, "row-6"]
    assert [(sorted(row.products), row.questions) for row in made.rows if row.folder] == [
        (["cheatsheet"], 2),
        (["cheatsheet"], 1),
        (["deck"], 1),
    ]
    assert page_sizes((made.folder / "ada" / "cheatsheet.pdf").read_bytes()) == {(216, 279)}
    for row in made.rows:
        if row.folder:
            assert set(verify(row.folder).values()) == {(row.questions, row.questions)}


def test_rows_that_fail_are_reported_and_the_others_built(made: Batch) -> None:
    """Every mistake of a row is named, with row and column."""
    said = [each.what for row in made.rows for each in row.problems]
    assert said == [
        'row 4, column topics: no topic "tpic-1" in the set "made"',
        'row 4, column products: unknown product "hanbook"',
        "row 4, column paper: the option \"paper\" cannot be 'a6'",
        'row 4, column count: "x" is not a whole number from 1',
        "row 5, column seed: a seed without a count",
    ]
    record = json.loads(made.files[0].read_text("utf-8"))
    assert [(row["row"], row["folder"], len(row["problems"])) for row in record["rows"]] == [
        (2, "zoe-smith", 0), (3, "ada", 0), (4, None, 4), (5, None, 1), (6, "row-6", 0),
    ]  # fmt: skip  # a table


def test_a_print_file_has_all_printed_products(made: Batch) -> None:
    """Each begins on a front; decks are not printed."""
    merged = made.files[1].read_bytes()
    pages = page_texts(merged)
    assert len(pages) == 4
    assert [bool(text.strip()) for text in pages] == [True, False, True, False]


def test_what_is_up_to_date_is_left_alone(folder: Path, made: Batch) -> None:
    """The same batch again touches nothing; a row that asks for something else is built into the same folder."""
    before = {path: path.stat().st_mtime_ns for path in made.folder.rglob("*") if path.is_file()}
    again = _batch(folder, merge=True)
    assert [row.fresh for row in again.rows] == [True, True, False, False, True]
    assert {path: path.stat().st_mtime_ns for path in made.folder.rglob("*") if path.is_file()} == before
    table = TABLE.replace("Zoë/Smith;topic-0;", "Zoë/Smith;topic-1;")
    (folder / "people.csv").write_bytes(table.encode("cp1252"))
    changed = _batch(folder)
    assert [row.fresh for row in changed.rows] == [False, True, False, False, True]
    manifest = json.loads((made.folder / "zoe-smith" / "pack.json").read_text("utf-8"))
    assert manifest["selection"]["name"] == "topic-1-core"
    (folder / "people.csv").write_bytes(TABLE.encode("cp1252"))


def test_the_owner_is_on_the_title_page(tmp_path: Path) -> None:
    """A name from a table is text, whatever it contains; without one there is a line to write on."""
    content = authored(1)
    write_set(tmp_path / "made.yaml", content)
    (tmp_path / "people.csv").write_text("name\nAda <b>L</b>\n", "utf-8")
    request = Request(tmp_path / "made.yaml", options=Options.of(["handbook"]), output=tmp_path / "out", workers=1)
    (row,) = batch(BatchRequest(request, tmp_path / "people.csv")).rows
    assert row.folder is not None
    cover = " ".join(page_texts((row.folder / "handbook.pdf").read_bytes())[0].split())
    assert cover.endswith("This copy belongs to Ada <b>L</b>")


def test_an_empty_table_is_an_error(folder: Path, tmp_path: Path) -> None:
    """So is one without names, before anything is built."""
    write_set(tmp_path / "made.yaml", authored(1))
    (tmp_path / "people.csv").write_text("name,topics\n\n", "utf-8")
    with pytest.raises(ContentError, match="has no row below its head"):
        _batch(tmp_path)
    assert not (tmp_path / "out").exists()


def test_the_command_reports_all_rows_in_one_table(folder: Path, made: Batch) -> None:
    """Folders go to stdout, problems and the table to stderr; a failed row makes the exit code 1."""
    words = ["batch", "people.csv", "made.yaml", "-p", "cheatsheet", "--level", "core", "-o", "out"]
    done = run(*words, cwd=folder)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"out/made-people/{name}" for name in ("zoe-smith", "ada", "row-6", "batch.json")
    ]
    assert "row 4, column topics" in done.stderr
    assert re.search(r"\d packs? built, \d up to date, 2 failed", done.stderr)


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    """An interrupted batch says so, and the packs that it finished are whole and up to date the next time."""
    write_set(tmp_path / "made.yaml", authored(3, per_topic=1))
    rows = "".join(f"Person {n},topic-{n % 3}\n" for n in range(60))
    (tmp_path / "people.csv").write_text("name,topics\n" + rows, "utf-8")
    command = start("batch", "people.csv", "made.yaml", "-p", "deck", "-j", "1", cwd=tmp_path)
    folder = tmp_path / "out" / "made-people"
    for _ in range(600):
        if len(list(folder.glob("*/pack.json"))) > 2:
            break
        time.sleep(0.1)
    os.kill(command.pid, signal.SIGINT)
    _, err = command.communicate(timeout=60)
    assert command.returncode == 130
    assert err.endswith("interrupted; finished packs stay, and the same command makes the rest\n")
    finished = [path.parent for path in folder.glob("*/pack.json")]
    assert 0 < len(finished) < 60
    assert verify(finished[0])
    assert not list(folder.glob(".*"))
