"""The pipeline: load, select, render, prove, write."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from studypack.bounded import read_bounded
from studypack.checks.content import content_warnings
from studypack.checks.theme import theme_warnings
from studypack.errors import BuildError, Diagnostic, Location, StateError, StudypackError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS, option_models
from studypack.products.interface import PackContext, Product, StoredState
from studypack.products.job import Made, ProductJob
from studypack.products.options import PrintOptions
from studypack.questions.loader import LoadedSet, load, shown
from studypack.questions.model import QuestionSet
from studypack.questions.selection import select
from studypack.resources import VERSION
from studypack.storage import manifest as manifests
from studypack.storage.atomic import write_file, write_pack
from studypack.text.markdown import plain
from studypack.typeset.themes import OWN, Theme, load_theme, shipped
from studypack.workflows.request import Request, source_date
from studypack.workflows.state import neighbours, place_for_state, read_state, state_path
from studypack.workflows.up_to_date import inputs

_ENGINES: Final = ("weasyprint", "pikepdf", "genanki", "jinja2", "markdown-it-py", "pygments")

_BUILD_AGAIN: Final = "free the place, and build again: the pack is complete, but its state is the old one"

Progress = Callable[[str], None]
"""Called with the name of each step when it begins."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written.

    Attributes:
        folder: where it is.
        files: paths of its files, the manifest last.
        made: its products.
        manifest: what `pack.json` says.
        warnings: about content and products.
        removed: names of products of an earlier build that were in the folder.
    """

    folder: Path
    files: tuple[Path, ...]
    made: tuple[Made, ...]
    manifest: Mapping[str, Any]
    warnings: tuple[Diagnostic, ...]
    removed: tuple[str, ...] = ()


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
    first = inputs(request, (), "", states=False)
    loaded = loaded or load(request.path)
    selected = select(loaded.question_set, request.criteria)
    # Hashed before it was read, too: an edit meanwhile must not count as built.
    unchanged = first == inputs(request, (), "", states=False)
    before = inputs(request, own_files(loaded), selected.id) if unchanged else ""
    before = before if _as_read(loaded) else ""  # after they were hashed: figures and listings count as they were read
    contexts = contexts_of(request, loaded, selected)
    with _opened(request, executor) as running:
        made = _make_all(contexts, running, progress)
    progress("writing")
    theme = theme_of(request, loaded)
    rendered = [warning for product in made for warning in product.rendered.warnings]
    lost = _lost_states(request, loaded, selected)
    warnings = (*lost, *theme_warnings(theme), *content_warnings(loaded, selected, theme), *rendered)
    if request.strict and warnings:
        raise BuildError(*warnings)
    # Where a state was lost, the next build is not "up to date": there is one now, and no more to warn of.
    return _write(request, loaded, selected, made, warnings, "" if lost else before)


def _as_read(loaded: LoadedSet) -> bool:
    """Return whether a set's figures and listings are still what was read."""
    try:
        return all(
            hashlib.sha256(read_bounded(loaded.root / name)).hexdigest() == digest
            for name, digest in loaded.hashes.items()
        )
    except OSError:
        return False


def _lost_states(request: Request, loaded: LoadedSet, selected: QuestionSet) -> tuple[Diagnostic, ...]:
    """Return a warning for each product that was built before, and whose state is gone."""
    folder = request.output / manifests.pack_name(selected.id, selected.subset.slug if selected.subset else None)
    found = []
    for product in request.products:
        made = folder / product.filename
        if product.state_file and _is_there(made) and read_state(loaded.path, selected.id, product.state_file) is None:
            file = shown(state_path(loaded.path, selected.id, product.state_file))
            if _recalled(request, loaded, product):
                why = f"it is read back from {made}, which does not know what had been retired"
                remedy = "restore the file from version control, if it is there"
            else:
                why = f"{made} was built with it, and does not show it"
                older = f"studypack {product.title}-state {shown(loaded.path)} --from OLDER{made.suffix}"
                remedy = f"restore it from version control; or delete {file} after this build, and run `{older}`"
            found.append(Diagnostic(Location(file), f"the {product.title}'s state is lost", why, remedy))
    return tuple(found)


def _recalled(request: Request, loaded: LoadedSet, product: Product) -> StoredState | None:
    """Return a product's state as the packs of the set show it; None if there are none of them, or they are damaged."""
    whole, files = loaded.question_set, []
    found = request.output.glob(f"*/{manifests.MANIFEST}") if os.path.isdir(request.output) else ()  # noqa: PTH112 - likewise
    for path in sorted(found):
        with suppress(BuildError, KeyError, TypeError):
            manifest = manifests.read_manifest(path.parent)
            own = manifest["set"]["id"] == whole.id and _ids(manifest) & {q.id for q in whole.questions}
            if own and (path.parent / product.filename).is_file():
                files.append(path.parent / product.filename)
    with suppress(BuildError):
        content = product.recalled(files, whole) if files else None
        return None if content is None else StoredState(str(files[0]), content)
    return None


def contexts_of(request: Request, loaded: LoadedSet, selected: QuestionSet) -> dict[str, PackContext]:
    """Return the context of each product of a request, by the product's name.

    Raises:
        StudypackError: the theme does not exist, or a product's state cannot be read.
    """
    theme, date = theme_of(request, loaded), edition_date(selected.header.edition)
    common = PackContext(selected, loaded.question_set, request.options, theme, date, request.now)
    return {p.name: _with_state(common, request, loaded, p) if p.state_file else common for p in request.products}


def _with_state(context: PackContext, request: Request, loaded: LoadedSet, product: Product) -> PackContext:
    state = read_state(loaded.path, loaded.question_set.id, product.state_file)
    state = state or _recalled(request, loaded, product)
    return replace(context, state=state, neighbours=() if state else neighbours(loaded.path, product.state_file))


def _write(
    request: Request,
    loaded: LoadedSet,
    selected: QuestionSet,
    made: tuple[Made, ...],
    warnings: tuple[Diagnostic, ...],
    before: str,
) -> Pack:
    """Write the pack, then the products' state; the manifest names the inputs if nobody changed them meanwhile."""
    unchanged = before != "" and before == inputs(request, own_files(loaded), selected.id)
    states = {product.name: product.rendered.state for product in made if product.rendered.state is not None}
    after = inputs(request, own_files(loaded), selected.id, written=states) if unchanged else ""
    manifest = _manifest(loaded, selected, request, made) | {"inputs": after, "warnings": warnings}
    folder = request.output / manifests.name_in(manifest)
    files = {PRODUCTS[m.name].filename: m.rendered.content for m in made}
    files[manifests.MANIFEST] = manifests.dumps(manifest)
    stale = {product.filename for product in PRODUCTS.values()} - set(files)
    removed = tuple(sorted(name for name in stale if _is_there(folder / name)))
    for name, state in states.items():
        place_for_state(loaded.path, selected.id, PRODUCTS[name].state_file, state)
    written = write_pack(folder, files, manifests.MANIFEST, stale, lambda: _refuse_anothers(folder, manifest))
    # The state follows the pack: a build that fails or is killed leaves the old one, which the next build mends.
    try:
        for product in made:
            write_state(loaded, PRODUCTS[product.name], product.rendered.state)
    except BuildError as error:
        raise StateError(*(each._replace(remedy=_BUILD_AGAIN) for each in error.diagnostics)) from error
    return Pack(folder, tuple(written), made, manifest, warnings, removed)


def _is_there(path: Path) -> bool:
    """Return whether a file exists; one whose name is too long for the system does not, where pathlib raises."""
    return os.path.isfile(path)  # noqa: PTH113 - pathlib raises for names that are too long


def write_state(loaded: LoadedSet, product: Product, state: bytes | None) -> None:
    """Write a product's state. None leaves the file unchanged.

    Raises:
        BuildError: it cannot be written.
    """
    if state is None:
        return
    place = place_for_state(loaded.path, loaded.question_set.id, product.state_file, state)
    if place is not None:
        write_file(place, state)


def _refuse_anothers(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Raise BuildError if the folder contains the pack of another set or selection, which would be lost.

    A set without an id is named after its file; a different title and no common question mean that it is another set.
    """
    try:
        old = manifests.read_manifest(folder)
        theirs = old["set"]["id"], (old["selection"] or {}).get("name")
        foreign = old["set"]["title"] != manifest["set"]["title"] and not _ids(old) & _ids(manifest)
    except BuildError:
        return  # no pack
    if foreign or theirs != (manifest["set"]["id"], (manifest["selection"] or {}).get("name")):
        what = f'holds the pack of the set "{theirs[0]}"' + (f', selection "{theirs[1]}"' if theirs[1] else "")
        raise BuildError(
            Diagnostic(Location(str(folder)), what, "both have this name", "choose another folder with -o")
        )


def _ids(manifest: Mapping[str, Any]) -> set[str]:
    return {question["id"] for question in manifest["questions"]}


def edition_date(edition: str | None) -> str:
    """Return the date for documents in ISO 8601: SOURCE_DATE_EPOCH, or else that of an edition such as 2026.11."""
    given = source_date()
    if given is not None:
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(given))
    found = re.match(r"(\d{4})(?:[.-](0?[1-9]|1[0-2])(?:[.-](0?[1-9]|[12]\d|3[01]))?)?(?!\d)", edition or "")
    if not found or not 1900 <= int(found[1]) <= 2199:
        return ""
    return f"{found[1]}-{int(found[2] or 1):02}-{int(found[3] or 1):02}T00:00:00+00:00"


def theme_of(request: Request, loaded: LoadedSet) -> Theme:
    """Return the requested theme, or else the set's own.

    Raises:
        ContentError: the theme does not exist.
    """
    if asked := request.options[PrintOptions].theme:
        return load_theme(asked)
    named = loaded.question_set.header.theme
    return load_theme(named, loaded.root, loaded.theme_place) if named else OWN


def own_files(loaded: LoadedSet) -> list[str]:
    """Return the paths, within the set's folder, of its figures and listings and of its own theme."""
    named = loaded.question_set.header.theme
    theme = [named] if named and named not in shipped() else []
    return sorted([*loaded.question_set.files, *theme])


@contextmanager
def _opened(request: Request, executor: JobExecutor | None) -> Iterator[JobExecutor]:
    if executor is not None:
        yield executor
        return
    with JobExecutor(request.workers, Cache(default_folder()) if request.cached else None) as own:
        yield own


class _Parts:
    """Submits the parts of a composed product, and knows whether all of them came from the cache."""

    def __init__(self, executor: JobExecutor) -> None:
        self._executor = executor
        self._cached: list[bool] = []

    @property
    def all_cached(self) -> bool:
        return bool(self._cached) and all(self._cached)

    def submit(self, job: Any) -> Future[Any]:
        hits = self._executor.hits
        future = self._executor.submit(job)
        self._cached.append(self._executor.hits > hits)
        return future


def _make_all(contexts: Mapping[str, PackContext], executor: JobExecutor, progress: Progress) -> tuple[Made, ...]:
    """Make all products at once: the parts of composed products first, then the others, which use idle workers.

    Raises:
        BuildError: with the problems of every product.
    """
    futures: dict[str, Future[Made]] = {}
    problems: list[Diagnostic] = []
    made: list[Made] = []
    cached: set[str] = set()

    def begin_others() -> None:
        for name, context in contexts.items():
            if not PRODUCTS[name].composed and name not in futures:
                hits = executor.hits
                futures[name] = executor.submit(ProductJob(name, context))
                cached.update({name} if executor.hits > hits else ())

    for name, context in contexts.items():
        progress(name)
        try:
            if PRODUCTS[name].composed:
                parts = _Parts(executor)
                product = ProductJob(name, replace(context, submit=parts.submit, begun=begin_others)).run()
                made.append(replace(product, cached=parts.all_cached))
            else:
                begin_others()
                made.append(replace(futures[name].result(), cached=name in cached))
        except StudypackError as error:
            problems += error.diagnostics
    if problems:
        raise BuildError(*dict.fromkeys(problems))
    return tuple(made)


def _manifest(loaded: LoadedSet, selected: QuestionSet, request: Request, made: Sequence[Made]) -> dict[str, Any]:
    """Return the content of `pack.json`, which is enough to verify the pack without the question set."""
    return {
        "format": manifests.MANIFEST_FORMAT,
        "set": {"id": selected.id, "title": plain(selected.header.title), "language": selected.header.language},
        "selection": {"name": selected.subset.slug, "title": selected.subset.title} if selected.subset else None,
        "options": request.options.values(option_models()),
        "questions": [
            {
                "number": q.number,
                "id": q.id,
                "question": plain(q.question),
                "takeaway": plain(q.takeaway) if q.takeaway else None,
            }
            for q in selected.questions
        ],
        "products": {m.name: _manifest_entry(m, selected) for m in made},
        "files": own_files(loaded),
        "versions": {"studypack": VERSION, **{e: importlib.metadata.version(e) for e in _ENGINES}},
    }


def _manifest_entry(made: Made, selected: QuestionSet) -> dict[str, Any]:
    places = {q.id: q.where for q in selected.questions}
    return {
        "file": PRODUCTS[made.name].filename,
        "bytes": len(made.rendered.content),
        "sha256": hashlib.sha256(made.rendered.content).hexdigest(),
        made.rendered.unit: made.rendered.amount,
        "remarks": list(made.rendered.remarks),
        "absent": [q.id for q in selected.questions if not PRODUCTS[made.name].holds(q)],
        "left_out": {
            key: {"what": what, "where": f"{Path(places[key].file).name}:{places[key].line}"}
            for key, what in made.rendered.left_out.items()
        },
    }
