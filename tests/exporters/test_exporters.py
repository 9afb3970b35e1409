"""Sets written in other formats, and read back: by our own importers, and by a parser that is not ours."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from moodle_xml_parser.parser import parse_bytes
from openpyxl import load_workbook
from studypack.errors import OptionError
from studypack.exporters import exporter, exporters
from studypack.importers import guess, importer
from studypack.importers.draft import Draft, Wishes
from studypack.importers.fields import prepare
from studypack.importers.levels import Levels
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


def test_our_importer_reads_the_same_questions(whole: QuestionSet) -> None:
    """Question, answer and choices come back as they were, and with them id and topic."""
    drafts = read_back("gift", whole)
    assert [core(draft) for draft in drafts] == wanted(whole)
    assert [draft.key for draft in drafts] == [one.id for one in whole.questions]
    assert {draft.topic[-1] for draft in drafts} == {"Locks/Waits"}


def test_json_holds_every_text_of_a_question(whole: QuestionSet) -> None:
    """Levels, tags, takeaways and key points come back as well; nothing is reported as left out."""
    draft = read_back("json", whole)[0]
    one = whole.questions[0]
    assert (draft.takeaway, draft.key_points, draft.tags) == (one.takeaway, one.key_points, one.tags)
    assert exporters()["json"].write(whole).losses == ("the summaries of topics (1)",) or not whole.topics[0].summary


CODE = "Read it.\n\n```\nf()\n\ng()\n```"
FOLLOW_UPS = [{"question": "And then?", "answer": "Then this."}, {"question": "And never?"}]


@pytest.fixture
def shown(tmp_path: Path) -> QuestionSet:
    """Return questions with a stimulus: one with an answer, one with choices, one with neither."""
    content = authored(3, per_topic=3)
    for authored_question, more in zip(
        content["questions"], ({"answer": "So."}, {"choices": CHOICES}, {"question": "And you?"}), strict=True
    ):
        del authored_question["answer"]
        authored_question.update(more, stimulus=CODE, follow_ups=FOLLOW_UPS)
    return make_set(tmp_path, content)


@pytest.mark.parametrize("name", ["csv", "xlsx", "json", "markdown", "gift", "moodle"])
def test_what_a_question_asks_about_comes_back(shown: QuestionSet, name: str) -> None:
    """Each format holds the stimulus in its own manner, and an import tells it from question and answer."""
    exported = exporters()[name].write(shown)
    assert not any("stimulus" in loss for loss in exported.losses)
    drafts = guess(f"x{exporters()[name].suffixes[0]}", exported.content).read("x", exported.content, Wishes()).drafts
    fields = [prepare(draft, Levels()).fields for draft in drafts]
    assert [(one["question"], one["stimulus"]) for one in fields] == [(one.question, CODE) for one in shown.questions]
    assert [one.get("answer") for one in fields] == ["So.", None, None]
    assert ["choices" in one for one in fields] == [False, True, False]
    if name in ("csv", "xlsx", "json"):
        assert [one["follow_ups"] for one in fields] == [FOLLOW_UPS] * 3


def test_cards_elsewhere_ask_with_it(shown: QuestionSet) -> None:
    """The front of a card has it, as HTML or as plain words."""
    assert "<code>f()" in exporters()["crowdanki"].write(shown).content.decode()
    assert "Read it. f() g()" in " ".join(exporters()["quizlet"].write(shown).content.decode().split())


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


def test_moodle_xml_has_formulas_for_mathjax(tmp_path: Path) -> None:
    """Between the marks of Moodle's filter, and our importer reads them; the grade is the marks of the question."""
    content = authored(1)
    content["questions"] = [question(0, "topic-0", question="Is $a < b$?", answer="$$a & b$$", marks=4)]
    made = exporters()["moodle"].write(make_set(tmp_path, content)).content.decode()
    assert r"\(a &lt; b\)" in made
    assert r"\[a &amp; b\]" in made
    assert "tex:" not in made
    assert "<defaultgrade>4</defaultgrade>" in made
    (draft,) = importer("moodle").read("x.xml", made.encode(), Wishes()).drafts
    assert "a < b" in draft.question
    assert "a & b" in (draft.answer or "")


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
    assert exporters()["csv"].write(whole).content.startswith(b"\xef\xbb\xbfstudypack id,topic,")


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
    assert "1 question without an answer" in made.losses


def test_quizlet_lines_are_question_and_answer(whole: QuestionSet) -> None:
    """Plain words, a tab between them; choices with their letters."""
    lines = exporters()["quizlet"].write(whole).content.decode().splitlines()
    assert lines[0].startswith("What is a mutex? A) A lock = one owner B) A list {x}")
    assert [line.count("\t") for line in lines] == [1, 1]


def test_markdown_has_a_heading_for_each_question(whole: QuestionSet) -> None:
    """Topics and questions are headings, choices a task list."""
    text = exporters()["markdown"].write(whole).content.decode()
    shown = re.sub(r"<!--.*?-->\n", "", text)
    assert "## Locks/Waits\n\n### What *is* a mutex?\n\n- [x] A *lock* = one owner\n- [ ] A list {x}" in shown


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
