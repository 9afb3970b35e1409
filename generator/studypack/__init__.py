"""studypack: turn one question set into a handbook, a cheat sheet and an Anki deck.

The names in `__all__` are the public Python API; docs/api.md explains it with examples. All values are immutable, and
several builds may run at the same time in different threads of one process.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any

from studypack.errors import (
    BuildError,
    ContentError,
    Diagnostic,
    Location,
    OptionError,
    SelectionError,
    StudypackError,
)
from studypack.resources import VERSION

if TYPE_CHECKING:
    from studypack.products.options import Options
    from studypack.questions.loader import LoadedSet
    from studypack.questions.selection import Selection
    from studypack.workflows.packing import Pack

__version__ = VERSION

__all__ = [
    "BuildError",
    "ContentError",
    "Diagnostic",
    "LoadedSet",
    "Location",
    "OptionError",
    "Options",
    "Pack",
    "Selection",
    "SelectionError",
    "StudypackError",
    "__version__",
    "build",
    "load",
    "select",
]

_LAZY = {
    "Options": "studypack.products.options",
    "LoadedSet": "studypack.questions.loader",
    "Selection": "studypack.questions.selection",
    "Pack": "studypack.workflows.packing",
}
"""The modules that define the API's classes. Each is imported on first use, which keeps start-up fast."""


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def load(path: str | PathLike[str]) -> LoadedSet:
    """Load a question set and check all of it.

    Args:
        path: a folder with `set.yaml`, or a single YAML file, with or without its extension.

    Raises:
        ContentError: with every problem of every file.
    """
    from pathlib import Path

    from studypack.questions.discovery import named_set
    from studypack.questions.loader import load as read

    return read(named_set(Path(path)))


def select(loaded: LoadedSet, **criteria: Any) -> Selection:
    """Select a part of a question set.

    Args:
        loaded: what `load` returned.
        criteria: the fields of `studypack.questions.selection.Criteria`: `topics`, `levels`, `tags`, `ids`,
            `not_topics`, `not_tags`, `not_ids`, `packs` (sequences of names), `match`, `limit`, `seed`. Names of one
            kind widen the selection, different kinds narrow it.

    Raises:
        SelectionError: a name does not exist, or no question matches.
    """
    from studypack.questions.selection import Criteria, Selection
    from studypack.questions.selection import select as choose

    frozen: dict[str, Any] = {
        key: tuple(value) if isinstance(value, (list, set)) else value for key, value in criteria.items()
    }
    chosen = Criteria(**frozen)
    return Selection(loaded, chosen, choose(loaded.question_set, chosen))


def build(
    source: LoadedSet | Selection | str | PathLike[str],
    options: Options | None = None,
    *,
    output: str | PathLike[str] = "out",
    jobs: int = 1,
    cached: bool = True,
    strict: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Pack:
    """Build a pack. If there is any error, the previous pack is left unchanged.

    Args:
        source: a path, a loaded set, or a selection of one.
        options: the products to build and their options, from `Options.of`; None for the defaults.
        output: the folder in which the pack's folder is created.
        jobs: the number of processes to use; 1 builds in this process, 0 uses one for each core.
        cached: whether typeset parts may be taken from the user's cache.
        strict: whether to treat warnings as errors.
        progress: called with the name of each step when it begins.

    Raises:
        StudypackError: with every problem that was found.
    """
    from pathlib import Path

    from studypack.products.options import NONE
    from studypack.questions.selection import Criteria, Selection
    from studypack.workflows.build import build as make
    from studypack.workflows.request import Request, current_time

    chosen = source.criteria if isinstance(source, Selection) else Criteria()
    given = source.loaded if isinstance(source, Selection) else source
    loaded = load(given) if isinstance(given, (str, PathLike)) else given
    request = Request(
        loaded.path, chosen, options or NONE, Path(output), current_time(), jobs, cached=cached, strict=strict
    )
    return make(request, progress, loaded=loaded)
