"""Tables: delimited text in any encoding, and sheets."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from studypack.errors import ContentError
from studypack.importers import decoding, sheets
from studypack.importers.draft import Wishes

from tests.importers.reading import only, pairs, read

TABLE = "Question,Answer,Topic,Difficulty\nWas ist Größe?,Maß,A,easy\nUnd?,Ja,B,hard\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    """Whatever a spreadsheet writes is read."""
    reading = read("a.csv", TABLE.replace(",", delimiter).encode(encoding))
    assert pairs(reading) == [("Was ist Größe?", "Maß"), ("Und?", "Ja")]
    assert (reading.drafts[0].topic, reading.drafts[1].level) == (("A",), "hard")


def test_without_a_head_the_column_that_asks_is_found() -> None:
    """The first row is a question too."""
    assert pairs(read("a.csv", "What is a?,b\nWhat is c?,d\n")) == [("What is a?", "b"), ("What is c?", "d")]


def test_columns_can_be_named_by_name_or_number() -> None:
    """A table whose head says nothing is asked about, with its columns; other columns are named as left out."""
    text = "land,town,code\nFrance,Paris,FR\nSpain,Madrid,ES\n"
    with pytest.raises(ContentError, match=r"land, town, code.*--map"):
        read("a.csv", text)
    reading = read("a.csv", text, Wishes(columns={"question": "land", "answer": "2"}))
    assert pairs(reading) == [("France", "Paris"), ("Spain", "Madrid")]
    assert "code" in reading.skipped[0].why


@pytest.mark.parametrize("right", ["B", "2", "four", "b)"])
def test_choices_in_columns(right: str) -> None:
    """The right one is given by letter, number or text."""
    draft = only(read("a.csv", f"question,option_a,option_b,answer\nWhat is 2+2?,three,four,{right}\n"))
    assert [(choice.text, choice.correct) for choice in draft.choices] == [("three", False), ("four", True)]


def test_choices_in_columns_that_are_only_numbered() -> None:
    """Beside one that says which is right; without it, they are nobody's."""
    (draft,) = read("a.csv", "Question,1,2,3,Correct\nWhich is even?,one,two,three,2\n").drafts
    assert [(each.text, each.correct) for each in draft.choices] == [("one", False), ("two", True), ("three", False)]
    assert not read("a.csv", "Question,1,2,Points\nWhich is even?,one,two,2\n").drafts[0].choices


def test_choices_in_columns_of_any_language() -> None:
    """The same words with A, B and C behind them are choices; what is right is known by its column's name."""
    head = "Pytanie;Odpowiedz A;Odpowiedz B;Odpowiedz C;Poprawna odpowiedz"
    (draft,) = read("a.csv", f"{head}\nIle to 1 + 1?;jeden;dwa;trzy;B\n").drafts
    assert [(each.text, each.correct) for each in draft.choices] == [("jeden", False), ("dwa", True), ("trzy", False)]
    assert not draft.answer
    (draft,) = read("a.csv", "Question,Vastaus A,Vastaus B,Correct\nWhich?,yksi,kaksi,A\n").drafts
    assert [each.correct for each in draft.choices] == [True, False]


def test_columns_about_the_question_are_not_the_question() -> None:
    """Its type and its name are nobody's; its id, its category and its answers are what they say."""
    head = "Question ID,Question Type,Question Name,Question Text,Question Category,Question Answers"
    (draft,) = read("a.csv", f"{head}\n7,open,Q7,Who is it?,People,Me\n").drafts
    assert (draft.key, draft.question, draft.topic, draft.answer) == ("7", "Who is it?", ("People",), "Me")


def test_points_that_are_numbers_are_no_key_points() -> None:
    """They say what a question is worth."""
    for points, said in (("100", ""), ("It is fair", "It is fair")):
        (draft,) = read("a.csv", f"Question,Answer,Points\nWho is it?,Me,{points}\n").drafts
        assert "".join(draft.key_points) == said


def test_right_choices_that_are_counted_from_0() -> None:
    """A table with a 0 among its numbers, or with an index in the head, counts from 0."""
    reading = read("a.csv", "question,option1,option2,correct_index\nWhat is a?,b,c,1\nWhat is d?,e,f,0\n")
    assert [[choice.correct for choice in draft.choices] for draft in reading.drafts] == [[False, True], [True, False]]


def test_sheets_are_read() -> None:
    """Excel: the first sheet that holds something."""
    book = openpyxl.Workbook()
    book.create_sheet("b").append(["Question", "Answer"])
    book["b"].append(["How many?", 3.0])
    file = io.BytesIO()
    book.save(file)
    assert pairs(read("a.xlsx", file.getvalue())) == [("How many?", "3")]
    book.create_sheet("c").append(["more"])
    book.save(file := io.BytesIO())
    assert [each.why for each in read("a.xlsx", file.getvalue()).warnings] == [
        "other sheets are not read: c; save each as a file of its own"
    ]


def test_open_document_sheets_are_read() -> None:
    """OpenDocument: repeated cells and paragraphs are kept; a document type is refused."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(f"<t:table-cell><x:p>{text}</x:p></t:table-cell>" for text in ("What?", "That"))
    space = f'xmlns:t="{office}:table:1.0" xmlns:x="{office}:text:1.0"'
    xml = f"<d {space}><t:table><t:table-row>{cells}</t:table-row></t:table></d>"
    assert pairs(read("a.ods", _zipped(xml))) == [("What?", "That")]
    with pytest.raises(ContentError, match="cannot be read"):
        read("a.ods", _zipped(f"<!DOCTYPE d>{xml}"))


def _zipped(xml: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", xml)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (",".join(["x"] * (sheets.MAX_COLUMNS + 1)), "columns"),
        (f"question,answer\nq?,{'x' * (sheets.MAX_CELL + 1)}\n", "a cell has more than"),
        ("question,answer\n" + "q?,a\n" * sheets.MAX_ROWS, "the limit is 50000"),
        ("x" * (decoding.MAX_LINE + 1), "a line has 1000001 characters"),
        ("", "empty"),
    ],
)
def test_limits(content: str, said: str) -> None:
    """What is too wide or too long is refused with a sentence."""
    with pytest.raises(ContentError, match=said):
        read("a.csv", content)


def test_broken_characters_are_warned_about() -> None:
    """Mojibake, and a question mark within a word, are named with their lines."""
    reading = read("a.csv", "question,answer\nWhat is caf\u00c3\u00a9?,x\nWho?,M?ller\n")
    assert [warning.where.line for warning in reading.warnings] == [2, 3]


NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = f'<x xmlns="{NAMESPACE}:table:1.0" xmlns:t="{NAMESPACE}:text:1.0"><table>{{}}</table></x>'
ROW = "<table-row><table-cell><t:p>Who?</t:p></table-cell></table-row>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_zipped(ODS.format("<table-row/>" * (sheets.MAX_ELEMENTS + 1))), "too many cells"),
        (_zipped("<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>"), "declares entities"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted, or of a version before 2007"),
    ],
)
def test_sheets_that_are_not_read(content: bytes, said: str) -> None:
    """Too many cells, entities, and the files of old versions of Office are refused with the reason."""
    with pytest.raises(ContentError, match=said):
        read("a.ods", content)


def test_empty_rows_do_not_count() -> None:
    """Programs write them down to the last row that a sheet can have; what is beneath them is read."""
    repeated = f'xmlns:a="{NAMESPACE}:table:1.0" a:number-rows-repeated="65000"'
    reading = read("a.ods", _zipped(ODS.format(f"{ROW}<table-row {repeated}/>{ROW}")))
    assert [draft.where.line for draft in reading.drafts] == [1, 65_002]


def test_a_sheet_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """None is left out without a word."""
    monkeypatch.setattr(sheets, "MAX_ROWS", 2)
    with pytest.raises(ContentError, match="row 3 has 1 columns"):
        read("a.ods", _zipped(ODS.format(ROW * 3)))


def test_no_cell_of_excel_is_passed_over() -> None:
    """One far to the right is refused with its row, and not left out."""
    book = openpyxl.Workbook()
    book["Sheet"].cell(3, 600, "What?")
    book.save(file := io.BytesIO())
    with pytest.raises(ContentError, match="row 3 has 600 columns"):
        read("a.xlsx", file.getvalue())
