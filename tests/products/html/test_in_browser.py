"""The web page in a browser: on a phone, by keyboard, without scripts, on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.products.proof import letters
from studypack.questions.loader import load
from studypack.questions.selection import Criteria, select
from studypack.resources import bundled_set

from tests.browser import PHONE, WINDOW, needs_chromium, opened_browser, serious_faults

pytestmark = needs_chromium

LIGATURES = re.compile("ff?[il]?|\ufffd")
"""What Chromium's PDF may give back as one glyph without a name."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Yield a browser for all tests of this file."""
    with opened_browser() as made:
        yield made


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a page of a topic of the bundled set."""
    whole = load(bundled_set()).question_set
    chosen = select(whole, Criteria(topics=("concurrency",)))
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_bytes(PRODUCTS["html"].render(PackContext(chosen, whole)).content)
    return path.as_uri()


def opened(browser: Any, address: str, **context: Any) -> Any:
    """Return a page of its own context, with what its console said in `page.said`."""
    page = browser.new_context(**context).new_page()
    page.said = []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.goto(address)
    return page


def test_lines_are_numbered_but_numbers_are_not_copied(browser: Any, address: str) -> None:
    """Each line of a listing shows its number; what is selected is the code alone."""
    page = opened(browser, address)
    code = page.locator(".numbered code").first
    shown = "each => getComputedStyle(each, '::before').counterIncrement + getComputedStyle(each, '::before').content"
    assert page.locator(".numbered .line").first.evaluate(shown) == 'line 1counter(line) / ""'
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    code.evaluate("each => getSelection().selectAllChildren(each)")
    listing = load(bundled_set()).question_set.files["listings/deadlock-transfer.java"].decode()
    assert page.evaluate("String(getSelection())").strip() == listing.strip()
    assert page.locator(".numbered").first.locator(".line").count() == len(listing.splitlines())


@pytest.mark.parametrize("width", [PHONE, WINDOW])
def test_nothing_is_wider_than_the_screen(browser: Any, address: str, width: int) -> None:
    """With everything unfolded the page does not scroll sideways, and its console is silent."""
    page = opened(browser, address, viewport={"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.said == []


def test_search_shows_only_the_questions_with_all_words(browser: Any, address: str) -> None:
    """Typing hides the other questions and empty topics; a link in the contents brings its question back."""
    page = opened(browser, address)
    page.fill("input[type=search]", "DEADLOCK victim")
    shown = page.locator("article:visible h3").all_inner_texts()
    assert shown
    assert any("deadlock" in each.lower() for each in shown)
    assert len(shown) < page.locator("article").count()
    assert page.inner_text(".found") == f"{len(shown)} / {page.locator('article').count()}"
    page.fill("input[type=search]", "xyzzy")
    assert page.inner_text(".found") == "No question contains this"
    page.evaluate("location.hash = document.querySelector('article').id")
    page.wait_for_function("!document.querySelector('article').hidden")


def test_answers_are_covered_until_they_are_revealed(browser: Any, address: str) -> None:
    """An answer is hidden at first; its summary shows it by keyboard; the buttons reveal and cover all."""
    page = opened(browser, address)
    said = page.locator("article .said").first
    assert not said.is_visible()
    page.locator("article .answer > summary").first.press("Enter")
    assert said.is_visible()
    page.click("[data-all=open]")
    assert page.evaluate("[...document.querySelectorAll('.question > details')].every(each => each.open)")
    page.click("[data-all=close]")
    assert not said.is_visible()


def test_the_score_is_kept_in_the_browser(browser: Any, address: str) -> None:
    """Boxes that were ticked are ticked after the page is opened again."""
    page = opened(browser, address)
    page.locator(".score input").nth(1).check()
    page.reload()
    assert page.evaluate("[...document.querySelectorAll('.score input')].map(box => box.checked).indexOf(true)") == 1


def test_the_page_is_whole_without_scripts(browser: Any, address: str) -> None:
    """Without scripts there are no tools that would do nothing, and answers still unfold."""
    page = opened(browser, address, java_script_enabled=False)
    assert not page.locator(".tools").is_visible()
    page.locator("article .answer > summary").first.click()
    assert page.locator("article .said").first.is_visible()


def test_paper_shows_every_answer(browser: Any, address: str, tmp_path: Path) -> None:
    """Printed without scripts, folded answers are on the paper."""
    import pypdfium2

    page = opened(browser, address, java_script_enabled=False)
    answer = page.locator("article .said p").first.text_content()
    page.pdf(path=tmp_path / "page.pdf")
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as printed:
        text = "".join(sheet.get_textpage().get_text_bounded() for sheet in printed)
    assert LIGATURES.sub("", letters(answer)) in LIGATURES.sub("", letters(text))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_accessibility(browser: Any, address: str, scheme: str) -> None:
    """Axe finds no serious fault by day or by night, with everything unfolded."""
    page = opened(browser, address, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert serious_faults(page) == []
