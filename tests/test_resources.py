"""Templates and content are found in a checkout and in an installation."""

from __future__ import annotations

from pathlib import Path

import pytest
from studypack import resources


def test_a_checkout_has_them_beside_the_package() -> None:
    """A program that runs from the repository uses the repository's folders."""
    root = Path(__file__).parents[1]
    assert resources.resource("templates") == root / "templates"
    assert resources.bundled_set() == root / "content" / "amazon-backend"


def test_an_installation_has_them_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that the wheel installed takes precedence, for each folder separately."""
    (tmp_path / "studypack" / "_data" / "content").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "generator" / "studypack")
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "studypack" / "_data")
    assert resources.bundled_set() == tmp_path / "studypack" / "_data" / "content" / "amazon-backend"
    assert resources.resource("templates") == tmp_path / "templates"


def test_the_bundled_sets_are_there() -> None:
    """Each name that the command line offers belongs to a folder with a set; the default is one of them."""
    assert list(resources.bundled_sets()) == ["amazon-backend", "sternhimmel"]
    assert resources.bundled_set() == resources.bundled_sets()[resources.BUNDLED_SET]
    assert all((folder / "set.yaml").is_file() for folder in resources.bundled_sets().values())
