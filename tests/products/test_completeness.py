"""Every pack of the bundled set is complete, whatever was selected; and the proof of it can fail."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from PIL import Image
from studypack.anki.notes import notes_of
from studypack.errors import Diagnostic
from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import JobExecutor
from studypack.products import PRODUCTS
from studypack.products.deck import rendering
from studypack.products.interface import PackContext, ReadBack, ReadQuestion, Rendered
from studypack.products.proof import prove
from studypack.questions.loader import load
from studypack.questions.model import Level, QuestionSet
from studypack.questions.selection import Criteria, select
from studypack.resources import bundled_set, resource
from studypack.text.html_text import held_by
from studypack.text.languages import language
from studypack.text.markdown import block
from studypack.typeset.geometry import Paper
from studypack.typeset.templating import environment

from tests import pdf_reading as read
from tests.making import authored, chapter_html, make_set, only, proved, question
from tests.thorough import few

SET = load(bundled_set()).question_set
RECALL: Final = language(SET.header.language).words["recall"]


def _random_criteria(seed: int) -> Criteria:
    """Return one or two questions, drawn from all or from some part of the set."""
    drawn = random.Random(seed)
    part: dict[str, Any] = drawn.choice(
        [
            {},
            {"topics": tuple(drawn.sample([t.id for t in SET.topics], 3))},
            {"levels": (drawn.choice(list(Level)),)},
            {"tags": tuple(drawn.sample(["scaling", "failure", "latency", "complexity", "tradeoff"], 2))},
            {"not_topics": tuple(drawn.sample([t.id for t in SET.topics], 4))},
        ]
    )
    return Criteria(limit=drawn.randint(1, 2), seed=seed, **part)


SELECTIONS: Mapping[str, Criteria] = {
    "whole": Criteria(),
    **{topic.id: Criteria(topics=(topic.id,)) for topic in SET.topics},
    **{level.value: Criteria(levels=(level,)) for level in Level},
    **{f"random-{seed}": _random_criteria(seed) for seed in range(20)},
}
FEW: Final = ("databases", "random-1")
SOME: Final = {
    "deck": tuple(SELECTIONS),
    "handbook": ("whole", "leadership", "random-2", "random-3", *FEW),
    "cheatsheet": ("whole", *FEW),
}
"""Products that are typeset are proved for some selections, those on request for a few; `make soak` proves all."""


def cases(*, thorough: bool) -> Iterator[tuple[str, str]]:
    """Yield what is proved: a selection's name, and a product's."""
    for product in PRODUCTS:
        yield from ((name, product) for name in (SELECTIONS if thorough else SOME.get(product, FEW)))


def _make(product: str, selected: QuestionSet, paper: Paper = Paper.A4) -> Rendered:
    shop = JobExecutor(workers=1, cache=Cache(default_folder()))  # this run's: see conftest.py
    return PRODUCTS[product].render(PackContext(selected, SET, only(paper=paper), submit=shop.submit))


def _problems(product: str, selected: QuestionSet) -> tuple[Diagnostic, ...]:
    rendered = PRODUCTS[product].render(
        PackContext(selected, selected)
    )  # without a cache: it does not know of sabotage
    return proved(product, rendered, selected).problems


@pytest.fixture(scope="module")
def notes_once() -> Iterator[None]:
    """Let all decks take their notes from those of the whole set, which are made once."""
    notes = notes_of(SET)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rendering, "notes_of", lambda whole: notes if whole is SET else notes_of(whole))
        yield


@pytest.mark.usefixtures("notes_once")
@pytest.mark.parametrize(("name", "product"), list(cases(thorough=False)))
def test_holds_each_selected_question_and_no_other(name: str, product: str) -> None:
    """Each selected question is there, complete and in order, and the typesetter gave no warnings."""
    assert_whole(name, product)


def assert_whole(name: str, product: str) -> None:
    """Hold that a product of a selection is what it should be."""
    criteria = SELECTIONS[name]
    selected = select(SET, criteria)
    rendered = _make(product, selected)
    proof = proved(product, rendered, selected)
    assert proof.problems == ()
    assert proof.found == tuple(q.id for q in selected.questions)
    assert rendered.warnings == ()
    if product == "cheatsheet" and criteria.limit is None:
        assert _printed_to(rendered.content) > 6 / 7
    if product == "handbook":
        _assert_no_thin_page(rendered.content)
        assert criteria != Criteria() or 90 <= rendered.amount <= 140
        assert read.part_starts(rendered.content)[:2] == [1, 3]


ONE_QUESTION: Final = Criteria(ids=("caching",))


def _printed_to(sheet: bytes) -> float:
    """Return how far down the only page is printed, as a share of its height."""
    assert len(read.page_texts(sheet)) == 1
    bands = read.ink(sheet)
    return max(n for n, printed in enumerate(bands) if printed) / len(bands)


@pytest.mark.parametrize("criteria", few([Criteria(topics=("apis-security",)), ONE_QUESTION], ONE_QUESTION))
def test_the_sheet_is_one_full_page_on_letter_too(criteria: Criteria) -> None:
    """Topic and single question each fill one page of the other paper."""
    assert _printed_to(_make("cheatsheet", select(SET, criteria), Paper.LETTER).content) > 6 / 7


@pytest.mark.parametrize("key", few(["deadlock", "backend-performance"], "deadlock"))
def test_the_sheet_of_a_single_question_is_full(key: str) -> None:
    """A single question is set so large that it fills its page."""
    assert _printed_to(_make("cheatsheet", select(SET, Criteria(ids=(key,)))).content) > 6 / 7


@pytest.mark.parametrize("paper", Paper)
def test_the_introduction_takes_two_pages_and_the_contents_one(paper: Paper) -> None:
    """Title, introduction, contents, first chapter: on both papers."""
    starts = read.part_starts(_make("handbook", select(SET, Criteria(topics=("algorithms",))), paper).content)
    assert starts[:3] == [1, 3, 4]


def _assert_no_thin_page(handbook: bytes) -> None:
    """Hold that each page is filled by a third, or a part (or the recall page before one) begins after it."""
    filled = read.filled(handbook)
    begins = {*read.part_starts(handbook), len(filled)}
    recall = {n for n, text in enumerate(read.page_texts(handbook)) if RECALL in text}
    assert [n for n, share in enumerate(filled) if share < 1 / 3 and n + 1 not in begins | recall] == []


@pytest.fixture
def sabotage(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Give a way of changing a template for one test."""
    made = environment(SET.header.language)
    changed: dict[str, str] = {}
    monkeypatch.setattr(made, "loader", ChoiceLoader([DictLoader(changed), FileSystemLoader(resource("templates"))]))

    def change(template: str, old: str, new: str) -> None:
        text = (resource("templates") / template).read_text("utf-8")
        assert text.count(old) == 1, "the template holds what is to be changed"
        changed[template] = text.replace(old, new)

    return change


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    """Return a set of two questions with all that a template might drop."""
    folder = tmp_path_factory.mktemp("two")
    (folder / "x.py").write_text("first = 1\nsecond = 2\n", "utf-8")
    content = authored(2, language=SET.header.language)
    for number, key in enumerate(("hash-table", "queue-vs-stack")):
        content["questions"][number] |= {
            "id": key,
            "pitfalls": ["Never say this.", f"Nor that, {number} times."],
            "follow_ups": [{"question": f"And then {number}?", "answer": f"Then this, {number} times."}],
            "exhibits": [{"listing": "x.py", "caption": "Two lines"}],
        }
    return make_set(folder, content)


DROP = "question.id != 'queue-vs-stack'"

CALL = "{{ question_block(questions[id], files) }}"
SABOTAGED = {
    "handbook: question": (
        "handbook/chapter.html.j2",
        CALL,
        f"{{% if id != 'queue-vs-stack' %}}{CALL}{{% else %}}<p id={{{{ id }}}}>.</p>{{% endif %}}",
    ),
    "handbook: answer": (
        "handbook/question.html.j2",
        "{{ marked(question.answer | block) }}",
        f"{{% if {DROP} %}}{{{{ question.answer | block }}}}{{% endif %}}",
    ),
    "handbook: another's answer": (
        "handbook/chapter.html.j2",
        CALL,
        "{{ question_block(questions[id].model_copy(update={'answer': set.questions[0].answer}), files) }}",
    ),
    "handbook: order": (
        "handbook/chapter.html.j2",
        "{% for part, id in blocks %}",
        "{% for part, id in blocks | reverse %}",
    ),
    "handbook: last key point": (
        "handbook/question.html.j2",
        "{% for point in question.key_points %}",
        "{% for point in question.key_points[:-1] %}",
    ),
    "cheatsheet: takeaway": (
        "cheatsheet/fragment.html.j2",
        "{% if fragment.content.takeaway %}",
        f"{{% if fragment.content.takeaway and {DROP} %}}",
    ),
    "cheatsheet: question": (
        "cheatsheet/fragment.html.j2",
        "{{ fragment.content.title | inline }}</h3>",
        f"{{{{ fragment.content.title | inline if {DROP} }}}}</h3>",
    ),
    "deck: last pitfall": ("deck/points.html.j2", "{% for point in points %}", "{% for point in points[:-1] %}"),
    "deck: answers of follow-ups": ("deck/follow-ups.html.j2", "{{ follow_up.answer | block }}", ""),
    "deck: listing": ("deck/exhibits.html.j2", "{{ shown.source | code(file=shown.exhibit.listing) }}", ""),
}


@pytest.mark.parametrize("name", SABOTAGED)
def test_what_a_template_drops_is_missed(
    sabotage: Callable[[str, str, str], None], name: str, two: QuestionSet
) -> None:
    """A template that leaves out, exchanges or reorders something makes the proof fail."""
    sabotage(*SABOTAGED[name])
    assert _problems(name.partition(":")[0], two) != ()


def test_the_unchanged_templates_pass(two: QuestionSet) -> None:
    """The same two questions have no problems without sabotage: it is the change that is found."""
    assert [_problems(product, two) for product in PRODUCTS] == [()] * len(PRODUCTS)


ANSWER = """\
First half of it. Second half of it.

- one item
- other item

| a | b |
|---|---|
| r | s |
| t | u |

```
first = 1
second = 2
```

![A picture](p.png) and $x^2$.
"""
PIECES = {
    "half a paragraph": r" Second half of it\.",
    "an item": r"<li>other item</li>",
    "a row": r"<tr>\s*<td>t</td>.*?</tr>",
    "a cell": r"(?<=<td>)u(?=</td>)",
    "a line of code": r"second = 2",
    "a picture": r'<img class="picture"[^>]*>',
    "a formula": r'<img class="formula"[^>]*>',
}


@pytest.mark.parametrize("piece", [*PIECES, "nothing"])
def test_a_piece_of_a_text_that_a_template_drops_is_missed(
    piece: str, sabotage: Callable[[str, str, str], None], tmp_path: Path
) -> None:
    """However small it is; and the same text without sabotage is whole."""
    Image.new("L", (9, 9)).save(tmp_path / "p.png")
    made = make_set(
        tmp_path, authored(1, language=SET.header.language, questions=[question(0, "topic-0", answer=ANSWER)])
    )
    if piece != "nothing":
        html = str(block(ANSWER, lang="en"))
        (drop,) = re.findall(PIECES[piece], html, re.DOTALL)
        sabotage(
            "handbook/question.html.j2",
            "marked(question.answer | block)",
            f"marked(question.answer | block | replace({drop!r} | safe, ''))",
        )
    rendered = PRODUCTS["handbook"].render(PackContext(made, made))
    assert bool(proved("handbook", rendered, made).problems) == (piece != "nothing")


VOWELLED: Final = "العِلْمُ نُورٌ يُضِيءُ الطَّرِيقَ لِكُلِّ سَائِرٍ"


def test_words_that_lack_between_vowel_marks_are_never_proved(tmp_path: Path) -> None:
    """From the HTML, two missing words are a problem; from the file alone, which reads otherwise, a doubt."""
    one = {"id": "q", "question": "لِمَاذَا؟", "topic": "t", "answer": VOWELLED}
    topics = [{"id": "t", "title": "T"}]
    made = make_set(tmp_path, {"title": "S", "language": "ar", "topics": topics, "questions": [one]})
    html, product = chapter_html(made), PRODUCTS["handbook"]
    first, second, _, _, *rest = VOWELLED.split()
    lacking = html.replace(VOWELLED, " ".join([first, second, *rest]))
    assert lacking != html
    for document, found in ((html, ("q",)), (lacking, ())):
        held = held_by(document, lambda key: key if key == "q" else None)
        file = ReadBack((ReadQuestion("q", held["q"].text),))
        assert prove(product, file, product.claims(made), held).found == found
        assert prove(product, file, product.claims(made)).unproved == ("q",)
