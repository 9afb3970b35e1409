"""Figures and listings must be safe files of the set, and every refusal is explained."""

from __future__ import annotations

import io
import json
import os
import struct
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile
from studypack.questions import attachments
from studypack.questions.attachments import Sound, attached_to, read_exhibit_files
from studypack.questions.yaml_reading import read_yaml

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{}</svg>'
PLAIN_SVG = "export it as plain SVG of shapes and text"
OUTSIDE = "only files of the set's own folder are read; copy it into the set"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "figures").mkdir(parents=True)
    return folder


def _read(
    root: Path, *exhibits: tuple[str, str], sound: set[Sound] | None = None
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files that exhibits (kind, name) in lines 3, 4, … refer to, and the problems."""
    rows = [f"  - {kind}: {json.dumps(name)}" for kind, name in exhibits]
    source = read_yaml("\n".join(["questions:", "- exhibits:", *rows]).encode(), "f")
    assert source.problems == []
    files = read_exhibit_files([(source, attached_to(source))], root, set() if sound is None else sound).shown
    return dict(files), [str(p) for p in source.problems]


def test_only_figures_without_a_fault_are_not_looked_at_again(root: Path) -> None:
    """What is sound as source code may be refused as a figure, and a figure that changed is another one."""
    hostile, good = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    )
    sound: set[Sound] = set()
    (root / "x.svg").write_bytes(hostile)
    assert _read(root, ("listing", "x.svg"), sound=sound) == ({"x.svg": hostile}, [])
    assert len(_read(root, ("figure", "x.svg"), sound=sound)[1]) == 1
    (root / "x.svg").write_bytes(good)
    assert _read(root, ("figure", "x.svg"), sound=sound) == ({"x.svg": good}, [])
    assert len(sound) == 1
    (root / "x.svg").write_bytes(hostile)
    assert len(_read(root, ("figure", "x.svg"), sound=sound)[1]) == 1


def _refusal(root: Path, name: str, kind: str = "figure") -> str:
    """Return the problem of one refused exhibit, without its location."""
    files, (said,) = _read(root, (kind, name))
    assert files == {}
    place, _, words = said.partition(": ")
    assert place == f"f:3:{len(kind) + 7}"
    return words


def _svg_refusal(root: Path, content: str | bytes) -> str:
    (root / "x.svg").write_bytes(content if isinstance(content, bytes) else content.encode())
    return _refusal(root, "x.svg")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(width: int = 4, height: int = 4, *extra: bytes) -> bytes:
    """Return a grey PNG with extra chunks; large ones have no pixel data."""
    rows = zlib.compress((b"\0" + bytes(-(-width // 8))) * height) if width * height < 10_000 else b""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(params=[False, True], ids=["strict Pillow", "lenient Pillow"])
def lenient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the flag that makes Pillow accept truncated pictures."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)


def test_files_of_the_set_are_read(root: Path) -> None:
    """Figures in the three formats and a listing are returned under the names that the author wrote."""
    written = {
        "figures/a.svg": SVG.format('<path d="M0 0" fill="url(#g)"/><text>a &amp; b</text>').encode(),
        "b.png": _png(),
        "c.JPG": _jpeg(),
        "d.py": "print('é')\n".encode(),
    }
    for name, content in written.items():
        (root / name).write_bytes(content)
    exhibits = [("listing" if name.endswith(".py") else "figure", name) for name in written]
    assert _read(root, *exhibits) == (written, [])


def test_a_missing_file_is_named_with_the_nearest_one(root: Path) -> None:
    """A misspelt name gets the intended file as a suggestion; a very different name gets a remedy."""
    (root / "figures" / "leases.svg").write_text(SVG)
    why = "the set's folder has no such file"
    assert _refusal(root, "figures/lease.svg") == (
        f'no figure "figures/lease.svg", {why}; did you mean "figures/leases.svg"?'
    )
    assert _refusal(root, "zebra.py", "listing") == f'no listing "zebra.py", {why}; add the file, or correct the name'


@pytest.mark.parametrize(
    "name",
    ["../secret.svg", "figures/../../secret.svg", "../missing.svg", "/etc/passwd", "/missing/x.svg", "C:\\x.svg"],
)
def test_a_path_that_leaves_the_set_is_refused(root: Path, name: str) -> None:
    """A path with `..` and an absolute path are refused, whether or not the file exists."""
    (root.parent / "secret.svg").write_text(SVG)
    assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_a_web_address_is_no_file(root: Path) -> None:
    """A web address is refused and never fetched."""
    name = "https://example.org/x.svg"
    assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_an_absolute_path_into_the_set_is_refused(root: Path) -> None:
    """A set must work on other machines, so even its own files must be named by relative paths."""
    (root / "x.svg").write_text(SVG)
    name = str(root / "x.svg")
    assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_links_that_leave_the_set_are_refused(root: Path) -> None:
    """A symbolic link to a file or folder outside the set is refused."""
    outside = root.parent / "secret.svg"
    outside.write_text(SVG)
    (root / "link.svg").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    for name in ("link.svg", "folder/secret.svg"):
        assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_a_link_inside_the_set_is_followed(root: Path) -> None:
    """A symbolic link from one file of the set to another is allowed."""
    (root / "a.svg").write_text(SVG)
    (root / "b.svg").symlink_to(root / "a.svg")
    assert _read(root, ("figure", "b.svg")) == ({"b.svg": SVG.encode()}, [])


def test_suggestions_do_not_tell_what_is_outside(root: Path) -> None:
    """A misspelt name in a linked folder outside the set gets no suggestion from that folder."""
    (root.parent / "secret.svg").write_text(SVG)
    (root / "folder").symlink_to(root.parent)
    assert "folder/secret.svg" not in _refusal(root, "folder/secrets.svg")


def test_a_link_to_itself_is_an_answer(root: Path) -> None:
    """A symbolic link to itself is a problem, not an endless loop."""
    (root / "x.svg").symlink_to(root / "x.svg")
    assert _refusal(root, "x.svg").startswith('no figure "x.svg", ')


def test_a_folder_is_no_file(root: Path) -> None:
    """A folder in place of a file is refused."""
    assert _refusal(root, "figures") == 'the figure "figures" is not a file; name a file'


@pytest.mark.parametrize("name", ["x" * 300, f"{'x' * 300}/y.svg", f"{'x/' * 3000}y.svg"])
def test_a_name_too_long_for_the_system_is_a_missing_file(root: Path, name: str) -> None:
    """A long text that was pasted into the wrong key is reported like any missing file."""
    assert _refusal(root, name).startswith('no figure "x')


def test_an_unreadable_file_is_a_problem(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without read permission is a diagnostic with the system's reason."""

    def refused(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    (root / "x.svg").write_text(SVG)
    monkeypatch.setattr(os, "open", refused)
    assert "ermission denied" in _refusal(root, "x.svg")


@pytest.mark.parametrize(
    ("name", "ending"), [("x.bmp", ".bmp"), ("x", "files without an extension"), ("x.svg.txt", ".txt")]
)
def test_a_figure_with_another_ending_is_refused(root: Path, name: str, ending: str) -> None:
    """Figures must be SVG, PNG, JPEG, GIF or WebP."""
    (root / name).write_text(SVG)
    assert _refusal(root, name) == (
        f'the figure "{name}" cannot be used, figures are SVG, PNG, JPEG, GIF or WebP, not {ending}; convert it'
    )


def test_files_above_the_limit_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures and listings have separate limits; a file of exactly the maximum size is read."""
    monkeypatch.setattr(attachments, "MAX_FIGURE_BYTES", len(SVG))
    monkeypatch.setattr(attachments, "MAX_LISTING_BYTES", 5)
    (root / "fits.svg").write_text(SVG)
    (root / "fits.py").write_text("12345")
    (root / "x.svg").write_text(SVG + " ")
    (root / "x.py").write_text("123456")
    assert _read(root, ("figure", "fits.svg"), ("listing", "fits.py"))[1] == []
    assert _refusal(root, "x.svg") == (
        f'the figure "x.svg" has {len(SVG) + 1} bytes, the limit is {len(SVG)}; make it smaller'
    )
    assert _refusal(root, "x.py", "listing") == ('the listing "x.py" has 6 bytes, the limit is 5; make it smaller')


def test_a_listing_must_be_text(root: Path) -> None:
    """A listing that is not UTF-8 is refused, and the message names the first invalid byte."""
    (root / "x.py").write_bytes(b"caf\xe9")
    assert _refusal(root, "x.py", "listing") == (
        'the listing "x.py" cannot be used, it is not UTF-8 at byte 3; save it as UTF-8'
    )


@pytest.mark.parametrize("content", [b"a\x00b", b"a\x1fb", b"a\x1b[31mb"])
def test_a_listing_with_control_characters_is_refused(root: Path, content: bytes) -> None:
    """Control characters are refused as in YAML: U+001F, for example, would split the fields of an Anki note."""
    (root / "x.py").write_bytes(content)
    assert "control character" in _refusal(root, "x.py", "listing")


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (b"", ".png"),
        (b"not a picture", ".png"),
        (_png()[:40], ".png"),
        (_png()[:-30], ".png"),
        (_png(200, 200), ".png"),
        (_jpeg()[:100], ".jpg"),
    ],
    ids=["empty", "text", "cut head", "cut pixels", "no pixels", "cut JPEG"],
)
def test_a_damaged_picture_is_refused(root: Path, content: bytes, ending: str, lenient: None) -> None:
    """Empty, truncated and unrecognized pictures are called damaged, even after WeasyPrint has made Pillow lenient."""
    (root / f"x{ending}").write_bytes(content)
    words = _refusal(root, f"x{ending}")
    assert words.startswith(f'the figure "x{ending}" cannot be used, it is damaged (')
    assert words.endswith("); export it again")


@pytest.mark.parametrize(
    "chunk",
    [
        _chunk(b"zTXt", b"comment\0\0" + zlib.compress(bytes(2_000_000))),
        _chunk(b"iTXt", b"comment\0\1\0en\0\0" + zlib.compress(bytes(2_000_000))),
        _chunk(b"pHYs", b"\0"),
        _chunk(b"\x89abc", b""),
    ],
    ids=["text bomb", "international text bomb", "truncated chunk", "impossible chunk"],
)
def test_a_picture_with_a_broken_chunk_is_refused(root: Path, chunk: bytes, lenient: None) -> None:
    """Any exception from a broken chunk becomes a message, never a traceback, regardless of Pillow's flag."""
    (root / "x.png").write_bytes(_png(4, 4, chunk))
    assert 'the figure "x.png" cannot be used' in _refusal(root, "x.png")


def test_pictures_of_every_kind_are_accepted(root: Path, lenient: None) -> None:
    """Every mode of PNG and JPEG is accepted, as are interlacing, transparency, animation and a second picture."""
    noise = Image.effect_noise((60, 50), 90)
    options: dict[str, dict[str, Any]] = {f"{mode}.png": {} for mode in ("1", "L", "LA", "P", "RGB", "RGBA")}
    options |= {f"{mode}.jpg": {"progressive": mode == "L"} for mode in ("L", "RGB", "CMYK")}
    for name, how in options.items():
        noise.convert(name.partition(".")[0]).save(root / name, **how)
    noise.convert("P").save(root / "clear.png", transparency=3)
    noise.save(root / "moving.png", save_all=True, append_images=[noise.rotate(90)])
    noise.save(root / "two.jpg", "MPO", save_all=True, append_images=[noise])
    rows = [(1, 1), (1, 1), (1, 2), (2, 2), (2, 4), (4, 4), (4, 8)]  # rows and pixels of the seven passes of 8 by 8
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 1))
    pixels = zlib.compress(b"".join(bytes(count * (1 + width)) for count, width in rows))
    (root / "interlaced.png").write_bytes(b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b""))
    names = [path.name for path in sorted(root.glob("*.[pj][np]g"))]
    assert len(names) == len(options) + 4
    assert _read(root, *(("figure", name) for name in names))[1] == []


@pytest.mark.parametrize("side", [6400, 9999, 20_000], ids=["above ours", "above Pillow's warning", "above its error"])
def test_a_picture_of_too_many_pixels_is_refused(root: Path, side: int) -> None:
    """A small file with huge dimensions is refused before it is decompressed, with a single message."""
    (root / "x.png").write_bytes(_png(side, side))
    assert _refusal(root, "x.png").startswith('the figure "x.png" cannot be used, ')


def test_a_pictures_content_counts_not_its_ending(root: Path) -> None:
    """A JPEG that is named `.png` is shown, as in browsers, because many pictures are misnamed."""
    (root / "x.png").write_bytes(_jpeg())
    (root / "x.jpeg").write_bytes(_png())
    assert _read(root, ("figure", "x.png"), ("figure", "x.jpeg"))[1] == []


def _photo(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture of noise, which no format can compress."""
    picture = Image.effect_noise(size, 80).convert(mode)
    if mode == "RGBA":
        picture.putalpha(100)
    picture.save(buffer := io.BytesIO(), kind, **options)
    return buffer.getvalue()


def test_a_photograph_is_reduced_to_what_print_can_show(root: Path) -> None:
    """A rotated photograph of twelve megapixels becomes upright, at most 1,800 by 2,700, and without metadata."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"
    (root / "x.jpg").write_bytes(_photo((4000, 3000), quality=95, exif=exif))
    assert (root / "x.jpg").stat().st_size > 5_000_000
    files, problems = _read(root, ("figure", "x.jpg"))
    assert problems == []
    picture = Image.open(io.BytesIO(files["x.jpg"]))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1800, 2400), {})
    assert len(files["x.jpg"]) < 3_000_000


def test_a_picture_that_print_can_show_keeps_its_bytes(root: Path) -> None:
    """A picture is not encoded again without need, and a rotated picture is measured as displayed."""
    exif = Image.Exif()
    exif[0x0112] = 6
    (root / "x.jpg").write_bytes(content := _photo((2700, 300), exif=exif))
    assert _read(root, ("figure", "x.jpg")) == ({"x.jpg": content}, [])


@pytest.mark.parametrize(
    ("name", "content", "format_", "mode"),
    [
        ("x.gif", _photo((20, 10), "GIF", "P"), "PNG", "RGB"),
        ("x.webp", _photo((20, 10), "WEBP"), "JPEG", "RGB"),
        ("x.webp", _photo((20, 10), "WEBP", "RGBA"), "PNG", "RGBA"),
        ("x.png", _photo((3000, 10), "PNG", "P"), "PNG", "RGB"),
        ("x.png", _photo((3000, 1500), "PNG"), "JPEG", "RGB"),
        ("x.png", _photo((3000, 10), "PNG", "LA"), "PNG", "RGBA"),
        ("x.png", _photo((20, 10), "PNG", "I;16"), "PNG", "L"),
    ],
    ids=["GIF", "WebP", "clear WebP", "few colours", "photograph as PNG", "clear PNG", "16 bits of grey"],
)
def test_a_picture_becomes_what_every_reader_shows(
    root: Path, name: str, content: bytes, format_: str, mode: str
) -> None:
    """GIF, WebP and 16-bit greyscale are converted to PNG or JPEG, and transparency is kept."""
    (root / name).write_bytes(content)
    files, problems = _read(root, ("figure", name))
    assert problems == []
    picture = Image.open(io.BytesIO(files[name]))
    assert (picture.format, picture.mode) == (format_, mode)


def test_an_orientation_that_is_no_number_is_passed_over(root: Path) -> None:
    """What a camera's entry holds is a number; as letters it turns nothing, and the picture is shown as it is."""
    entry = struct.pack("<HHI4s", 0x0112, 2, 4, b"six\0")
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + entry + bytes(4)
    (root / "x.jpg").write_bytes(content := _photo((20, 10), exif=exif))
    assert Image.open(io.BytesIO(content)).getexif()[0x0112] == "six"
    assert _read(root, ("figure", "x.jpg")) == ({"x.jpg": content}, [])


def test_sixteen_bits_of_grey_keep_their_shades(root: Path) -> None:
    """White stays white and grey stays grey in the conversion to eight bits."""
    Image.frombytes("I;16", (3, 1), struct.pack("<3H", 0, 32_896, 65_535)).save(root / "x.png")
    files, _ = _read(root, ("figure", "x.png"))
    assert Image.open(io.BytesIO(files["x.png"])).tobytes() == bytes([0, 128, 255])


def test_a_jpeg_of_too_many_scans_is_refused(root: Path) -> None:
    """A JPEG with too many scans is refused, because a small file could take minutes to decode."""
    content = _photo((64, 64), progressive=True)
    scan = content.rindex(b"\xff\xda")
    (root / "x.jpg").write_bytes(content[:scan] + content[scan:-2] * 200 + content[-2:])
    assert "it is damaged (ValueError)" in _refusal(root, "x.jpg")


@pytest.mark.parametrize(("stored", "written"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_accents_may_be_stored_apart_from_their_letters(root: Path, stored: Any, written: Any) -> None:
    """`Größe.svg` is found in any Unicode normalization of its name, in folders too."""
    folder = root / unicodedata.normalize(stored, "Bilder für uns")
    folder.mkdir()
    (folder / unicodedata.normalize(stored, "Größe.svg")).write_text(SVG)
    name = unicodedata.normalize(written, "Bilder für uns/Größe.svg")
    assert _read(root, ("figure", name)) == ({name: SVG.encode()}, [])


def test_a_backslash_between_folder_and_file_is_named(root: Path) -> None:
    """A path with a backslash, as on Windows, gets the path with a slash as a suggestion."""
    (root / "figures" / "heart.svg").write_text(SVG)
    assert _refusal(root, "figures\\heart.svg").endswith('use "/" between folder and file: figures/heart.svg')


@pytest.mark.parametrize("name", ["script", "foreignObject", "image"])
def test_an_svg_holds_shapes_and_text_alone(root: Path, name: str) -> None:
    """Elements that execute, fetch or embed something are refused at any depth."""
    said = _svg_refusal(root, SVG.format(f"<g><g><{name}/></g></g>"))
    assert said == f'the figure "x.svg" cannot be used, it contains <{name}>; {PLAIN_SVG}'


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ('onload="alert(1)"', "onload"),
        ('ONCLICK="alert(1)"', "ONCLICK"),
        ('href="x.svg#a"', "href"),
        ('xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"', "{http://www.w3.org/1999/xlink}href"),
        ('fill="url(https://example.org/a.svg)"', "fill"),
        ('style="fill: url(https://example.org/a.svg)"', "style"),
    ],
)
def test_an_svg_refers_to_nothing_outside(root: Path, attribute: str, name: str) -> None:
    """Attributes that execute or fetch something are refused."""
    said = _svg_refusal(root, SVG.format(f"<path {attribute}/>"))
    assert said == (f'the figure "x.svg" cannot be used, its attribute {name} refers to something outside; {PLAIN_SVG}')


@pytest.mark.parametrize(
    "style",
    [
        "fill: url(#a); stroke: url(https://example.org/a.svg)",
        "fill: URL(https://example.org/a.svg)",
        "fill: u\\72l(https://example.org/a.svg)",
    ],
    ids=["beside an inner one", "capitals", "escaped"],
)
def test_a_css_url_cannot_be_disguised(root: Path, style: str) -> None:
    """Other spellings of `url(` are refused too, even next to a harmless one."""
    assert "its attribute style refers to something outside" in _svg_refusal(root, SVG.format(f'<g style="{style}"/>'))


@pytest.mark.parametrize("css", ["@import 'x.css'", "g{fill:url(x.svg#a)}", "g{fill:u\\72l(x)}"])
def test_a_style_sheet_refers_to_nothing_outside(root: Path, css: str) -> None:
    """An SVG's own style sheet must not refer to anything outside, like its attributes."""
    said = _svg_refusal(root, SVG.format(f"<style>{css}</style>"))
    assert said == f'the figure "x.svg" cannot be used, its style sheet refers to something outside; {PLAIN_SVG}'


DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


@pytest.mark.parametrize(
    "content",
    [
        DOCTYPE + SVG.format("<rect/>"),
        SVG.format('<style>*{stroke-linejoin:round} .a{fill:url(#g)}</style><rect class="a"/>'),
        SVG.format(f'<defs><path id="a" d="M0 0"/></defs><g {XLINK}><use xlink:href="#a"/><use href="#a"/></g>'),
        SVG.format('<a href="https://example.org"><text>x</text></a>'),
        SVG.format('<linearGradient id="a"/><linearGradient id="b" href="#a" spreadMethod="reflect"/>'),
        SVG.format('<symbol id="a"><g id="b"/></symbol><symbol id="c"><use href="#a"/></symbol><use href="#c"/>'),
        SVG.format('<linearGradient id="a" spreadMethod="repeat" x2="10%"/><rect fill="url(#a)"/>'),
        SVG.format('<radialGradient id="a" spreadMethod="reflect" r=".1" gradientTransform="rotate(9)"/>'
                   '<rect fill="url(#a)"/>'),
    ],
    ids=["document type", "style sheet", "use", "link", "gradients", "symbols", "repeats", "reflects"],
)  # fmt: skip  # a table
def test_what_drawing_programs_write_is_accepted(root: Path, content: str) -> None:
    """Document types that name a standard, safe style sheets, and `use` of the figure's own parts are accepted."""
    (root / "x.svg").write_text(content)
    assert _read(root, ("figure", "x.svg"))[1] == []


@pytest.mark.parametrize(
    ("attribute", "value"), [("viewBox", "a b c d"), ("viewBox", "0 0 1"), ("width", "px"), ("height", "inf")]
)
def test_a_size_that_is_not_a_number_is_named(root: Path, attribute: str, value: str) -> None:
    """A size that is not a number, which WeasyPrint could not draw, is refused."""
    said = _svg_refusal(root, f'<svg xmlns="http://www.w3.org/2000/svg" {attribute}="{value}"/>')
    assert said == f'the figure "x.svg" cannot be used, its {attribute} is "{value}"; write numbers'


@pytest.mark.parametrize(
    "gradient",
    [
        "linearGradient spreadMethod='repeat' x2='.0000001'",
        "linearGradient spreadMethod='reflect' x1='99999' x2='100000'",
        "linearGradient spreadMethod='repeat' gradientUnits='userSpaceOnUse' x2='.001'",
        "linearGradient spreadMethod='repeat' gradientTransform='scale(.0001)'",
        "linearGradient spreadMethod='repeat' gradientTransform='matrix(1 0 0 .0001 0 0)'",
        "radialGradient spreadMethod='repeat' r='.0000001'",
        "radialGradient spreadMethod='reflect' r='5' fr='4.999'",
    ],
)
def test_a_gradient_that_repeats_without_end_is_refused(root: Path, gradient: str) -> None:
    """A small figure with an endlessly repeating gradient is refused, because drawing it would take gigabytes."""
    said = _svg_refusal(root, SVG.format(f'<{gradient} id="a"/><rect fill="url(#a)" width="9" height="9"/>'))
    assert "its repeating gradients draw 4000 stops, the limit is 2000" in said


def test_many_gradients_that_repeat_are_refused_together(root: Path) -> None:
    """Each of them is harmless; what they draw is added up."""
    one = '<linearGradient spreadMethod="reflect" id="a{}"/><rect fill="url(#a{})" width="9" height="9"/>'
    said = _svg_refusal(root, SVG.format("".join(one.format(n, n) for n in range(2000))))
    assert "its repeating gradients draw 4000 stops, the limit is 2000" in said


@pytest.mark.parametrize("declaration", ['<!DOCTYPE svg [<!ENTITY a "b">]>', "<!DOCTYPE svg [ ]>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_svg_declares_no_entities(root: Path, declaration: str, encoding: str) -> None:
    """A document type with declarations, which could be bombs or files, is refused in every encoding of XML."""
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declaration}{SVG.format("<text>x</text>")}'
    assert _svg_refusal(root, text.encode(encoding)) == (
        'the figure "x.svg" cannot be used, it declares entities; delete the declaration, or export it as plain SVG'
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<svg", "it is not XML ("),
        ("words", "it is not XML ("),
        ("<html/>", "its root is not an svg element"),
        ("<svg/>", "its root is not an svg element"),
        ('<?xml version="1.0" encoding="bogus"?><svg xmlns="http://www.w3.org/2000/svg"/>', "it is not XML ("),
    ],
)
def test_what_is_no_svg_is_refused(root: Path, content: str, why: str) -> None:
    """The message about a file that is not SVG gives the reason and the remedy."""
    said = _svg_refusal(root, content)
    assert said.startswith(f'the figure "x.svg" cannot be used, {why}')
    assert said.endswith("; export it again as plain SVG")


def test_a_figure_that_is_also_a_listing_is_checked(root: Path) -> None:
    """A figure is checked even if the same file was accepted as a listing before."""
    (root / "x.svg").write_text(SVG.format("<script/>"))
    _, said = _read(root, ("listing", "x.svg"), ("figure", "x.svg"))
    assert [words.partition(": ")[2] for words in said] == [
        f'the figure "x.svg" cannot be used, it contains <script>; {PLAIN_SVG}'
    ]


def test_all_problems_are_told_at_once(root: Path) -> None:
    """Each of three invalid exhibits has a message with its line, and the fourth is read."""
    (root / "ok.py").write_text("pass\n")
    files, said = _read(root, ("figure", "a.svg"), ("listing", "../b"), ("figure", "figures"), ("listing", "ok.py"))
    assert [words.split(":")[1] for words in said] == ["3", "4", "5"]
    assert files == {"ok.py": b"pass\n"}
