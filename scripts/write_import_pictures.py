"""`make import-pictures`: draws a file of each group of formats beside the page that is printed of it, as PNG files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import pypdfium2
import studypack
from PIL import Image, ImageChops
from studypack.typeset.layout import lay_out, write
from studypack.workflows.importing import Request, import_files

from scripts.import_samples import Sample, samples

FOLDER: Final = Path(__file__).parents[1] / "docs" / "pictures"
LEFT: Final = 400
"""The width of the file in pixels."""
RIGHT: Final = 540
"""The width of the page."""
GAP: Final = 14
EDGE: Final = 24
"""What is left of the page below its last line."""
SHADES: Final = 16
GREY: Final = 205
FAINT: Final = 16
"""Shades up to this one count as paper."""

CSS: Final = """
@page { size: 400px 1200px; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; font: 13px/1.45 Inter, Symbols }
header { padding: 7px 16px; background: #e4e4e4; font-weight: 600 }
main { padding: 14px 16px }
pre { margin: 0; font: 12.5px/1.5 "JetBrains Mono", Symbols; white-space: pre-wrap }
code { font-family: "JetBrains Mono", Symbols }
.term { display: inline-block; width: 190px }
.term i { padding-left: 6px; color: #999; font-style: normal }
.grid { width: 100%; border-collapse: collapse; font-size: 10.5px; line-height: 1.35 }
.grid :is(td, th) { border: 1px solid #bbb; padding: 3px 4px; vertical-align: top; text-align: left }
.grid td:nth-child(2) { width: 118px }
.grid th { background: #eee; font-weight: 400; color: #555; text-align: center }
dl { margin: 0 0 8px }
dt { font-size: 11px; color: #555 }
dd { margin: 0; padding: 5px 8px; border: 1px solid #bbb; border-radius: 4px }
dd img { display: block; margin: 6px auto; width: 150px }
hr { margin: 12px 0; border: 0; border-top: 1px solid #bbb }
.word { font: 14px/1.4 "Source Serif", Symbols }
.word :is(h1, h2, p, li) { margin: 0 0 7px }
.word h1 { font: 600 21px Inter }
.word h2 { margin-top: 15px; font: 600 15px Inter }
.word li { margin-left: 22px }
"""


def main() -> None:
    """Import each sample, build what is made of it, and draw both."""
    FOLDER.mkdir(exist_ok=True)
    for name, sample in samples():
        pages = _pages(sample)
        file = _file(sample)
        height = max(file.height, sum(page.height + GAP for page in pages) - GAP)
        whole = Image.new("L", (LEFT + GAP + RIGHT, height), GREY)
        whole.paste(255, (0, 0, LEFT, height))
        whole.paste(file, (0, 0))
        top = 0
        for page in pages:
            whole.paste(page, (LEFT + GAP, top))
            top += page.height + GAP
        whole.paste(255, (LEFT + GAP, top - GAP, LEFT + GAP + RIGHT, height))
        whole.quantize(SHADES).save(FOLDER / f"import-{name}.png", optimize=True)


def _pages(sample: Sample) -> list[Image.Image]:
    """Return the pages with the sample's words, as far as they are filled."""
    with tempfile.TemporaryDirectory() as folder:
        file, made = Path(folder, sample.name), Path(folder, "set")
        file.write_bytes(sample.content)
        import_files(Request((file,), made, language="en"))
        options = studypack.Options.of([sample.product], **sample.options)
        pack = studypack.build(made, options, output=Path(folder, "out"), cached=False)
        pdf = pack.files[0].read_bytes()
    drawn = (_drawn(pdf, RIGHT, words) for words in sample.words)
    return [_filled(page.crop((0, 0, page.width, round(sample.share * page.height)))) for page in drawn]


def _file(sample: Sample) -> Image.Image:
    """Return the file as it came."""
    html = f"<html lang=en><body><header>{sample.name}</header><main>{sample.html}</main></body></html>"
    return _filled(_drawn(write(lay_out(html, CSS, sample.files)).pdf, LEFT))


def _filled(page: Image.Image) -> Image.Image:
    """Return a page without what is empty below its last line."""
    ink = ImageChops.invert(page).point(lambda shade: 255 * (shade > FAINT)).getbbox()
    return page.crop((0, 0, page.width, min(page.height, ink[3] + EDGE))) if ink else page


def _drawn(pdf: bytes, width: int, words: str = "") -> Image.Image:
    """Return the first page that has these words, this wide.

    Raises:
        LookupError: none has.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            if words in " ".join(page.get_textpage().get_text_bounded().split()):
                drawn: Image.Image = page.render(scale=2 * width / page.get_width()).to_pil().convert("L")
                return drawn.resize((width, round(width * drawn.height / drawn.width)))
    raise LookupError(words)


if __name__ == "__main__":
    main()
