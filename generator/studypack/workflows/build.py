"""The pipeline: load > select > render > verify > write."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from studypack import __version__
from studypack.anki import state as deck_state
from studypack.checks.preflight import bundled_coverage, preflight
from studypack.errors import BuildError, Diagnostic, Location, StudypackError
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import Ticket, Workshop
from studypack.products import PRODUCTS
from studypack.products.deck.product import checked_state
from studypack.products.interface import PackContext
from studypack.products.job import Made, ProductJob
from studypack.questions.loader import Loaded, load, shown
from studypack.questions.model import QuestionSet
from studypack.questions.selection import select
from studypack.storage.atomic import write_file, write_pack
from studypack.text.markdown import plain
from studypack.typeset.themes import OWN, Theme, load_theme, shipped
from studypack.workflows.request import (
    MANIFEST,
    MANIFEST_FORMAT,
    Request,
    inputs,
    pack_name,
    source_date,
    state_beside,
    state_path,
)  # fmt: skip  # names alone

_ENGINES: Final = ("weasyprint", "pikepdf", "genanki", "jinja2", "markdown-it-py", "pygments")


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was written.

    Attributes:
        folder: where it is.
        files: paths of its files, the manifest last.
        made: its products.
        manifest: what `pack.json` says.
        warnings: of content and products.
    """

    folder: Path
    files: tuple[Path, ...]
    made: tuple[Made, ...]
    manifest: Mapping[str, Any]
    warnings: tuple[Diagnostic, ...]


def build(request: Request, progress: Callable[[str], None] = lambda _: None, workshop: Workshop | None = None) -> Pack:
    """Build a pack; on any error the old one stays as it was.

    Args:
        request: what to build.
        progress: told each step's name as it begins.
        workshop: where jobs are done; None opens one for this build.

    Raises:
        StudypackError: with every problem that was found.
    """
    progress("reading")
    loaded = load(request.path)
    selected = select(loaded.question_set, request.criteria)
    state_file = state_path(loaded.path, loaded.question_set.id)
    state = read_state(loaded, state_file) if "deck" in request.products else deck_state.DeckState()
    before = inputs(request, own_files(loaded), state_file)
    theme = theme_of(request, loaded)
    with _opened(request, workshop) as shop:
        context = PackContext(
            selected, loaded.question_set, request.paper, state, request.now, edition_date(selected.header.edition),
            request.simplex, theme, by_level=request.by_level, retire=request.retire,
        )  # fmt: skip  # in the order of its fields
        made = _make_all(request, context, shop, progress)
    progress("writing")
    warnings = (*content_warnings(loaded, selected, theme), *(w for m in made for w in m.rendered.warnings))
    if request.strict and warnings:
        raise BuildError(*warnings)
    return _write(request, loaded, selected, made, warnings, (state, state_file, before))


def _write(
    request: Request,
    loaded: Loaded,
    selected: QuestionSet,
    made: tuple[Made, ...],
    warnings: tuple[Diagnostic, ...],
    known: tuple[deck_state.DeckState, Path, str],
) -> Pack:
    """Write the deck's state and the pack; the manifest names the inputs if nobody changed them meanwhile."""
    state, state_file, before = known
    unchanged = before == inputs(request, own_files(loaded), state_file)
    for product in made:
        if product.rendered.deck_state not in (None, state):
            write_file(state_file, deck_state.dumps(product.rendered.deck_state))
    after = inputs(request, own_files(loaded), state_file) if unchanged and not warnings else ""
    manifest = _manifest(loaded, selected, request, made) | {"inputs": after}
    folder = request.output / pack_name(selected.id, selected.subset.slug if selected.subset else None)
    _refuse_anothers(folder, manifest)
    files = {PRODUCTS[m.name].filename: m.rendered.content for m in made}
    files[MANIFEST] = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    stale = {p.filename for p in PRODUCTS.values()} - set(files)
    written = write_pack(folder, files, MANIFEST, stale)
    return Pack(folder, tuple(written), made, manifest, warnings)


def _refuse_anothers(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Stop where another set's pack, or another selection's, has the same name: it would be lost.

    A set without an id is called by its file's name; with another title and no question in common it is another set.
    """
    try:
        old = json.loads((folder / MANIFEST).read_bytes())
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


def checked(path: Path, retire: Sequence[str] = ()) -> tuple[QuestionSet, tuple[Diagnostic, ...]]:
    """Return a whole question set and everything worth a warning in it.

    Args:
        path: the question set.
        retire: ids whose change is intended: the deck's state is written with them.

    Raises:
        StudypackError: with every problem; also an id that was changed or used again.
    """
    loaded = load(path)
    check_ids(loaded, retire)
    theme = theme_of(Request(path), loaded)
    return loaded.question_set, content_warnings(loaded, loaded.question_set, theme)


def theme_of(request: Request, loaded: Loaded) -> Theme:
    """Return the theme that was asked for, or the set's own.

    Raises:
        ContentError: there is no such theme.
    """
    if request.theme:
        return load_theme(request.theme)
    named = loaded.question_set.header.theme
    return load_theme(named, loaded.root, loaded.theme_place) if named else OWN


def own_files(loaded: Loaded) -> list[str]:
    """Return what the set shows beside its texts, by paths in its folder: figures, listings, its own theme's folder."""
    named = loaded.question_set.header.theme
    theme = [named] if named and named not in shipped() else []
    return sorted([*loaded.question_set.files, *theme])


def content_warnings(loaded: Loaded, selected: QuestionSet, theme: Theme) -> tuple[Diagnostic, ...]:
    """Return what lacks or would print badly; a theme's own fonts may have the glyphs that ours lack."""

    def coverage(font: str) -> frozenset[int]:
        return bundled_coverage(font) | theme.characters

    return loaded.warnings + preflight(selected, coverage, places=loaded.places, set_file=loaded.header_file)


@contextmanager
def _opened(request: Request, workshop: Workshop | None) -> Iterator[Workshop]:
    if workshop is not None:
        yield workshop
        return
    with Workshop(request.workers, Cache(default_folder()) if request.cached else None) as own:
        yield own


def _make_all(
    request: Request, context: PackContext, shop: Workshop, progress: Callable[[str], None]
) -> tuple[Made, ...]:
    """Make all products at once: the handbook's parts first, then the others, which fill the gaps between them.

    Raises:
        BuildError: with the problems of every product.
    """
    names = [name for name in PRODUCTS if name in request.products]
    tickets: dict[str, Ticket[Made]] = {}
    problems: list[Diagnostic] = []
    made: dict[str, Made] = {}

    def begin_others() -> None:
        tickets.update({n: shop.submit(ProductJob(n, context)) for n in names if n not in {"handbook", *tickets}})

    for name in names:
        progress(name)
        try:
            if name == "handbook":
                made[name] = ProductJob(name, replace(context, workshop=shop, begun=begin_others)).run()
            else:
                begin_others()
                made[name] = tickets[name].result()
        except StudypackError as error:
            problems += error.diagnostics
    if problems:
        raise BuildError(*dict.fromkeys(problems))
    return tuple(made[name] for name in names)


def _manifest(loaded: Loaded, selected: QuestionSet, request: Request, made: Sequence[Made]) -> dict[str, Any]:
    """Return what `pack.json` tells of a pack: enough to prove it again without the question set."""
    return {
        "format": MANIFEST_FORMAT,
        "set": {"id": selected.id, "title": plain(selected.header.title)},
        "selection": {"name": selected.subset.slug, "title": selected.subset.title} if selected.subset else None,
        "paper": request.paper.value,
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
        "versions": {"studypack": __version__, **{e: importlib.metadata.version(e) for e in _ENGINES}},
    }


def _manifest_entry(made: Made, selected: QuestionSet) -> dict[str, Any]:
    places = {q.id: q.where for q in selected.questions}
    return {
        "file": PRODUCTS[made.name].filename,
        "bytes": len(made.rendered.content),
        "sha256": hashlib.sha256(made.rendered.content).hexdigest(),
        made.rendered.unit: made.rendered.amount,
        "remarks": list(made.rendered.remarks) if made.name != "deck" else [],
        "left_out": {
            key: {"what": what, "where": f"{Path(places[key].file).name}:{places[key].line}"}
            for key, what in made.rendered.left_out.items()
        },
    }


def check_ids(loaded: Loaded, retire: Sequence[str] = ()) -> None:
    """Compare a set's ids with those of its earlier decks, and record what is meant to be retired.

    Raises:
        BuildError: an id was changed or used again, or a card would be empty.
    """
    state_file = state_path(loaded.path, loaded.question_set.id)
    known = read_state(loaded, state_file)
    state, problems = checked_state(loaded.question_set, known, retire)
    if problems:
        raise BuildError(*problems)
    if state != known:
        write_file(state_file, deck_state.dumps(state))


def read_state(loaded: Loaded, path: Path) -> deck_state.DeckState:
    """Return the deck's state; the one beside the set where there is none at `path`, and else an empty one.

    Raises:
        BuildError: the file is damaged.
    """
    for candidate in (path, state_beside(loaded.path)):
        if candidate.is_file():
            return deck_state.loads(candidate.read_bytes(), shown(candidate))
    return deck_state.DeckState()
