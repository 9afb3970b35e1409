"""Exam papers and keys as finished files: a paper asks and answers nothing, its key answers everything."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from pdfua import validate
from studypack.pdf.text_extraction import sections
from studypack.products import PRODUCTS
from studypack.products.exam import ExamOptions
from studypack.products.exam.job import PaperJob, Printed
from studypack.products.exam.key import key_claims, render_key
from studypack.products.exam.paper import paper_claims, render_paper, told
from studypack.products.exam.sheets import Sheet, read_back
from studypack.products.exam.tasks import own_marks, tasks_of
from studypack.products.options import Options, PrintOptions
from studypack.products.proof import letters, prove
from studypack.questions.fields import leaves
from studypack.questions.model import QuestionSet
from studypack.questions.papers import Paper, draw
from studypack.typeset.themes import Theme

from tests.making import authored, make_set, sentence
from tests.pdf_reading import page_sizes, page_texts

NAME = 'Ada "Countess" Lovelace'
FIELDS = ("answer", "guidance", "takeaway", "key_points", "pitfalls")


def _content() -> dict[str, Any]:
    """Return four questions: two open ones, with follow-ups and with marks of its own, and two of multiple choice."""
    content = authored(4, title="A *made* set", author="Somebody")
    first, second, third, last = content["questions"]
    first["follow_ups"] = [{"question": f"And then, {n}?", "answer": sentence(900 + n, 12)} for n in range(2)]
    first["pitfalls"] = [sentence(800, 9)]
    for n in range(4):
        choice = {"text": f"Choice {n}: {sentence(500 + n, 8)}", "correct": n == 1, "feedback": sentence(600 + n, 8)}
        second.setdefault("choices", []).append(choice)
    third["choices"] = [{"text": f"Pick {n}", "correct": n < 2} for n in range(3)]
    for question in (second, third):
        del question["key_points"], question["takeaway"]
    last["marks"] = 7
    return content


def _sheet(question_set: QuestionSet, name: str = NAME, paper: str = "a4", **options: Any) -> Sheet:
    drawn = draw(question_set, (), "1/1", code="K7Q3", name=name)
    return Sheet(
        drawn, Options((), (ExamOptions(minutes=90, **options), PrintOptions(paper=paper))), pages={"question-0": 41}
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return make_set(tmp_path_factory.mktemp("exam"), _content())


@pytest.fixture(scope="module")
def printed(whole: QuestionSet) -> Printed:
    return PaperJob(_sheet(whole)).run()


def test_every_page_carries_the_code_and_its_number(printed: Printed) -> None:
    """Each document has whole sheets, so that the next one begins on a front; the cover says what the exam is."""
    for part in (printed.paper, printed.key):
        pages = page_texts(part.pdf)
        assert len(pages) == part.count
        assert part.count % 2 == 0
        for number, text in enumerate(pages, 1):
            assert "K7Q3" in text
            assert f"page {number} of {part.count}" in " ".join(text.split())
    cover = " ".join(page_texts(printed.paper.pdf)[0].split())
    for words in ("A made set", NAME, "4 questions · 17 marks · 90 minutes", "Date"):
        assert words in cover


def test_a_paper_contains_no_text_of_an_answer(whole: QuestionSet, printed: Printed) -> None:
    """Not an answer, a key point, a hint, a pitfall, a feedback; a choice does not tell whether it is correct."""
    text = letters(" ".join(page_texts(printed.paper.pdf)))
    told = [
        leaf.text for q in whole.questions for leaf in leaves(q)
        if leaf.key in FIELDS or leaf.path[-1] in ("feedback", "answer")
    ]  # fmt: skip  # one list
    assert len(told) > 20
    assert [each for each in told if letters(each) in text] == []
    assert letters("Choice 1") in text


def test_a_key_contains_every_answer(whole: QuestionSet, printed: Printed) -> None:
    """Key points, pitfalls, replies to follow-ups, correct choices; the answer where there are no key points."""
    text = letters(" ".join(page_texts(printed.key.pdf)))
    first, second, third, last = whole.questions
    wanted = [*first.key_points, *first.pitfalls, *last.key_points, *(each.answer or "" for each in first.follow_ups)]
    wanted += [*(second.answer or "").split("\n\n"), *(c.text for q in (second, third) for _, c in q.correct)]
    for each in wanted:
        assert letters(each) in text
    assert letters("Handbook, p. 41") in text
    assert letters(first.answer or "") not in text


def test_the_questions_are_numbered_on_both(whole: QuestionSet, printed: Printed) -> None:
    """The outline has each question with its number on the paper, in order."""
    for part in (printed.paper, printed.key):
        titles = [section.title for section in sections(part.pdf)]
        assert titles == [f"{n} {q.question}" for n, q in enumerate(whole.questions, 1)]


def test_marks_add_up(whole: QuestionSet, printed: Printed) -> None:
    """One for each key point, correct choice and follow-up; or as many as the question or the options say."""
    tasks = tasks_of(whole, ExamOptions())
    assert [task.total for task in tasks] == [5 + 2, 1, 2, 7]
    assert [own_marks(q, 3) for q in whole.questions] == [3, 1, 2, 7]
    assert [task.rest for task in tasks] == [0, 0, 0, 2]
    for part in (printed.paper, printed.key):
        text = " ".join(" ".join(page_texts(part.pdf)).split())
        assert "Marks 7 1 2 7 17" in text
    fewer = tasks_of(whole, ExamOptions(marks=2, no_follow_ups=True))[0]
    assert (fewer.total, fewer.fewer) == (2, True)


def test_key_points_of_multiple_choice_earn_no_marks(tmp_path: Path) -> None:
    """Only the choices have boxes in the key, because a paper has nothing else to mark; key points say why."""
    content = authored(1)
    (question,) = content["questions"]
    question["choices"] = [{"text": f"Pick {n}", "correct": n < 2} for n in range(3)]
    for marks, rest in ((None, 0), (5, 3)):
        question |= {"marks": marks} if marks else {}
        whole = make_set(tmp_path, content)
        (task,) = tasks_of(whole, ExamOptions())
        assert (task.marks, task.fewer, task.rest) == (marks or 2, False, rest)
        text = " ".join(page_texts(PaperJob(_sheet(whole)).run().key.pdf))
        assert "KEY POINTS" in text.upper()
        assert "ONE MARK FOR EACH" not in text.upper()


def test_open_questions_have_three_lines_for_each_mark_and_stay_whole(tmp_path: Path) -> None:
    """A question whose lines do not fit on its page has fewer of them, and no question is torn or runs off the page."""
    content = authored(3)
    content["questions"][0]["marks"] = 20
    content["questions"][1]["question"] = sentence(7, 300)
    content["questions"][1]["marks"] = 9
    for question in content["questions"]:
        question["key_points"] = question["key_points"][:1] if "marks" in question else question["key_points"]
    sheet = _sheet(make_set(tmp_path, content), answers_space=3)
    job = PaperJob(sheet)
    seen: list[Any] = []
    original = Sheet.laid_out

    def recording(self: Sheet, template: str, tasks: Any, **values: Any) -> Any:
        seen.append((template, tasks, made := original(self, template, tasks, **values)))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sheet, "laid_out", recording)
        job.run()
    tasks, (pages, _) = next((t, m) for template, t, m in reversed(seen) if template == "paper")
    assert tasks[2].lines == 15
    assert tasks[0].lines == sheet.lines(30) == 27
    assert 5 < tasks[1].lines < 27
    for task in tasks:
        room = pages.anchors[f"room:{task.question.id}"]
        assert room.page == pages.anchors[f"words:{task.question.id}"].page


def test_without_space_for_answers_there_are_no_lines(whole: QuestionSet) -> None:
    """The questions of a whole exam then fit on a page."""
    paper = render_paper(_sheet(whole, name="", answers_space=0, paper="letter"))
    assert paper.count == 2
    assert page_sizes(paper.pdf) == {(216, 279)}


def test_the_checker_finds_no_error(printed: Printed, tmp_path: Path) -> None:
    """Paper and key are tagged as PDF/UA wants them."""
    for part in (printed.paper, printed.key):
        (tmp_path / "x.pdf").write_bytes(part.pdf)
        assert [f.message for f in validate(str(tmp_path / "x.pdf")).findings if f.severity.name == "ERROR"] == []


def test_a_result_survives_the_way_between_processes(whole: QuestionSet, printed: Printed) -> None:
    """What is serialized and restored is the same; equal papers have equal fingerprints, and others do not."""
    job = PaperJob(_sheet(whole))
    restored = job.loads(job.dumps(printed))
    assert restored.paper.pdf == printed.paper.pdf
    assert job.dumps(restored) == job.dumps(printed)
    assert list(job.inputs()) == list(PaperJob(_sheet(whole)).inputs())
    others = [_sheet(whole, name="Bob"), _sheet(whole, marks=4), replace(_sheet(whole), pages={})]
    assert all(list(PaperJob(other).inputs()) != list(job.inputs()) for other in others)


@pytest.mark.parametrize(
    ("template", "old", "new", "said"),
    [
        ("paper", "{{ choice.text | block }}", "", '"(2|[ABCD] Choice)'),
        ("paper", "{{ follow_up.question | inline }}", "", '"And then, 0'),
        ("key", "{{ point | inline }}", "", '"A every the no readers'),
        ("key", "{{ follow_up.answer | block }}", "", '"Readers turn guards'),
    ],
)  # fmt: skip  # a table
def test_a_template_that_drops_something_is_refused(
    whole: QuestionSet, template: str, old: str, new: str, said: str
) -> None:
    """The proof finds what a template leaves out, in the paper and in the key."""
    sheet = _changed(whole, template, old, new)
    part, claims = (
        (render_paper(sheet), paper_claims(sheet)) if template == "paper" else (render_key(sheet), key_claims(sheet))
    )
    proof = prove(PRODUCTS["handbook"], read_back(part.pdf), claims, part.held)
    assert re.search(f"missing {said}", str(proof.problems[0]))


def test_a_template_cannot_print_answers(whole: QuestionSet) -> None:
    """It is given the questions without them; one that the theme wrote itself is found."""
    asked = "{{ question.question | inline }}"
    leak = asked + "{{ question.answer }}{% for point in question.key_points %}{{ point }}{% endfor %}"
    sheet = _changed(whole, "paper", asked, leak)
    assert not list(told(sheet, render_paper(sheet).held))
    sheet = _changed(whole, "paper", asked, asked + whole.questions[0].key_points[0])
    (said,) = told(sheet, render_paper(sheet).held)
    assert said.what.startswith("the exam paper answers question 1 (question-0)")


def _changed(whole: QuestionSet, template: str, old: str, new: str) -> Sheet:
    """Return a sheet of the first two questions, whose theme changes a template."""
    name = f"exam/{template}.html.j2"
    text = (Path(__file__).parents[3] / "templates" / name).read_text("utf-8")
    assert old in text
    sheet = _sheet(replace(whole, questions=whole.questions[:2]), answers_space=0)
    return replace(sheet, theme=Theme("changed", {name: text.replace(old, new)}))


def test_text_runs_from_right_to_left_where_the_language_does(tmp_path: Path) -> None:
    """The code is at the left of each page, the title at the right."""
    content = authored(1, language="ar", title="امتحان قصير")
    content["questions"][0]["question"] = "متى يقع الجمود بين العمليات، وكيف نمنعه؟"
    part = render_paper(_sheet(make_set(tmp_path, content), name="", answers_space=0))
    with pypdfium2.PdfDocument(part.pdf) as document:
        head = document[1].render(scale=1).to_pil().convert("L").crop((0, 20, 595, 60))
    code, title = (
        head.crop(box).point(lambda value: value < 128).getbbox() for box in ((40, 0, 100, 40), (480, 0, 560, 40))
    )
    assert code
    assert title
    assert "امتحان" in page_texts(part.pdf)[1]


def test_a_paper_has_only_what_it_shows_of_the_set(whole: QuestionSet) -> None:
    """What travels to a worker is small: no introduction, no glossary, no cards, no files of other questions."""
    paper: Paper = _sheet(whole).paper
    assert paper.question_set.header.glossary == ()
    assert paper.question_set.files == {}
