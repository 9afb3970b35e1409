"""The preflight reports what would print badly, with file and line, and nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from studypack.checks import glyphs
from studypack.checks.code_width import wide_lines
from studypack.checks.glyphs import bundled_coverage
from studypack.checks.preflight import preflight
from studypack.questions.loader import load
from studypack.questions.selection import Criteria, select
from studypack.resources import bundled_set
from studypack.text import markdown
from studypack.typeset.code_room import OURS, OURS_LARGE, code_room
from studypack.typeset.geometry import Paper
from studypack.typeset.layout import lay_out, write
from studypack.typeset.svg_text_size import printed_types
from studypack.typeset.templating import stylesheet
from studypack.typeset.themes import Theme, load_theme
from studypack.workflows.build import build
from studypack.workflows.check import check
from studypack.workflows.request import Request

from tests.making import authored, only, write_set
from tests.pdf_reading import fonts, page_texts

HEAD = """\
title: Made
topics: [{id: t, title: T}]
questions:
- id: q
  question: Why?
  topic: t
  takeaway: Because.
"""  # what follows begins on line 8
HANDBOOK = stylesheet(
    "themes/print.css", "themes/code.css", "handbook/page.css.j2", "handbook/handbook.css",
    values={"page": Paper.A4.page.values(simplex=False)},
)  # fmt: skip  # the style sheets on one line
BESIDE = "<div style='margin-inline-start: var(--beside)'>"
"""The column of the text, beside that of the cues."""
Said = Callable[..., list[str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Return the preflight's warnings about a set with these further lines of its question and these files."""

    def say(body: str, files: Mapping[str, bytes] | None = None, head: str = HEAD, answer: bool = True) -> list[str]:
        monkeypatch.chdir(tmp_path)
        for name, content in (files or {}).items():
            (tmp_path / name).write_bytes(content)
        Path("made.yaml").write_text(head + body + ("  answer: So.\n" if answer else ""), "utf-8")
        loaded = load(Path("made.yaml"))
        found = preflight(loaded.question_set, positions=loaded.positions)
        return [str(diagnostic) for diagnostic in found]

    return say


def _svg(attributes: str, text: str = '<text x="9" y="50" font-size="20">X</text>') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>\n{text}\n</svg>'.encode()


def _figure(name: str = "x.svg") -> str:
    return f"  exhibits:\n  - figure: {name}\n    alt: Something.\n    caption: C.\n"


def _raster(kind: str, width: int, height: int, orientation: int = 1) -> bytes:
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.new("L", (width, height)).save(made, kind, exif=exif)
    return made.getvalue()


def test_the_bundled_set_prints_well() -> None:
    """The bundled set has no warnings, neither as a whole nor in a selection."""
    loaded = load(bundled_set())
    assert preflight(loaded.question_set, positions=loaded.positions) == ()
    assert preflight(select(loaded.question_set, Criteria(topics=("databases",)))) == ()


# Code


def _code(key: str, columns: int) -> str:
    return f"  {key}: |\n    Text.\n\n    ```\n    short\n    {'x' * columns}\n    ```\n"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (_code("guidance", 74), 'line 2 of the code in "guidance" is 74 columns wide, the handbook has room for 23'),
        (_code("answer", 71), 'line 2 of the code in "answer" is 71 columns wide, the handbook has room for 70'),
        (
            f"  follow_ups:\n  - question: W?\n    answer: |\n      ```\n      {'x' * 68}日本\n      ```\n",
            'line 1 of the code in "answer" of follow_ups number 1 is 72 columns wide, the handbook has room for 71',
        ),
        (
            f"  guidance: |\n    - a\n\n      ```\n      {'x' * 71}\n      ```\n",
            'line 1 of the code in "guidance" is 71 columns wide, the handbook has room for 20',
        ),
        (
            f"  guidance: |\n    > ```\n    > {'x' * 61}\n    > ```\n",
            'line 1 of the code in "guidance" is 61 columns wide, the handbook has room for 10',
        ),
        (
            f"  guidance: |\n    Text.\n\n        \t{'x' * 66}\n",
            'line 1 of the code in "guidance" is 74 columns wide, the handbook has room for 23',
        ),
        (
            f"  cards:\n  - id: c\n    front: F\n    back: |\n      ```\n      {'x' * 74}\n      ```\n",
            'line 1 of the code in "back" of cards number 1 is 74 columns wide, the handbook has room for 73',
        ),
    ],
)
def test_a_wide_line_of_code_in_a_text_is_named(said: Said, body: str, words: str) -> None:
    """Fenced and indented code in any text is checked against its own measure; wide characters take two columns."""
    remedy = "; break it at a suitable place"
    found = said(body, answer="\n  answer" not in f"\n{body}")
    (file, line, _, what), *more = [each.split(":", 3) for each in found if "columns" in each]
    assert (what.strip(), more) == (f"{words}{remedy}", [])
    assert "x" * 30 in Path(file).read_text("utf-8").splitlines()[int(line) - 1]


@pytest.mark.parametrize(
    "body",
    [
        _code("guidance", 23),
        _code("answer", 70),
        _code("guidance", 23).replace("x", "e\u0301"),
        f"  guidance: {'x' * 200}\n",
    ],
)
def test_code_that_fits_and_text_are_not_named(said: Said, body: str) -> None:
    """A line exactly as wide as the measure is allowed, and ordinary text wraps."""
    assert said(body, answer="\n  answer" not in f"\n{body}") == []


def test_a_wide_line_of_a_listing_is_named_in_its_own_file(said: Said) -> None:
    """The location is the listing's own file and line for any line ends; one trailing space is allowed, two are not."""
    listing = f"a = 1\r\nb = '{'x' * 69}'\r\n{'y' * 73} \r\n{'z' * 73}  ".encode()
    assert said("  exhibits: [{listing: x.py, caption: C.}]\n", {"x.py": listing}) == [
        "x.py:2:1: the line is 75 columns wide, the handbook has room for 73; break it at a suitable place",
        "x.py:4:1: the line is 74 columns wide, the handbook has room for 73; delete the spaces at its end",
    ]


def test_code_of_the_introduction_is_measured_too(said: Said) -> None:
    """A warning about text outside the questions names the file with the set's title."""
    head = f"introduction: |\n  ```\n  {'x' * 74}\n  ```\n" + HEAD
    (words,) = said("", head=head)
    assert words.startswith(
        'made.yaml:3:1: line 1 of the code in "introduction" is 74 columns wide, the handbook has room for 73'
    )


@pytest.mark.parametrize("extra", ["", "pre code { font-size: 1em }"])
@pytest.mark.parametrize(
    ("fit", "open_", "lead", "close"),
    [
        (73, "<figure class='exhibit listing'>", "", "</figure>"),
        (
            23,
            "<div class='row' style='margin-inline-start: calc(-1 * var(--beside))'><div class='cue'>",
            "",
            "</div><div class='text'></div></div>",
        ),
        (70, "<div class='answer'>", "", "</div>"),
        (71, "<div class='follow-up'><div class='reply'>", "", "</div></div>"),
        (67, "<div class='answer'>", "- ", "</div>"),
        (57, "<div class='answer'>", "> ", "</div>"),
    ],
)
def test_the_columns_are_those_of_the_page(fit: int, open_: str, lead: str, close: str, extra: str) -> None:
    """At 7.8 pt, a line breaks after exactly this number of columns, and in the handbook never sooner."""
    rest = lead.replace("-", " ")
    body = markdown.block(f"{lead}```\n{rest}{'x' * 200}\n{rest}```")
    html = f"<html lang='en'><head><title>T</title></head><body>{BESIDE}{open_}{body}{close}</div></body></html>"
    with pypdfium2.PdfDocument(write(lay_out(html, HANDBOOK + extra)).pdf) as document:
        lines = document[0].get_textpage().get_text_range().split()
    columns = len(next(line for line in lines if line.startswith("xx")))
    assert columns == fit if extra else columns >= fit


@pytest.mark.parametrize(
    "css",
    [
        "pre { font-size: 5.5pt }",
        "pre { font-size: 11pt }",
        "pre { padding: 20pt }",
        "pre code { font-size: 2em }",
        ":root { --mono: Inter }",
    ],
)
def test_the_room_for_code_is_that_of_the_theme(tmp_path: Path, css: str) -> None:
    """As many columns are allowed as the theme's own style sets on a line, whatever makes them wider."""
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "theme.css").write_text(css, "utf-8")
    room = code_room(load_theme(str(tmp_path / "looks")))
    body = f"{BESIDE}<pre><code>{'0' * 400}</code></pre></div>"
    html = f"<html lang='en'><head><title>T</title></head><body>{body}</body></html>"
    with pypdfium2.PdfDocument(write(lay_out(html, HANDBOOK + css)).pdf) as document:
        columns = len(document[0].get_textpage().get_text_range().split()[0])
    assert len(list(wide_lines("0" * columns, room))) == 0
    assert len(list(wide_lines("0" * (columns + 1), room))) == 1


def test_a_theme_that_leaves_code_alone_is_not_typeset() -> None:
    """The program's own room is known without WeasyPrint, and typesetting it gives the same."""
    assert code_room() == OURS
    assert code_room(Theme("x", {"theme.css": "h1 { color: red }"})) == OURS
    measured = code_room(Theme("x", {"theme.css": "pre { color: red }"}))
    assert int(measured.width / measured.column) == int(OURS.width / OURS.column)
    measured = code_room(Theme("x", {"theme.css": "pre { color: red }"}), large=True)
    assert int(measured.width / measured.column) == int(OURS_LARGE.width / OURS_LARGE.column)


def test_large_print_has_room_for_fewer_columns(tmp_path: Path) -> None:
    """A line that fits the ordinary pages is reported when the book is built in large print."""
    path = write_set(tmp_path / "made.yaml", authored(1))
    path.write_text(path.read_text("utf-8").replace('"answer": "', f'"answer": "```\\n{"0" * 65}\\n```\\n'), "utf-8")

    assert check(Request(path))[1] == ()
    large = Request(path, options=only("handbook", large_print=True), output=tmp_path / "out", now=1, workers=1)
    assert [warning.why for warning in build(large).warnings] == ["the handbook has room for 57"]


def test_a_listing_has_both_columns_in_large_print(tmp_path: Path) -> None:
    """A line of it that fits there is on one line; one that does not is reported."""
    (tmp_path / "code.py").write_text("#" * 85 + "\n" + "+" * 86, "utf-8")
    content = authored(1)
    content["questions"][0]["exhibits"] = [{"listing": "code.py", "caption": "Code"}]
    path = write_set(tmp_path / "made.yaml", content)
    request = Request(path, options=only("handbook", large_print=True), output=tmp_path / "out", now=1, workers=1)
    built = build(request)
    assert [(warning.what, warning.why) for warning in built.warnings] == [
        ("the line is 86 columns wide", "the handbook has room for 85")
    ]
    text = " ".join(page_texts((built.folder / "handbook.pdf").read_bytes()))
    assert "#" * 85 in text
    assert "+" * 86 not in text


def test_a_build_and_a_check_measure_the_theme(tmp_path: Path) -> None:
    """A line that fits by the program's own style is too wide in large type, and the other way round in small type."""
    (tmp_path / "looks").mkdir()
    (tmp_path / "code.py").write_text("#" * 80, "utf-8")
    content = authored(1, theme="looks")
    content["questions"][0]["exhibits"] = [{"listing": "code.py", "caption": "Code"}]
    path = write_set(tmp_path / "made.yaml", content)
    for size, count in (("5.5pt", 0), ("11pt", 1)):
        (tmp_path / "looks" / "theme.css").write_text(f"pre {{ font-size: {size} }}", "utf-8")
        _, warnings = check(Request(path))
        assert len(warnings) == count


# Glyphs


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "  guidance: 日\n",
            '8:13: "guidance" contains 日 (U+65E5 CJK UNIFIED IDEOGRAPH-65E5), the text\'s font has no glyph for it',
        ),
        (
            "  key_points: [a, b ก]\n",
            "8:19: key_points number 2 contains ก (U+0E01 THAI CHARACTER KO KAI), the text's font has no glyph for it",
        ),
        (
            "  guidance: |\n    ```\n    ∀ ก\n    ```\n",
            '8:13: "guidance" contains ก (U+0E01 THAI CHARACTER KO KAI), the font of code has no glyph for it',
        ),
        (
            "  guidance: a `ก`\n",
            '8:13: "guidance" contains ก (U+0E01 THAI CHARACTER KO KAI), the font of code has no glyph for it',
        ),
        (
            '  exhibits: [{table: "|a|\\n|-|\\n|ก|", caption: C.}]\n',
            '8:22: "table" of exhibits number 1 contains ก (U+0E01 THAI CHARACTER KO KAI), '
            "the font of headings and tables has no glyph for it",
        ),
        (
            "  guidance: |\n    # ก\n",
            '8:13: "guidance" contains ก (U+0E01 THAI CHARACTER KO KAI), '
            "the font of headings and tables has no glyph for it",
        ),
    ],
)
def test_a_missing_glyph_is_named(said: Said, body: str, words: str) -> None:
    """The message gives the character, its code point and name, and the font that would set it."""
    assert said(body) == [f"made.yaml:{words}; use another character, or a theme with a font that has it"]


@pytest.mark.parametrize(
    "body",
    [
        "  guidance: a `∀` → “é” ☐\n",  # each in the font that has it
        "  guidance: Yes ✅, no ❌, `☑`, ⭐, ⚠️, ש, ع.\n",  # the signs of lists, and other scripts, in the last font
        '  exhibits: [{table: "|⌘|\\n|-|\\n|①|", caption: ⌘}]\n',
        '  guidance: "a\\u00a0b\\u00adc\\u200dd\\ufe0fe\\u2003f\\U000e0100"\n',  # invisible
        '  cards: [{id: c, front: 日 `日`, back: "# 本\\n\\n    日"}]\n',  # set in the fonts of the device
        '  guidance: "[a](https://example.org/日)"\n',  # an address that is not printed
    ],
)
def test_what_has_a_glyph_or_needs_none_is_not_named(said: Said, body: str) -> None:
    """A character counts as missing only where it is printed, and only in the font that prints it."""
    assert said(body) == []


def test_cards_are_checked_where_they_are_printed(tmp_path: Path) -> None:
    """Glyphs of cards count for a build that prints cards, and not for one whose cards are shown on a device."""
    body = "  answer: So.\n  cards: [{id: c, front: 'A \U00013000 sign?', back: Yes.}]\n"
    path = tmp_path / "made.yaml"
    path.write_text(HEAD + body, "utf-8")
    loaded = load(path)
    assert preflight(loaded.question_set, positions=loaded.positions) == ()
    (warning,) = preflight(loaded.question_set, positions=loaded.positions, cards=True)
    assert '"front" of cards number 1 contains' in warning.what


def test_a_missing_glyph_is_named_once_for_a_question(said: Said) -> None:
    """A character is reported once per question, and once for the texts of the set itself."""
    head = "subtitle: 日\n" + HEAD
    other = "- {id: r, question: 日, topic: t, takeaway: T, answer: So.}\n"
    found = said("  guidance: 日日\n  pitfalls: [日, 本]\n  answer: So.\n" + other, head=head, answer=False)
    assert [line.split(" (")[0] for line in found] == [
        'made.yaml:1:11: "subtitle" contains 日',
        'made.yaml:9:13: "guidance" contains 日',
        "made.yaml:10:17: pitfalls number 2 contains 本",
        'made.yaml:12:21: "question" contains 日',
    ]


def test_the_missing_glyphs_of_a_text_are_one_warning(said: Said) -> None:
    """Four characters are named, and how many more there are."""
    (line,) = said("  guidance: 日 本 語 中 文 字 日\n")
    assert line.count("U+") == 4
    assert "語 (U+8A9E CJK UNIFIED IDEOGRAPH-8A9E), 中 (U+4E2D CJK UNIFIED IDEOGRAPH-4E2D) and 2 more, " in line


def test_a_missing_glyph_in_a_file_is_placed_there(said: Said) -> None:
    """Characters in listings and figures are reported with the file's own line."""
    files = {"x.py": "a\n# 日\n".encode(), "x.svg": _svg('width="99"', "<text>a</text>\n <text>b本</text>")}
    body = _figure() + "  - {listing: x.py, caption: C.}\n"
    assert [line.split(",")[0] for line in said(body, files)] == [
        "x.py:2:1: the listing contains 日 (U+65E5 CJK UNIFIED IDEOGRAPH-65E5)",
        "x.svg:3:2: the figure contains 本 (U+672C CJK UNIFIED IDEOGRAPH-672C)",
    ]


def test_fonts_of_a_theme_count(tmp_path: Path) -> None:
    """The characters of a theme's fonts count as covered."""
    path = tmp_path / "made.yaml"
    path.write_text(HEAD + "  answer: 日\n", "utf-8")
    question_set = load(path).question_set
    assert len(preflight(question_set)) == 1
    assert preflight(question_set, lambda font: bundled_coverage(font) | {ord("日")}) == ()


def test_the_style_sheet_decides_which_fonts_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fallback family counts for the text only because print.css lists it after the text's own family."""
    assert {ord("⌘"), ord("∀")} <= bundled_coverage("serif")
    monkeypatch.setattr(glyphs, "stylesheet", lambda _: ":root { --serif: 'Source Serif'; }")
    assert not {ord("⌘"), ord("∀")} & bundled_coverage.__wrapped__("serif")


def test_what_counts_as_covered_is_set_in_our_fonts() -> None:
    """A sample of each font's characters is typeset without any font of the machine."""
    samples = [(font, sorted(bundled_coverage(font))[50::40]) for font in ("serif", "sans", "mono")]
    lines = "".join(f"<p style='font-family: var(--{f})'>{''.join(map(chr, points))}</p>" for f, points in samples)
    part = write(
        lay_out(f"<html lang='en'><title>T</title><body>{lines}</body></html>", stylesheet("themes/print.css"))
    )
    assert part.warnings == ()
    assert fonts(part.pdf) == {"Source-Serif", "Inter", "JetBrains-Mono", "Symbols", "emoji"}


# Figures

SMALL = "pt in print, 6 pt is the smallest legible; enlarge it, or draw the figure narrower"


@pytest.mark.parametrize(
    ("svg", "words"),
    [
        (
            _svg('viewBox="0 0 357 99" width="357pt" font-size="5.9"', "<text>a</text>"),
            "2:1: the figure's smallest type is 5.9",
        ),
        (_svg('viewBox="0 0 2000 900" width="2000" height="900"'), "2:1: the figure's smallest type is 3.6"),
        (
            _svg('width="200" height="200"', "<text>a\n <tspan style='font-size: 7px'>b</tspan></text>"),
            "3:2: the figure's smallest type is 5.2",
        ),
        (
            _svg('width="99" font-size="9"', '<g transform="scale(.5)">\n<text>a</text></g>'),
            "3:1: the figure's smallest type is 3.4",
        ),
        (
            _svg('width="99"', '<g transform="matrix(.5 0 0 .25 9 9)"><text>a</text></g>'),
            "2:39: the figure's smallest type is 3.0",
        ),
    ],
)
def test_type_too_small_to_read_is_named(said: Said, svg: bytes, words: str) -> None:
    """The smallest type in a figure is reported in printed points, with its line in the figure."""
    assert said(_figure(), {"x.svg": svg}) == [f"x.svg:{words} {SMALL}"]


@pytest.mark.parametrize(
    "svg",
    [
        _svg('viewBox="0 0 357 99" width="357pt" font-size="6"', "<text>a</text>"),
        _svg('width="99"', '<defs><text font-size="1">a</text></defs><title font-size="1">a</title>'),
        _svg('width="99" font-size="1"', '<g> <text> <tspan font-size="9">a</tspan> </text></g>'),
        _svg('width="99"', '<text font-size="2" transform="translate(1) scale(5)">a</text>'),
        _svg('width="99"', '<g font-size="1">a<text font-size="9">a</text></g>'),
        _svg('width="99" font-size="-1"', "<text>a</text>"),
    ],
)
def test_type_of_a_readable_size_and_type_that_is_not_shown_are_not_named(said: Said, svg: bytes) -> None:
    """Type of six points is allowed, and definitions, titles and empty text are not checked."""
    assert said(_figure(), {"x.svg": svg}) == []


@pytest.mark.parametrize(
    "svg",
    [
        _svg('width="100" height="100" viewBox="0 0 100 100"'),
        _svg('width="75pt" height="75pt" viewBox="0 0 100 100"'),
        _svg('viewBox="0 0 100 100"'),
        _svg('width="100%" viewBox="0 0 100 100"'),
        _svg(""),
        _svg('width="2000" height="2000"'),
        _svg('width="2000" height="2000" viewBox="0 0 2000 2000"'),
        _svg('height="200" viewBox="0 0 100 100"'),
        _svg('width="200" height="100" viewBox="0 0 100 100"'),
        _svg('width="100" height="100"', '<text x="9" y="50">X</text>'),
        _svg('width="100" height="100"', '<text x="9" y="50" font-size="15pt">X</text>'),
        _svg('width="100" height="100"', '<text x="9" y="50" style="font-size:10px" font-size="40">X</text>'),
        _svg('width="100" height="100"', '<g transform="matrix(.5 0 0 .5 0 0)"><text x="9" y="50">X</text></g>'),
    ],
)
def test_sizes_are_those_of_the_page(svg: bytes) -> None:
    """The computed size is the one that PDFium reads from the typeset figure."""
    css = HANDBOOK
    body = "<figure class='exhibit'><img src='set:x.svg' alt='A'></figure>"
    html = f"<html lang='en'><title>T</title><body>{BESIDE}{body}</div></body></html>"
    with pypdfium2.PdfDocument(write(lay_out(html, css, {"x.svg": svg})).pdf) as document:
        page = document[0].get_textpage()
        _, bottom, _, top = page.get_charbox(page.get_text_range().index("X"), loose=True)
    (text,) = printed_types(svg)
    assert text.size == pytest.approx((top - bottom) / _loose_height(), rel=0.02)


def _loose_height() -> float:
    """Return the height of PDFium's loose box for one-point type in the default font of an SVG."""
    html = "<html lang='en'><title>T</title><body><img src='set:x.svg' alt='A'></body></html>"
    svg = _svg('width="100" height="100"')
    with pypdfium2.PdfDocument(write(lay_out(html, "", {"x.svg": svg})).pdf) as document:
        _, bottom, _, top = document[0].get_textpage().get_charbox(0, loose=True)
    return float(top - bottom) / 15.0  # 20 pixels


@pytest.mark.parametrize(
    ("name", "content", "dots"),
    [
        ("x.png", _raster("PNG", 743, 9), 150),
        ("x.png", _raster("PNG", 600, 9), 121),
        ("x.jpg", _raster("JPEG", 40, 900), 96),
        ("x.jpg", _raster("JPEG", 900, 40, orientation=6), 96),
    ],
)
def test_a_coarse_picture_is_named(said: Said, name: str, content: bytes, dots: int) -> None:
    """The resolution of a raster figure is that of its printed width, after the camera's rotation is applied."""
    assert said(_figure(name), {name: content}) == [
        f'made.yaml:9:13: the figure "{name}" has {dots} dpi in print, at least 150 dpi look sharp; '
        "export it at least 744 pixels wide, or as SVG"
    ]


def test_a_fine_picture_is_not_named(said: Said) -> None:
    """A picture of 744 pixels, which is 150 dpi at the full measure, is allowed."""
    assert said(_figure("x.png"), {"x.png": _raster("PNG", 744, 9)}) == []


# Links and sources


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[x]()", "has no address, it leads nowhere; write its address between the parentheses"),
        ("[x](#)", "has no address, it leads nowhere; write its address between the parentheses"),
        ("[x](#nope)", "leads to #nope, the set has no such question or term; write the id of a question or a term"),
        ("[x](#lockk)", 'leads to #lockk, the set has no such question or term; did you mean "lock"?'),
        *(
            (
                f"{mark}[x]({to})",
                f"leads to {to}, only web addresses, mailto: and #id-of-a-question are supported; "
                "write the whole address, or delete the link",
            )
            for mark, to in [
                ("", "a.md"), ("", "www.example.org"), ("", "ftp://example.org"),
                ("", "file:///etc/hosts"), ("", "javascript:x"), ("", "http:///x"),
            ]
        ),
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_is_named(said: Said, link: str, words: str) -> None:
    """A link that cannot be followed is reported with the key that contains it."""
    head = "glossary: [{id: lock, term: L, definition: D.}]\n" + HEAD
    assert said(f"  pitfalls:\n  - 'a {link}'\n", head=head) == [
        f'made.yaml:10:5: the link "x" in pitfalls number 1 {words}'
    ]


@pytest.mark.parametrize(
    "text",
    ["[x](https://example.org)", "<http://example.org>", "[x](mailto:a@example.org)", "<a@example.org>", "[x](#q)",
     "[x](#lock)", "`[x]()`", "[x]"],
)  # fmt: skip
def test_a_link_that_can_be_followed_is_not_named(said: Said, text: str) -> None:
    """A link may lead to a web or mail address, a question or a term."""
    head = "glossary: [{id: lock, term: L, definition: D.}]\n" + HEAD
    assert said(f"  guidance: '{text}'\n", head=head) == []


def test_a_link_out_of_a_selection_leads_nowhere(tmp_path: Path) -> None:
    """A link to another question is allowed in the whole set but reported in a selection without that question."""
    path = tmp_path / "made.yaml"
    path.write_text(HEAD + "  answer: '[x](#r)'\n- {id: r, question: R, topic: t, answer: A}\n", "utf-8")
    whole = load(path).question_set
    assert preflight(whole) == ()
    (found,) = preflight(select(whole, Criteria(ids=("q",))))
    assert found.why == "the selection has no such question or term"


def test_a_source_without_any_place_is_named(said: Said) -> None:
    """A source needs a URL, a year or a place, any of which is enough to look it up."""
    assert said("  sources:\n  - {title: A, year: 1999}\n  - title: B\n  - {title: C, where: p. 3}\n") == [
        'made.yaml:10:5: the source "B" cannot be looked up, it has no url, year or where; add one of them'
    ]


# Places


def test_files_of_a_folder_are_named_from_its_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without positions, the preflight derives the set's folder from its questions' files and uses their lines."""
    monkeypatch.chdir(tmp_path)
    Path("s/questions").mkdir(parents=True)
    Path("s/set.yaml").write_text("title: Made 日\ntopics: [{id: t, title: T}]\n", "utf-8")
    Path("s/x.py").write_text("x" * 74, "utf-8")
    body = "  guidance: '[x]()'\n  answer: A\n  exhibits: [{listing: x.py, caption: C}]\n"
    Path("s/questions/t.yaml").write_text("questions:\n" + HEAD.partition("questions:\n")[2] + body, "utf-8")
    found = preflight(load(Path("s")).question_set)
    assert [str(d.where) for d in found] == ["s/questions/t.yaml:2:3", "s/set.yaml:1:1", "s/x.py:1:1"]
