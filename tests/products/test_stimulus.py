"""What a question asks about, and follow-ups without an answer, through every product; and the proof of it can fail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from studypack.anki.notes import notes_of
from studypack.checks.content import set_warnings
from studypack.errors import Location
from studypack.products import PRODUCTS
from studypack.products.cheatsheet.fragments import fragments, left_out
from studypack.products.handbook.recall import recall
from studypack.products.interface import PackContext, Rendered
from studypack.questions.loader import load
from studypack.questions.model import Question, QuestionSet
from studypack.resources import resource
from studypack.typeset.geometry import Paper
from studypack.typeset.templating import environment, render

from tests import pdf_reading as read
from tests.making import authored, chapter_html, make_set, only, proved, question, write_set
from tests.products.deck.making import SVG

CODE: Final = "The file is a module.\n\n```js\nconsole.log(secret);\n```"
SHOWN: Final = "![a box](box.svg)\n\n| Group | Rate |\n|---|--:|\n| treated | 81 |\n\n$x^2$"
CHOICES: Final = [{"text": "It is undefined.", "correct": True}, {"text": "It throws."}]


def _content(**changes: Any) -> dict[str, Any]:
    made = authored(3, per_topic=3)
    first, second, third = made["questions"]
    first |= {
        "stimulus": CODE,
        "follow_ups": [{"question": "And then?", "answer": "Then this."}, {"question": "And never?"}],
    }
    second |= {"stimulus": SHOWN, "choices": CHOICES}
    third |= {"stimulus": "> A passage to read.", "follow_ups": [{"question": "Whose?"}]}
    for each in (second, third):
        del each["answer"], each["takeaway"], each["key_points"]
    return made | changes


def _made(folder: Path, **changes: Any) -> QuestionSet:
    (folder / "box.svg").write_bytes(SVG)
    return make_set(folder, _content(**changes))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    """Return a set of an answered, a multiple-choice and an open question, each with a stimulus."""
    return _made(tmp_path_factory.mktemp("stimulus"))


def _rendered(product: str, made: QuestionSet, **options: Any) -> Rendered:
    return PRODUCTS[product].render(PackContext(made, made, only(**options)))


def _chapter(made: QuestionSet, answers: str) -> str:
    return chapter_html(made, answers)


def _words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize(("product", "language"), [("handbook", "en"), ("cheatsheet", "ar"), ("deck", "ar")])
def test_each_product_holds_them(product: str, language: str, tmp_path: Path) -> None:
    """The proof finds words, code, table, picture and formula of each stimulus, in both directions of text."""
    whole = _made(tmp_path, language=language)
    assert proved(product, _rendered(product, whole), whole).problems == ()


def test_print_shows_it_beneath_the_question(made: QuestionSet) -> None:
    """Question, stimulus, choices and answer are in this order; a follow-up without an answer has lines."""
    words = _words(_chapter(made, "inline").partition("</section>")[0].partition('class="question"')[2])
    order = [
        "matter 0", "The file is a module.", "secret", "Answer", "And never?",
        "matter 1", "treated 81", "A It is undefined.", "Correct: A", "matter 2", "A passage to read.", "Whose?",
    ]  # fmt: skip  # as they are read
    places = [words.index(each) for each in order]
    assert places == sorted(places)


def test_a_practice_edition_asks_with_it(made: QuestionSet) -> None:
    """It is printed where the question is asked and not again at its answer; choices have no empty answer."""
    for answers in ("none", "end"):
        html = _chapter(made, answers)
        assert html.count("console") == 1
        choices = html[html.index("It throws.") : html.index("A passage to read.")]
        assert 'class="label"' not in choices


def test_answers_at_the_end_name_only_what_is_answered(made: QuestionSet) -> None:
    """An open question without anything that answers it is not repeated there; its label is not in the outline."""
    bare = made.questions[2].model_copy(update={"follow_ups": ()})
    html = _chapter(QuestionSet(made.id, made.header, (made.questions[0], bare)), "end")
    assert html.count('id="answer:') == 1


def test_the_recall_page_asks_with_it(made: QuestionSet) -> None:
    """Code and text are shown; a question whose picture has no room there is left out."""
    asked, lines = recall(made.questions, Paper.A4.page)
    assert [each.label for each in asked] == ["Q1", "Q3"]
    html = render("handbook/recall.html.j2", set=QuestionSet(made.id, made.header, asked), rows=lines)
    assert "console" in html
    assert "A passage to read." in html


def test_a_recall_page_is_one_page(tmp_path: Path) -> None:
    """However long stimuli and choices are, what is asked there has room."""
    content = authored(30, per_topic=30)
    content["questions"] = [
        {"id": f"q-{n}", "question": f"What {n}?", "topic": "topic-0", "answer": "So.",
         "stimulus": "```\n" + "x = 1\n" * (n % 9) + "```\n\n" + "Long words. " * (n * 3),
         **({"choices": [{"text": "Word " * (n + 1), "correct": True}, {"text": f"`{n}`"}]} if n % 2 else {})}
        for n in range(30)
    ]  # fmt: skip  # one shape
    whole = make_set(tmp_path, content)
    counts = []
    for first in (0, 7, 14, 21):
        asked, lines = recall(whole.questions[first:], Paper.LETTER.page)
        counts.append(len(asked))
        part = _recall_page(QuestionSet(whole.id, whole.header, asked), lines)
        assert part == 1, f"from {first} on"
    assert min(counts) > 1


def _recall_page(asked: QuestionSet, lines: int) -> int:
    """Return the number of pages of a recall page."""
    from studypack.products.handbook.press import STYLE_SHEETS
    from studypack.typeset.parts import PartJob

    look = {"fresh": False, "large": False}
    values = {"rows": lines, "page": Paper.LETTER.page.values(simplex=False), "look": look}
    return PartJob("handbook/recall.html.j2", STYLE_SHEETS, asked, values).run().count


def test_a_card_asks_with_it(made: QuestionSet) -> None:
    """It is in the question's own field; follow-ups without an answer are left out, and the build says so."""
    first, second = notes_of(made)
    assert '<div class="sp-stimulus"><p>The file is a module.</p>' in first.fields["Question"]
    assert "And then?" in first.fields["Follow-ups"]
    assert "And never?" not in first.fields["Follow-ups"]
    assert re.search(r'<img class="picture" src="studypack-\w+\.svg"', second.fields["Question"])
    said = ("1 question has no answer and is not in the deck", "1 follow-up has no answer and is not in the deck")
    assert _rendered("deck", made).remarks == said


def test_the_sheet_shows_it_below_question_and_takeaway(made: QuestionSet) -> None:
    """What has no room is named; follow-ups without an answer are not offered."""
    text = " ".join("\n".join(read.page_texts(_rendered("cheatsheet", made).content)).split())
    places = [text.index(words) for words in ("matter 0", "Takeaway 0", "console.log(secret);")]
    assert places == sorted(places)
    assert "And never?" not in text
    heads = [each for one in made.questions for each in fragments(one, "en") if each.kind in ("head", "point")]
    assert left_out(made.questions, heads, "en")["question-1"] == "what it asks about"


@pytest.mark.parametrize(
    ("product", "template", "printed"),
    [
        ("handbook", "handbook/question.html.j2", "{{ marked(question.stimulus | block) }}"),
        ("deck", "deck/question.html.j2", "{{ question.stimulus | block }}"),
    ],
)
def test_a_template_that_drops_it_is_missed(
    made: QuestionSet, monkeypatch: pytest.MonkeyPatch, product: str, template: str, printed: str
) -> None:
    """The proof names what is missing."""
    text = (resource("templates") / template).read_text("utf-8")
    assert text.count(printed) == 1
    loaders = [DictLoader({template: text.replace(printed, "")}), FileSystemLoader(resource("templates"))]
    monkeypatch.setattr(environment("en"), "loader", ChoiceLoader(loaders))
    assert proved(product, _rendered(product, made), made).problems != ()


def test_follow_ups_without_an_answer_are_one_mild_warning(tmp_path: Path) -> None:
    """It is at the first of them, and names their questions."""
    (tmp_path / "box.svg").write_bytes(SVG)
    warnings = set_warnings(load(write_set(tmp_path / "made.yaml", _content())))
    (warning,) = [each for each in warnings if "follow-up" in each.what]
    assert warning.what == '2 follow-ups have no answer: "question-0", "question-2"'
    assert warning.where == load(tmp_path / "made.yaml").positions.value(("question-0", "follow_ups", 1), Location(""))


def test_only_optional_keys_are_bare() -> None:
    """A practice edition drops every key that it does not print, new ones included."""
    from studypack.products.handbook import practice

    kept = practice(Question.model_validate(question(0, "t", stimulus="s") | {"number": 1, "where": ("f", 1)}))
    assert kept.stimulus == "s"
    assert (kept.answer, kept.takeaway, kept.key_points) == (None, None, ())
