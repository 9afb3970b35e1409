"""Formulas in print: their size and place, their tags, and what they may cost."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from studypack.text import markdown
from studypack.text.formulas import address
from studypack.text.latex import FormulaError
from studypack.typeset.formulas import EM, drawing, formula_svg, with_formulas
from studypack.typeset.layout import lay_out, write
from studypack.typeset.templating import stylesheet

SHEET = stylesheet("themes/markdown.css") + "@page { size: 400px 300px; margin: 50px } body, p { margin: 0 }"


def _pictures(text: str, css: str = "") -> list[tuple[int, Any]]:
    """Return the pictures of a text on its pages, each with the number of the page."""

    def boxes(box: Any) -> Iterator[Any]:
        yield box
        for child in getattr(box, "children", ()):
            yield from boxes(child)

    pages = lay_out(f"<body>{markdown.block(text)}</body>", SHEET + css).document.pages
    return [(n, box) for n, page in enumerate(pages) for box in boxes(page._page_box) if hasattr(box, "replacement")]


def test_a_display_formula_is_centred() -> None:
    """Left and right of a display formula there is as much space."""
    ((_, box),) = _pictures("Text.\n\n$$x^2$$")
    assert box.width < 100
    assert box.content_box_x() - 50 == pytest.approx(350 - box.content_box_x() - box.width, abs=0.5)


def test_a_wide_formula_shrinks_to_its_measure() -> None:
    """A formula that is wider than the text is as wide as the text, and in proportion."""
    latex = " + ".join(f"x_{{{n}}}" for n in range(30))
    ((_, box),) = _pictures(f"$${latex}$$")
    drawn = drawing(latex, display=True)
    assert box.width == pytest.approx(300)
    assert box.height == pytest.approx(300 * drawn.height / drawn.width, rel=0.01)


def test_a_display_formula_is_kept_whole() -> None:
    """What does not fit below the text of a page begins the next one."""
    ((page, box),) = _pictures("<br>".join("abcdefghi") + "\n\n$$" + r"\frac{1}{\frac{2}{\frac{3}{4}}}" + "$$")
    assert (page, round(box.height) > 30) == (1, True)


def test_a_formula_is_on_the_baseline() -> None:
    """The tail of a letter reaches below the baseline: by a share of its text's size."""
    assert drawing("y").depth > 100
    assert drawing("x").depth < 30
    assert "vertical-align: -" in with_formulas(markdown.inline("$y$"))


@pytest.mark.parametrize(
    "latex", [r"A\mathrel{\to}B", r"A\mathbin{\to}B", r"A\mathop{\to}B", r"\ce{A ->[\Delta][b] B}"]
)
def test_what_an_operator_holds_is_drawn(latex: str) -> None:
    """An arrow between two letters is a third glyph."""
    assert _paths(latex) >= 3


def _paths(latex: str) -> int:
    return (formula_svg(address(latex, display=False)) or b"").count(b"<path")


def test_tall_formulas_do_not_touch_each_other() -> None:
    """Between fractions in lines that follow each other there is some space."""
    (_, first), (_, second) = _pictures(r"$\dfrac{a}{b}$<br>$\dfrac{a}{b}$", "body { line-height: 1 }")
    assert second.content_box_y() - first.content_box_y() - first.height > 2


@pytest.mark.parametrize("accent", ["hat", "tilde", "bar"])
def test_a_hat_is_as_wide_as_its_letter(accent: str) -> None:
    """An accent over a single letter does not stretch, and adds no space."""
    assert drawing(rf"\{accent}{{x}}").width == pytest.approx(drawing("x").width, rel=0.1)
    assert drawing(r"\widehat{xyz}").width > 2 * drawing("x").width


def test_the_arrow_of_a_vector_adds_no_space() -> None:
    """It is an operator, and has space around it elsewhere."""
    assert drawing(r"\vec{v}").width < 0.65 * EM
    assert drawing(r"\overrightarrow{ABC}").width == pytest.approx(drawing("ABC").width, rel=0.05)


@pytest.mark.parametrize(("latex", "alone"), [("=-x", "=x"), ("(-x)", "(x)"), (r"a,-x", "a,x"), (r"\{-x\}", r"\{x\}")])
def test_a_sign_of_a_number_is_close_to_it(latex: str, alone: str) -> None:
    """A minus behind another operator adds hardly more than its own width, and one between two letters does."""
    assert drawing(latex).width - drawing(alone).width < 0.75 * EM
    assert drawing("a-x").width - drawing("ax").width > 0.95 * EM
    assert drawing("f(a)-x").width - drawing("f(a)x").width > 0.95 * EM
    assert drawing(r"a+\cdots-x").width - drawing(r"a+\cdots x").width > 0.95 * EM


@pytest.mark.parametrize("latex", [r"\lg 460", r"\log_2 8", r"\log_2 n", r"\sin^2 3", r"\lim_{x\to 0} f", r"\max_x f"])
def test_a_function_is_apart_from_its_argument(latex: str) -> None:
    """Numbers, and letters behind an index, do not run on from its name."""
    name, _, argument = latex.rpartition(" ")
    assert drawing(latex).width - drawing(name).width - drawing(argument).width > 0.12 * EM


def test_names_of_functions_are_upright_and_apart() -> None:
    """Those of two words too; at the ends of formulas and brackets there is no space."""
    assert drawing(r"\operatorname{arg\,max} x").packed == drawing(r"\arg\max x").packed
    assert drawing(r"x\bmod 5").width - drawing(r"\bmod").width - drawing("x5").width > 0.3 * EM
    assert drawing(r"(\lg)").width == pytest.approx(drawing("()").width + drawing(r"\lg").width, abs=0.05 * EM)


def test_bold_letters_are_upright() -> None:
    """So are those that are alone; only `boldsymbol` slants them."""
    assert formula_svg(address(r"\mathbf{E}", display=False)) == formula_svg(address("\U0001d404", display=False))
    assert drawing(r"\mathbf{E}").packed != drawing(r"\boldsymbol{E}").packed


def test_the_brackets_of_a_binomial_fit_it() -> None:
    """In a line of text a binomial is little taller than its two letters."""
    assert drawing(r"\binom{n}{k}").height < 2 * EM


def test_lengths_are_relative_to_the_text() -> None:
    """Ten points are an em, as in a text of ten points."""
    assert drawing(r"a\hspace{10pt}b").width == pytest.approx(drawing(r"a\hspace{1em}b").width, rel=0.01)


HOSTILE = {
    "long": ("+".join("x" * 990), "larger than any page"),
    "fractions": (r"\frac12" * 280, ""),
    "deep": (r"\begin{cases}" * 7 + "x" + r"\end{cases}" * 7, "too many signs"),
    "deep and long": ((r"\left(" * 7 + "x" + r"\right)" * 7) * 14, "too many signs"),
    "rule": (r"\rule{100000em}{100000em}", "larger than any page"),
    "space": (r"a\hspace{100000000em}b", "larger than any page"),
    "kern": (r"a\kern-9999999em b", "larger than any page"),
    "columns": (r"\begin{matrix}" + "&".join(["1"] * 600) + r"\end{matrix}", "larger than any page"),
    "matrix": (r"\begin{matrix}" + r"\\".join(["&".join(["1"] * 30)] * 30) + r"\end{matrix}", ""),
    "chemistry": (r"\ce{" + "H2" * 900 + "}", "chemistry is too long"),
    "accents": (r"\hat" * 300 + "x", ""),
    "characters": ("a\x00\ud800", "cannot draw it"),
}
"""By name: a formula, and a part of the reason for which it is refused."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_formula_is_bounded(name: str) -> None:
    """It is drawn as a small file, or refused with a reason before it takes minutes."""
    latex, reason = HOSTILE[name]
    if reason:
        with pytest.raises(FormulaError, match=reason):
            drawing(latex, display=True)
    else:
        assert len(drawing(latex, display=True).packed) < 200_000


def test_a_formula_is_tagged_with_its_source() -> None:
    """It is a Formula whose alternative text is its LaTeX; a figure stays one."""
    html = markdown.block(r"Text $\frac{a}{b} < \text{“c”}$ and" + "\n\n$$\nx^2\n$$")
    body = f"<html lang=en><head><title>T</title></head><body>{html}</body></html>"
    pdf = pikepdf.open(io.BytesIO(write(lay_out(body, SHEET)).pdf))
    elements = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert {(str(e.S), str(e.Alt)) for e in elements} == {
        ("/Formula", r"\frac{a}{b} < \text{“c”}"),
        ("/Formula", "x^2"),
    }
