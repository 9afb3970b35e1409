"""Builds a pack again whenever a file of the set is saved, in the same process."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.questions.set_files import keeping
from studypack.workflows.build import build
from studypack.workflows.executing import prepare_fonts
from studypack.workflows.request import Request, current_time
from studypack.workflows.up_to_date import named_folders
from studypack.workflows.watched_files import WatchedFiles


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a build.

    Attributes:
        folder: the folder of the pack; None if it could not be built and the old one was kept.
        seconds: the duration of the build.
        warnings: warnings about the content and the products.
        problems: the reasons why it could not be built.
    """

    folder: Path | None
    seconds: float
    warnings: tuple[Diagnostic, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


def watching(request: Request) -> Iterator[Outcome]:
    """Build immediately and after each change of the set or the theme, until the caller stops iterating.

    All builds share one executor, whose processes keep what they have imported and prepared.

    Raises:
        BuildError: the set's folder does not exist.
    """
    cache = Cache(default_folder()) if request.cached else None
    with JobExecutor(request.workers, cache) as executor:
        if request.cached:
            prepare_fonts(executor)
        files = WatchedFiles(request)
        batches = changes(request, files)
        next(batches)  # what is saved during the first build is not missed
        yield _built(request, executor, files)
        for _ in filter(None, batches):
            files.read()
            yield _built(replace(request, now=current_time()), executor, files)


def _built(request: Request, executor: JobExecutor, files: WatchedFiles) -> Outcome:
    began = time.perf_counter()
    try:
        with keeping(files.kept):
            pack = build(request, executor=executor)
    except StudypackError as error:
        return Outcome(None, time.perf_counter() - began, problems=error.diagnostics)
    files.read(pack.manifest["set"]["id"])  # with the states that this build has written
    return Outcome(pack.folder, time.perf_counter() - began, pack.warnings)


def changes(request: Request, files: WatchedFiles) -> Iterator[Collection[object]]:
    """Yield each batch of changes of files that count; the first one, and any without changes, is empty.

    Raises:
        BuildError: a folder to watch does not exist.
    """
    from watchfiles import watch

    folders = [request.path if request.path.is_dir() else request.path.parent]
    folders += named_folders(request)
    for folder in folders:
        if not folder.is_dir():
            raise BuildError(
                Diagnostic(
                    Location(str(folder)), "cannot be watched", "the folder does not exist", "specify an existing one"
                )
            )
    ways: Any = {"debounce": 200, "step": 50, "raise_interrupt": True, "rust_timeout": 200, "yield_on_timeout": True}
    yield from watch(*folders, watch_filter=lambda _, name: files(Path(name)), **ways)
