"""Exams as folders: papers and keys for the printer, and a file that is enough to print and to prove them again."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from lxml import etree
from studypack.errors import BuildError, ContentError, SelectionError, StudypackError
from studypack.products.exam import ExamOptions
from studypack.products.options import Options
from studypack.questions.loader import load
from studypack.questions.selection import Criteria
from studypack.workflows.exam import Exam, ExamRequest, exam
from studypack.workflows.exam_plan import planned
from studypack.workflows.request import Request
from studypack.workflows.verify_exam import verify_exam

from tests.making import authored, write_set
from tests.pdf_reading import outline, page_texts
from tests.running import run


def _content() -> dict[str, Any]:
    """Return six short questions, four of them of multiple choice."""
    content = authored(6, per_topic=3)
    for number, question in enumerate(content["questions"]):
        for key in ("guidance", "takeaway", "key_points"):
            question.pop(key, None)
        question["answer"] = f"Because of {number}."
        question["marks"] = number + 2
        if number > 1:
            question["choices"] = [{"text": f"Choice {n}", "correct": n == 0} for n in range(4)]
    content["questions"][0]["follow_ups"] = [{"question": "And then?", "answer": "Nothing."}]
    return content


def _exam(path: Path, output: Path, people: Path | None = None, again: Path | None = None, **options: Any) -> Exam:
    own = {"questions": 3, "answers_space": 1} | options
    request = Request(path, Criteria(), Options((), (ExamOptions(**own),)), output, 1, 1, cached=False)
    return exam(ExamRequest(request, people, again))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Exam]:
    """Return a set, and an exam of it for three people, two of whom have the same name."""
    folder = tmp_path_factory.mktemp("exam")
    path = write_set(folder / "made.yaml", _content())
    people = folder / "people.csv"
    people.write_bytes("Name;Topics;Seed;Count\nZoë/Smith;topic-1;;2\nAda;;7;\nAda;;;\n".encode("cp1252"))
    return path, _exam(path, folder / "out", people, separate=True, moodle=True)


def test_papers_and_keys_are_one_document_each(made: tuple[Path, Exam]) -> None:
    """Each paper begins on a front; its pages are numbered anew; the outline has papers with their questions."""
    _, done = made
    papers = done.record["papers"]
    assert [paper["name"] for paper in papers] == ["Zoë/Smith", "Ada", "Ada"]
    assert [len(paper["questions"]) for paper in papers] == [2, 3, 3]
    for name, count in (("papers.pdf", "pages"), ("keys.pdf", "key_pages")):
        content = (done.folder / name).read_bytes()
        pages = page_texts(content)
        assert all(paper[count] % 2 == 0 for paper in papers)
        codes = [paper["code"] for paper in papers for _ in range(paper[count])]
        assert len(pages) == len(codes)
        assert all(code in text for code, text in zip(codes, pages, strict=True))
        entries = outline(content)
        assert [title for depth, title in entries if not depth] == [f"{p['code']} {p['name']}" for p in papers]
        assert sum(depth for depth, _ in entries) == 8
        with pikepdf.open(done.folder / name) as document:
            labels = [int(start) for start in list(document.Root.PageLabels.Nums)[::2]]
        assert labels == [sum(paper[count] for paper in papers[:n]) for n in range(3)]


def test_the_files_of_each_paper_have_safe_and_unique_names(made: tuple[Path, Exam]) -> None:
    """They are named after code and participant; Moodle XML has the marks of the paper."""
    _, done = made
    codes = [paper["code"] for paper in done.record["papers"]]
    names = [f"{codes[0]}-zoe-smith", f"{codes[1]}-ada", f"{codes[2]}-ada"]
    for folder, ending in (("papers", "pdf"), ("keys", "pdf"), ("moodle", "xml")):
        assert sorted(path.name for path in (done.folder / folder).iterdir()) == sorted(f"{n}.{ending}" for n in names)
    for paper, name in zip(done.record["papers"], names, strict=True):
        bank = etree.parse(done.folder / "moodle" / f"{name}.xml")
        assert sum(int(grade.text) for grade in bank.iter("defaultgrade")) == paper["marks"]
        assert paper["code"] in bank.findtext("question/category/text")


def test_an_exam_is_printed_again_byte_for_byte(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """From its description alone, even if questions were added to the set; a changed question leads to a warning."""
    _, done = made
    content = _content()
    content["questions"].insert(0, authored(9)["questions"][8] | {"topic": "topic-0"})
    changed = write_set(tmp_path / "made.yaml", content)
    second = _exam(changed, tmp_path / "out", again=done.files[-1])
    first = {file.relative_to(done.folder): file.read_bytes() for file in done.files}
    # Numbers of questions in the set have changed, which keys and Moodle's categories do not show alike.
    same = [name for name in first if name.parts[0] in ("papers", "papers.pdf")]
    assert {name: (second.folder / name).read_bytes() for name in same} == {name: first[name] for name in same}
    assert second.warnings == ()
    content["questions"][-1]["answer"] = "Because of something else."
    third = _exam(write_set(tmp_path / "made.yaml", content), tmp_path / "third", again=done.files[-1])
    assert [warning.what for warning in third.warnings] == ['"question-5" has changed since the exam was printed']


def test_an_exam_of_lost_questions_is_not_printed(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """Every question that is gone, and every one with fewer choices, is named; so is another set."""
    _, done = made
    content = _content()
    del content["questions"][5]
    content["questions"][4]["choices"].pop()
    with pytest.raises(BuildError) as caught:
        _exam(write_set(tmp_path / "made.yaml", content), tmp_path, again=done.files[-1])
    said = [each.what for each in caught.value.diagnostics]
    assert 'the set has no question "question-5" any more' in said
    assert '"question-4" had 4 choices when the exam was printed, and has 3' in said
    other = write_set(tmp_path / "other.yaml", _content() | {"id": "other"})
    with pytest.raises(BuildError, match='an exam of the set "made", not of "other"'):
        _exam(other, tmp_path, again=done.files[-1])


def test_a_finished_exam_is_proved(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """All questions are found on all papers; a file that was exchanged, changed or lost is not accepted."""
    _, done = made
    assert verify_exam(done.folder) == {"papers.pdf": (8, 8), "keys.pdf": (8, 8)}
    shutil.copytree(done.folder, tmp_path / "copy")
    (tmp_path / "copy" / "keys.pdf").write_bytes((done.folder / "papers.pdf").read_bytes())
    lost = next((tmp_path / "copy" / "moodle").iterdir())
    lost.unlink()
    with pytest.raises(BuildError) as caught:
        verify_exam(tmp_path / "copy")
    assert {each.what for each in caught.value.diagnostics} == {"differs from what was printed", "cannot be read"}


def test_a_forged_description_is_found_out(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """One that claims another question, another order of papers or other files."""
    _, done = made
    for change in (_another_question, _other_order, _outside):
        folder = tmp_path / change.__name__
        shutil.copytree(done.folder, folder)
        record = json.loads((folder / "exam.json").read_text("utf-8"))
        change(record)
        (folder / "exam.json").write_text(json.dumps(record), "utf-8")
        with pytest.raises(BuildError):
            verify_exam(folder)


def _another_question(record: dict[str, Any]) -> None:
    record["questions"][0]["words"] = ["Something that nobody was asked on any of these papers"]


def _other_order(record: dict[str, Any]) -> None:
    record["papers"].reverse()


def _outside(record: dict[str, Any]) -> None:
    record["files"]["../made.yaml"] = record["files"]["keys.pdf"]


def test_what_cannot_be_drawn_leaves_the_folder_alone(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """More questions than there are, a blueprint that cannot be met, rows with mistakes: all named, nothing changed."""
    path, done = made
    before = {file: file.stat().st_mtime_ns for file in done.files}
    with pytest.raises(SelectionError, match="each paper asks for 7 questions, and there are 6"):
        _exam(path, done.folder.parent, questions=7)
    with pytest.raises(SelectionError, match="each paper asks for 4 core, and there are 2"):
        _exam(path, done.folder.parent, questions=0, blueprint="1 advanced, 4 core")
    with pytest.raises(SelectionError, match="asks for 2 questions, and each paper is to have 3"):
        _exam(path, done.folder.parent, blueprint="2 core")
    people = tmp_path / "people.csv"
    people.write_text("name,code,topics,count\nAda,A1,topc-1,x\nBob,A1,topic-1,4\n,,,\nEve,A1,,\n", "utf-8")
    with pytest.raises(ContentError) as caught:
        _exam(path, done.folder.parent, people)
    assert [each.what.partition(", there")[0] for each in caught.value.diagnostics] == [
        'row 2, column count: "x" is not a whole number from 1',
        'row 2, column topics: no topic "topc-1" in the set "made"',
        "row 3: each paper asks for 4 questions, and there are 3",
    ]
    assert {file: file.stat().st_mtime_ns for file in done.files} == before


def test_two_papers_of_one_code_are_refused(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """A code is what tells papers apart."""
    people = tmp_path / "people.csv"
    people.write_text("name,code\nAda,A1\nBob,A1\n" + f"Eve,{'x' * 21}\n", "utf-8")
    with pytest.raises(ContentError) as caught:
        _exam(made[0], tmp_path, people)
    assert 'another paper has the code "A1"' in caught.value.diagnostics[0].what
    assert "cannot be a code" in caught.value.diagnostics[1].what


def test_the_command_prints_what_it_wrote(made: tuple[Path, Exam], tmp_path: Path) -> None:
    """Paths go to stdout, the rest to stderr; the folder's name tells set and seed."""
    words = ["exam", str(made[0]), "--id", "Q1,Q2", "--no-follow-ups", "--seed", "5", "--answers-space", "0"]
    done = run(*words, "-j", "1", cwd=tmp_path, STUDYPACK_CACHE=str(tmp_path / "cache"))
    assert done.returncode == 0
    (folder,) = (f"out/{path.name}" for path in (tmp_path / "out").iterdir())
    assert done.stdout.splitlines() == [f"{folder}/{name}" for name in ("papers.pdf", "keys.pdf", "exam.json")]
    assert "-exam-5: 1 paper, 5 marks" in done.stderr
    refused = run("exam", str(made[0]), "--again", "exam.json", "--seed", "1", cwd=tmp_path)
    assert refused.returncode == 2
    assert "leave out --seed" in refused.stderr
    assert not list(tmp_path.glob("out/*/pack.json"))


def test_papers_that_are_alike_are_named(made: tuple[Path, Exam]) -> None:
    """Two open questions, and no shuffling, give one paper; an order of each paper's own gives two."""
    request = Request(made[0], Criteria(ids=("Q1,Q2",)), Options((), (ExamOptions(variants=4),)))
    plan = planned(request, load(made[0]))
    codes = ", ".join(paper.code for paper in plan.papers)
    assert plan.remarks == (f"the same paper: {codes}; draw fewer questions, or use --shuffle",)
    shuffled = planned(replace(request, options=Options((), (ExamOptions(variants=4, shuffle=True),))), load(made[0]))
    assert len({paper.content for paper in shuffled.papers}) == 2


def test_a_pack_is_not_an_exam(tmp_path: Path) -> None:
    """`--again` and `verify` say what they were given."""
    (tmp_path / "exam.json").write_text('{"format": 1}', "utf-8")
    with pytest.raises(StudypackError, match="not an exam"):
        verify_exam(tmp_path)
