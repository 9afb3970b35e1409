"""Sets written in other formats, and read back: by our own importers, and by a parser that is not ours."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moodle_xml_parser.parser import parse_bytes
from openpyxl import load_workbook
from studypack.errors import OptionError
from studypack.exporters import exporter, exporters
from studypack.importers import guess, importer
from studypack.importers.draft import Draft, Wishes
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.resources import bundled_set

from tests.making import authored, make_set, question
from tests.running import ROOT

GIFT_PARSER = ROOT / ".venv" / "node" / "node_modules"

CHOICES = [
    {"text": "A *lock* = one owner", "correct": True, "feedback": "Yes: one."},
    {"text": "A list {x}"},
    {"text": "A ~map~ #1", "correct": True},
]


@pytest.fixture
def whole(tmp_path: Path) -> QuestionSet:
    content = authored(2, topics=[{"id": "topic-0", "title": "Locks/Waits"}], title="Made: all")
    content["questions"] = [
        question(
            0, "topic-0", question="What *is* a mutex?", choices=CHOICES, answer="It {has} one = owner.\n\nSo it is."
        ),
        question(1, "topic-0", question="Why?", answer="Because:\n\n```python\na = {1: 2}\n\nb = 3\n```"),
        {"id": "open", "question": "And you?", "topic": "topic-0"},
    ]
    return make_set(tmp_path, content)


def read_back(name: str, whole: QuestionSet, file: str = "x") -> tuple[Draft, ...]:
    content = exporters()[name].write(whole).content
    return importer(name).read(file, content, Wishes(format=name)).drafts


def core(draft: Draft) -> tuple[Any, ...]:
    return draft.question, draft.answer, [(one.text, one.correct, one.feedback) for one in draft.choices]


def wanted(whole: QuestionSet) -> list[tuple[Any, ...]]:
    return [
        (one.question, one.answer or "", [(c.text, c.correct, c.feedback or "") for c in one.choices])
        for one in whole.questions
    ]


@pytest.mark.parametrize(("name", "file"), [("csv", "x.csv"), ("xlsx", "x.xlsx"), ("markdown", "x.md")])
def test_tables_and_markdown_come_back(whole: QuestionSet, name: str, file: str) -> None:
    """Whatever the file is called, it is known; question, answer, topic and choices are the same, feedback is not."""
    content = exporters()[name].write(whole).content
    drafts = guess(file, content).read(file, content, Wishes()).drafts
    bare = [(asked, answer, [(text, right) for text, right, _ in choices]) for asked, answer, choices in wanted(whole)]
    assert [(d.question, d.answer, [(c.text, c.correct) for c in d.choices]) for d in drafts] == bare
    assert {draft.topic[-1] for draft in drafts} == {"Locks/Waits"}


@pytest.mark.parametrize("name", ["json", "gift"])
def test_our_importer_reads_the_same_questions(whole: QuestionSet, name: str) -> None:
    """Question, answer and choices come back as they were, and with them id and topic."""
    drafts = read_back(name, whole)
    assert [core(draft) for draft in drafts] == wanted(whole)
    assert [draft.key for draft in drafts] == [one.id for one in whole.questions]
    assert {draft.topic[-1] for draft in drafts} == {"Locks/Waits"}


def test_json_holds_every_text_of_a_question(whole: QuestionSet) -> None:
    """Levels, tags, takeaways and key points come back as well; nothing is reported as left out."""
    draft = read_back("json", whole)[0]
    one = whole.questions[0]
    assert (draft.takeaway, draft.key_points, draft.tags) == (one.takeaway, one.key_points, one.tags)
    assert exporters()["json"].write(whole).losses == ("the summaries of topics (1)",) or not whole.topics[0].summary


def test_moodle_xml_is_read_by_another_parser(whole: QuestionSet) -> None:
    """A parser from elsewhere, which knows multiple choice, finds the question and the shares of the choices."""
    content = exporters()["moodle"].write(whole).content
    found = parse_bytes(content)
    texts = json.dumps(found, default=lambda one: getattr(one, "__dict__", str(one)))
    assert "<p>What <em>is</em> a mutex?</p>" in texts
    assert texts.count('"score_fraction": 50.0') == 2


@pytest.mark.skipif(not (GIFT_PARSER / "gift-pegjs").is_dir(), reason="needs npm's gift-pegjs (scripts/set-up dev)")
def test_gift_is_read_by_another_parser(whole: QuestionSet) -> None:
    """A parser from elsewhere reads the same texts, and the weights of the choices."""
    program = "process.stdout.write(JSON.stringify(require('gift-pegjs').parse(require('fs').readFileSync(0, 'utf8'))))"
    gift = exporters()["gift"].write(whole).content
    place = {**os.environ, "NODE_PATH": str(GIFT_PARSER)}
    done = subprocess.run(["node", "-e", program], input=gift, capture_output=True, check=True, env=place)
    found = [one for one in json.loads(done.stdout) if one["type"] != "Category"]
    assert [one["stem"]["text"] for one in found] == [one.question for one in whole.questions]
    assert [one["text"]["text"] for one in found[0]["choices"]] == [one.text for one in whole.questions[0].choices]
    assert [one["weight"] for one in found[0]["choices"]] == [50, -50, 50]
    assert found[1]["globalFeedback"]["text"] == whole.questions[1].answer


def test_moodle_xml_is_read_by_our_importer(whole: QuestionSet) -> None:
    """What Moodle holds comes back; Markdown went through HTML."""
    drafts = read_back("moodle", whole)
    assert [draft.question for draft in drafts] == ["What *is* a mutex?", "Why?", "And you?"]
    assert [choice.correct for choice in drafts[0].choices] == [True, False, True]
    assert drafts[1].answer == "Because:\n\n```\na = {1: 2}\n\nb = 3\n```"


def test_pictures_are_in_moodle_xml() -> None:
    """A picture that a text shows is embedded, and found again by our importer."""
    whole = load(bundled_set()).question_set
    reading = importer("moodle").read("x.xml", exporters()["moodle"].write(whole).content, Wishes())
    assert len(reading.drafts) == len(whole.questions)


def test_tables_have_a_row_for_each_question(whole: QuestionSet) -> None:
    """CSV and spreadsheet hold the same cells, and the same set gives the same bytes."""
    made = exporters()["xlsx"].write(whole).content
    assert made == exporters()["xlsx"].write(whole).content
    sheet = load_workbook(io.BytesIO(made)).active
    assert sheet is not None
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert len(rows) == 4
    assert rows[1][rows[0].index("correct")] == "A, C"
    assert rows[1][rows[0].index("choice B")] == "A list {x}"
    assert exporters()["csv"].write(whole).content.startswith(b"\xef\xbb\xbfid,topic,")


def test_what_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    """A spreadsheet computes nothing of a set."""
    content = authored(1)
    content["questions"] = [question(0, "topic-0", question="=1+1")]
    sheet = load_workbook(io.BytesIO(exporters()["xlsx"].write(make_set(tmp_path, content)).content)).active
    assert sheet is not None
    assert "=1+1" in [cell.value for row in sheet for cell in row if cell.data_type == "s"]


def test_crowdanki_is_read_by_our_importer(whole: QuestionSet) -> None:
    """Questions with an answer are notes in a deck of their topic; what has none is named."""
    made = exporters()["crowdanki"].write(whole)
    drafts = importer("crowdanki").read("x.json", made.content, Wishes()).drafts
    assert [draft.question.split("\n")[0] for draft in drafts] == ["What *is* a mutex?", "Why?"]
    assert "1 questions without an answer" in made.losses


def test_quizlet_lines_are_question_and_answer(whole: QuestionSet) -> None:
    """Plain words, a tab between them; choices with their letters."""
    lines = exporters()["quizlet"].write(whole).content.decode().splitlines()
    assert lines[0].startswith("What is a mutex? A) A lock = one owner B) A list {x}")
    assert [line.count("\t") for line in lines] == [1, 1]


def test_markdown_has_a_heading_for_each_question(whole: QuestionSet) -> None:
    """Topics and questions are headings, choices a task list."""
    text = exporters()["markdown"].write(whole).content.decode()
    assert "## Locks/Waits\n\n### What *is* a mutex?\n\n- [x] A *lock* = one owner\n- [ ] A list {x}" in text


def test_a_format_says_what_it_leaves_out(whole: QuestionSet) -> None:
    """Keys that a format does not hold are named with their number."""
    assert "takeaway of 2 questions" in exporters()["gift"].write(whole).losses


def test_an_unknown_format_is_refused() -> None:
    """With the formats that there are."""
    with pytest.raises(OptionError, match='did you mean "moodle"'):
        exporter("moodel", "x")
    with pytest.raises(OptionError, match="choose one with --to"):
        exporter("", "x.abc")
    assert exporter("", "x.XML").name == "moodle"


_TEXT = st.text(st.sampled_from("ab *_`#{}=~:\\$[]()<>&\n\"'|-1.é"), min_size=1, max_size=40).filter(
    lambda text: text.strip() and text == text.strip()
)
_LINE = _TEXT.map(lambda text: " ".join(text.split()))


@given(st.lists(st.tuples(_LINE, _TEXT, st.lists(_TEXT, min_size=2, max_size=3)), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_any_texts_come_back(tmp_path: Path, texts: list[tuple[str, str, list[str]]]) -> None:
    """Through JSON and GIFT, whatever the texts hold."""
    content = authored(1)
    content["questions"] = [
        {"id": f"q-{at}", "topic": "topic-0", "question": asked, "answer": answer,
         "choices": [{"text": text, "correct": not number} for number, text in enumerate(choices)]}
        for at, (asked, answer, choices) in enumerate(texts)
    ]  # fmt: skip  # one shape
    whole = make_set(tmp_path, content)
    for name in ("json", "gift"):  # a table's lists and Markdown's headings have rules of their own
        assert [core(draft) for draft in read_back(name, whole)] == wanted(whole)
