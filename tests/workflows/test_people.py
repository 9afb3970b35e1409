"""Tables of people: read as spreadsheets write them, row by row, and mistakes are named by row and column."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from studypack.errors import ContentError
from studypack.questions.model import QuestionSet
from studypack.questions.selection import Criteria
from studypack.workflows.people import criteria_of, people

from tests.making import authored, make_set

COLUMNS = ("name", "seed", "topics", "tags", "count")
TABLE = "Name,Topics,Seed,Class\nZoë O’Brien/Smith,topic-0,7,3b\n\nBob,topic-0; Topic 1,,3b\nBob,,,\n"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return make_set(tmp_path_factory.mktemp("people"), authored(4, per_topic=2))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_delimiter_is_read(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """Names keep their letters; empty rows are passed over; columns that mean nothing are named."""
    path = tmp_path / "people.csv"
    path.write_bytes(TABLE.replace(";", "|").replace(",", delimiter).encode(encoding))
    found = people(path, COLUMNS)
    rows = list(found.rows)
    assert [(row.name, row.where.line) for row in rows] == [("Zoë O’Brien/Smith", 2), ("Bob", 4), ("Bob", 5)]
    assert rows[0].cells == {"topics": "topic-0", "seed": "7"}
    assert rows[1].words("topics") == ("topic-0", "Topic 1")
    assert found.remarks[0].endswith("columns that are not used: Class")


def test_a_sheet_is_read_too(tmp_path: Path) -> None:
    """Numbers of a spreadsheet are numbers."""
    book = openpyxl.Workbook()
    sheet = book.active or book.create_sheet()
    table: list[list[object]] = [["Participant", "seed", "count"], ["Ada", 7, 3.0]]
    for cells in table:
        sheet.append(cells)
    book.save(content := io.BytesIO())
    (tmp_path / "people.xlsx").write_bytes(content.getvalue())
    (row,) = people(tmp_path / "people.xlsx", COLUMNS).rows
    assert (row.name, row.number("seed"), row.number("count", least=1)) == ("Ada", 7, 3)


def test_a_row_replaces_what_the_command_selects(tmp_path: Path, whole: QuestionSet) -> None:
    """Only in the columns that it fills."""
    (tmp_path / "people.csv").write_text("name,topics\nAda,Topic 1\nBob,\n", "utf-8")
    ada, bob = people(tmp_path / "people.csv", COLUMNS).rows
    base = Criteria(topics=("topic-0",), levels=("core",))
    assert criteria_of(ada, base, whole) == Criteria(topics=("Topic 1",), levels=("core",))
    assert criteria_of(bob, base, whole) == base


def test_unknown_words_are_named_with_row_and_column(tmp_path: Path, whole: QuestionSet) -> None:
    """All of a row at once, with a suggestion."""
    (tmp_path / "people.csv").write_text("name,topics,tags,count\nAda,topic-0;tpic-1,od,none\n", "utf-8")
    (ada,) = people(tmp_path / "people.csv", COLUMNS).rows
    with pytest.raises(ContentError) as caught:
        criteria_of(ada, Criteria(), whole)
    said = [(d.where and d.where.line, d.what, d.remedy) for d in caught.value.diagnostics]
    assert said == [
        (2, 'row 2, column topics: no topic "tpic-1" in the set "made"', 'did you mean "topic-1"?'),
        (2, 'row 2, column tags: no tag "od" in the set "made"', 'did you mean "odd"?'),
    ]
    with pytest.raises(ContentError, match='row 2, column count: "none" is not a whole number from 1'):
        ada.number("count", least=1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the table is empty"),
        (b"first,last\nAda,Lovelace\n", "no column of names, its columns are first, last"),
        (b"\x00\x01\x02\xff\xfe\xfd", "this is no text"),
        (b"PK\x03\x04", "the sheet cannot be read"),
    ],
)
def test_what_is_no_table_of_people_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """An empty file, one without names, and files of other kinds."""
    (tmp_path / "people.csv").write_bytes(content)
    with pytest.raises(ContentError, match=said):
        list(people(tmp_path / "people.csv", COLUMNS).rows)
    with pytest.raises(ContentError, match="cannot be read"):
        people(tmp_path / "none.csv", COLUMNS)


def test_rows_are_read_one_after_the_other(tmp_path: Path) -> None:
    """The first rows of a long table are there before a fault in its last row is found."""
    path = tmp_path / "people.csv"
    path.write_text("name,topics\n" + "".join(f"Person {n},topic-0\n" for n in range(20_000)) + "x," * 600, "utf-8")
    rows = people(path, COLUMNS).rows
    assert next(rows).name == "Person 0"
    with pytest.raises(ContentError, match="a row has 601 columns"):
        list(rows)
