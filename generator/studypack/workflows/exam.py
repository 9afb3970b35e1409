"""Exams: papers drawn from a set, printed with their keys, and written as one folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location
from studypack.exporters import exporter
from studypack.jobs.executor import JobExecutor
from studypack.pdf.binding import Entry, Info, Label, Leaves, bind
from studypack.products.documents import keywords
from studypack.products.exam import ExamOptions
from studypack.products.exam.job import PaperJob, Printed
from studypack.products.exam.sheets import Sheet
from studypack.questions.loader import load
from studypack.questions.model import Question, QuestionSet
from studypack.questions.names import id_of
from studypack.questions.papers import Paper
from studypack.storage.atomic import write_pack
from studypack.storage.manifest import pack_name
from studypack.text.languages import language
from studypack.text.markdown import plain
from studypack.typeset.layout import Part
from studypack.workflows import exam_file
from studypack.workflows.contexts import edition_date, theme_of
from studypack.workflows.exam_file import KEYS, PAPERS
from studypack.workflows.exam_plan import Plan, planned, recalled
from studypack.workflows.exam_proof import expected, proved
from studypack.workflows.executing import running
from studypack.workflows.making import Progress
from studypack.workflows.request import Request


@dataclass(frozen=True, slots=True)
class ExamRequest:
    """What to print.

    Attributes:
        request: the set, the selection to draw from, the options, and how the jobs run.
        participants: a table with a row for each participant; None for papers without names.
        again: an `exam.json` whose papers are printed again; None to draw new ones.
    """

    request: Request
    participants: Path | None = None
    again: Path | None = None


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam that was written.

    Attributes:
        folder: where it is.
        files: paths of its files; the one that describes it is last.
        record: what that file contains.
        warnings: about questions and pages.
        remarks: what the user should know, one sentence each.
    """

    folder: Path
    files: tuple[Path, ...]
    record: Mapping[str, Any]
    warnings: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()


def exam(asked: ExamRequest, progress: Progress = lambda _: None, executor: JobExecutor | None = None) -> Exam:
    """Print an exam. If there is any error, what is in its folder is left unchanged.

    Args:
        asked: what to print.
        progress: called with the name of each step when it begins.
        executor: runs the jobs; None creates one for this exam.

    Raises:
        StudypackError: with every problem that was found.
    """
    progress("reading")
    loaded = load(asked.request.path)
    plan = recalled(asked.again, loaded) if asked.again else planned(asked.request, loaded, asked.participants)
    request = replace(asked.request, options=plan.options)
    theme, date = theme_of(request, loaded), edition_date(loaded.question_set.header.edition)
    sheets = [Sheet(paper, plan.options, theme, date, _own(plan.pages, paper)) for paper in plan.papers]
    printed: list[Printed] = []
    with running(request, executor) as executing:
        for made in executing.map(map(PaperJob, sheets)):
            printed.append(made)
            progress(f"paper {len(printed)} of {len(sheets)}")
    progress("binding")
    files = _files(plan, sheets, printed)
    counted = [(p, m.paper.count, m.key.count) for p, m in zip(plan.papers, printed, strict=True)]
    record = exam_file.record(loaded.question_set, plan.selected, plan.options, counted, plan.pages)
    record["files"] = {name: _entry(content) for name, content in files.items()}
    problems = [each for name in (PAPERS, KEYS) for each in proved(files[name], expected(record, name))[1]]
    if problems:
        raise BuildError(*problems)
    progress("writing")
    folder = request.output / folder_name(plan)
    written = _write(folder, files, record)
    messages = dict.fromkeys(m for made in printed for part in (made.paper, made.key) for m in part.warnings)
    warnings = (*plan.warnings, *(Diagnostic(None, f"exam: {message}") for message in messages))
    return Exam(folder, written, record, warnings, (*plan.remarks, *_unproved(plan, printed)))


def folder_name(plan: Plan) -> str:
    """Return the name of an exam's folder: of its set and selection, and its seed."""
    subset = plan.selected.subset
    name = pack_name(plan.selected.id, subset.slug if subset else None)
    return f"{name}-exam-{plan.options[ExamOptions].seed}"


def _own(pages: Mapping[str, int], paper: Paper) -> dict[str, int]:
    """Return the pages of a paper's own questions: those of others would change its fingerprint."""
    return {q.id: pages[q.id] for q in paper.question_set.questions if q.id in pages}


def _entry(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _files(plan: Plan, sheets: Sequence[Sheet], printed: Sequence[Printed]) -> dict[str, bytes]:
    """Return the files of an exam by name."""
    own = plan.options[ExamOptions]
    kind = str(language(plan.selected.header.language).words["exam_key"])
    files = {
        PAPERS: _bound(plan, sheets, [made.paper for made in printed]),
        KEYS: _bound(plan, sheets, [made.key for made in printed], kind),
    }
    for sheet, made in zip(sheets, printed, strict=True):
        name = file_name(sheet.paper)
        if own.separate:
            files |= {f"papers/{name}.pdf": made.paper.pdf, f"keys/{name}.pdf": made.key.pdf}
        if own.moodle:
            files[f"moodle/{name}.xml"] = exporter("moodle", "").write(_for_moodle(sheet)).content
    return files


def file_name(paper: Paper) -> str:
    """Return the name of a paper's own files, which is valid on every system: its code, and the participant's name."""
    code = paper.code if paper.code.isascii() and paper.code.isalnum() else id_of(paper.code)
    return f"{code}-{id_of(paper.name)}" if paper.name else code


def _for_moodle(sheet: Sheet) -> QuestionSet:
    """Return the questions of a paper as Moodle knows them: with their marks, key points, and follow-ups apart."""
    asked: list[Question] = []
    for task in sheet.tasks:
        question = task.question
        points = "\n".join(f"- {point}" for point in question.key_points)
        answer = "\n\n".join(filter(None, [question.answer, points]))
        asked.append(question.model_copy(update={"answer": answer or None, "marks": task.marks, "follow_ups": ()}))
        for number, each in enumerate(question.follow_ups, 1):
            own = {
                "id": f"{question.id}-follow-up-{number}",
                "question": each.question,
                "answer": each.answer,
                "marks": 1,
            }
            bare = {"choices": (), "guidance": None, "follow_ups": ()}
            asked.append(question.model_copy(update=own | bare))
    header = sheet.question_set.header.model_copy(update={"title": f"{sheet.title} {sheet.paper.code}"})
    return replace(sheet.question_set, header=header, questions=tuple(asked))


def _bound(plan: Plan, sheets: Sequence[Sheet], parts: Sequence[Part], kind: str = "") -> bytes:
    """Return all papers, or all keys, as one document for the printer, with an outline of all of them.

    Each begins on the front of a sheet, because each has an even number of pages.
    """
    leaves, entries, labels, first = [], [], [], 0
    for sheet, part in zip(sheets, parts, strict=True):
        code = sheet.paper.code
        anchors = {f"{code}/{key}": anchor for key, anchor in part.anchors.items()}
        numbered = {task.question.id: task for task in sheet.tasks}
        inner = [
            Entry(f"{numbered[key].number} {plain(numbered[key].question.question)}", f"{code}/{key}")
            for key in part.anchors
        ]
        entries.append(Entry(f"{code} {sheet.paper.name}".strip(), inner[0].anchor, tuple(inner)))
        leaves.append(Leaves(replace(part, anchors=anchors)))
        labels.append(Label(first, "arabic"))
        first += part.count
    header = plan.selected.header
    title = plain(sheets[0].title, lang=header.language)
    info = Info(
        f"{kind}: {title}" if kind else title, header.language, plain(header.author or ""), "",
        tuple(keywords(plan.selected)), sheets[0].date,
    )  # fmt: skip  # one value
    return bind(leaves, info, entries, labels)


def _write(folder: Path, files: dict[str, bytes], record: Mapping[str, Any]) -> tuple[Path, ...]:
    stale: set[str] = set()
    if (old := folder / exam_file.FILE).is_file():
        try:
            stale = set(exam_file.read(old)["files"]) - set(files)
        except BuildError:  # what it lists is not known, so nothing is removed
            stale = set()
    content = {**files, exam_file.FILE: exam_file.dumps(record)}
    return tuple(write_pack(folder, content, exam_file.FILE, stale, _permit(folder, record)))


def _permit(folder: Path, record: Mapping[str, Any]) -> Callable[[], None]:
    def permit() -> None:
        """Raise BuildError if the folder has the exam of another set, which would be lost."""
        if not (folder / exam_file.FILE).is_file():
            return
        theirs = exam_file.read(folder / exam_file.FILE)["set"]["id"]
        if theirs != record["set"]["id"]:
            what = f'holds an exam of the set "{theirs}"'
            raise BuildError(Diagnostic(Location(str(folder)), what, "", "choose another folder with -o"))

    return permit


def _unproved(plan: Plan, printed: Sequence[Printed]) -> Iterator[str]:
    doubtful = {key for made in printed for key in made.unproved}
    labels = [question.label for question in plan.selected.questions if question.id in doubtful]
    if labels:
        why = "because some letters of these scripts cannot be read back from the file"
        yield f"{', '.join(labels)}: not fully verified, {why}"
