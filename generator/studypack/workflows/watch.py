"""Building again whenever a file of the set is saved; the process stays warm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.workflows.build import build
from studypack.workflows.request import Request, current_time
from studypack.workflows.up_to_date import inputs, named_folders


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build came to.

    Attributes:
        folder: where the pack is; None if it could not be built, and the old one stays.
        seconds: how long it took.
        warnings: of content and products.
        problems: why it could not be built.
    """

    folder: Path | None
    seconds: float
    warnings: tuple[Diagnostic, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def watching(request: Request) -> Iterator[Outcome]:
    """Build at once, and after each change of the set or the theme; ends with the caller.

    One executor serves all builds: its processes keep what they have imported and prepared.

    Raises:
        BuildError: the set's folder does not exist.
    """
    with JobExecutor(request.workers, Cache(default_folder()) if request.cached else None) as executor:
        before = _content(request)
        yield _built(request, executor)
        for _ in _changes(request, before):
            yield _built(replace(request, now=current_time()), executor)


def _built(request: Request, executor: JobExecutor) -> Outcome:
    began = time.perf_counter()
    try:
        pack = build(request, executor=executor)
    except StudypackError as error:
        return Outcome(None, time.perf_counter() - began, problems=error.diagnostics)
    return Outcome(pack.folder, time.perf_counter() - began, pack.warnings)


def _content(request: Request) -> str:
    """Return a hash of the set and the theme, without what builds write."""
    return inputs(request, (), "", states=False)


def _changes(request: Request, before: str) -> Iterator[object]:
    """Yield for each batch of changes; what builds write themselves, and editors' temporary files, do not count.

    Args:
        request: what is built.
        before: the content that was built: a change from it may have come before anybody watched.
    """
    from watchfiles import DefaultFilter, watch

    seen = DefaultFilter()
    states = tuple(product.state_file for product in PRODUCTS.values() if product.state_file)
    output = request.output.resolve()

    def counts(change: object, name: str) -> bool:
        path = Path(name)
        own = path.name.endswith(states) or path.resolve().is_relative_to(output) or path.name.startswith(".")
        return not own and seen(change, name)  # type: ignore[arg-type]  # a Change, which needs no import

    folders = [request.path if request.path.is_dir() else request.path.parent]
    folders += named_folders(request)
    for folder in folders:
        if not folder.is_dir():
            raise BuildError(
                Diagnostic(Location(str(folder)), "cannot be watched", "no such folder", "name one that exists")
            )
    ways: Any = {"watch_filter": counts, "debounce": 200, "step": 50, "raise_interrupt": True}
    unseen = True
    for changes in watch(*folders, **ways, rust_timeout=1000, yield_on_timeout=True):
        if changes or (unseen and _content(request) != before):
            yield changes
        unseen = False
