"""Themes that are too much, damaged, or of another shape than the program's own: refused with the file's name."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from studypack.errors import ContentError, StudypackError
from studypack.typeset import font_limits
from studypack.typeset.fonts import font_bytes
from studypack.typeset.themes import load_theme
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import one, only
from tests.running import run, run_within

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


def _theme(folder: Path, name: str, content: bytes) -> Path:
    file = folder / "looks" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    return folder / "looks"


def _refused(folder: Path, name: str, content: bytes) -> str:
    """Return what is said of a theme's file, without its place."""
    with pytest.raises(ContentError) as caught:
        load_theme(str(_theme(folder, name, content)))
    (said,) = caught.value.diagnostics
    assert str(said.where) == f"looks/{name}:1:1"
    return f"{said.what}, {said.why}"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _font(flavor: str | None = None) -> bytes:
    saved = io.BytesIO()
    with TTFont(io.BytesIO(font_bytes("font:Inter/italic/600"))) as font:
        font.flavor = flavor
        font.save(saved)
    return saved.getvalue()


USE = "".join(f'<g id="g{n}">{f"<use href={chr(34)}#g{n + 1}{chr(34)}/>" * 10}</g>' for n in range(9))
HUGE = struct.pack(">IIBBBBB", 13_000, 13_000, 1, 0, 0, 0, 0)
PICTURES = {
    "nested.svg": SVG.format(f'{USE}<g id="g9"><rect/></g><use href="#g0"/>').encode(),
    "script.svg": SVG.format("<script>x</script>").encode(),
    "size.svg": SVG.replace('"9"', '"px"', 1).encode(),
    "huge.png": b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", HUGE) + _chunk(b"IEND", b""),
    "damaged.png": b"\x89PNG\r\n\x1a\n",
    "damaged.jpg": b"\xff\xd8\xff",
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_limits_of_figures_hold_for_the_pictures_of_themes(name: str, tmp_path: Path) -> None:
    """Nested `use`, 169 megapixels in a few bytes, damaged files: one line with the file's name, before any layout."""
    assert _refused(tmp_path, name, PICTURES[name]).startswith("the theme's picture cannot be used, ")


def _claiming(size: int) -> bytes:
    font = bytearray(_font("woff"))
    font[16:20] = size.to_bytes(4, "big")
    return bytes(font)


def _table_claiming(size: int) -> bytes:
    font = bytearray(_font("woff"))
    font[44 + 12 : 44 + 16] = size.to_bytes(4, "big")
    return bytes(font)


TOO_LARGE = {"claims.woff": _claiming(1_500_000_000), "table.woff": _table_claiming(1_500_000_000)}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_font_that_claims_gigabytes_is_refused(name: str, tmp_path: Path) -> None:
    """As a whole or in one table: nobody allocates that much."""
    assert _refused(tmp_path, name, TOO_LARGE[name]).endswith("it is larger than 64 MB once it is unpacked")


@pytest.mark.parametrize("flavor", ["woff", "woff2"])
def test_a_font_that_unpacks_to_more_than_the_limit_is_refused(
    flavor: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is how much it unpacks to; below the limit the same font is fine."""
    content = bytearray(_font(flavor))
    content[16:20] = (1000).to_bytes(4, "big")  # what it claims is little
    assert font_limits.font_fault(_font(flavor)) is None
    monkeypatch.setattr(font_limits, "LARGEST_FONT", 100_000)
    assert _refused(tmp_path, f"x.{flavor}", bytes(content)).endswith("once it is unpacked")


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda font: font[: len(font) // 2],
    "empty": lambda font: b"",
    "zeros": lambda font: font[:400] + bytes(len(font) - 400),
    "a table that is missing": lambda font: font.replace(b"cmap", b"xmap", 1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_font_is_named(name: str, tmp_path: Path) -> None:
    """One line, whatever its tables lead to."""
    said = _refused(tmp_path, "fonts/x.ttf", DAMAGED[name](_font()))
    assert said.startswith("the theme's font cannot be used, it is damaged (")


def _built(folder: Path, product: str) -> str:
    """Return the one line that a build with the theme ends with."""
    request = Request(one(folder), options=only(product, theme=str(folder / "looks")), output=folder / "out", workers=1)
    with pytest.raises(StudypackError) as caught:
        build(request)
    (said,) = caught.value.diagnostics
    return str(said)


def test_a_font_that_fails_when_it_is_embedded_is_named(tmp_path: Path) -> None:
    """A name of bytes that are none of UTF-8 is met only when the PDF is written."""
    font = _font()
    with TTFont(io.BytesIO(font)) as read:
        start = read.reader.tables["name"].offset
        read["name"]
    family = font.index("Inter".encode("utf-16-be"), start)
    damaged = font[:family] + b"\xd8\x00\xd8\x00" + font[family + 4 :]
    _theme(tmp_path, "x.ttf", damaged)
    css = '@font-face { font-family: "Mine"; src: url("theme:x.ttf") } * { font-family: "Mine" !important }'
    (tmp_path / "looks" / "theme.css").write_text(css)
    options = only("cheatsheet", theme=str(tmp_path / "looks"))
    request = Request(one(tmp_path), options=options, output=tmp_path / "out", workers=1)
    try:
        build(request)  # a version of the typesetter that can do without the name
    except StudypackError as error:
        assert "x.ttf" in str(error)  # noqa: PT017 - either is right


TEMPLATES = {
    "no macro": ("handbook", "handbook/question.html.j2", "{# none #}", "looks/handbook/question.html.j2:1:1: "
                 "the theme's template fails, "),
    "no second macro": ("cheatsheet", "cheatsheet/fragment.html.j2", "{% macro topic_heading(a) %}{% endmacro %}",
                        "looks/cheatsheet/fragment.html.j2:1:1: the theme's template fails, "),
    "other arguments": ("cheatsheet", "cheatsheet/fragment.html.j2",
                        "{% macro topic_heading() %}{% endmacro %}{% macro fragment_block() %}{% endmacro %}",
                        "the cheat sheet cannot be made with the templates of the theme looks, TypeError: "),
}  # fmt: skip  # a table to read


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_without_what_ours_take_from_it_is_named(name: str, tmp_path: Path) -> None:
    """A macro that is missing, or takes other arguments, is the theme's mistake."""
    product, template, content, said = TEMPLATES[name]
    _theme(tmp_path, template, content.encode())
    assert _built(tmp_path, product).startswith(said)


def test_no_warning_of_a_library_is_printed(tmp_path: Path) -> None:
    """What fontTools and Pillow have to say of odd files does not reach a terminal."""
    font = bytearray(_font())
    with TTFont(io.BytesIO(font)) as read:
        metrics = read.reader.tables["hhea"].offset + 34
    font[metrics : metrics + 2] = (int.from_bytes(font[metrics : metrics + 2], "big") - 1).to_bytes(2, "big")
    _theme(tmp_path, "x.ttf", bytes(font))
    (tmp_path / "looks" / "theme.css").write_text("")
    one(tmp_path)
    done = run("build", "made.yaml", "-p", "cheatsheet", "--theme", "looks", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "table data" not in done.stderr


def test_a_pipe_in_a_theme_is_not_waited_for(tmp_path: Path) -> None:
    """It is not one of the theme's files."""
    import os

    (tmp_path / "looks").mkdir()
    os.mkfifo(tmp_path / "looks" / "theme.css")
    one(tmp_path)
    done = run_within(60, "build", "made.yaml", "-p", "cheatsheet", "--theme", "looks", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
