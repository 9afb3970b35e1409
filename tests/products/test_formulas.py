"""Formulas in every product and every place of a set: drawn, tagged, readable, and missed by the proof if dropped."""

from __future__ import annotations

import io
import re
from typing import Any

import lxml.html
import pikepdf
import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from studypack.anki import escaping
from studypack.anki.identity import deck_names
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.questions.model import QuestionSet
from studypack.resources import resource
from studypack.typeset.templating import environment

from tests import anki_reading as anki
from tests import pdf_reading as read
from tests.making import make_set, proved, question
from tests.products.deck.making import rendered

PLACES = [
    "question", "takeaway", "answer", "display", "listed", "quoted", "cell", "caption", "point", "pitfall", "follow",
    "reply", "guidance", "term", "definition", "topic", "summary", "choice", "feedback", "stimulus",
]  # fmt: skip  # where a formula can be


def _formula(place: str) -> str:
    return rf"\frac{{{PLACES.index(place)}}}{{\beta}}"


def _in(place: str) -> str:
    return f"Of ${_formula(place)}$ here."


def _content() -> dict[str, Any]:
    """Return a set of one question that has a formula of its own in each place."""
    blocks = f"{_in('answer')}\n\n$${_formula('display')}$$\n\n- {_in('listed')}\n\n> {_in('quoted')}"
    own = question(0, "topic", question=_in("question"), takeaway=_in("takeaway"), answer=blocks)
    own |= {
        "key_points": [_in("point")],
        "pitfalls": [_in("pitfall")],
        "guidance": _in("guidance"),
        "stimulus": _in("stimulus"),
        "exhibits": [{"table": f"| A |\n|---|\n| {_in('cell')} |", "caption": _in("caption")}],
        "follow_ups": [{"question": _in("follow"), "answer": _in("reply")}],
        "cards": [
            {"id": "fact", "front": "Say $x^{2}$.", "back": r"It is \(x < {{y}}\) or $$\frac{1}{2}$$"},
            {"id": "gap", "cloze": r"So {{c1::$\frac{a}{\sqrt{b}}$}} and $\sqrt{{c}}$ and ${{c2::x^{2}}}$."},
        ],
    }
    choices = [{"text": _in("choice"), "correct": True, "feedback": _in("feedback")}, {"text": "No."}]
    return {
        "id": "made",
        "title": r"On $x^2 \le \alpha$",
        "topics": [{"id": "topic", "title": _in("topic"), "summary": _in("summary")}],
        "questions": [own, question(1, "topic", choices=choices)],
        "glossary": [{"id": "g", "term": _in("term"), "definition": _in("definition")}],
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    return make_set(tmp_path_factory.mktemp("formulas"), _content())


def _made(product: str, question_set: QuestionSet) -> Any:
    return PRODUCTS[product].render(PackContext(question_set, question_set))


def test_the_handbook_draws_each_formula(made: QuestionSet) -> None:
    """In whatever place, a formula is a Formula element with its LaTeX, and the proof is content."""
    printed = _made("handbook", made)
    pdf = pikepdf.open(io.BytesIO(printed.content))
    elements = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem"]
    tagged = {str(element.Alt) for element in elements if str(element.S) == "/Formula"}
    assert tagged >= {_formula(place) for place in PLACES}
    assert proved("handbook", printed, made).problems == ()
    assert "frac" not in " ".join(read.page_texts(printed.content))


def test_the_sheet_draws_formulas(made: QuestionSet) -> None:
    """Question, takeaway and key points are drawn on the sheet."""
    printed = _made("cheatsheet", made)
    pdf = pikepdf.open(io.BytesIO(printed.content))
    alternatives = {str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o}
    assert alternatives >= {_formula(place) for place in ("question", "takeaway", "point", "topic")}
    assert proved("cheatsheet", printed, made).problems == ()


def test_outline_and_decks_are_readable(made: QuestionSet) -> None:
    """Where nothing can be drawn a formula is Unicode, without dollars and commands."""
    entries = [title for _, title in read.outline(_made("handbook", made).content)]
    assert any("Of 0/β here." in title for title in entries)
    assert not [title for title in entries if re.search(r"[\\$]", title)]
    assert next(iter(deck_names(made).values())) == f"On x² ≤ α::Of {PLACES.index('topic')}/β here."


DROPPING = {
    "handbook": ("handbook/question.html.j2", "{{ question.question | inline }}</h2>"),
    "cheatsheet": ("cheatsheet/fragment.html.j2", "{{ fragment.content.title | inline }}</h3>"),
    "deck": ("deck/points.html.j2", "{{ point | inline }}"),
}
"""By product: a template, and what of it is printed without its formulas."""


@pytest.mark.parametrize("product", DROPPING)
def test_a_formula_that_a_template_drops_is_missed(
    made: QuestionSet, monkeypatch: pytest.MonkeyPatch, product: str
) -> None:
    """A template that leaves out one formula, and no word, makes the proof fail."""
    name, printed = DROPPING[product]
    text = (resource("templates") / name).read_text("utf-8")
    assert text.count(printed) == 1
    changed = text.replace(printed, printed.replace(" }}", " | striptags }}"))
    templates = environment(made.header.language)
    loaders = [DictLoader({name: changed}), FileSystemLoader(resource("templates"))]
    monkeypatch.setattr(templates, "loader", ChoiceLoader(loaders))
    assert proved(product, _made(product, made), made).problems != ()


def test_a_formula_that_the_deck_drops_is_missed(made: QuestionSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """So does a deck that does not give MathJax what stands for a formula."""
    monkeypatch.setattr(escaping, "_for_mathjax", lambda _: "")
    assert proved("deck", _made("deck", made), made).problems != ()


def test_the_deck_proves_its_formulas(made: QuestionSet) -> None:
    """Without sabotage there is no problem: it is the change that is found."""
    assert proved("deck", _made("deck", made), made).problems == ()


@pytest.fixture(scope="module")
def sides(made: QuestionSet, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the sides of the set's cards, as Anki's own engine renders them."""
    with anki.profile(tmp_path_factory.mktemp("anki")) as collection:
        anki.import_deck(collection, rendered(made).content)
        return {side.name: side.html for side in anki.sides(collection)}


def _formulas(side: str) -> list[str]:
    """Return what MathJax reads of a side: what is in its class, within what it passes over."""
    found = lxml.html.fromstring(f"<div>{side}</div>").find_class("mathjax_process")
    assert all(element.xpath("ancestor::div[contains(@class, 'mathjax_ignore')]") for element in found)
    return [element.text_content() for element in found]


def test_anki_shows_formulas_unharmed(sides: dict[str, str]) -> None:
    """A card has its formulas between MathJax's own marks, with all their braces and less-than signs."""
    assert rf"\({_formula('question')}\)" in _formulas(sides["made-question-0-question-1-front"])
    fact = _formulas(sides["made-question-0-fact-fact-1-back"])
    assert {r"\(x < {{y}}\)", r"\[\frac{1}{2}\]"} <= set(fact)


def test_gaps_and_formulas_get_along(sides: dict[str, str]) -> None:
    """A gap around a formula, one within, and braces that end no gap: each formula is whole on the other sides."""
    first = _formulas(sides["made-question-0-cloze-gap-cloze-1-front"])
    assert first[-2:] == [r"\(\sqrt{{c}}\)", r"\(x^{2}\)"]
    assert r"\(\frac{a}{\sqrt{b}}\)" not in first
    assert r"\(\frac{a}{\sqrt{b}}\)" in _formulas(sides["made-question-0-cloze-gap-cloze-1-back"])
    assert _formulas(sides["made-question-0-cloze-gap-cloze-2-front"])[-1] == r"\([...]\)"
