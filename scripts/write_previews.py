"""`make previews`: draws pages of the bundled pack as small PNG files for the README and the other documents."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pypdfium2
import studypack
from PIL import Image
from studypack.pdf.arrangements import Arrangement
from studypack.pdf.imposing import imposed
from studypack.resources import bundled_set

ROOT: Final = Path(__file__).parents[1]
PACK: Final = ROOT / "out" / "amazon-backend"
WIDTH: Final = 460
"""The width of a page's preview in pixels."""

PAGES: Final = {"handbook": ("handbook.pdf", 6), "exhibit": ("handbook.pdf", 12), "cheatsheet": ("cheatsheet.pdf", 0)}
CARDS: Final = {"cards-a7": ({}, 2), "cards-a8": ({"card_size": "a8", "cards": ["fact", "cloze"]}, 0)}
"""Sheets of flash cards by the names of their pictures: the options, and the page of the front."""
CALIBRATION: Final = 0.58
"""The upper part of the calibration page that is shown."""
SCREEN: Final = (1180, 800)
"""The size of the window in which the served page is shown, in pixels."""
SCREEN_PAGE: Final = 6
"""The page of the handbook that it shows."""
BOOKLET: Final = 6
"""The side of the booklet's sheets that is shown."""


def main() -> None:
    """Draw each preview from the pack in `out/`, and from flash cards that are made for this."""
    for name, (file, number) in PAGES.items():
        _save(name, [_drawn((PACK / file).read_bytes(), number)])
    for name, pictures in _cards():
        _save(name, pictures)
    booklet = imposed((PACK / "handbook.pdf").read_bytes(), Arrangement()).content
    screen = _served().convert("RGB").quantize(64, dither=Image.Dither.NONE)
    screen.save(ROOT / "docs" / "served.png", optimize=True)
    _save("booklet", [_drawn(booklet, BOOKLET, 640)])


def _served() -> Image.Image:
    """Return a picture of the page that `studypack serve` shows of one topic's handbook; Chromium draws it."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "studypack", "serve", str(bundled_set()), "-o", folder]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        try:
            assert server.stdout  # noqa: S101
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": SCREEN[0], "height": SCREEN[1]})
            page.goto(server.stdout.readline().strip())
            page.check("[name=topics][value=concurrency]")
            page.uncheck("[name=products][value=deck]")
            page.click("#build")
            page.wait_for_selector("#tools", timeout=600_000)
            page.fill("#tools input[type=number]", str(SCREEN_PAGE))
            page.dispatch_event("#tools input[type=number]", "change")
            while not page.evaluate("document.querySelector('#stage img').naturalWidth"):
                page.wait_for_timeout(100)
            page.wait_for_timeout(1_000)  # the pictures of the strip
            page.evaluate("document.querySelector('.choose').scrollTop = 0; document.activeElement.blur()")
            shot = page.screenshot()
            browser.close()
        finally:
            server.terminate()
            server.wait()
    return Image.open(io.BytesIO(shot))


def _cards() -> Iterator[tuple[str, list[Image.Image]]]:
    """Yield the previews of flash cards: fronts and backs of a sheet, and the back of the calibration page."""
    chosen = studypack.select(studypack.load(bundled_set()), topics=["concurrency"])
    with tempfile.TemporaryDirectory() as folder:
        for name, (values, page) in CARDS.items():
            options = studypack.Options.of(["flashcards"], calibrate=page > 0, **values)
            pdf = studypack.build(chosen, options, output=Path(folder) / name).files[0].read_bytes()
            yield name, [_drawn(pdf, page), _drawn(pdf, page + 1)]
            if page:
                whole = _drawn(pdf, 1)
                yield "cards-calibration", [whole.crop((0, 0, whole.width, round(CALIBRATION * whole.height)))]


def _drawn(pdf: bytes, number: int, width: int = WIDTH) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[number]
        picture: Image.Image = page.render(scale=2 * width / page.get_width()).to_pil().convert("L")
    return picture.resize((width, round(width * picture.height / picture.width)))


def _save(name: str, pictures: Sequence[Image.Image], gap: int = 12) -> None:
    """Write pictures side by side as one."""
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    whole = Image.new("L", (width, max(picture.height for picture in pictures)), 205)
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, 0))
        left += picture.width + gap
    whole.quantize(16).save(ROOT / "docs" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
