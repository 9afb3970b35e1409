"""What the products of a request are given: questions, options, theme, date, and their state from the last build."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from dataclasses import replace

from studypack.errors import BuildError, Diagnostic, Location
from studypack.products.interface import PackContext, Product, StoredState
from studypack.products.options import PrintOptions
from studypack.questions.loader import LoadedSet, shown
from studypack.questions.model import QuestionSet
from studypack.storage import manifest as manifests
from studypack.typeset.themes import OWN, Theme, load_theme
from studypack.workflows.request import Request, source_date
from studypack.workflows.state import is_there, neighbours, read_state, state_path


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


def lost_states(request: Request, loaded: LoadedSet, selected: QuestionSet) -> tuple[Diagnostic, ...]:
    """Return a warning for each product that was built before, and whose state is gone."""
    name = manifests.pack_name(selected.id, selected.subset.slug if selected.subset else None)
    folder, found = request.output / (request.folder or name), []
    for product in request.products:
        made = folder / product.filename
        if product.state_file and is_there(made) and read_state(loaded.path, selected.id, product.state_file) is None:
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
            own = manifest["set"]["id"] == whole.id and manifests.question_ids(manifest) & {
                q.id for q in whole.questions
            }
            if own and (path.parent / product.filename).is_file():
                files.append(path.parent / product.filename)
    with suppress(BuildError):
        content = product.recalled(files, whole) if files else None
        return None if content is None else StoredState(str(files[0]), content)
    return None


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
