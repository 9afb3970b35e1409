"""The web page: one file that contains everything, loads nothing and runs nothing of a set."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext, Rendered
from studypack.questions.loader import load
from studypack.questions.model import QuestionSet
from studypack.resources import bundled_set

from tests.making import authored, make_set, proved, question

HOSTILE = '<script>f()</script><img src=https://e.org/x.png onerror=f()> [x](javascript:f()) " onload="alert(1)'
MOST_BYTES = 1_500_000


def page_of(question_set: QuestionSet) -> Rendered:
    """Return the page of a set."""
    return PRODUCTS["html"].render(PackContext(question_set, question_set))


def read(made: Rendered) -> Any:
    """Return the page as a parser that did not make it reads it."""
    return BeautifulSoup(made.content.decode(), "html.parser")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    """Return a set with a picture, formulas, a table with aligned columns, code, choices and a follow-up."""
    folder = tmp_path_factory.mktemp("mixed")
    Image.new("RGB", (40, 20), "red").save(folder / "red.png")
    first = question(
        0,
        "topic-0",
        answer="\n\n".join(
            [
                "![red](red.png) and $x^2$",
                "$$\\frac{a}{b}$$",
                "| l | r |\n|:--|--:|\n| 1 | 2 |",
                "```python\nx = 1\n```",
            ]
        ),
        choices=[{"text": "yes", "correct": True, "feedback": "Right."}, {"text": "no"}],
        follow_ups=[{"question": "And then?", "answer": "Then the end."}],
        sources=[{"title": "A source", "url": "https://example.org/a?b=1&c=2"}],
    )
    content = authored(2)
    content["questions"][0] = first
    return make_set(folder, content)


def test_the_bundled_page_is_small_enough_for_a_phone_and_complete() -> None:
    """The page of the bundled set is at most 1.5 MB, and every question is proved."""
    whole = load(bundled_set()).question_set
    made = page_of(whole)
    assert len(made.content) <= MOST_BYTES
    assert proved("html", made, whole).problems == ()


def test_a_page_that_lost_a_text_is_refused(mixed: QuestionSet) -> None:
    """The proof names a takeaway that is missing from the file, and one that is missing from the HTML."""
    made = page_of(mixed)
    lost = mixed.questions[0].takeaway or ""
    assert proved("html", made.content.replace(lost.encode(), b""), mixed).problems
    held = {key: value._replace(text="") for key, value in made.held.items()}
    assert proved("html", Rendered(made.content, 2, "questions", held=held), mixed).problems


def test_everything_is_inside(mixed: QuestionSet) -> None:
    """No element loads anything: pictures are in the file, and only links have addresses."""
    page = read(page_of(mixed))
    assert [tag["src"].partition(",")[0] for tag in page.select("[src]")] == ["data:image/png;base64"]
    content = base64.b64decode(page.select_one("img")["src"].partition(",")[2])
    assert content == next(iter(mixed.files.values()))
    assert not page.select("link, iframe, object, embed, base, form")


def test_formulas_are_mathml(mixed: QuestionSet) -> None:
    """A formula in a line and one of its own block become MathML with their LaTeX as the alternative text."""
    found = [(each["display"], each["alttext"]) for each in read(page_of(mixed)).select("math")]
    assert found == [("inline", "x^2"), ("block", "\\frac{a}{b}")]


def test_the_policy_allows_only_its_own_style_and_script(mixed: QuestionSet) -> None:
    """The hashes of the policy are those of the style and the script, and nothing needs an exception from it."""
    made = page_of(mixed)
    page = read(made)
    policy = page.select_one("meta[http-equiv]")["content"]
    for name in ("style", "script"):
        (only,) = page.select(name)
        digest = base64.b64encode(hashlib.sha256(only.string.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.search(rb"<[^>]+ (style|on\w+)=", made.content.partition(b"</style>")[2].partition(b"<script>")[0])


def test_nothing_of_a_set_runs(tmp_path: Path) -> None:
    """A script in any text of a question is shown as text."""
    content = authored(1, title=HOSTILE, subtitle=HOSTILE, introduction=HOSTILE, closing=HOSTILE)
    texts = dict.fromkeys(("question", "answer", "guidance", "takeaway"), HOSTILE)
    content["questions"] = [
        question(
            0,
            "topic-0",
            **texts,
            key_points=[HOSTILE],
            pitfalls=[HOSTILE],
            tags=[],
            follow_ups=[{"question": HOSTILE, "answer": HOSTILE}],
            exhibits=[{"caption": HOSTILE, "table": f"| a |\n|---|\n| {HOSTILE.replace('|', '')} |"}],
            sources=[{"title": HOSTILE}],
            choices=[{"text": HOSTILE, "correct": True, "feedback": HOSTILE}, {"text": "other"}],
        )
    ]
    content["glossary"] = [{"id": "t", "term": HOSTILE, "definition": HOSTILE}]
    page = read(page_of(make_set(tmp_path, content)))
    assert len(page.select("script")) == 1
    assert not [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert not page.select('[href^="javascript:"]')
    assert not page.select("img:not([src^='data:'])")


def test_links_lead_to_what_is_in_the_page(mixed: QuestionSet) -> None:
    """Every link within the page has its target."""
    page = read(page_of(mixed))
    targets = {tag["id"] for tag in page.select("[id]")}
    assert {link["href"][1:] for link in page.select('[href^="#"]')} <= targets
