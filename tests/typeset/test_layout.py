"""How the layout uses WeasyPrint: its warnings, the folder and timestamps of its fonts, and its internals.

`filled`, the folder of the fonts and `undate` use undocumented internals of WeasyPrint, so its version is pinned. If an
internal disappears, a test here fails; otherwise the code that needs it could stop working unnoticed.
"""

from __future__ import annotations

import gc
import io
import logging
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import weasyprint
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from studypack.errors import BuildError
from studypack.text.markdown import block
from studypack.typeset import engine, layout
from studypack.typeset.fonts import FACES, _font_file, font_bytes
from studypack.typeset.layout import filled, lay_out, write

from tests.making import sentence
from tests.pdf_reading import page_texts

ROOT = Path(__file__).parents[2]
SERIF = next(iter(FACES))
PAGE = "@page { size: 400px 300px; margin: 50px; @bottom-left { content: 'foot' } } body, p { margin: 0 }"


@pytest.fixture(autouse=True)
def _new_fonts() -> Iterator[None]:
    """Make each test register its fonts again."""
    layout._sheets.cache_clear()
    yield
    layout._sheets.cache_clear()


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def test_the_boxes_that_filled_looks_for_are_there() -> None:
    """A WeasyPrint page has boxes with these names and attributes."""
    body = "<p>Text.</p><table><tr><td>Cell</td></tr></table><div style='position: absolute; bottom: 0'>Below</div>"
    (page,) = lay_out(f"<body>{body}</body>", PAGE).document.pages
    boxes = {type(box).__name__: box for box in reversed(list(_boxes(page._page_box)))}
    assert {"MarginBox", "LineBox", "TableCellBox", "AbsolutePlaceholder"} <= boxes.keys()
    assert (page._page_box.content_box_y(), page._page_box.height) == (50, 200)
    for name in ("LineBox", "TableCellBox"):
        assert boxes[name].position_y + boxes[name].margin_height() > 50


@pytest.mark.parametrize(
    ("body", "share"),
    [
        ("<p style='line-height: 20px'>Text.</p>", 0.1),
        ("<p style='line-height: 100px'><span style='line-height: 20px'>Text.</span></p>", 0.5),
        ("<p style='line-height: 20px; padding-bottom: 90px'>Text.</p>", 0.1),
        ("<p style='line-height: 20px'>Text.</p><div style='position: absolute; bottom: 0'>Below</div>", 0.1),
        ("<table style='border-spacing: 0'><tr><td style='height: 60px; padding: 0'>Cell</td></tr></table>", 0.3),
        ("<div style='height: 150px'></div>", 0.75),
    ],
    ids=["line", "tall line", "padding", "absolute", "cell", "empty box"],
)
def test_how_far_a_page_is_filled(body: str, share: float) -> None:
    """Lines, cells and empty boxes count; padding, margin boxes and absolutely positioned boxes do not."""
    assert filled(lay_out(f"<body>{body}</body>", PAGE)) == [pytest.approx(share)]


def _lines(html: str) -> list[str]:
    """Return the words of each line."""
    boxes = [box for page in lay_out(html, PAGE).document.pages for box in _boxes(page._page_box)]
    lines = [box for box in boxes if type(box).__name__ == "LineBox"]
    return ["".join(each.text for each in _boxes(line) if hasattr(each, "text")) for line in lines]


def test_a_long_text_is_divided_and_breaks_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typesetting takes linear time because long texts are spans, whose lines are those of one text."""
    html = f"<html lang='en'><body><p>{' '.join(sentence(n, 16) for n in range(60))}</p></body></html>"
    made = _lines(html)
    assert layout._in_pieces(html).count("<span>") > 2
    monkeypatch.setattr(layout, "_in_pieces", lambda document: document)
    assert made == _lines(html)
    assert len(made) > 60


def test_a_list_begins_with_its_own_number() -> None:
    """A list that code interrupts goes on where it was."""
    pages = lay_out(str(block("1. One\n\n```\nx\n```\n\n2. Two\n3. Three")), PAGE)
    assert re.findall(r"\d\.", page_texts(write(pages).pdf)[0]) == ["1.", "2.", "3."]


def test_pages_do_not_depend_on_earlier_languages() -> None:
    """A missing glyph is as wide after a document in another language as in a process of its own."""
    css = "p { font-family: 'Source Serif'; float: left }"

    def width() -> float:
        (page,) = lay_out('<html lang="en"><body><p>\U00010380</p></body></html>', css).document.pages
        return max(float(box.width) for box in _boxes(page._page_box) if hasattr(box, "text"))

    alone = width()
    layout._sheets.cache_clear()
    lay_out('<html lang="ja"><body><p>Words</p></body></html>', css)
    assert width() == alone


def test_fonts_are_in_a_folder_of_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """WeasyPrint writes its fonts to our folder, not one of its own, and it is removed with the configuration."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lay_out("<p>Text.</p>", "")
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("studypack-")
    assert len(list(folder.iterdir())) == len(FACES)
    layout._sheets.cache_clear()
    gc.collect()  # the document refers to itself
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_leaves_no_fonts(tmp_path: Path) -> None:
    """The folder of a configuration that is still in use is removed when the process ends."""
    code = (
        "import os, tempfile; from studypack.typeset.layout import lay_out\n"
        "kept = lay_out('<p>Text.</p>', ''); print(len(os.listdir(tempfile.gettempdir())))"
    )
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT / "generator")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert (done.stdout, list(tmp_path.iterdir())) == ("1\n", [])


def _woff() -> bytes:
    """Return a static font as a WOFF file."""
    with TTFont(io.BytesIO(font_bytes(SERIF))) as font:
        font.flavor = "woff"
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()


def _coloured() -> bytes:
    """Return a font in which the letter a has two colour layers (COLR)."""
    pen = TTGlyphPen(None)
    for x, y in ((0, 0), (0, 700), (500, 700), (500, 0)):
        (pen.lineTo if x or y else pen.moveTo)((x, y))
    pen.closePath()
    square, names = pen.glyph(), [".notdef", "a", "layer"]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord("a"): "a"})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.setupCOLR({"a": [("layer", 0), ("layer", 1)]})
    builder.setupCPAL([[(1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)]])
    written = io.BytesIO()
    builder.save(written)
    return written.getvalue()


FONTS: dict[str, Callable[[], dict[str, bytes]]] = {
    "ours": dict,
    "woff": lambda: {"theme:own.woff": _woff()},
    "variable": lambda: {"theme:own.ttf": _font_file("inter", "normal").read_bytes()},
    "coloured": lambda: {"theme:own.ttf": _coloured()},
}


@pytest.mark.parametrize("kind", FONTS)
def test_bytes_do_not_depend_on_the_clock(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFs with our fonts, or with any kind of font that fontTools writes, do not depend on the date."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    files = FONTS[kind]()
    css = "".join(f"@font-face {{ font-family: Own; src: url('{name}') }}" for name in files)
    family = "Own" if files else "Source Serif"
    made = []
    for clock in (1_700_000_000.0, 1_800_000_000.0):
        monkeypatch.setattr(time, "time", lambda clock=clock: clock)
        layout._sheets.cache_clear()
        part = write(lay_out("<p>a banana</p>", f"{css} p {{ font-family: {family}; font-size: 20px }}", files))
        made.append(part.pdf)
    assert made[0] == made[1]
    with pikepdf.open(io.BytesIO(made[0])) as pdf:
        descriptors = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontFile2" in o]
        families = {str(descriptor.FontFamily) for descriptor in descriptors}
        assert family in families
        for descriptor in descriptors:
            TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))["head"]


def test_a_font_of_weasyprint_tells_what_fonttools_writes() -> None:
    """The attributes that `undate` uses exist, and the font program that it finds is the one in the PDF."""
    pages = lay_out("<p>Text.</p>", "")
    seen: list[Any] = []
    pages.document.write_pdf(pdf_identifier=b"x", finisher=lambda document, pdf: seen.extend([document, pdf]))
    document, pdf = seen
    (font,) = document.fonts.values()
    assert "glyf" in font.tables or "CFF " in font.tables
    assert [bool(kind) for kind in (font.png, font.svg, font.colr)] == [False, False, False]
    assert [o for o in pdf.objects if getattr(o, "stream", None) == [font.file_content]]


def test_threads_have_their_own_warnings() -> None:
    """Each layout gets only its own warnings, even if another thread is working at the same time."""

    def said(number: int) -> tuple[str, ...]:
        return lay_out("<p>Text.</p>", f"p {{ unknown-{number}: 1 }}").warnings

    with ThreadPoolExecutor(4) as threads:
        for number, warnings in enumerate(threads.map(said, range(12))):
            assert len(warnings) == 1
            assert f"unknown-{number}: 1" in warnings[0]


def test_one_thread_at_a_time_uses_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layouts and writes in several threads wait for each other, because they share Pango's font map."""
    inside, most = [0], [0]

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.02)
            try:
                return original(*arguments, **options)
            finally:
                inside[0] -= 1

        return call

    monkeypatch.setattr(weasyprint.HTML, "render", counted(weasyprint.HTML.render))
    monkeypatch.setattr(weasyprint.Document, "write_pdf", counted(weasyprint.Document.write_pdf))
    with ThreadPoolExecutor(4) as threads:
        parts = list(threads.map(lambda _: write(lay_out("<p>Text.</p>", "")).pdf, range(6)))
    assert len(set(parts)) == 1
    assert most == [1]


def test_other_users_of_weasyprint_have_theirs(caplog: pytest.LogCaptureFixture) -> None:
    """Records from outside our layouts or from another thread go to the logger's handlers; ours do not."""
    logger = logging.getLogger("weasyprint")
    assert lay_out("<p>Text.</p>", "p { ours: 1 }").warnings
    with engine.collected() as ours:
        thread = threading.Thread(target=logger.warning, args=("theirs",))
        thread.start()
        thread.join()
    logger.warning("later")
    assert ours == []
    assert [record.getMessage() for record in caplog.records] == ["theirs", "later"]


@pytest.mark.parametrize("name", ["a b (1).svg", "100%.svg", "Größe.svg", "a%20b.svg", "a'b.svg"])
def test_a_files_name_may_hold_any_character(name: str) -> None:
    """A picture with spaces, brackets, percent signs or letters of any script in its name is found and drawn."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    assert write(lay_out(f'<html lang="en"><img alt="x" src="set:{name}">', "", {name: svg})).warnings == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing one.png", None),
        ("x.png", b"no picture"),
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><svg width="9" height="9" viewBox="a b c d"/></svg>'),
    ],
)
def test_a_picture_that_cannot_be_drawn_is_an_error(name: str, content: bytes | None) -> None:
    """A picture that WeasyPrint would leave out is an error with the file's name."""
    with pytest.raises(BuildError, match=f'the picture "{name}" cannot be drawn'):
        write(lay_out(f'<html lang="en"><img alt="x" src="set:{name}">', "", {name: content} if content else {}))
