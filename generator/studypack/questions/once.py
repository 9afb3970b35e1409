"""Functions of frozen models whose results are remembered as long as the model lives.

Within a build the same questions are asked for the same things many times; `watch` keeps them from one build to the
next (see `set_files`). Models have no hash that is quick, so they are known by their identity.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar

M = TypeVar("M")
P = ParamSpec("P")
R = TypeVar("R")


def once(function: Callable[Concatenate[M, P], R]) -> Callable[Concatenate[M, P], R]:
    """Compute the function once for each object and further arguments, which must be hashable."""
    known: dict[int, tuple[weakref.ref[Any], dict[Hashable, R]]] = {}

    def remembered(owner: M, /, *more: P.args, **named: P.kwargs) -> R:
        identity = id(owner)
        if identity not in known:  # an object whose identity another one takes over is gone from here by then
            known[identity] = weakref.ref(owner, lambda _: known.pop(identity, None)), {}
        _, results = known[identity]
        arguments = more, *named.items()
        if arguments not in results:
            results[arguments] = function(owner, *more, **named)
        return results[arguments]

    return remembered
