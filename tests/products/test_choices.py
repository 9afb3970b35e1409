"""Multiple choice and questions without an answer, through every product; and the proof of it can fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from studypack.checks.content import set_warnings
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext, Rendered
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.resources import resource
from studypack.typeset.templating import environment

from tests import anki_reading as anki
from tests import pdf_reading as read
from tests.making import authored, chapter_html, make_set, one, proved, question, write_set
from tests.products.deck.making import SVG
from tests.running import run
from tests.thorough import few

CHOICES = [
    {"text": "`GET`", "correct": True, "feedback": "It changes *nothing*."},
    {"text": "POST"},
    {"text": "PUT replaces", "correct": True, "feedback": "Twice is once."},
    {"text": "```py\nx = 1\n```", "feedback": "That is code."},
]


def _content(**changes: Any) -> dict[str, Any]:
    """Return a set of a question with choices, one without an answer, and one without an answer that has a card."""
    made = authored(3, per_topic=3)
    for authored_question in made["questions"]:
        del authored_question["answer"], authored_question["takeaway"], authored_question["key_points"]
    made["questions"][0] |= {"choices": CHOICES}
    made["questions"][2] |= {"cards": [{"id": "half", "front": "What is a half?", "back": "0.5"}]}
    return made | changes


def _rendered(product: str, made: QuestionSet) -> Rendered:
    return PRODUCTS[product].render(PackContext(made, made))


@pytest.fixture
def made(tmp_path: Path) -> QuestionSet:
    """Return the set."""
    return make_set(tmp_path, _content())


@pytest.mark.parametrize(
    ("product", "language"),
    few(
        itertools.product(PRODUCTS, ("en", "de", "ar", "ja")),
        *[("handbook", "en"), ("handbook", "ar"), ("cheatsheet", "ja"), ("cheatsheet", "ar")],
        *[("deck", language) for language in ("en", "de", "ar", "ja")],
        *[("flashcards", "ar"), ("html", "en"), ("html", "ar")],
    ),
)
def test_each_product_holds_them(product: str, language: str, tmp_path: Path) -> None:
    """The proof finds the choices, what is correct and the feedback, in every direction of text."""
    whole = make_set(tmp_path, _content(language=language))
    assert proved(product, _rendered(product, whole), whole).problems == ()


def test_print_letters_the_choices_and_names_the_correct_ones(made: QuestionSet) -> None:
    """Letters stand before the choices in their order, then the correct letters, then the feedback by letter."""
    text = " ".join("\n".join(read.page_texts(_rendered("handbook", made).content)).split())
    order = [
        "A GET",
        "B POST",
        "C PUT replaces",
        "D x = 1",
        "Correct: A, C",
        "A It changes nothing.",
        "D That is code.",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_the_sheet_shows_what_is_correct(made: QuestionSet, tmp_path: Path) -> None:
    """Without a takeaway it prints the correct choices, with one the takeaway."""
    text = " ".join("\n".join(read.page_texts(_rendered("cheatsheet", made).content)).split())
    assert "A GET" in text
    assert "C PUT replaces" in text
    assert "POST" not in text
    content = _content()
    content["questions"][0]["takeaway"] = "Safe ones."
    text = " ".join(read.page_texts(_rendered("cheatsheet", make_set(tmp_path, content)).content))
    assert "Safe ones." in text
    assert "GET" not in text


def test_a_card_asks_in_front_and_marks_behind(made: QuestionSet, tmp_path: Path) -> None:
    """The front shows the choices and not which is correct; the back marks these and shows the feedback."""
    deck = _rendered("deck", made)
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, deck.content)
        output = anki.note_with_id(collection, "made/question-0").cards()[0].render_output()
        front, back = output.question_text, output.answer_text
    assert front.count("<li") == back.count("<li") == 4
    assert "sp-right" not in front
    assert "Correct" not in front
    assert back.count('class="sp-right"') == 2
    assert "Correct: A, C" in back
    assert "Twice is once." in back


def test_the_deck_leaves_out_what_has_no_answer(made: QuestionSet, tmp_path: Path) -> None:
    """There is no card of the question itself; its further cards stay; the build says so."""
    deck = _rendered("deck", made)
    assert deck.remarks == ("2 questions have no answer and are not in the deck",)
    assert deck.amount == 2
    with anki.profile(tmp_path / "anki") as collection:
        anki.import_deck(collection, deck.content)
        ids = {collection.get_note(n)["Id"] for n in collection.find_notes("")}
    assert ids == {"made/question-0", "made/question-2/half"}


def test_a_deck_may_be_empty(tmp_path: Path) -> None:
    """A set of open questions alone builds: an empty deck is no fault."""
    content = _content()
    content["questions"] = content["questions"][1:2]
    whole = make_set(tmp_path, content)
    deck = _rendered("deck", whole)
    assert deck.amount == 0
    assert deck.remarks == ("1 question has no answer and is not in the deck",)
    assert proved("deck", deck, whole).problems == ()


def test_print_leaves_room_for_an_answer(made: QuestionSet) -> None:
    """Eight ruled lines stand where the answer would, for each of the two questions that have none."""
    html = chapter_html(made)
    assert html.count('class="ruled"') == 16


BOOK, ONE = "handbook/question.html.j2", "{{ choice.text | block }}"
CORRECT = "{{ language.correct(question.correct | map(attribute=0)) }}"
SABOTAGED = {
    "handbook: choice": (BOOK, "in question.lettered %}\n  <li>", "in question.lettered[1:] %}\n  <li>"),
    "handbook: letter": (BOOK, "{{ letter }}</div><div class=\"said\">{{ marked(choice.t", "<div>{{ marked(choice.t"),
    "handbook: feedback": (BOOK, "{{ marked(choice.feedback | block) }}", ""),
    "handbook: correct": (BOOK, CORRECT, ""),
    "handbook: only one correct": (BOOK, "(question.correct |", "(question.correct[:1] |"),
    "cheatsheet: correct": ("cheatsheet/fragment.html.j2", "in question.correct %}", "in question.correct[1:] %}"),
    "deck: choice": ("deck/solution.html.j2", ONE, "{{ choice.text | block if letter == 'A' }}"),
    "deck: choice in front": ("deck/choices.html.j2", ONE, "{{ choice.text | block if letter == 'A' }}"),
    "deck: feedback": ("deck/solution.html.j2", "{{ choice.feedback | block }}", ""),
    "deck: correct": ("deck/solution.html.j2", CORRECT, ""),
}  # fmt: skip  # a template, what it has, what it has instead


@pytest.fixture
def sabotage(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Give a way of changing a template for one test."""
    own = environment("en")

    def change(template: str, old: str, new: str) -> None:
        text = (resource("templates") / template).read_text("utf-8")
        assert text.count(old) == 1, "the template holds what is to be changed"
        changed = DictLoader({template: text.replace(old, new)})
        monkeypatch.setattr(own, "loader", ChoiceLoader([changed, FileSystemLoader(resource("templates"))]))

    return change


@pytest.mark.parametrize("name", SABOTAGED)
def test_what_a_template_drops_is_missed(
    sabotage: Callable[[str, str, str], None], name: str, made: QuestionSet
) -> None:
    """A template that leaves out a choice, a letter, a feedback or what is correct makes the proof fail."""
    sabotage(*SABOTAGED[name])
    product = name.partition(":")[0]
    assert proved(product, _rendered(product, made), made).problems != ()


def test_choices_that_say_the_same_are_a_warning(tmp_path: Path) -> None:
    """The later one is named, with its place."""
    choices = [{"text": "a", "correct": True}, {"text": "b"}, {"text": " a\n"}]
    (warning,) = set_warnings(load(one(tmp_path, choices=choices)))
    assert warning.what == "choice C says the same as choice A"


def test_many_questions_without_an_answer_are_one_warning(tmp_path: Path) -> None:
    """It has their number and the ids of the first five."""
    content = authored(7)
    for authored_question in content["questions"]:
        del authored_question["answer"]
    (warning,) = set_warnings(load(write_set(tmp_path / "made.yaml", content)))
    first = ", ".join(f'"question-{n}"' for n in range(5))
    assert warning.what == f"7 questions have no answer: {first} and 2 more"


def test_list_check_and_verify_count_them(tmp_path: Path) -> None:
    """How many are multiple choice and how many have no answer is said, and the proof asks no more than there is."""
    write_set(tmp_path / "made.yaml", _content())
    for command in ("list", "check"):
        assert "3 questions (1 multiple choice, 2 without an answer)" in run(command, "made.yaml", cwd=tmp_path).stdout
        assert '"unanswered": 2' in run(command, "made.yaml", "--json", cwd=tmp_path).stdout
    built = run("build", "made.yaml", "-p", "deck", cwd=tmp_path)
    assert "2/3 questions" in built.stderr
    assert run("verify", "out/made", cwd=tmp_path).stdout == "deck: 2/2 questions\n"


def test_an_edited_choice_changes_the_card(tmp_path: Path) -> None:
    """The note's state follows what it asks and what is correct: the next import brings the change."""
    from studypack.anki.notes import noted, notes_of

    def state(content: dict[str, Any]) -> str:
        note = notes_of(make_set(tmp_path, content))[0]
        return noted(note.type, note.values(), note.tags).digest

    changed = _content()
    changed["questions"][0] = question(0, "topic-0", choices=[*CHOICES[:1], {"text": "POST", "correct": True}])
    assert state(_content()) != state(changed)


STARTS = (
    "- a list", "1. a number", "- [x] a task", "![a box](box.svg)", "[^1]\n\n[^1]: a note", "| a |\n|---|\n| b |",
    "# a heading", "<!-- nothing -->", "***", "**bold** words", "> a quotation", "\"quoted\" words",
)  # fmt: skip  # one beginning each


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_choice_may_begin_with_anything(product: str, tmp_path: Path) -> None:
    """A mark, a picture or a number between letter and words is no fault of the product."""
    (tmp_path / "box.svg").write_bytes(SVG)
    choices = [{"text": text, "correct": True, "feedback": text} for text in STARTS]
    content = authored(1)
    content["questions"] = [question(0, "topic-0", choices=choices)]
    del content["questions"][0]["takeaway"]
    whole = make_set(tmp_path, content)
    assert proved(product, _rendered(product, whole), whole).problems == ()
