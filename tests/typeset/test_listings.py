"""Listings in print: numbers beside their lines, blank lines at half height, and where they break (PDFium, pikepdf)."""

from __future__ import annotations

import io
import re
from typing import Final

import pikepdf
import pypdfium2
import pytest
from studypack.text.markdown import MANY_LINES, code_block
from studypack.typeset.layout import lay_out, write
from studypack.typeset.listings import TOGETHER, digit_outline, in_paragraphs
from studypack.typeset.templating import stylesheet

CSS: Final = stylesheet("themes/print.css", "themes/markdown.css", "themes/code.css", "handbook/handbook.css")
PAGE: Final = "@page { size: 160mm 80mm; margin: 5mm 5mm 5mm 20mm }"
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
GUTTER: Final = 20 / 25.4 * 72
"""The margin in which the numbers are, in points."""


def _pdf(*lines: str, css: str = "", **attributes: str) -> bytes:
    """Return the pages of a numbered listing with these lines."""
    root = "".join(f' {name}="{value}"' for name, value in attributes.items())
    listing = in_paragraphs(str(code_block("\n".join(lines), numbered=True)))
    html = f'<html lang="en"{root}><title>t</title><figure class="exhibit long">{listing}</figure>'
    return write(lay_out(html, f"{CSS} {PAGE} figure {{ margin: 0 }} {css}")).pdf


def _numbers(pdf: bytes) -> list[list[tuple[int, float]]]:
    """Return for each page the numbers drawn on it, and their baselines in points from its foot."""
    digits = {digit_outline(str(digit)).strip(): str(digit) for digit in range(10)}
    pages = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            used = [str(each[0][0]) for each in pikepdf.parse_content_stream(page) if str(each[1]) == "Do"]
            forms = [page.obj.Resources.XObject[name].read_bytes().decode() for name in used]
            drawn = [each for form in forms for each in re.findall(r"(\S+) cm\n([^q]*?)\nQ", form)]
            read = [("".join(digits[d.strip()] for d in re.split(r"1 0 0 1 \d+ 0 cm", own)), y) for y, own in drawn]
            pages.append([(int(number), float(page.mediabox[3]) - float(y) * 0.75) for number, y in read])
    return pages


def _baselines(pdf: bytes, page: int = 0) -> list[tuple[str, float]]:
    """Return the first letter of each printed line, and its lower edge in points from the page's foot."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage()
        found: dict[float, str] = {}
        for n in range(text.count_chars()):
            if (letter := text.get_text_range(n, 1)).strip():
                found.setdefault(round(text.get_charbox(n)[1], 1), letter)
    return [(letter, bottom) for bottom, letter in found.items()]


def test_each_line_has_its_number() -> None:
    """A number is on the baseline of its line; blank lines count, and have none."""
    ((*numbers,),) = _numbers(pdf := _pdf("a", "b", "", "c", "", "", "e", "x"))
    assert [number for number, _ in numbers] == [1, 2, 4, 7, 8]
    assert [y for _, y in numbers] == pytest.approx([y for _, y in _baselines(pdf)], abs=0.3)


def test_what_goes_on_below_has_no_number() -> None:
    """A line that is broken has one number, and the next line the next."""
    words = " ".join(f"x{LETTERS}" for _ in range(9))
    ((*numbers,),) = _numbers(pdf := _pdf("a", words, *"cdxv"))
    assert len(_baselines(pdf)) > 7
    assert [number for number, _ in numbers] == [1, 2, 3, 4, 5, 6]


def test_numbers_go_on_with_the_listing() -> None:
    """On later pages the numbers go on, also behind a line that a page breaks."""
    lines = ["" if n % 5 == 4 else LETTERS * (60 if n == 11 else 1) for n in range(60)]
    pages = _numbers(_pdf(*lines))
    assert len(pages) > 3
    assert [n for page in pages for n, _ in page] == [n + 1 for n, line in enumerate(lines) if line]


def test_numbers_are_no_text() -> None:
    """A page's text is the code alone: nothing else is copied, found or read aloud."""
    words = [LETTERS[n:] for n in range(9)]
    with pypdfium2.PdfDocument(_pdf(*words)) as document:
        assert document[0].get_textpage().get_text_range().split() == words


def test_numbers_can_be_read() -> None:
    """Digits are as high as those of 7 pt, and grey with a contrast of at least 4.5:1; they end before the code."""
    with pypdfium2.PdfDocument(pdf := _pdf("a", *[""] * 8, "b")) as document:
        picture = document[0].render(scale=10, grayscale=True).to_pil()
    gutter = picture.crop((0, 0, round(10 * GUTTER) - 20, picture.height))
    box = gutter.point(lambda value: 255 if value < 200 else 0).getbbox()
    assert box is not None
    darkest = gutter.getextrema()[0] / 255
    luminance = ((darkest + 0.055) / 1.055) ** 2.4
    assert 1.05 / (luminance + 0.05) >= 4.5
    (_, first), (_, last) = _baselines(pdf)
    assert box[3] - box[1] - 10 * (first - last) >= 7 * 0.73 * 10 - 1  # digits are as high as capitals


@pytest.mark.parametrize(("direction", "sign"), [("ltr", -1), ("rtl", 1)])
def test_numbers_are_where_the_cues_are(direction: str, sign: int) -> None:
    """They are to the left of the code, and to the right of it where text runs from right to left."""
    css = "@page { margin: 20mm }"
    with pypdfium2.PdfDocument(_pdf(*LETTERS[:6], css=css, dir=direction)) as document:
        picture = document[0].render(scale=4, grayscale=True).to_pil()
    edge = round(4 * GUTTER)
    left, right = picture.crop((0, 0, edge, picture.height)), picture.crop((picture.width - edge, 0, *picture.size))
    inked = [side.getextrema()[0] < 200 for side in (left, right)]
    assert inked == [sign < 0, sign > 0]


def test_few_lines_have_no_numbers() -> None:
    """In a listing of a few lines nobody needs them."""
    assert _numbers(_pdf(*LETTERS[: MANY_LINES - 1])) == [[]]
    assert _numbers(_pdf(*LETTERS[:MANY_LINES])) != [[]]


def test_a_long_word_behind_an_indentation_stays_on_the_page() -> None:
    """It is broken, as in code that is not divided into paragraphs, though a part of it is highlighted."""
    code = in_paragraphs(str(code_block(f"    call('{LETTERS * 9}')", language="python")))
    pages = lay_out(f'<html lang="en"><title>t</title>{code}', f"{CSS} {PAGE}")
    with pypdfium2.PdfDocument(write(pages).pdf) as document:
        text = document[0].get_textpage()
        assert max(text.get_charbox(n)[2] for n in range(text.count_chars())) < document[0].get_width()


def test_blank_lines_are_half_as_high() -> None:
    """One blank line moves what follows by half a line, two by a whole one."""
    height = [y for _, y in _baselines(_pdf(*"xxxxxx"))]
    line = height[0] - height[1]
    for blank in (1, 2):
        (_, first), (_, second), *_ = _baselines(_pdf("x", *[""] * blank, *"xxxxx"))
        assert first - second == pytest.approx(line * (1 + blank / 2), abs=0.1)


def test_a_listing_breaks_at_a_blank_line() -> None:
    """Where there is one, a break is at a blank line."""
    lines = [*"x" * 6, "", *"a" * 9, "", *"b" * 12, "", *"c" * 5]
    first, second = _numbers(_pdf(*lines))
    assert lines[second[0][0] - 2] == ""
    assert first[-1][0] == second[0][0] - 2


def test_the_tint_ends_with_the_code() -> None:
    """Where a listing goes on, its tint does not reach down to the foot of the page."""
    pdf = _pdf(*"a" * 12, "", *"b" * 15)
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=2, grayscale=True).to_pil()
    lowest = min(y for _, y in _baselines(pdf))
    tint = picture.crop((picture.width // 2, 0, picture.width // 2 + 1, picture.height))
    assert tint.point(lambda value: 255 if value < 250 else 0).getbbox()[3] < picture.height - 2 * lowest + 12


def test_few_lines_are_not_left_alone() -> None:
    """A paragraph of fewer than eight lines at the end of a listing keeps some of the lines before it."""
    first, second = _numbers(_pdf(*"a" * 18, "", *"b" * 3))
    assert min(len(first), len(second)) >= TOGETHER


def test_code_with_a_blank_line_in_an_element_is_left_as_it_is() -> None:
    """What cannot be divided is one paragraph."""
    html = "<pre class='code'><code><span>a\n\nb</span></code></pre>"
    assert in_paragraphs(html) == html
