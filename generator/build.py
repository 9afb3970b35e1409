"""The pipeline: load > select > render > verify > write."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from generator import __version__, deck_state
from generator.errors import BuildError, Diagnostic
from generator.loader import Loaded, load, shown
from generator.markup import plain
from generator.model import Paper, QuestionSet
from generator.products import PRODUCTS
from generator.products.base import PackContext, Rendered
from generator.selection import Criteria, select
from generator.verify import claims, prove
from generator.writer import write_file, write_pack

MANIFEST: Final = "pack.json"
MANIFEST_FORMAT: Final = 1
_ENGINES: Final = ("weasyprint", "pikepdf", "genanki", "jinja2", "markdown-it-py", "pygments")


@dataclass(frozen=True, slots=True)
class Request:
    """What to build.

    Attributes:
        path: the question set: a folder or a single file.
        criteria: what to select of it.
        products: names, in the order of the registry.
        paper: the paper to set for.
        output: the folder in which the pack's folder is made.
        now: the time of the build in seconds since 1970; `current_time` reads it.
    """

    path: Path
    criteria: Criteria = field(default_factory=Criteria)
    products: tuple[str, ...] = tuple(PRODUCTS)
    paper: Paper = Paper.A4
    output: Path = Path("out")
    now: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """One product of a pack, made and proved; `seconds` is what both took."""

    name: str
    rendered: Rendered
    seconds: float


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


def build(request: Request, progress: Callable[[str], None] = lambda _: None) -> Pack:
    """Build a pack; on any error the old one stays as it was.

    Args:
        request: what to build.
        progress: told each step's name as it begins.

    Raises:
        StudypackError: with every problem that was found.
    """
    progress("reading")
    loaded = load(request.path)
    selected = select(loaded.question_set, request.criteria)
    state_file = state_path(loaded)
    state = read_state(loaded, state_file) if "deck" in request.products else deck_state.DeckState()
    context = PackContext(selected, loaded.question_set, request.paper, state, request.now)
    made = tuple(_make(name, context, progress) for name in PRODUCTS if name in request.products)
    progress("writing")
    manifest = _manifest(selected, request.paper, made)
    folder = request.output / pack_name(selected)
    files = {PRODUCTS[m.name].filename: m.rendered.content for m in made}
    files[MANIFEST] = (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode()
    stale = {p.filename for p in PRODUCTS.values()} - set(files)
    written = write_pack(folder, files, MANIFEST, stale)
    for product in made:
        if product.rendered.deck_state not in (None, state):
            write_file(state_file, deck_state.dumps(product.rendered.deck_state))
    warnings = loaded.warnings + tuple(w for m in made for w in m.rendered.warnings)
    return Pack(folder, tuple(written), made, manifest, warnings)


def pack_name(selected: QuestionSet) -> str:
    """Return the name of the pack's folder."""
    return f"{selected.id}-{selected.subset.slug}" if selected.subset else selected.id


def current_time() -> int:
    """Return SOURCE_DATE_EPOCH, or else the clock, in seconds since 1970."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(epoch) if epoch.isdigit() else int(time.time())


def _make(name: str, context: PackContext, progress: Callable[[str], None]) -> Made:
    """Render one product, read it back, and refuse it if anything lacks."""
    progress(name)
    began = time.perf_counter()
    rendered = PRODUCTS[name].render(context)
    proof = prove(name, rendered.content, claims(name, context.question_set.questions, context.question_set.files))
    if proof.problems:
        raise BuildError(*proof.problems)
    return Made(name, rendered, time.perf_counter() - began)


def _manifest(selected: QuestionSet, paper: Paper, made: Sequence[Made]) -> dict[str, Any]:
    """Return what `pack.json` tells of a pack: enough to prove it again without the question set."""
    return {
        "format": MANIFEST_FORMAT,
        "set": {"id": selected.id, "title": plain(selected.header.title)},
        "selection": {"name": selected.subset.slug, "title": selected.subset.title} if selected.subset else None,
        "paper": paper.value,
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


def state_path(loaded: Loaded) -> Path:
    """Return where the deck's state is kept: beside the set, or in the user's data folder if that is read-only."""
    beside = _state_beside(loaded)
    own = "_data" not in loaded.path.resolve().parts  # an installed set belongs to the installation
    if own and os.access(beside if beside.exists() else beside.parent, os.W_OK):
        return beside
    import platformdirs

    folder = platformdirs.user_data_path("studypack", ensure_exists=True)
    return folder / f"{loaded.question_set.id}.deck-state.json"


def _state_beside(loaded: Loaded) -> Path:
    if loaded.path.is_dir():
        return loaded.path / "deck-state.json"
    return loaded.path.with_name(f"{loaded.path.stem}.deck-state.json")


def read_state(loaded: Loaded, path: Path) -> deck_state.DeckState:
    """Return the deck's state; the one beside the set where there is none at `path`, and else an empty one.

    Raises:
        BuildError: the file is damaged.
    """
    for candidate in (path, _state_beside(loaded)):
        if candidate.is_file():
            return deck_state.loads(candidate.read_bytes(), shown(candidate))
    return deck_state.DeckState()
