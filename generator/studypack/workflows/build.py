"""The pipeline: load, select, render, prove, write."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from studypack.bounded import read_bounded
from studypack.checks.content import content_warnings
from studypack.checks.doubts import find_doubts
from studypack.checks.theme import theme_warnings
from studypack.errors import BuildError, Diagnostic
from studypack.jobs.executor import JobExecutor
from studypack.products.interface import PackContext
from studypack.products.job import Made
from studypack.questions.loader import LoadedSet, load
from studypack.questions.model import QuestionSet
from studypack.questions.selection import select
from studypack.typeset.code_room import code_room
from studypack.workflows.contexts import contexts_of, lost_states, theme_of
from studypack.workflows.executing import running
from studypack.workflows.making import Progress, make_all
from studypack.workflows.packing import Pack, own_files, write
from studypack.workflows.request import Request
from studypack.workflows.up_to_date import folders_of, inputs


@dataclass(frozen=True, slots=True)
class Prepared:
    """A build of which nothing is made yet.

    Attributes:
        request: what to build.
        loaded: the whole set.
        selected: the selection.
        contexts: the context of each product, by its name.
        before: a hash of what the pack depends on; empty if that changed while it was read.
    """

    request: Request
    loaded: LoadedSet
    selected: QuestionSet
    contexts: Mapping[str, PackContext]
    before: str


def build(
    request: Request,
    progress: Progress = lambda _: None,
    executor: JobExecutor | None = None,
    loaded: LoadedSet | None = None,
) -> Pack:
    """Build a pack. If there is any error, the previous pack is left unchanged.

    Args:
        request: what to build.
        progress: called with the name of each step when it begins.
        executor: runs the jobs; None creates one for this build.
        loaded: the set of the request, if the caller has already loaded it.

    Raises:
        StudypackError: with every problem that was found.
    """
    progress("reading")
    prepared = prepare(request, loaded)
    with running(request, executor, progress) as executing:
        noticed = _notice(prepared, executing)
        made = make_all(prepared.contexts, executing, progress, noticed)
        warnings = noticed()
    progress("writing")
    return finish(prepared, made, warnings)


def prepare(request: Request, loaded: LoadedSet | None = None) -> Prepared:
    """Read and select what a request asks for.

    Raises:
        StudypackError: the set, the selection, the theme or a product's state cannot be used.
    """
    first = _folders(request)
    loaded = loaded or load(request.path)
    selected = select(loaded.question_set, request.criteria)
    # Hashed before it was read, too: an edit meanwhile must not count as built.
    unchanged = first == (again := _folders(request))
    before = inputs(request, own_files(loaded), selected.id, folders=again) if unchanged else ""
    before = before if _as_read(loaded) else ""  # after they were hashed: figures and listings count as they were read
    return Prepared(request, loaded, selected, contexts_of(request, loaded, selected), before)


def _folders(request: Request) -> tuple[str, ...]:
    """Return a hash of what the set and the theme consist of; nothing if some of it cannot be read."""
    try:
        return folders_of(request)
    except OSError:
        return ()


def _notice(prepared: Prepared, executor: JobExecutor) -> Callable[[], Sequence[Diagnostic]]:
    """Begin to look at the content; return a function that returns warnings about what the products show of it."""
    request, theme = prepared.request, theme_of(prepared.request, prepared.loaded)
    rooms = [room for product in request.products if (room := product.code_room(request.options, theme))]
    room = min(rooms, key=lambda room: room.width / room.column, default=None) or code_room(theme)
    cards = any(product.prints("cards") for product in request.products)
    doubts = find_doubts(prepared.loaded.question_set, theme, room, executor.submit, cards=cards)

    @cache
    def noticed() -> Sequence[Diagnostic]:
        return content_warnings(prepared.loaded, prepared.selected, theme, room, cards=cards, doubts=doubts())

    return noticed


def finish(prepared: Prepared, made: tuple[Made, ...], noticed: Sequence[Diagnostic] = ()) -> Pack:
    """Write a pack whose products are made.

    Args:
        prepared: what was prepared.
        made: its products.
        noticed: warnings about the content.

    Raises:
        BuildError: the pack cannot be written, or warnings are errors.
    """
    request, loaded, selected = prepared.request, prepared.loaded, prepared.selected
    theme = theme_of(request, loaded)
    rendered = [warning for product in made for warning in product.rendered.warnings]
    lost = lost_states(request, loaded, selected)
    warnings = (*lost, *theme_warnings(theme), *noticed, *rendered)
    if request.strict and warnings:
        raise BuildError(*warnings)
    # Where a state was lost, the next build is not "up to date": there is one now, and no more to warn of.
    return write(request, loaded, selected, made, warnings, "" if lost else prepared.before)


def _as_read(loaded: LoadedSet) -> bool:
    """Return whether a set's figures and listings are still what was read."""
    try:
        return all(
            hashlib.sha256(read_bounded(loaded.root / name)).hexdigest() == digest
            for name, digest in loaded.hashes.items()
        )
    except OSError:
        return False
