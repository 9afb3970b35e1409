"""Building again whenever a file of the set is saved; the process stays warm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import Workshop
from studypack.workflows.build import build
from studypack.workflows.request import STATE_FILE, Request, current_time, inputs


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

    One workshop serves all builds: its processes keep what they have imported and prepared.

    Raises:
        BuildError: the set's folder does not exist.
    """
    with Workshop(request.workers, Cache(default_folder()) if request.cached else None) as workshop:
        before = _content(request)
        yield _built(request, workshop)
        for _ in _changes(request, before):
            yield _built(replace(request, now=current_time()), workshop)


def _built(request: Request, workshop: Workshop) -> Outcome:
    began = time.perf_counter()
    try:
        pack = build(request, workshop=workshop)
    except StudypackError as error:
        return Outcome(None, time.perf_counter() - began, problems=error.diagnostics)
    return Outcome(pack.folder, time.perf_counter() - began, pack.warnings)


def _content(request: Request) -> str:
    """Return a hash of the set and the theme, without what builds write."""
    return inputs(replace(request, products=()), (), Path(STATE_FILE))


def _changes(request: Request, before: str) -> Iterator[object]:
    """Yield for each batch of changes; what builds write themselves, and editors' temporary files, do not count.

    Args:
        request: what is built.
        before: the content that was built: a change from it may have come before anybody watched.
    """
    from watchfiles import DefaultFilter, watch

    seen = DefaultFilter()
    output = request.output.resolve()

    def counts(change: object, name: str) -> bool:
        path = Path(name)
        own = path.name.endswith(STATE_FILE) or path.resolve().is_relative_to(output) or path.name.startswith(".")
        return not own and seen(change, name)  # type: ignore[arg-type]  # a Change, which needs no import

    folders = [request.path if request.path.is_dir() else request.path.parent]
    folders += [Path(request.theme)] if request.theme and Path(request.theme).is_dir() else []
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
