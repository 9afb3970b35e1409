"""Each room has a public face: what its `__init__` names exists, and nothing hides a module of the same name."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest
import studypack

ROOMS = [found.name for found in pkgutil.iter_modules(studypack.__path__) if found.ispkg and found.name != "_data"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_for_and_exports_what_it_names(room: str) -> None:
    """The first line of a room's docstring is a sentence, and each exported name is a value, not a module."""
    module = importlib.import_module(f"studypack.{room}")
    assert (module.__doc__ or "").splitlines()[0].endswith(".")
    modules = {found.name for found in pkgutil.iter_modules(module.__path__)}
    for name in getattr(module, "__all__", ()):
        assert not isinstance(getattr(module, name), ModuleType)
        assert name not in modules


def test_every_room_was_looked_at() -> None:
    """The rooms are those that the README lists."""
    assert {"cli", "workflows", "products", "questions", "text"} <= set(ROOMS)
