"""The parts of the benchmark: its sets are as described, and its table is correct. Nothing is timed here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import mean

import pytest
from studypack.checks.content import set_warnings
from studypack.products.handbook import flows
from studypack.questions.loader import load
from studypack.workflows.importing import Request, import_files

from tests.benchmarks import single
from tests.benchmarks.classes import Figure, people
from tests.benchmarks.classes import lines as class_lines
from tests.benchmarks.importing import Figure as ImportFigure
from tests.benchmarks.importing import lines as import_lines
from tests.benchmarks.importing import markdown, notes
from tests.benchmarks.measuring import Figures, Run, best
from tests.benchmarks.sets import LISTING_LINES, edit_one, write_set
from tests.benchmarks.table import goals, lines
from tests.benchmarks.watched import covered
from tests.running import ROOT


def test_a_set_is_what_the_table_says(tmp_path: Path) -> None:
    """Topics of 25; a third with a listing of 25 lines, a quarter with a table; texts as long as the bundled set's."""
    loaded = load(write_set(tmp_path / "made", 60))
    made = loaded.question_set
    assert not set_warnings(loaded)
    assert [len(made.of_topic(topic.id)) for topic in made.topics] == [25, 25, 10]
    exhibits = [exhibit.kind for question in made.questions for exhibit in question.exhibits]
    assert (exhibits.count("listing"), exhibits.count("table"), len(exhibits)) == (20, 15, 35)
    assert {len(content.splitlines()) for content in made.files.values()} == {LISTING_LINES}
    assert {(len(q.key_points), len(q.follow_ups), len(q.pitfalls), len(q.sources)) for q in made.questions} == {
        (6, 2, 1, 2)
    }
    assert mean(len((q.answer or "").split()) for q in made.questions) == 150
    assert all(q.guidance and q.takeaway for q in made.questions)
    assert len({q.answer for q in made.questions}) == 60


def test_a_set_is_the_same_on_every_run(tmp_path: Path) -> None:
    """Two sets of one size have the same files with the same bytes."""
    first, second = (write_set(tmp_path / name, 30) for name in ("a", "b"))
    assert _files(first) == _files(second)
    assert len(_files(first)) == 1 + 2 + 10


def test_an_edit_changes_one_answer(tmp_path: Path) -> None:
    """Of one question of one file, to something new each time, however often it is edited."""
    folder = write_set(tmp_path / "made", 60)
    before = load(folder).question_set.questions
    for revision in (1, 2):
        edit_one(folder, revision)
        after = load(folder).question_set.questions
        changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        assert [new.answer for _, new in changed] == [f"Revision {revision}. {old.answer}" for old, _ in changed]
        assert len(changed) == 1


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _run(seconds: float, peak: int = 10_000_000) -> Run:
    return Run(seconds, seconds * 2, peak)


def _figures(questions: int, cold: float, peak: int = 10_000_000, pack: Run | None = None) -> Figures:
    watch = ((9.0, 8.9), (cold / 10, cold / 20), (cold / 5, cold / 6))
    return Figures(
        questions,
        _run(80),
        _run(100),
        _run(cold, peak),
        _run(cold / 4),
        watch,
        _run(0.25),
        _run(3, peak // 2),
        7,
        1_000_000,
        8,
        2_000_000,
        6,
        pack,
    )


def test_the_table_reckons_rightly() -> None:
    """Each figure is the ratio that it is called; a set that was not measured has none."""
    measured_sets = {
        "bundled": _figures(25, 50, pack=_run(90)),
        "100": _figures(100, 10),
        "400": _figures(400, 39),
        "1000": _figures(1000, 120, 201_000_000),
    }
    found = goals(measured_sets, _run(0.5))
    results = [0.39, 0.4875, None, 100.5, None, 1.2, 0.25, 0.1, 50 / 30, 1.3, 0.5, 0.9]
    assert [goal.result for goal in found] == pytest.approx(results)
    held = [True, True, None, True, None, False, False, True, False, False, True, False]
    assert [goal.holds for goal in found] == held
    alone = goals({"100": measured_sets["100"]}, _run(0.5))
    assert [goal.result for goal in alone] == [*[None] * 10, 0.5, None]
    printed = list(lines(measured_sets, _run(0.5)))
    assert "| 400 questions: cold ÷ single document | ≤ 0.40 | 0.39 | holds |" in printed
    assert "| 1,000 questions: binding | ≤ 130 MB | 100 MB | holds |" in printed
    assert "| 400 questions: edit by watch, beyond the part | ≤ 1.00 s | 1.30 s | missed |" in printed
    assert "| processors’ time, cold ÷ bare document | 0.62 | 0.12 | 0.49 | 1.50 |" in printed
    assert "| cold build of all products | 90.00 s (180.0), 10 MB |  |  |  |" in printed


def test_time_of_typesetting_counts_once() -> None:
    """Parts that are typeset at the same time are waited for once, and what lies between is not counted."""
    assert covered([]) == 0
    assert covered([(5, 6), (1, 3), (2, 4), (2, 2.5)]) == 4


def test_of_repeated_runs_the_least_time_and_the_greatest_memory_count() -> None:
    """Others on the machine only ever make a run longer; a peak of memory is one whenever it comes."""
    assert best([Run(3, 2, 5, "a"), Run(2, 4, 4, "b")]) == Run(2, 2, 5, "b")


def test_memory_is_that_of_the_largest_process(tmp_path: Path) -> None:
    """A child's memory counts, and is not added to its parent's; nor does that of the process that measures."""
    child = "x = bytearray(120_000_000); x[::4096] = bytes(len(x[::4096]))"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('done')"
    asking = (
        "import sys, pathlib; from tests.benchmarks.measuring import measured\n"
        f"for code in ({parent!r}, 'pass'):\n"
        "    run = measured([sys.executable, '-c', code], pathlib.Path(sys.argv[1])); print(run.output, run.peak)"
    )
    said = subprocess.check_output([sys.executable, "-c", asking, tmp_path], text=True, cwd=ROOT).split()
    assert said[0] == "done"
    assert 120e6 < int(said[1]) < 150e6
    assert int(said[2]) < 60e6


def test_a_single_document_has_what_the_book_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the parts of the book once each, in the book's order, and no running heads."""
    monkeypatch.setenv("STUDYPACK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(flows, "WEIGHT", flows.WEIGHT)  # which is changed for it
    single.collect(write_set(tmp_path / "set", 2), tmp_path)
    html = (tmp_path / "single.html").read_text("utf-8")
    assert [html.count(f'<article class="question" id="question-{n}"') for n in range(3)] == [1, 1, 0]
    places = [html.index(f'"part {name}') for name in ("contents", "chapter")]
    assert places == sorted(places)
    assert 'class="leaf' not in html


def test_each_person_has_another_selection(tmp_path: Path) -> None:
    """Three topics each, none like another's; the same on every run."""
    table = people(tmp_path / "a.csv", 300).read_text("utf-8").splitlines()
    assert table == people(tmp_path / "b.csv", 300).read_text("utf-8").splitlines()
    assert len({line.partition(",")[2] for line in table[1:]}) == 300


def test_the_table_of_classes_reckons_rightly() -> None:
    """Processors' time for each paper or pack; the cluster's share of the pool's; growth from one size to the next."""
    found = [
        Figure(name, count, Run(10, count * share, 10_000_000))
        for count in (30, 300)
        for name, share in (("exam", 1.0), ("exam, cluster", 1.2), ("batch: handbook", 1.5), ("batch: all", 2.0))
    ]
    printed = list(class_lines(found))
    assert "| exam | 300 | 1.00 s | ≤ 1.2 s | 10 s | 10 MB |" in printed
    assert "300 papers, cluster ÷ pool: 1.20 (target ≤ 1.25)" in printed
    assert "batch: all, 300 each ÷ 30 each: 1.00" in printed


def test_files_to_import_are_what_the_table_says(tmp_path: Path) -> None:
    """So many notes and questions, all answered, in topics of 25; nothing of them is skipped."""
    for name, content in (("notes.apkg", notes(40)), ("questions.md", markdown(60))):
        (tmp_path / name).write_bytes(content)
        done = import_files(Request((tmp_path / name,), tmp_path / name.partition(".")[0]))
        assert (done.questions, done.answered) == ({"notes.apkg": 40, "questions.md": 60}[name],) * 2
        assert not done.skipped
    made = load(tmp_path / "questions").question_set
    assert [len(made.of_topic(topic.id)) for topic in made.topics] == [25, 25, 10]


def test_the_table_of_imports_reckons_rightly() -> None:
    """Each figure is held against its own target, for memory where it has one."""
    run = Run(4, 3, 250_000_000)
    printed = list(import_lines([ImportFigure("a", run, 20, 200e6), ImportFigure("b", run, 5)]))
    assert printed[2:] == [
        "| a | 4.0 s | 3.0 s | 250 MB | ≤ 20 s, 200 MB | missed |",
        "| b | 4.0 s | 3.0 s | 250 MB | ≤ 5 s | holds |",
    ]
