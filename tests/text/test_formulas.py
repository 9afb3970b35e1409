"""Which dollars make a formula, what a formula reads as, and that proofs miss none."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studypack.text import markdown
from studypack.text.formulas import formula_tokens
from studypack.text.html_text import held_by
from studypack.text.latex import FormulaError, read
from studypack.text.readable_maths import readable


@pytest.mark.parametrize("text", ["costs $5 and $10", "$PATH:$HOME", "$ x $", r"\$x$", r"file\(s\) and \[1\]"])
def test_text_stays_text(text: str) -> None:
    """Money, shell variables and escaped brackets are no formulas."""
    assert not list(formula_tokens(markdown.tokens(text)))


@pytest.mark.parametrize(
    "text", ["$x$", r"\(x\)", "$$\nx\n$$", "> $$\n> x\n> $$", "```math\nx\n```", "- $x$", "20$x$m"]
)
def test_a_formula_is_found(text: str) -> None:
    """Every way of writing a formula gives its LaTeX."""
    assert [token.content for token, _ in formula_tokens(markdown.tokens(text))] == ["x"]


def test_an_outline_reads_unicode() -> None:
    """Where nothing can be drawn a formula is readable."""
    assert markdown.plain(r"So $x^2 \le \alpha$, \(\ce{SO4^2-}\)") == "So x² ≤ α, SO₄²⁻"


def test_what_html_holds_names_its_formulas() -> None:
    """A proof counts formulas as pictures."""
    assert held_by(f"<div>{markdown.block('$a$ and $b$')}</div>", lambda _: None, "q")["q"].pictures == ("a", "b")


@pytest.mark.parametrize("latex", [r"\frac{a", r"\def\x{y}", "a & b", "{" * 20 + "}" * 20, "x" * 5000])
def test_a_formula_that_cannot_be_read_says_why(latex: str) -> None:
    """Faults and hostile formulas end in an error with words."""
    with pytest.raises(FormulaError, match=r"\w+ \w+"):
        read(latex)


def test_an_unknown_command_is_named() -> None:
    """A command or environment that comes out as its name is found."""
    assert read(r"\foo + 1").unknown == (r"\foo",)


WORDS = st.sampled_from(
    ["costs", "$5", "and", "$10", "$10.50", "US$3", "a", "$ b", "$HOME", "$PATH", "5$", "is", "$(date)", "$1", "(", ")"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12).filter(lambda words: not any(w.endswith("$") for w in words)))
def test_money_comes_back_unchanged(words: list[str]) -> None:
    """Text whose dollars all stand in front of what they belong to holds no formula, and reads as it was written."""
    text = " ".join(words)
    assert not list(formula_tokens(markdown.tokens(text)))
    assert markdown.plain(text) == text


@settings(max_examples=300, deadline=None)
@given(st.text("ab 15.,-(){}$\\", max_size=40))
def test_each_dollar_is_text_or_marks_a_formula(text: str) -> None:
    """Whatever stands between dollars, the visible characters are in the text or in a formula, none twice."""
    (line,) = markdown.inline_tokens(text)
    seen = "".join(child.content for child in line.children or ())
    for character in "ab15,":
        assert seen.count(character) == text.count(character)


@settings(max_examples=200, deadline=None)
@given(st.text("xy^_{}\\frac &()12$", max_size=30))
def test_any_latex_is_read_or_refused(latex: str) -> None:
    """No other error than a refusal comes out of what cannot be read."""
    with suppress(FormulaError):
        assert read(latex).mathml.tag == "math"


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\frac{a}{b+c}", "a/(b + c)"),
        (r"\sqrt{2}", "√2"),
        (r"\sum_{i=1}^n i", "∑ᵢ₌₁ⁿ i"),
        (r"a \mathrel{\to} b", "a → b"),
        (r"\ce{A ->[\Delta] B}", "A → ^ΔB"),
    ],
)
def test_a_formula_is_readable(latex: str, shown: str) -> None:
    """What print draws can also be read in one line."""
    assert readable(latex) == shown
