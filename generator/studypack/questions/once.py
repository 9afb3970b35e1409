"""Functions of frozen models whose results are remembered as long as the model lives.

Within a build the same questions are asked for the same things many times; `watch` keeps them from one build to the
next (see `set_files`). Models have no hash that is quick, so they are known by their identity.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

M = TypeVar("M")
P = ParamSpec("P")
R = TypeVar("R")

_KNOWN: Final[dict[int, tuple[weakref.ref[Any], dict[Hashable, Any]]]] = {}
"""Each living object, and what functions returned for it, by its identity."""


def once(function: Callable[Concatenate[M, P], R]) -> Callable[Concatenate[M, P], R]:
    """Compute the function once for each object and further arguments, which must be hashable."""

    def remembered(owner: M, /, *more: P.args, **named: P.kwargs) -> R:
        identity = id(owner)
        if identity not in _KNOWN:  # an object whose identity another one takes over is gone from here by then
            _KNOWN[identity] = weakref.ref(owner, lambda _: _KNOWN.pop(identity, None)), {}
        _, results = _KNOWN[identity]
        asked = function, more, *named.items()
        if asked not in results:
            results[asked] = function(owner, *more, **named)
        result: R = results[asked]
        return result

    return remembered
