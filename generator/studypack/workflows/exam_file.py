"""`exam.json`: describes an exam in enough detail to print it again, and to prove it without the question set."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from studypack.bounded import read_bounded
from studypack.digest import digest
from studypack.errors import BuildError, Diagnostic, Location
from studypack.products.exam import ExamOptions
from studypack.products.exam.tasks import tasks_of
from studypack.products.options import Options, PrintOptions, collect
from studypack.questions.model import Question, QuestionSet
from studypack.questions.papers import Paper, again
from studypack.resources import VERSION
from studypack.text.markdown import inline_tokens, plain
from studypack.text.runs import runs

FILE: Final = "exam.json"
PAPERS: Final = "papers.pdf"
KEYS: Final = "keys.pdf"
FORMAT: Final = 1
LARGEST: Final = 256 << 20
"""Bytes of the file; of 10,000 papers it has some 10 MB."""
MODELS: Final = (PrintOptions, ExamOptions)
_NAME: Final = re.compile(r"(?:(?:papers|keys|moodle)/)?[\w.-]{1,200}")
"""The names of an exam's files, relative to its folder."""


def record(
    whole: QuestionSet,
    selected: QuestionSet,
    options: Options,
    papers: Sequence[tuple[Paper, int, int]],
    pages: Mapping[str, int],
) -> dict[str, Any]:
    """Return the content of the file, except for the list of files.

    Args:
        whole: the set.
        selected: what of it the papers were drawn from.
        options: the options of print and of the exam.
        papers: the papers, each with the number of its pages and of those of its key.
        pages: the pages of the handbook that the keys name, by the ids of questions.
    """
    used = {question.id for paper, _, _ in papers for question in paper.question_set.questions}
    own = options[ExamOptions]
    return {
        "format": FORMAT,
        "set": {"id": whole.id, "title": plain(whole.header.title), "language": whole.header.language},
        "selection": {"name": selected.subset.slug, "title": selected.subset.title} if selected.subset else None,
        "options": options.values(MODELS),
        "questions": [
            {"id": q.id, "number": q.number, "question": plain(q.question), "digest": of_question(q)}
            | {"words": [run.content for run in runs(inline_tokens(q.question)) if run.kind == "text"]}
            for q in whole.questions
            if q.id in used
        ],
        "papers": [_paper(paper, own) | {"pages": count, "key_pages": keys} for paper, count, keys in papers],
        "handbook": {key: page for key, page in pages.items() if key in used},
        "versions": {"studypack": VERSION},
    }


def _paper(paper: Paper, options: ExamOptions) -> dict[str, Any]:
    tasks = tasks_of(paper.question_set, options)
    return {
        "code": paper.code,
        "name": paper.name,
        "seed": paper.seed,
        "marks": sum(task.total for task in tasks),
        "questions": [
            {"id": task.question.id, "marks": task.total} | ({"choices": list(order)} if order else {})
            for task, order in zip(tasks, paper.orders, strict=True)
        ],
    }


def of_question(question: Question) -> str:
    """Return a hash of everything of a question that papers and keys can show."""
    return digest(question.model_dump_json(exclude={"where", "number", "cards"}))[:16]


def dumps(exam: Mapping[str, Any]) -> bytes:
    """Return the bytes of the file: a line for each question, paper and file, so that it can be read and compared."""
    lines = []
    for key, value in exam.items():
        if key in ("questions", "papers"):
            inner = ",\n".join(f"  {json.dumps(each, ensure_ascii=False)}" for each in value)
            lines.append(f'"{key}": [\n{inner}\n]')
        elif key == "files":
            inner = ",\n".join(
                f"  {json.dumps(n)}: {json.dumps(each, ensure_ascii=False)}" for n, each in value.items()
            )
            lines.append(f'"{key}": {{\n{inner}\n}}')
        else:
            lines.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "backslashreplace")


def read(path: Path) -> dict[str, Any]:
    """Return the content of the file. It may be forged, so the types of its values are checked.

    Raises:
        BuildError: it is missing or damaged.
    """
    try:
        exam: dict[str, Any] = json.loads(read_bounded(path, LARGEST, linked=False))
        if exam["format"] != FORMAT:
            raise ValueError(f"format {exam['format']}, not {FORMAT}")
        _check(exam)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        remedy = "specify a file or a folder that `studypack exam` created"
        raise BuildError(Diagnostic(Location(str(path)), "not an exam", why or "", remedy)) from error
    return exam


def _check(exam: Mapping[str, Any]) -> None:
    """Raise any exception if something that others rely on is missing, or is of another type."""
    own, selection = exam["set"], exam["selection"]
    texts = [own["id"], own["title"], own["language"], *([selection["name"], selection["title"]] if selection else [])]
    texts += exam["options"].keys()
    for question in exam["questions"]:
        texts += [question["id"], question["question"], question["digest"], *question["words"]]
        int(question["number"])
    for paper in exam["papers"]:
        texts += [paper["code"], paper["name"], paper["seed"], *(task["id"] for task in paper["questions"])]
        (
            paper["pages"]
            + paper["key_pages"]
            + sum(n for task in paper["questions"] for n in (task["marks"], *task.get("choices", ())))
        )
    for name, entry in exam["files"].items():
        texts += [name, entry["sha256"]]
        if not _NAME.fullmatch(name) or ".." in name:
            raise ValueError(f"{name} is not a file of an exam")
    for page in exam["handbook"].values():
        int(page)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text is not one")


def options_in(exam: Mapping[str, Any]) -> Options:
    """Return the options that an exam was printed with.

    Raises:
        OptionError: this version does not have one of them.
    """
    return collect(MODELS, (), exam["options"])


def papers_in(exam: Mapping[str, Any], whole: QuestionSet, path: Path) -> tuple[list[Paper], list[Diagnostic]]:
    """Return the papers of an exam with the questions of a set, and a warning for each question that has changed.

    Raises:
        BuildError: the set is another one, or does not have a question or a choice any more.
    """
    where = Location(str(path))
    if exam["set"]["id"] != whole.id:
        what = f'this is an exam of the set "{exam["set"]["id"]}", not of "{whole.id}"'
        raise BuildError(Diagnostic(where, what, "", "name that set"))
    problems = list(_lost(exam, whole, where))
    if problems:
        raise BuildError(*problems)
    papers = [
        again(
            whole, [(task["id"], task.get("choices", ())) for task in paper["questions"]],
            code=paper["code"], name=paper["name"], seed=paper["seed"],
        )
        for paper in exam["papers"]
    ]  # fmt: skip  # one call
    before = {question["id"]: question["digest"] for question in exam["questions"]}
    changed = [q for q in whole.questions if q.id in before and before[q.id] != of_question(q)]
    why = "the papers will not be the same"
    return papers, [Diagnostic(q.where, f'"{q.id}" has changed since the exam was printed', why) for q in changed]


def _lost(exam: Mapping[str, Any], whole: QuestionSet, where: Location) -> Iterable[Diagnostic]:
    choices = {question.id: len(question.choices) for question in whole.questions}
    needed: dict[str, int] = {}
    for task in (task for paper in exam["papers"] for task in paper["questions"]):
        needed[task["id"]] = max(needed.get(task["id"], 0), *(n + 1 for n in task.get("choices", ())), 0)
    for key, count in needed.items():
        if key not in choices:
            yield Diagnostic(where, f'the set has no question "{key}" any more', "", "restore it")
        elif choices[key] != count:
            what = f'"{key}" had {count} choices when the exam was printed, and has {choices[key]}'
            yield Diagnostic(where, what, "", "restore them")
