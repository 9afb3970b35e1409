"""The local page in a browser, with the real server: choose, build, preview, edit, import, download."""

from __future__ import annotations

import io
import signal
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests import anki_reading
from tests.browser import needs_chromium, opened_browser, serious_faults
from tests.making import authored, write_set
from tests.running import start

pytestmark = needs_chromium

LONGEST = 60
"""Seconds to wait for anything."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Yield the file of a set with ten questions, and the address at which it is served."""
    folder = tmp_path_factory.mktemp("served")
    path = write_set(folder / "made.yaml", authored(10))
    process = start("serve", "made.yaml", "-j", "1", cwd=folder)
    assert process.stdout
    yield path, process.stdout.readline().strip()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def page(served: tuple[Path, str]) -> Iterator[Any]:
    """Yield the page, opened in a window of a desktop; its console must stay silent."""
    with opened_browser() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(served[1])
        page.wait_for_selector("#count:not(:empty)")
        yield page
        assert said == []


def until(page: Any, condition: str) -> None:
    """Wait until an expression is true in the page. Playwright's own way needs `eval`, which the policy forbids."""
    end = time.monotonic() + LONGEST
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(50)


def test_choosing_building_editing_and_downloading(served: tuple[Path, str], page: Any, tmp_path: Path) -> None:
    """The way of a teacher through the page; one test, because each step needs the one before."""
    path = served[0]
    assert "token" not in page.url
    assert page.inner_text("#count") == "10 questions"
    assert page.inner_text("#figure-handbook").startswith("about ")
    assert page.inner_text("#figure-deck") == "10 cards"
    page.check("[name=topics][value=topic-0]")
    until(page, "document.getElementById('count').textContent === '5 questions'")
    page.check("[name=levels][value=core]")
    until(page, "document.getElementById('count').textContent === '2 questions'")
    page.uncheck("[name=products][value=handbook]")
    until(page, "document.getElementById('command').textContent.endsWith('-p cheatsheet -p deck')")

    page.click("#build")
    page.wait_for_selector("#stage img", timeout=60_000)
    until(page, "document.querySelector('#stage img').naturalWidth > 300")
    until(page, "document.getElementById('figure-cheatsheet').textContent.startsWith('1 page; set in ')")
    page.hover("#stage img", position={"x": 100, "y": 120})
    page.click("#stage img", position={"x": 100, "y": 120})
    until(page, "document.getElementById('source-place').textContent.includes('made.yaml:')")
    page.keyboard.press("Escape")

    before = page.get_attribute("#stage img", "src")
    text = path.read_text("utf-8")
    path.write_text(text.replace('"takeaway"', '"takeway"', 1), "utf-8")
    page.wait_for_selector("#problems:not([hidden])")
    assert 'unknown key "takeway"' in page.inner_text("#problems")
    assert "^" in page.inner_text("#problems")
    assert page.get_attribute("#stage img", "src") == before
    path.write_text(text.replace("Takeaway 0", "A better takeaway"), "utf-8")
    until(page, f"document.querySelector('#stage img').getAttribute('src') !== {before!r}")
    assert page.is_hidden("#problems")

    page.click("#exam summary")
    page.fill("#exam-questions", "1")
    page.fill("#exam-minutes", "30")
    until(page, "document.getElementById('exam-command').textContent.endsWith('--questions 1 --minutes 30')")
    page.click("#print")
    page.wait_for_selector("#tabs button[aria-selected=true] >> text=exam papers", timeout=60_000)
    until(page, "document.querySelector('#stage img').naturalWidth > 300")
    page.click("#tabs button >> text=marking keys")
    until(page, "document.querySelector('#stage img').alt === 'Page 1 of the marking keys'")
    page.click("#tabs button >> text=deck")
    card = page.frame_locator("#stage iframe >> nth=1")
    assert "A better takeaway" in card.locator("body").inner_text()
    with page.expect_download() as download:
        page.click("#get-all")
    with zipfile.ZipFile(download.value.path()) as archive:
        assert "A better takeaway" in _text(archive.read("cheatsheet.pdf"))
        asked = [number for number in range(10) if f"matter {number} if" in _text(archive.read("papers.pdf"))]
        assert len(asked) == 1
        assert f"matter {asked[0]} if" in _text(archive.read("keys.pdf"))
        deck = archive.read("deck.apkg")
    with anki_reading.profile(tmp_path) as collection:
        assert anki_reading.import_deck(collection, deck).new == 2
        backs = [side.html for side in anki_reading.sides(collection) if side.name.endswith("back")]
        assert sum("A better takeaway" in back for back in backs) == 1


def _text(pdf: bytes) -> str:
    """Return the text of a document as PDFium reads it, in one line."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def test_a_dropped_file_is_imported(page: Any) -> None:
    """A table that is dropped on the page becomes a set, with its report, and can be chosen at once."""
    page.evaluate(
        """() => { const data = new DataTransfer();
        data.items.add(new File(['question,answer\\nWhat is a bond?,Debt.\\n,lost\\n'], 'Money.csv'));
        dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })); }"""
    )
    until(page, "document.getElementById('count').textContent.startsWith('1 question')")
    assert "1 skipped" in page.inner_text("#report")
    assert "Money.csv:3" in page.inner_text("#report")
    page.select_option("#sets", "0")
    until(page, "document.getElementById('count').textContent.startsWith('10 questions')")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_and_nothing_too_wide(page: Any, width: int, scheme: str) -> None:
    """Axe finds no serious fault, by day and by night, and a phone does not scroll sideways."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert serious_faults(page) == []
