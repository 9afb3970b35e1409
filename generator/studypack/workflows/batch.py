"""Batches: a pack for each row of a table of people, each in a folder with the person's name."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from studypack.checks.content import content_warnings
from studypack.errors import ContentError, Diagnostic, StudypackError
from studypack.jobs import fingerprints
from studypack.jobs.executor import JobExecutor
from studypack.pdf.joining import join
from studypack.products import PRODUCTS, option_models
from studypack.products.job import Made
from studypack.products.options import Options
from studypack.questions.loader import LoadedSet, load
from studypack.questions.names import free_id
from studypack.questions.selection import select
from studypack.storage.atomic import write_file
from studypack.storage.manifest import RESERVED
from studypack.temporary import sweep
from studypack.workflows.build import Prepared, finish
from studypack.workflows.contexts import contexts_of, theme_of
from studypack.workflows.executing import running
from studypack.workflows.making import Progress
from studypack.workflows.pack_job import PackJob
from studypack.workflows.packing import own_files
from studypack.workflows.people import Person, criteria_of, people, placed
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import inputs, up_to_date

COLUMNS: Final = ("name", "topics", "levels", "tags", "ids", "packs", "count", "seed", "products", "paper")
"""The columns of a table of people."""
FILE: Final = "batch.json"
MERGED: Final = "print.pdf"
MOST_WAITING: Final = 64
"""Packs that are being made at a time: enough for a large cluster, and few enough to keep what they are made from."""


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What to build.

    Attributes:
        request: the set, the options, and the selection of rows that select nothing themselves.
        people: the table.
        merge: whether to join all printed products into one document.
    """

    request: Request
    people: Path
    merge: bool = False


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of a row.

    Attributes:
        person: the row.
        folder: the pack's folder; None if there is no pack.
        products: what the pack's manifest says of its products, by name.
        questions: how many questions the pack has.
        fresh: whether the pack was up to date already.
        problems: why there is no pack.
        warnings: about the pack.
        seconds: the time that its products took, now or when they were cached.
    """

    person: Person
    folder: Path | None = None
    products: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    questions: int = 0
    fresh: bool = False
    problems: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0

    @property
    def done(self) -> bool:
        """Whether nothing more is to be waited for."""
        return True


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that was built.

    Attributes:
        folder: the folder with a folder for each pack.
        rows: what became of each row.
        files: the files beside the packs.
        warnings: about the content of the set.
        remarks: what the user should know, one sentence each.
    """

    folder: Path
    rows: tuple[Packed, ...]
    files: tuple[Path, ...]
    warnings: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = ()


def batch(asked: BatchRequest, progress: Progress = lambda _: None, executor: JobExecutor | None = None) -> Batch:
    """Build a pack for each row of a table. A row with a problem is reported, and the others are built.

    Packs that are up to date are left alone, so that a batch that was interrupted goes on where it stopped.

    Args:
        asked: what to build.
        progress: called with the name of each step when it begins.
        executor: runs the jobs; None creates one for this batch.

    Raises:
        StudypackError: the set or the table cannot be read, or nothing can be written.
    """
    progress("reading")
    table = people(asked.people, COLUMNS)
    rows = _Rows(asked)
    with running(asked.request, executor) as executing:
        packed = []
        for number, each in enumerate(rows.packed(table.rows, executing), 1):
            packed.append(each)
            progress(f"pack {number}")
    if not packed:
        raise ContentError(
            Diagnostic(None, f"{asked.people} has no row below its head", "", "add a row for each person")
        )
    progress("writing")
    files = [rows.folder / FILE]
    if asked.merge:
        files.append(rows.folder / MERGED)
        write_file(files[-1], join(_printed(packed)))
    write_file(files[0], _record(asked, packed))
    loaded = rows.loaded
    warnings = content_warnings(loaded, loaded.question_set, theme_of(asked.request, loaded))
    return Batch(rows.folder, tuple(packed), tuple(files), warnings, table.remarks)


class _Rows:
    """Builds the packs of rows, as many at a time as there are workers for."""

    def __init__(self, asked: BatchRequest) -> None:
        self._request = asked.request
        self._read = self._set_as_it_is()
        self.loaded: LoadedSet = load(asked.request.path)
        self.folder = asked.request.output / f"{self.loaded.question_set.id}-{free_id(asked.people.stem, ())}"
        self._names: set[str] = set(RESERVED)
        if self.folder.is_dir():
            sweep(self.folder)

    def _set_as_it_is(self) -> str:
        """Return a hash of the set's files: once they change, what was read of them is not what they are."""
        states = {product.state_file for product in PRODUCTS.values() if product.state_file}
        return fingerprints.folder(self._request.path, states, self._request.output)

    def packed(self, rows: Iterable[Person], executor: JobExecutor) -> Iterator[Packed]:
        """Yield what became of each row, in order. Rows are read as they are needed."""
        waiting: deque[_Waiting | Packed] = deque()
        for person in rows:
            waiting.append(self._begun(person, executor))
            while waiting and (len(waiting) >= MOST_WAITING or waiting[0].done):
                yield self._ended(waiting.popleft())
        while waiting:
            yield self._ended(waiting.popleft())

    def _begun(self, person: Person, executor: JobExecutor) -> _Waiting | Packed:
        """Submit the pack of a row, unless it is up to date or the row has a problem."""
        name = free_id(person.name or f"row {person.where.line}", self._names)
        self._names.add(name)
        try:
            request = self._request_of(person, name)
            if fresh := up_to_date(request):
                return _packed(person, *fresh, fresh=True)
            selected = select(self.loaded.question_set, request.criteria)
            unchanged = self._set_as_it_is() == self._read
            before = inputs(request, own_files(self.loaded), selected.id) if unchanged else ""
            contexts = contexts_of(request, self.loaded, selected)
            job = PackJob(contexts, request.cached)
            return _Waiting(person, Prepared(request, self.loaded, selected, contexts, before), executor.submit(job))
        except StudypackError as error:
            return Packed(person, problems=tuple(placed(person, error)))

    def _request_of(self, person: Person, name: str) -> Request:
        """Return the request of a row.

        Raises:
            StudypackError: with every problem of the row.
        """
        problems: list[Diagnostic] = []
        values: dict[str, Any] = {}
        reading: dict[str, Callable[[], Any]] = {
            "criteria": lambda: criteria_of(person, self._request.criteria, self.loaded.question_set),
            "options": lambda: _options_of(person, self._request.options),
            "limit": lambda: person.number("count", least=1),
            "seed": lambda: person.number("seed"),
        }
        for key, read in reading.items():
            try:
                values[key] = read()
            except StudypackError as error:
                problems += placed(person, error)
        if problems:
            raise ContentError(*problems)
        criteria = values["criteria"]
        limit = values["limit"] or criteria.limit
        if values["seed"] is not None and limit is None:
            raise ContentError(person.problem("seed", "a seed without a count", "it draws a sample", "add a count"))
        seed = criteria.seed if values["seed"] is None else values["seed"]
        chosen = replace(criteria, limit=limit, seed=seed)
        return replace(self._request, criteria=chosen, options=values["options"], output=self.folder, folder=name)

    def _ended(self, row: _Waiting | Packed) -> Packed:
        """Write the pack of a row once its products are made."""
        if isinstance(row, Packed):
            return row
        try:
            made = row.future.result()
            pack = finish(row.prepared, made)
        except StudypackError as error:
            return Packed(row.person, problems=tuple(placed(row.person, error)))
        seconds = sum(each.seconds for each in made if not each.cached)
        return _packed(row.person, pack.folder, pack.manifest, warnings=pack.warnings, seconds=seconds)


def _packed(person: Person, folder: Path, manifest: Mapping[str, Any], **more: Any) -> Packed:
    """Return what became of a row that has a pack; most of a manifest is not kept, as there may be thousands."""
    entries = {name: {k: v for k, v in each.items() if k in _KEPT} for name, each in manifest["products"].items()}
    return Packed(person, folder, entries, len(manifest["questions"]), **more)


_KEPT: Final = {"file", "bytes", "pages", "cards", "page", "remarks"}


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A row whose pack is being made."""

    person: Person
    prepared: Prepared
    future: Future[tuple[Made, ...]]

    @property
    def done(self) -> bool:
        """Whether its products are made, or cannot be."""
        return self.future.done()


def _options_of(person: Person, base: Options) -> Options:
    """Return the options of a row: those of the command, with its own products and paper, and the person's name.

    Raises:
        StudypackError: a product or a paper does not exist.
    """
    values = base.values(option_models()) | {"owner": person.name}
    if paper := person.cells.get("paper"):
        values["paper"] = paper.lower()
    products = tuple(word.lower() for word in person.words("products")) or base.products
    problems: list[Diagnostic] = []
    for column, chosen, given in (("products", products, {}), ("paper", (), values)):
        try:
            Options.of(chosen, **given)
        except StudypackError as error:
            problems += (person.problem(column, each.what, each.why, each.remedy) for each in error.diagnostics)
    if problems:
        raise ContentError(*problems)
    return Options.of(products, **values)


def _printed(rows: Iterable[Packed]) -> Iterator[tuple[str, Path]]:
    """Yield the printed products of all packs, with their titles."""
    for row in rows:
        for name, entry in row.products.items():
            if row.folder and entry["file"].endswith(".pdf"):
                yield f"{row.person.name}: {PRODUCTS[name].title}", row.folder / entry["file"]


def _record(asked: BatchRequest, rows: Iterable[Packed]) -> bytes:
    """Return the content of `batch.json`: what became of each row."""
    entries = [
        {
            "row": row.person.where.line,
            "name": row.person.name,
            "folder": row.folder.name if row.folder else None,
            "problems": [str(each) for each in row.problems],
        }
        for row in rows
    ]
    lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    head = f'"format": 1,\n"table": {json.dumps(asked.people.name, ensure_ascii=False)}'
    return f'{{\n{head},\n"rows": [\n{lines}\n]\n}}\n'.encode("utf-8", "backslashreplace")
