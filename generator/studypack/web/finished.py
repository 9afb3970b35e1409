"""What was made last, a pack or an exam, with its files as the page shows them and as they are downloaded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studypack.errors import Diagnostic
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.questions.model import QuestionSet
from studypack.text.markdown import plain
from studypack.web import cards, pages
from studypack.web.figures import amount_of
from studypack.workflows.build import build
from studypack.workflows.exam import Exam, ExamRequest, exam
from studypack.workflows.exam_file import KEYS, PAPERS
from studypack.workflows.making import Progress
from studypack.workflows.packing import Pack
from studypack.workflows.request import Request


@dataclass(frozen=True, slots=True)
class File:
    """A finished file.

    Attributes:
        name: its name in addresses.
        title: its name on the page.
        filename: its name when it is downloaded.
        content: its bytes.
        facts: what the page says about it, one sentence each.
    """

    name: str
    title: str
    filename: str
    content: bytes
    facts: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return what it is: the suffix of its name."""
        return Path(self.filename).suffix.removeprefix(".")

    def described(self, questions: Mapping[str, str]) -> dict[str, Any]:
        """Return what the page needs to show it.

        Args:
            questions: the ids of questions by their numbers and their words, as outlines have them.
        """
        told = {"name": self.name, "title": self.title, "file": self.filename, "kind": self.kind,
                "facts": self.facts, "bytes": len(self.content)}  # fmt: skip  # one file
        if self.kind == "pdf":
            return told | pages.described(self.content, questions)
        return told | ({"cards": [card.label for card in cards.cards_of(self.content)]} if self.kind == "apkg" else {})


@dataclass(frozen=True, slots=True)
class Finished:
    """What was made.

    Attributes:
        kind: `pack` or `exam`.
        set_id: the id of its set.
        folder: where it is.
        files: what the page shows.
        further: the names of other files in the folder that belong to it.
        warnings: about the content and the pages.
        request: of a pack, what was built.
        amounts: of a pack, how large each product is, in its unit.
    """

    kind: str
    set_id: str
    folder: Path
    files: tuple[File, ...]
    further: tuple[str, ...]
    warnings: tuple[Diagnostic, ...]
    request: Request | None = None
    amounts: Mapping[str, int] = field(default_factory=dict)

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the bytes of each file; one that somebody has removed meanwhile is left out."""
        for file in self.files:
            yield file.filename, file.content
        for name in self.further:
            with suppress(OSError):
                yield name, (self.folder / name).read_bytes()


Work = Callable[[Progress, JobExecutor], Finished]
"""What is run in the background: it says its steps, and gives its jobs to an executor."""


def pack_work(request: Request) -> Work:
    """Return the work that builds a pack."""

    def work(progress: Progress, executor: JobExecutor) -> Finished:
        return _of_pack(build(request, progress, executor), request)

    return work


def exam_work(asked: ExamRequest) -> Work:
    """Return the work that prints an exam."""

    def work(progress: Progress, executor: JobExecutor) -> Finished:
        return _of_exam(exam(asked, progress, executor))

    return work


def names_of(question_set: QuestionSet) -> dict[str, str]:
    """Return the ids of a set's questions by their words, and by their numbers, which are unique."""
    names = {plain(q.question): q.id for q in question_set.questions}
    return names | {q.label: q.id for q in question_set.questions}


def _of_pack(pack: Pack, request: Request) -> Finished:
    files = []
    for made in pack.made:
        product, rendered = PRODUCTS[made.name], made.rendered
        facts = (amount_of(rendered.amount, rendered.unit), *rendered.remarks, *rendered.news)
        files.append(File(made.name, product.title, product.filename, rendered.content, facts))
    further = tuple(name for made in pack.made for name in made.rendered.companions)
    amounts = {made.name: made.rendered.amount for made in pack.made}
    set_id = str(pack.manifest["set"]["id"])
    return Finished("pack", set_id, pack.folder, tuple(files), further, pack.warnings, request, amounts)


def _of_exam(made: Exam) -> Finished:
    papers = made.record["papers"]
    marks = sorted({paper["marks"] for paper in papers})
    span = f"{marks[0]} marks" if len(marks) == 1 else f"{marks[0]} to {marks[-1]} marks"
    files = []
    for name, title, count in ((PAPERS, "exam papers", "pages"), (KEYS, "marking keys", "key_pages")):
        facts = (amount_of(len(papers), "papers"), amount_of(sum(paper[count] for paper in papers), "pages"), span)
        content = (made.folder / name).read_bytes()
        files.append(File(Path(name).stem, title, name, content, (*facts, *made.remarks)))
    names = (path.relative_to(made.folder).as_posix() for path in made.files)
    further = tuple(name for name in names if name not in (PAPERS, KEYS))
    return Finished("exam", str(made.record["set"]["id"]), made.folder, tuple(files), further, made.warnings)
