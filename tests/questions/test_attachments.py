"""Figures and listings: only files of the set, only harmless ones, and every refusal explained."""

from __future__ import annotations

import io
import json
import struct
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile
from studypack.questions import attachments
from studypack.questions.attachments import read_exhibit_files
from studypack.questions.yaml_source import read_yaml

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{}</svg>'
PLAIN_SVG = "export it as plain SVG of shapes and text"
OUTSIDE = "only files of the set's own folder are read; copy it into the set"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "set"
    (folder / "figures").mkdir(parents=True)
    return folder


def _read(root: Path, *exhibits: tuple[str, str]) -> tuple[dict[str, bytes], list[str]]:
    """Return the files read for exhibits (kind, name), which stand at lines 3, 4, …, and what was said."""
    rows = [f"  - {kind}: {json.dumps(name)}" for kind, name in exhibits]
    source = read_yaml("\n".join(["questions:", "- exhibits:", *rows]).encode(), "f")
    assert source.problems == []
    files = read_exhibit_files([source], root)
    return files, [str(p) for p in source.problems]


def _refusal(root: Path, name: str, kind: str = "figure") -> str:
    """Return what is said of one refused exhibit, without its place."""
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
    """Return a grey PNG, of which large ones lack their pixels, with extra chunks."""
    rows = zlib.compress((b"\0" + bytes(-(-width // 8))) * height) if width * height < 10_000 else b""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(params=[False, True], ids=["strict Pillow", "lenient Pillow"])
def lenient(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the flag by which Pillow accepts pictures that are cut off."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", request.param)


def test_files_of_the_set_are_read(root: Path) -> None:
    """Figures of the three formats and a listing are returned under the names that the author gave."""
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
    """A misspelt name is answered with the file that was meant; a quite different one with what to do."""
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
    """Neither `..` nor an absolute path leads out of the set, whether the file exists or not."""
    (root.parent / "secret.svg").write_text(SVG)
    assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_a_web_address_is_no_file(root: Path) -> None:
    """No address is fetched."""
    name = "https://example.org/x.svg"
    assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_an_absolute_path_into_the_set_is_refused(root: Path) -> None:
    """A set must work on another machine, so that even its own files are named relative to it."""
    (root / "x.svg").write_text(SVG)
    name = str(root / "x.svg")
    assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_links_that_leave_the_set_are_refused(root: Path) -> None:
    """A symbolic link to a file or to a folder outside is followed, found outside, and refused."""
    outside = root.parent / "secret.svg"
    outside.write_text(SVG)
    (root / "link.svg").symlink_to(outside)
    (root / "folder").symlink_to(root.parent)
    for name in ("link.svg", "folder/secret.svg"):
        assert _refusal(root, name) == f'the figure "{name}" is outside the set, {OUTSIDE}'


def test_a_link_inside_the_set_is_followed(root: Path) -> None:
    """A link from one file of the set to another one is fine."""
    (root / "a.svg").write_text(SVG)
    (root / "b.svg").symlink_to(root / "a.svg")
    assert _read(root, ("figure", "b.svg")) == ({"b.svg": SVG.encode()}, [])


def test_suggestions_do_not_tell_what_is_outside(root: Path) -> None:
    """A misspelt name behind a link to another folder does not make the message list that folder."""
    (root.parent / "secret.svg").write_text(SVG)
    (root / "folder").symlink_to(root.parent)
    assert "folder/secret.svg" not in _refusal(root, "folder/secrets.svg")


def test_a_link_to_itself_is_an_answer(root: Path) -> None:
    """A circle of links ends with a message."""
    (root / "x.svg").symlink_to(root / "x.svg")
    assert _refusal(root, "x.svg").startswith('no figure "x.svg", ')


def test_a_folder_is_no_file(root: Path) -> None:
    """A folder in a file's place is refused."""
    assert _refusal(root, "figures") == 'the figure "figures" is no file; name a file'


@pytest.mark.parametrize("name", ["x" * 300, f"{'x' * 300}/y.svg", f"{'x/' * 3000}y.svg"])
def test_a_name_too_long_for_the_system_is_a_missing_file(root: Path, name: str) -> None:
    """A text pasted into the wrong key is answered like any missing file."""
    assert _refusal(root, name).startswith('no figure "x')


def test_an_unreadable_file_is_a_problem(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system does not let one read is a diagnostic with the system's reason."""

    def refused(path: Path, mode: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    (root / "x.svg").write_text(SVG)
    monkeypatch.setattr(Path, "open", refused)
    assert "ermission denied" in _refusal(root, "x.svg")


@pytest.mark.parametrize(("name", "ending"), [("x.bmp", ".bmp"), ("x", "no ending"), ("x.svg.txt", ".txt")])
def test_a_figure_with_another_ending_is_refused(root: Path, name: str, ending: str) -> None:
    """Only SVG, PNG, JPEG, GIF and WebP are figures."""
    (root / name).write_text(SVG)
    assert _refusal(root, name) == (
        f'the figure "{name}" cannot be used, figures are SVG, PNG, JPEG, GIF or WebP; '
        f"convert it; {ending} is none of them"
    )


def test_files_above_the_limit_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figure and listing have a limit each; a file of exactly the limit is read."""
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
    """A listing that is no UTF-8 is refused with the byte where it ends to be."""
    (root / "x.py").write_bytes(b"caf\xe9")
    assert _refusal(root, "x.py", "listing") == (
        'the listing "x.py" cannot be used, it is not UTF-8 at byte 3; save it as UTF-8'
    )


@pytest.mark.parametrize("content", [b"a\x00b", b"a\x1fb", b"a\x1b[31mb"])
def test_a_listing_with_control_characters_is_refused(root: Path, content: bytes) -> None:
    """As in YAML: what cannot be printed is refused, and U+001F would split the fields of an Anki note."""
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
    """An empty, a foreign and a cut picture are called damaged, also once WeasyPrint has made Pillow lenient."""
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
    """Whatever is raised on a picture is a message, never a traceback; Pillow's flag makes no difference."""
    (root / "x.png").write_bytes(_png(4, 4, chunk))
    assert 'the figure "x.png" cannot be used' in _refusal(root, "x.png")


def test_pictures_of_every_kind_are_accepted(root: Path, lenient: None) -> None:
    """Each mode that PNG and JPEG files have, with interlace, transparency, animation and a second picture."""
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
    """A small file of huge dimensions is refused before it is unpacked, and nothing else is said of it."""
    (root / "x.png").write_bytes(_png(side, side))
    assert _refusal(root, "x.png").startswith('the figure "x.png" cannot be used, ')


def test_a_pictures_content_counts_not_its_ending(root: Path) -> None:
    """A JPEG that is called PNG is shown, as browsers show it: half of the web's pictures are named wrongly."""
    (root / "x.png").write_bytes(_jpeg())
    (root / "x.jpeg").write_bytes(_png())
    assert _read(root, ("figure", "x.png"), ("figure", "x.jpeg"))[1] == []


def _photo(size: tuple[int, int], kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """Return a picture of noise, which no format makes small."""
    picture = Image.effect_noise(size, 80).convert(mode)
    if mode == "RGBA":
        picture.putalpha(100)
    picture.save(buffer := io.BytesIO(), kind, **options)
    return buffer.getvalue()


def test_a_photograph_is_reduced_to_what_print_can_show(root: Path) -> None:
    """Twelve megapixels held sideways come out upright, at most 1,800 by 2,700, without what the camera noted."""
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
    """Nothing is encoded a second time without need; a picture held sideways is measured as it is shown."""
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
    """GIF, WebP and 16 bits of grey are turned into PNG or JPEG; what can be seen through stays so."""
    (root / name).write_bytes(content)
    files, problems = _read(root, ("figure", name))
    assert problems == []
    picture = Image.open(io.BytesIO(files[name]))
    assert (picture.format, picture.mode) == (format_, mode)


def test_sixteen_bits_of_grey_keep_their_shades(root: Path) -> None:
    """White stays white and grey stays grey: the upper eight bits count."""
    Image.frombytes("I;16", (3, 1), struct.pack("<3H", 0, 32_896, 65_535)).save(root / "x.png")
    files, _ = _read(root, ("figure", "x.png"))
    assert Image.open(io.BytesIO(files["x.png"])).tobytes() == bytes([0, 128, 255])


def test_a_jpeg_of_too_many_scans_is_refused(root: Path) -> None:
    """Each scan is a pass over all pixels: a small file could take minutes."""
    content = _photo((64, 64), progressive=True)
    scan = content.rindex(b"\xff\xda")
    (root / "x.jpg").write_bytes(content[:scan] + content[scan:-2] * 200 + content[-2:])
    assert "it is damaged (ValueError)" in _refusal(root, "x.jpg")


@pytest.mark.parametrize(("stored", "written"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_accents_may_be_stored_apart_from_their_letters(root: Path, stored: Any, written: Any) -> None:
    """`Größe.svg` is found however the system stores its name, in folders too."""
    folder = root / unicodedata.normalize(stored, "Bilder für uns")
    folder.mkdir()
    (folder / unicodedata.normalize(stored, "Größe.svg")).write_text(SVG)
    name = unicodedata.normalize(written, "Bilder für uns/Größe.svg")
    assert _read(root, ("figure", name)) == ({name: SVG.encode()}, [])


def test_a_backslash_between_folder_and_file_is_named(root: Path) -> None:
    """The habit of one system is answered with the character that all of them understand."""
    (root / "figures" / "heart.svg").write_text(SVG)
    assert _refusal(root, "figures\\heart.svg").endswith('write "/" between folder and file: figures/heart.svg')


@pytest.mark.parametrize("name", ["script", "foreignObject", "image"])
def test_an_svg_holds_shapes_and_text_alone(root: Path, name: str) -> None:
    """Elements that run, fetch or embed something are refused, however deep they stand."""
    said = _svg_refusal(root, SVG.format(f"<g><g><{name}/></g></g>"))
    assert said == f'the figure "x.svg" cannot be used, it holds <{name}>; {PLAIN_SVG}'


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
    """Attributes that run or fetch something are refused."""
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
    """CSS knows other spellings of `url(`, and a harmless one beside it excuses nothing."""
    assert "its attribute style refers to something outside" in _svg_refusal(root, SVG.format(f'<g style="{style}"/>'))


@pytest.mark.parametrize("css", ["@import 'x.css'", "g{fill:url(x.svg#a)}", "g{fill:u\\72l(x)}"])
def test_a_style_sheet_refers_to_nothing_outside(root: Path, css: str) -> None:
    """What an attribute may not do, an SVG's own style sheet may not do either."""
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
)  # fmt: skip  # a table to read
def test_what_drawing_programs_write_is_accepted(root: Path, content: str) -> None:
    """Document types that name a standard, safe style sheets, and `use` of the figure's own parts."""
    (root / "x.svg").write_text(content)
    assert _read(root, ("figure", "x.svg"))[1] == []


@pytest.mark.parametrize(
    ("attribute", "value"), [("viewBox", "a b c d"), ("viewBox", "0 0 1"), ("width", "px"), ("height", "inf")]
)
def test_a_size_that_is_not_a_number_is_named(root: Path, attribute: str, value: str) -> None:
    """The typesetter could not make anything of it."""
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
    """A figure of 200 bytes would take gigabytes to draw."""
    said = _svg_refusal(root, SVG.format(f'<{gradient} id="a"/><rect fill="url(#a)" width="9" height="9"/>'))
    assert "its repeating gradients have 4000 stops as they are drawn, the limit is 2000" in said


@pytest.mark.parametrize("declaration", ['<!DOCTYPE svg [<!ENTITY a "b">]>', "<!DOCTYPE svg [ ]>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_svg_declares_no_entities(root: Path, declaration: str, encoding: str) -> None:
    """A document type that declares something could hold bombs or files: refused in every encoding that XML knows."""
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
    """A file that is no SVG by its content is told why, and how to mend it."""
    said = _svg_refusal(root, content)
    assert said.startswith(f'the figure "x.svg" cannot be used, {why}')
    assert said.endswith("; export it again as plain SVG")


def test_a_figure_that_is_also_a_listing_is_checked(root: Path) -> None:
    """A file shown as a listing first is no excuse for the figure that shows the same file."""
    (root / "x.svg").write_text(SVG.format("<script/>"))
    _, said = _read(root, ("listing", "x.svg"), ("figure", "x.svg"))
    assert [words.partition(": ")[2] for words in said] == [
        f'the figure "x.svg" cannot be used, it holds <script>; {PLAIN_SVG}'
    ]


def test_all_problems_are_told_at_once(root: Path) -> None:
    """Each of three wrong exhibits has its message and its line; the fourth is read."""
    (root / "ok.py").write_text("pass\n")
    files, said = _read(root, ("figure", "a.svg"), ("listing", "../b"), ("figure", "figures"), ("listing", "ok.py"))
    assert [words.split(":")[1] for words in said] == ["3", "4", "5"]
    assert files == {"ok.py": b"pass\n"}
