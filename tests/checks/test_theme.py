"""What has no effect in a theme is a warning with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from studypack.checks.theme import theme_warnings
from studypack.typeset.themes import load_theme


def _said(folder: Path, **files: str) -> list[str]:
    (folder / "looks").mkdir()
    for name, text in files.items():
        (folder / "looks" / f"{name}.css").write_text(text, "utf-8")
    return [str(warning) for warning in theme_warnings(load_theme(str(folder / "looks")))]


def test_a_sheet_that_nothing_uses_is_a_warning(tmp_path: Path) -> None:
    """A theme with `style.css` alone changes nothing, which its author should know."""
    (said,) = _said(tmp_path, style="pre { color: red }")
    assert said.startswith("looks/style.css:1:1: the style sheet has no effect, ")
    assert said.endswith("; rename it to theme.css")


def test_a_property_that_nothing_reads_is_a_warning(tmp_path: Path) -> None:
    """A misspelt property has no effect; one of the theme's own that it reads itself has."""
    css = ":root {\n  --acent: #123456;\n  --ink: #111111; --own: 1pt }\npre { margin: var(--own) }"
    assert _said(tmp_path, theme=css) == [
        'looks/theme.css:2:3: the property "--acent" is not used, it has no effect; did you mean "--accent"?'
    ]


@pytest.mark.parametrize("name", ["plain"])
def test_the_shipped_themes_have_an_effect(name: str) -> None:
    """No warning about what comes with the program."""
    assert list(theme_warnings(load_theme(name))) == []
