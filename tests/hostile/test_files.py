"""Figures, listings and themes that reach for other files, for the network, or for all the memory there is."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from studypack.errors import ContentError, StudypackError
from studypack.questions.loader import load
from studypack.questions.svg_limits import MAX_ELEMENTS, MAX_LETTERS, MAX_LEVELS, MAX_NUMBERS, MAX_REPEATED
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests.making import one, only
from tests.running import measure

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90" viewBox="0 0 90 90">{}</svg>'
OUTSIDE = "is outside the set, only files of the set's own folder are read; copy it into the set"


class Listener:
    """A socket that counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture
def tripwire(tmp_path: Path) -> Path:
    """Return a file outside of the set, whose word must appear nowhere."""
    path = tmp_path / "secret.svg"
    path.write_text(SVG.format("<text>SECRET</text>"))
    return path


def _said(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(path)
    return [str(d).partition("made.yaml:")[2] for d in caught.value.diagnostics]


def test_the_listener_hears(listener: Listener) -> None:
    """A call to it is counted, so that silence means something."""
    with socket.create_connection(("127.0.0.1", listener.port)):
        pass
    for _ in range(100):
        if listener.calls:
            break
        threading.Event().wait(0.01)
    assert listener.calls == 1


@pytest.mark.parametrize("kind", ["figure", "listing"])
def test_an_exhibit_reaches_for_nothing_outside(kind: str, tmp_path: Path, tripwire: Path, listener: Listener) -> None:
    """No address and no path out of the set is followed: each is refused with its line, and nobody is called."""
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "link.svg").symlink_to(tripwire)
    host = f"127.0.0.1:{listener.port}"
    names = [
        tripwire.as_uri(), str(tripwire), "../secret.svg", "figures/../../secret.svg", "link.svg",
        f"http://{host}/x.svg", f"https://{host}/x.svg", f"//{host}/x.svg", f"\\\\{host}\\x.svg",
        "data:image/svg+xml,<svg/>",
        "~/.profile", "/dev/zero", "/proc/self/environ", "set:x.svg", "font:Inter/normal/400",
    ]  # fmt: skip  # a list to read
    exhibits = [{kind: name, "caption": "x"} | ({"alt": "x"} if kind == "figure" else {}) for name in names]
    said = _said(one(folder, exhibits=exhibits))
    assert len(said) == len(names)
    assert all(f'{kind} "' in words and words[0].isdigit() for words in said)
    assert sum(words.endswith(OUTSIDE) for words in said) >= 11
    assert "SECRET" not in "".join(said)
    assert listener.calls == 0


def test_a_data_address_of_100_mb_is_refused(tmp_path: Path) -> None:
    """It is larger than a file may be, and is not kept in memory."""
    path = tmp_path / "made.yaml"
    path.write_text("title: a\nquestions:\n- exhibits:\n  - figure: data:image/png;base64," + "A" * 100_000_000)
    done, *_, peak = measure("check", "made.yaml", cwd=tmp_path)
    assert done.errors == ["made.yaml:1:1: the file has more than 10000000 bytes; split the set into a folder of files"]
    assert peak < 100e6


def test_a_pipe_in_a_files_place_is_not_waited_for(tmp_path: Path) -> None:
    """Neither as a file of questions nor as an exhibit: reading one would never end."""
    import os

    path = one(tmp_path, exhibits=[{"listing": "x.py", "caption": "x"}])
    os.mkfifo(tmp_path / "x.py")
    assert _said(path)[0].endswith('the listing "x.py" is not a file; name a file')
    folder = tmp_path / "folder"
    (folder / "questions").mkdir(parents=True)
    os.mkfifo(folder / "questions" / "a.yaml")
    (folder / "set.yaml").write_text("title: a\n")
    with pytest.raises(ContentError, match="no question files"):
        load(folder)


def _figure(folder: Path, content: bytes | str, name: str = "x.svg") -> list[str]:
    """Return what is said of a figure, without its place and what all say."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    said = _said(one(folder, exhibits=[{"figure": name, "alt": "x", "caption": "x"}]))
    return [words.partition("cannot be used, ")[2] or words for words in said]


def _bomb(kind: str, attribute: str) -> str:
    """Return six drawings, each of which draws the next ten times."""
    path = '<path d="M0 0L5 5L6 6z" {}/>'
    made = [
        f'<{kind} id="p{n}">{path.format(f"{attribute}=" + chr(34) + f"url(#p{n + 1})" + chr(34)) * 10}</{kind}>'
        for n in range(5)
    ]
    return SVG.format("".join([*made, f'<{kind} id="p5"><rect/></{kind}>', path.format(f'{attribute}="url(#p0)"')]))


MARKER = '<marker id="a">{}</marker>'
SVGS: dict[str, tuple[str | bytes, str]] = {
    "script": (SVG.format("<script>x</script>"), "it contains <script>; export it as plain SVG of shapes and text"),
    "handler": (SVG.format('<rect onload="x"/>'), "its attribute onload refers to something outside; "
                "export it as plain SVG of shapes and text"),
    "reference": (SVG.format('<image href="http://127.0.0.1/x.png"/>'), "it contains <image>; "
                  "export it as plain SVG of shapes and text"),
    "use bomb": (SVG.format('<g id="a"><use href="#a"/></g>'), "#a is drawn inside itself; simplify it, or "
                 "export it as PNG"),
    "entities": ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("&a;"), "it declares entities; "
                 "delete the declaration, or export it as plain SVG"),
    "entity file": ('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("&a;"),
                    "it declares entities; delete the declaration, or export it as plain SVG"),
    **{f"{kind} bomb": (_bomb(kind, attribute),
                        f"its symbols, markers, patterns, masks and clip paths draw {count} elements, the limit is "
                        f"{MAX_REPEATED}; simplify it, or export it as PNG")
       for kind, attribute, count in
       [("pattern", "fill", 680181), ("marker", "marker-mid", 1174402044), ("mask", "mask", 680181),
        ("clipPath", "clip-path", 680181)]},
    "itself": (SVG.format('<mask id="a"><rect style="mask:url(#a)"/></mask><rect mask="url(#a)"/>'),
               "#a is drawn inside itself; simplify it, or export it as PNG"),
    "markers": (SVG.format(MARKER.format("<path/>" * 99) + f'<path marker-mid="url(#a)" d="M{" 1 1" * 2000}"/>'),
                "its symbols, markers, patterns, masks and clip paths draw 200100 elements, the limit is "
                f"{MAX_REPEATED}; simplify it, or export it as PNG"),
    "elements": (SVG.format("<rect/>" * MAX_ELEMENTS), f"it has {MAX_ELEMENTS + 1} elements, "
                 f"the limit is {MAX_ELEMENTS}; simplify it, or export it as PNG"),
    "levels": (SVG.format("<g>" * 5000 + "</g>" * 5000), f"it is nested deeper than {MAX_LEVELS} levels; "
               "simplify it, or export it as PNG"),
    "letters": (SVG.format(f"<text>{'x' * (MAX_LETTERS + 1)}</text>"), f"it has {MAX_LETTERS + 1} letters, "
                f"the limit is {MAX_LETTERS}; simplify it, or export it as PNG"),
    "numbers": (SVG.format(f'<path d="M{" 1" * (MAX_NUMBERS + 1)}"/>'), f"its paths have {MAX_NUMBERS + 1} numbers, "
                f"the limit is {MAX_NUMBERS}; simplify it, or export it as PNG"),
    "a PNG inside": (b"\x89PNG\r\n\x1a\n", "it is not XML (not well-formed (invalid token): line 1, column 0); "
                     "export it again as plain SVG"),
}  # fmt: skip  # a table to read


@pytest.mark.parametrize("name", SVGS)
def test_an_svg_that_fetches_runs_or_grows_is_refused(name: str, tmp_path: Path) -> None:
    """Each with the reason, or the limit, and the remedy."""
    content, said = SVGS[name]
    assert _figure(tmp_path, content) == [said]


def test_a_gradient_may_fill_a_marker(tmp_path: Path) -> None:
    """What draws nothing itself cannot grow: ordinary arrows stay what they are."""
    gradient = '<linearGradient id="g"><stop offset="0"/></linearGradient>'
    marker = MARKER.format('<path d="M0 0L4 4" fill="url(#g)"/>')
    (tmp_path / "x.svg").write_text(SVG.format(gradient + marker + '<path d="M0 0L9 9" marker-end="url(#a)"/>'))
    loaded = load(one(tmp_path, exhibits=[{"figure": "x.svg", "alt": "x", "caption": "x"}]))
    assert set(loaded.question_set.files) == {"x.svg"}


def _png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PNGS = {
    "bomb": (_png(30_000, 30_000, b""), "has 30000×30000 pixels; use at most 40000000 pixels in total"),
    "large": (_png(7000, 7000, b""), "has 7000×7000 pixels; use at most 40000000 pixels in total"),
    "truncated": (_png(100, 100, zlib.compress(b"\0" * 300)), "is damaged (ValueError)"),
    "no PNG": (SVG.encode(), "is damaged (SyntaxError)"),
    "bytes": (b"\x89PNG" + b"\0" * 40_000_001, 'has 40000005 bytes, the limit is 40000000'),
}  # fmt: skip  # a table to read


@pytest.mark.parametrize("name", PNGS)
def test_a_picture_that_is_a_bomb_or_damaged_is_refused(name: str, tmp_path: Path) -> None:
    """A few bytes that claim a wall of pixels, a picture cut short, another format under its name."""
    content, said = PNGS[name]
    (words,) = _figure(tmp_path, content, "x.png")
    assert said in words


THEMES = {
    "import": '@import "http://{host}/x.css";',
    "import url": "@import url(file://{secret});",
    "import of a neighbour": '@import "../../secret.css";',
    "file": "body {{ background: url(file://{secret}) }}",
    "absolute": 'body {{ background: url("{secret}") }}',
    "parent": "body {{ background: url(../secret.svg) }}",
    "web": "@font-face {{ font-family: x; src: url(http://{host}/x.ttf) }}",
    "host": ":root {{ --x: url(//{host}/x.png) }}",
    "data": "p {{ list-style: url(data:image/png;base64,AAAA) }}",
    "escaped": "p {{ background: \\75rl(http://{host}/x.png) }}",
    "of the theme, out of it": "p {{ background: url(theme:../secret.svg) }}",
    "missing": "p {{ background: url(theme:none.svg) }}",
    "image set": 'p {{ background: image-set("http://{host}/x.png" 1x) }}',
}


@pytest.mark.parametrize("name", THEMES)
def test_a_theme_that_leaves_itself_is_refused(name: str, tmp_path: Path, tripwire: Path, listener: Listener) -> None:
    """An address in css that is no file of the theme is an error with its line; nothing is read and nobody called."""
    folder = tmp_path / "set"
    (folder / "looks").mkdir(parents=True)
    css = THEMES[name].format(host=f"127.0.0.1:{listener.port}", secret=tripwire)
    (folder / "looks" / "theme.css").write_text(f"/* a comment */\n\n{css}\n")
    path = one(folder)
    path.write_text(path.read_text().replace('"title"', '"theme": "looks", "title"', 1))
    request = Request(path, options=only("cheatsheet"), output=tmp_path / "out", now=1, workers=1, cached=False)
    with pytest.raises(StudypackError) as caught:
        build(request)
    assert str(caught.value).startswith("looks/theme.css:3:")
    assert listener.calls == 0
    assert not (tmp_path / "out").exists()


def test_a_theme_may_use_its_own_files(tmp_path: Path) -> None:
    """A picture of the theme, a fragment and words that only look like addresses are fine."""
    from studypack.typeset.themes import load_theme

    (tmp_path / "x.svg").write_text(SVG)
    css = "p { background: url(theme:x.svg); fill: url(#a); content: 'url(http://x)' } /* url(http://x) */"
    (tmp_path / "theme.css").write_text(css)
    assert load_theme(str(tmp_path)).texts["theme.css"] == css
