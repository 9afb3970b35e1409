"""Which papers an exam has: drawn by variant or for participants, or those of an exam that was printed before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from studypack.errors import BuildError, ContentError, Diagnostic, SelectionError, StudypackError, counted, listed
from studypack.products.exam import ExamOptions
from studypack.products.options import Options
from studypack.questions.blueprint import Portion, blueprint, unmet
from studypack.questions.loader import LoadedSet
from studypack.questions.model import QuestionSet, Subset
from studypack.questions.papers import Paper, draw, new_code
from studypack.questions.selection import Criteria, select
from studypack.storage.manifest import MANIFEST, read_manifest
from studypack.text.markdown import plain
from studypack.workflows import exam_file
from studypack.workflows.people import Person, criteria_of, people, placed
from studypack.workflows.request import Request

COLUMNS: Final = ("name", "code", "seed", "topics", "levels", "tags", "ids", "packs", "count", "blueprint")
"""The columns of a table of participants."""
MOST_PROBLEMS: Final = 50
"""The problems of a table that are reported at once."""
LONGEST_CODE: Final = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """The papers of an exam, and how they are printed.

    Attributes:
        selected: what the papers are drawn from.
        options: the options of print and of the exam.
        papers: the papers in their order.
        pages: the pages of the handbook on which questions begin, by their ids.
        warnings: about questions that have changed.
        remarks: what the user should know, one sentence each.
    """

    selected: QuestionSet
    options: Options
    papers: tuple[Paper, ...]
    pages: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()


def planned(request: Request, loaded: LoadedSet, participants: Path | None = None) -> Plan:
    """Draw the papers of a new exam.

    Args:
        request: the selection to draw from, and the options.
        loaded: the set.
        participants: a table with a row for each participant; None to draw as many papers as the options ask for.

    Raises:
        StudypackError: with everything that keeps papers from being drawn.
    """
    whole, own = loaded.question_set, request.options[ExamOptions]
    drawer = _Drawer(request, whole)
    selected = drawer.pool(request.criteria)
    if participants is None:
        drawer.prepare(request.criteria, own.blueprint, own.questions)
        papers = [drawer.paper(request.criteria, f"{own.seed}/{number}") for number in range(1, own.variants + 1)]
        remarks: tuple[str, ...] = ()
    else:
        table = people(participants, COLUMNS)
        papers, remarks = list(_for_people(drawer, table.rows)), table.remarks
    if not papers:
        raise ContentError(Diagnostic(None, f"{participants} has no row with a name", "", "add the participants"))
    pages = handbook_pages(request.output, whole)
    return Plan(selected, request.options, tuple(papers), pages, remarks=(*remarks, *_alike(papers)))


def recalled(path: Path, loaded: LoadedSet) -> Plan:
    """Return the papers of an exam that was printed before.

    Args:
        path: its `exam.json`.
        loaded: the set.

    Raises:
        StudypackError: it is not an exam, or it has questions that the set no longer has.
    """
    exam = exam_file.read(path)
    papers, changed = exam_file.papers_in(exam, loaded.question_set, path)
    selected, chosen = loaded.question_set, exam["selection"]
    if chosen:
        selected = replace(selected, subset=Subset(chosen["name"], chosen["title"]))
        papers = [replace(p, question_set=replace(p.question_set, subset=selected.subset)) for p in papers]
    return Plan(selected, exam_file.options_in(exam), tuple(papers), exam["handbook"], tuple(changed))


class _Drawer:
    """Draws papers, and remembers the selections and blueprints that many of them have in common."""

    def __init__(self, request: Request, whole: QuestionSet) -> None:
        self.criteria, self.whole = request.criteria, whole
        self.options = request.options[ExamOptions]
        self.codes: set[str] = set()
        self._pools: dict[Criteria, QuestionSet] = {}
        self._parts: dict[tuple[Criteria, str, int], tuple[Portion, ...]] = {}

    def pool(self, criteria: Criteria) -> QuestionSet:
        """Return the questions to draw from, under the title of the whole exam's selection."""
        if criteria not in self._pools:
            own = select(self.whole, criteria)
            title = own if criteria == self.criteria else self.pool(self.criteria)
            self._pools[criteria] = replace(own, subset=title.subset)
        return self._pools[criteria]

    def prepare(self, criteria: Criteria, text: str, count: int) -> tuple[Portion, ...]:
        """Return the blueprint of a paper; empty if it has all questions of its pool.

        Raises:
            SelectionError: it cannot be read or met, or it asks for another number of questions than `count`.
        """
        key = criteria, text, count
        if key not in self._parts:
            parts = blueprint(text, self.whole) if text else (Portion(count),) if count else ()
            total = sum(part.number for part in parts)
            if count and count != total:
                what = f"the blueprint asks for {counted(total, 'question')}, and each paper is to have {count}"
                raise SelectionError(Diagnostic(None, what, "", "leave out one of the two"))
            if problems := tuple(unmet(self.pool(criteria).questions, parts)):
                raise SelectionError(*problems)
            self._parts[key] = parts
        return self._parts[key]

    def paper(
        self, criteria: Criteria, seed: str, *, text: str | None = None, count: int | None = None,
        code: str = "", name: str = "",
    ) -> Paper:  # fmt: skip  # one argument after the other
        """Draw a paper: from a blueprint or a number of its own, or else as the options say."""
        if text is None and count is None:
            text, count = self.options.blueprint, self.options.questions
        parts = self.prepare(criteria, text or "", count or 0)
        code = code or new_code(self.whole.id, f"{seed}\0{name}", self.codes)
        self.codes.add(code)
        return draw(self.pool(criteria), parts, seed, code=code, name=name, shuffled=self.options.shuffle)


def _for_people(drawer: _Drawer, rows: Iterator[Person]) -> Iterator[Paper]:
    """Yield a paper for each participant.

    Raises:
        ContentError: with the problems of all rows, but at most `MOST_PROBLEMS`.
    """
    problems: list[Diagnostic] = []
    seen: Counter[str] = Counter()
    papers: list[Paper] = []
    for person in rows:
        try:
            papers.append(_for(drawer, person, seen))
        except StudypackError as error:
            problems += placed(person, error)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise ContentError(*problems)
    yield from papers


def _for(drawer: _Drawer, person: Person, seen: Counter[str]) -> Paper:
    """Draw a participant's paper.

    Raises:
        StudypackError: with every problem of the row.
    """
    problems = list(_code_problems(person, drawer.codes))
    values: dict[str, Any] = {}
    reading: dict[str, Callable[[], Any]] = {
        "seed": lambda: person.number("seed"),
        "count": lambda: person.number("count", least=1),
        "criteria": lambda: criteria_of(person, drawer.criteria, drawer.whole),
    }
    for key, read in reading.items():
        try:
            values[key] = read()
        except StudypackError as error:
            problems += error.diagnostics
    if problems:
        raise ContentError(*problems)
    code = person.cells.get("code", "")
    who = person.name or code
    seen[who] += 1
    own = f"{drawer.options.seed}/{who}" + (f"/{seen[who]}" if seen[who] > 1 else "")
    seed = own if values["seed"] is None else str(values["seed"])
    text = person.cells.get("blueprint")
    return drawer.paper(values["criteria"], seed, text=text, count=values["count"], code=code, name=person.name)


def _code_problems(person: Person, codes: Collection[str]) -> Iterator[Diagnostic]:
    code = person.cells.get("code", "")
    if not (person.name or code):
        yield person.problem("name", "the cell is empty", "", "write a name, or delete the row")
    if len(code) > LONGEST_CODE or not code.isprintable():
        why = f"a code has at most {LONGEST_CODE} characters"
        yield person.problem("code", f'"{code[:60]}" cannot be a code', why, "shorten it")
    if code in codes:
        yield person.problem("code", f'another paper has the code "{code}"', "", "change one of them")


def _alike(papers: Sequence[Paper]) -> Iterator[str]:
    """Yield a remark if papers ask the same questions in the same order, with the choices in the same order."""
    codes: dict[tuple[object, ...], list[str]] = {}
    for paper in papers:
        codes.setdefault(paper.content, []).append(paper.code)
    same = [each for each in codes.values() if len(each) > 1]
    if same:
        first = listed(same[0][:5]) + (" …" if len(same[0]) > 5 else "")
        more = f", and {len(same) - 1} more groups" if len(same) > 2 else ", and 1 more group" if len(same) > 1 else ""
        yield f"the same paper: {first}{more}; draw fewer questions, or use --shuffle"


def handbook_pages(output: Path, whole: QuestionSet) -> dict[str, int]:
    """Return the pages on which questions begin, as the packs in a folder say: of the whole set, or else of a part.

    A question whose words have changed since is left out.
    """
    words = {question.id: question.question for question in whole.questions}
    found: list[tuple[bool, int, dict[str, int]]] = []
    with suppress(OSError):
        for path in sorted(output.glob(f"*/{MANIFEST}")):
            with suppress(BuildError, KeyError, TypeError, ValueError, AttributeError):
                manifest = read_manifest(path.parent)
                if manifest["set"]["id"] != whole.id:
                    continue
                same = {q["id"] for q in manifest["questions"] if q["question"] == plain(words[q["id"]])}
                for entry in manifest["products"].values():
                    pages = {key: int(page) for key, page in entry.get("places", {}).items() if key in same}
                    found.append((manifest["selection"] is None, len(pages), pages))
    return max(found, key=lambda each: each[:2], default=(False, 0, {}))[2]
