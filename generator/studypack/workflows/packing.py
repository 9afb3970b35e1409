"""Writes a pack with its manifest, then the products' state."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from studypack.errors import BuildError, Diagnostic, Location, StateError
from studypack.products import PRODUCTS, option_models
from studypack.products.interface import Product
from studypack.products.job import Made
from studypack.products.options import Options
from studypack.questions.loader import LoadedSet
from studypack.questions.model import Question, QuestionSet
from studypack.questions.once import once
from studypack.resources import VERSION
from studypack.shelf import Content, opened
from studypack.storage import manifest as manifests
from studypack.storage.atomic import write_file, write_pack
from studypack.text.markdown import inline_tokens, plain
from studypack.text.runs import runs
from studypack.typeset.themes import shipped
from studypack.workflows.request import Request
from studypack.workflows.state import is_there, place_for_state
from studypack.workflows.up_to_date import inputs

_ENGINES: Final = ("weasyprint", "pikepdf", "genanki", "jinja2", "markdown-it-py", "pygments")

_BUILD_AGAIN: Final = "free the place, and build again: the pack is complete, but its state is the old one"


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


def write(
    request: Request,
    loaded: LoadedSet,
    selected: QuestionSet,
    made: tuple[Made, ...],
    warnings: tuple[Diagnostic, ...],
    before: str,
) -> Pack:
    """Write the pack, then the products' state; the manifest names the inputs if nobody changed them meanwhile."""
    states = {product.name: product.rendered.state for product in made if product.rendered.state is not None}
    own = own_files(loaded)
    unchanged = before != "" and before == inputs(request, own, selected.id)
    after = inputs(request, own, selected.id, written=states) if unchanged and states else before if unchanged else ""
    manifest = _manifest(loaded, selected, request, made) | {"inputs": after, "warnings": warnings}
    folder = request.output / (request.folder or manifests.name_in(manifest))
    files: dict[str, Content] = {PRODUCTS[m.name].filename: m.rendered.file for m in made}
    files |= {name: content for m in made for name, content in m.rendered.companions.items()}
    files[manifests.MANIFEST] = manifests.dumps(manifest)
    stale = {name for p in PRODUCTS.values() for name in (p.filename, *p.companions)} - set(files)
    removed = tuple(sorted(name for name in stale if is_there(folder / name)))
    for name, state in states.items():
        place_for_state(loaded.path, selected.id, PRODUCTS[name].state_file, state)
    written = write_pack(
        folder, files, manifests.MANIFEST, stale, lambda: _refuse_anothers(folder, manifest, named=bool(request.folder))
    )
    # The state follows the pack: a build that fails or is killed leaves the old one, which the next build mends.
    try:
        for product in made:
            write_state(loaded, PRODUCTS[product.name], product.rendered.state)
    except BuildError as error:
        raise StateError(*(each._replace(remedy=_BUILD_AGAIN) for each in error.diagnostics)) from error
    return Pack(folder, tuple(written), made, manifest, warnings, removed)


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


def _refuse_anothers(folder: Path, manifest: Mapping[str, Any], *, named: bool = False) -> None:
    """Raise BuildError if the folder contains the pack of another set or selection, which would be lost.

    A folder that the request names may have any selection of the set.

    A set without an id is named after its file; a different title and no common question mean that it is another set.
    """
    try:
        old = manifests.read_manifest(folder)
        theirs = old["set"]["id"], (old["selection"] or {}).get("name")
        common = manifests.question_ids(old) & manifests.question_ids(manifest)
        foreign = old["set"]["title"] != manifest["set"]["title"] and not common
    except BuildError:
        return  # no pack
    ours = manifest["set"]["id"], (manifest["selection"] or {}).get("name")
    if foreign or (theirs[0] != ours[0] if named else theirs != ours):
        what = f'holds the pack of the set "{theirs[0]}"' + (f', selection "{theirs[1]}"' if theirs[1] else "")
        raise BuildError(
            Diagnostic(Location(str(folder)), what, "both have this name", "choose another folder with -o")
        )


def own_files(loaded: LoadedSet) -> list[str]:
    """Return the paths, within the set's folder, of its figures and listings and of its own theme."""
    named = loaded.question_set.header.theme
    theme = [named] if named and named not in shipped() else []
    return sorted([*loaded.question_set.files, *theme])


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
                **_words(q, selected.header.language),
            }
            for q in selected.questions
        ],
        "products": {m.name: _manifest_entry(m, selected, request.options) for m in made},
        "files": own_files(loaded),
        "versions": {"studypack": VERSION, **{e: importlib.metadata.version(e) for e in _ENGINES}},
    }


@once
def _words(question: Question, lang: str) -> dict[str, dict[str, list[str]]]:
    """Return the words of those texts that show formulas or pictures between them, which no file gives back as text."""
    found: dict[str, list[str]] = {}
    for name in ("question", "takeaway"):
        parts = list(runs(inline_tokens(getattr(question, name) or "", lang)))
        if any(run.kind in ("formula", "picture") for run in parts):
            found[name] = [run.content for run in parts if run.kind == "text"]
    return {"words": found} if found else {}


def _manifest_entry(made: Made, selected: QuestionSet, options: Options) -> dict[str, Any]:
    places = {q.id: q.where for q in selected.questions}
    return {
        "file": PRODUCTS[made.name].filename,
        "bytes": len(made.rendered.file),
        "sha256": hashlib.file_digest(opened(made.rendered.file), "sha256").hexdigest(),
        made.rendered.unit: made.rendered.amount,
        "companions": {n: hashlib.sha256(c).hexdigest() for n, c in made.rendered.companions.items()},
        "remarks": list(made.rendered.remarks),
        **({"places": dict(made.rendered.places)} if made.rendered.places else {}),
        "absent": [q.id for q in selected.questions if not PRODUCTS[made.name].holds(q, options)],
        "left_out": {
            key: {"what": what, "where": f"{Path(places[key].file).name}:{places[key].line}"}
            for key, what in made.rendered.left_out.items()
        },
    }
