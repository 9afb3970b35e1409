"""The pipeline: load, select, render, prove, write."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from studypack.checks.content import content_warnings
from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS, option_models
from studypack.products.interface import PackContext, Product
from studypack.products.job import Made, ProductJob
from studypack.products.options import PrintOptions
from studypack.questions.loader import LoadedSet, load
from studypack.questions.model import QuestionSet
from studypack.questions.selection import select
from studypack.resources import VERSION
from studypack.storage import manifest as manifests
from studypack.storage.atomic import write_file, write_pack
from studypack.text.markdown import plain
from studypack.typeset.themes import OWN, Theme, load_theme, shipped
from studypack.workflows.request import Request, source_date
from studypack.workflows.state import read_state, state_path
from studypack.workflows.up_to_date import inputs

_ENGINES: Final = ("weasyprint", "pikepdf", "genanki", "jinja2", "markdown-it-py", "pygments")

Progress = Callable[[str], None]
"""Called with each step's name as it begins."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written.

    Attributes:
        folder: where it is.
        files: paths of its files, the manifest last.
        made: its products.
        manifest: what `pack.json` says.
        warnings: about content and products.
    """

    folder: Path
    files: tuple[Path, ...]
    made: tuple[Made, ...]
    manifest: Mapping[str, Any]
    warnings: tuple[Diagnostic, ...]


def build(
    request: Request,
    progress: Progress = lambda _: None,
    executor: JobExecutor | None = None,
    loaded: LoadedSet | None = None,
) -> Pack:
    """Build a pack; on any error the old one stays as it was.

    Args:
        request: what to build.
        progress: called with each step's name as it begins.
        executor: runs the jobs; None opens one for this build.
        loaded: the set of the request, where the caller has loaded it already.

    Raises:
        StudypackError: with every problem that was found.
    """
    progress("reading")
    loaded = loaded or load(request.path)
    selected = select(loaded.question_set, request.criteria)
    before = inputs(request, own_files(loaded), selected.id)
    contexts = contexts_of(request, loaded, selected)
    with _opened(request, executor) as running:
        made = _make_all(contexts, running, progress)
    progress("writing")
    theme = theme_of(request, loaded)
    rendered = [warning for product in made for warning in product.rendered.warnings]
    warnings = (*content_warnings(loaded, selected, theme.characters), *rendered)
    if request.strict and warnings:
        raise BuildError(*warnings)
    return _write(request, loaded, selected, made, warnings, before)


def contexts_of(request: Request, loaded: LoadedSet, selected: QuestionSet) -> dict[str, PackContext]:
    """Return what each product of a request may know, by the product's name.

    Raises:
        StudypackError: there is no such theme, or a product's state cannot be read.
    """
    theme, date = theme_of(request, loaded), edition_date(selected.header.edition)
    common = PackContext(selected, loaded.question_set, request.options, theme, date, request.now)
    return {
        p.name: replace(common, state=read_state(loaded.path, selected.id, p.state_file)) if p.state_file else common
        for p in request.products
    }


def _write(
    request: Request,
    loaded: LoadedSet,
    selected: QuestionSet,
    made: tuple[Made, ...],
    warnings: tuple[Diagnostic, ...],
    before: str,
) -> Pack:
    """Write the products' state and the pack; the manifest names the inputs if nobody changed them meanwhile."""
    unchanged = before == inputs(request, own_files(loaded), selected.id)
    for product in made:
        write_state(loaded, PRODUCTS[product.name], product.rendered.state)
    after = inputs(request, own_files(loaded), selected.id) if unchanged and not warnings else ""
    manifest = _manifest(loaded, selected, request, made) | {"inputs": after}
    folder = request.output / manifests.name_in(manifest)
    _refuse_anothers(folder, manifest)
    files = {PRODUCTS[m.name].filename: m.rendered.content for m in made}
    files[manifests.MANIFEST] = manifests.dumps(manifest)
    stale = {product.filename for product in PRODUCTS.values()} - set(files)
    written = write_pack(folder, files, manifests.MANIFEST, stale)
    return Pack(folder, tuple(written), made, manifest, warnings)


def write_state(loaded: LoadedSet, product: Product, state: bytes | None) -> None:
    """Write what a product wants to remember; None leaves the file as it is."""
    if state is not None:
        write_file(state_path(loaded.path, loaded.question_set.id, product.state_file), state)


def _refuse_anothers(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Stop where another set's pack, or another selection's, has the same name: it would be lost.

    A set without an id is called by its file's name; with another title and no question in common it is another set.
    """
    try:
        old = json.loads((folder / manifests.MANIFEST).read_bytes())
        theirs = old["set"]["id"], (old["selection"] or {}).get("name")
        foreign = old["set"]["title"] != manifest["set"]["title"] and not _ids(old) & _ids(manifest)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return  # no pack
    if foreign or theirs != (manifest["set"]["id"], (manifest["selection"] or {}).get("name")):
        what = f'holds the pack of the set "{theirs[0]}"' + (f', selection "{theirs[1]}"' if theirs[1] else "")
        raise BuildError(
            Diagnostic(Location(str(folder)), what, "both have this name", "choose another folder with -o")
        )


def _ids(manifest: Mapping[str, Any]) -> set[str]:
    return {question["id"] for question in manifest["questions"]}


def edition_date(edition: str | None) -> str:
    """Return the date that documents carry, in ISO 8601: SOURCE_DATE_EPOCH, or else an edition such as 2026.11."""
    given = source_date()
    if given is not None:
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(given))
    found = re.match(r"(\d{4})(?:[.-](0?[1-9]|1[0-2])(?:[.-](0?[1-9]|[12]\d|3[01]))?)?(?!\d)", edition or "")
    if not found or not 1900 <= int(found[1]) <= 2199:
        return ""
    return f"{found[1]}-{int(found[2] or 1):02}-{int(found[3] or 1):02}T00:00:00+00:00"


def theme_of(request: Request, loaded: LoadedSet) -> Theme:
    """Return the theme that was asked for, or the set's own.

    Raises:
        ContentError: there is no such theme.
    """
    if asked := request.options[PrintOptions].theme:
        return load_theme(asked)
    named = loaded.question_set.header.theme
    return load_theme(named, loaded.root, loaded.theme_place) if named else OWN


def own_files(loaded: LoadedSet) -> list[str]:
    """Return what the set shows beside its texts, by paths in its folder: figures, listings, its own theme's folder."""
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


def _make_all(contexts: Mapping[str, PackContext], executor: JobExecutor, progress: Progress) -> tuple[Made, ...]:
    """Make all products at once: the parts of composed ones first, then the others, which fill the gaps between them.

    Raises:
        BuildError: with the problems of every product.
    """
    futures: dict[str, Future[Made]] = {}
    problems: list[Diagnostic] = []
    made: list[Made] = []

    def begin_others() -> None:
        for name, context in contexts.items():
            if not PRODUCTS[name].composed and name not in futures:
                futures[name] = executor.submit(ProductJob(name, context))

    for name, context in contexts.items():
        progress(name)
        try:
            if PRODUCTS[name].composed:
                made.append(ProductJob(name, replace(context, submit=executor.submit, begun=begin_others)).run())
            else:
                begin_others()
                made.append(futures[name].result())
        except StudypackError as error:
            problems += error.diagnostics
    if problems:
        raise BuildError(*dict.fromkeys(problems))
    return tuple(made)


def _manifest(loaded: LoadedSet, selected: QuestionSet, request: Request, made: Sequence[Made]) -> dict[str, Any]:
    """Return what `pack.json` says of a pack: enough to prove it again without the question set."""
    return {
        "format": manifests.MANIFEST_FORMAT,
        "set": {"id": selected.id, "title": plain(selected.header.title)},
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
        "left_out": {
            key: {"what": what, "where": f"{Path(places[key].file).name}:{places[key].line}"}
            for key, what in made.rendered.left_out.items()
        },
    }
