"""The preflight names formulas that print cannot draw, and LaTeX outside of formulas, where they stand in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from studypack.checks.content import set_warnings
from studypack.cli.messages import show
from studypack.questions.loader import load

HEAD = """\
title: Made
topics: [{id: t, title: T}]
questions:
- id: q
  topic: t
  question: Why?
  takeaway: Because.
"""  # what follows begins at line 8


def _said(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> list[str]:
    monkeypatch.chdir(folder)
    Path("made.yaml").write_text(HEAD + body, "utf-8")
    return [str(found) for found in set_warnings(load(Path("made.yaml")))]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("  answer: 'So $\\foo + 1$.'\n", 8),
        ("  answer: So $\\foo + 1$.\n", 8),
        ('  answer: "So $\\\\foo + 1$."\n', 8),
        ("  answer: |\n    So.\n\n    Then $\\foo + 1$.\n", 11),
        ("  answer: So.\n  key_points:\n  - One.\n  - Two $\\foo$.\n", 11),
    ],
)
def test_an_unknown_command_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, line: int) -> None:
    r"""However the text is quoted, the message names `\foo`, the file and the line."""
    (said,) = _said(tmp_path, monkeypatch, body)
    assert said.startswith(f"made.yaml:{line}:")
    assert 'unknown command "\\foo" in a formula' in said


def test_a_formula_that_cannot_be_drawn_has_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each formula is named with what is wrong with it."""
    said = _said(tmp_path, monkeypatch, "  answer: |\n    A $\\frac{a$ and\n    a $x^1^2$.\n")
    assert [line.split(":")[1] for line in said] == ["9", "10"]
    assert "has no counterpart" in said[0]
    assert "two superscripts" in said[1]


def test_a_formula_that_shrinks_much_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is far wider than the text is a warning; one that fits is none."""
    wide = " + ".join(f"x_{{{n}}}" for n in range(60))
    (said,) = _said(tmp_path, monkeypatch, f"  answer: |\n    $$x^2$$\n\n    $${wide}$$\n")
    assert said.startswith("made.yaml:11:")
    assert "is reduced to" in said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (r"Salt is \ce{NaCl}.", r'"\ce{NaCl}" in "answer" is'),
        (r"\sqrt{\frac{1}{2}} is a half less, \pm 0.", r'"\sqrt{\frac{1}{2}}" and 1 more in "answer" are'),
        (r"All of \alpha.", r'"\alpha" in "answer" is'),
    ],
)
def test_latex_outside_of_dollars_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, what: str
) -> None:
    """Once for a text, with its line, the caret below it, and the dollars to write."""
    (said,) = _said(tmp_path, monkeypatch, f"  answer: |\n    One line.\n    {text}\n")
    source = what.split('"')[1]
    assert (
        said == f"made.yaml:10:1: {what} not in a formula, the source is shown; write `${source}$`, or mark it as code"
    )
    show(set_warnings(load(Path("made.yaml"))), "warning")
    line, caret = capsys.readouterr().err.splitlines()[3:5]
    assert (caret.index("^"), caret.count("^")) == (line.index(source), len(source))


@pytest.mark.parametrize(
    "text",
    [r"$\ce{NaCl}$ and \(\alpha\)", r"`\ce{NaCl}`", r"\\ce{NaCl\}", r"\d{3}\s+\bin\b",
     r"\Psr\Log, C:\alpha\times, \in_array",
     "```\n    \\frac{1}{2}\n    ```", "$$\n    \\frac{1}{2}\n    $$"],
)  # fmt: skip  # one case, one glance
def test_backslashes_that_are_no_latex_are_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Formulas, code, quoted commands, patterns, paths and names of programs."""
    assert [said for said in _said(tmp_path, monkeypatch, f"  answer: |\n    {text}\n") if "formula" in said] == []
