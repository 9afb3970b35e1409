"""Themes: what they can replace, what they cannot access, and how their mistakes are reported."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from studypack.errors import BuildError, ContentError, Location, StudypackError
from studypack.products import PRODUCTS
from studypack.products.interface import PackContext
from studypack.products.job import ProductJob
from studypack.typeset import themes
from studypack.typeset.fonts import font_bytes
from studypack.typeset.geometry import Paper
from studypack.typeset.layout import lay_out
from studypack.typeset.templating import render, stylesheet
from studypack.typeset.themes import OWN, Theme, load_theme, shipped
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests import pdf_reading as read
from tests.making import authored, make_set, only, write_set

SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
HERE = Location("set.yaml", 3, 8)


def _folder(place: Path, **files: str | bytes) -> Path:
    """Write files into a theme's folder; in their names, `__` means a slash, and `_` before the extension a dot."""
    for name, content in files.items():
        path = place / re.sub(r"_(?=((html|css)_)?(j2|css|ttf|svg)$)", ".", name.replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return place


def _refused(name: str, base: Path | None = None) -> str:
    with pytest.raises(ContentError) as caught:
        load_theme(name, base, HERE)
    assert [diagnostic.where for diagnostic in caught.value.diagnostics] == [HERE]
    return str(caught.value).removeprefix(f"{HERE}: ")


def test_a_theme_replaces_files_by_name_and_adds_its_own(tmp_path: Path) -> None:
    """A template, a style sheet, `theme.css` and a font take effect; everything else comes from the program."""
    folder = _folder(
        tmp_path / "looks",
        handbook__sections__closing_html_j2='<section id="closing"><p>Ours, and {{ words.closing }}: '
        "{{ set.header.closing | plain }}</p></section>",
        themes__code_css="",
        theme_css='@font-face { font-family: "Mine"; src: url("theme:fonts/mine.ttf") }\n'
        ':root { --serif: "Mine", "Source Serif" } .answer { letter-spacing: 1pt }',
        fonts__mine_ttf=_renamed(font_bytes("font:Inter/italic/600")),
    )
    theme = load_theme(str(folder))
    whole = make_set(tmp_path, authored(1, closing="Good luck."))
    rendered = PRODUCTS["handbook"].render(PackContext(whole, whole, theme=theme))
    assert rendered.warnings == ()
    assert "Ours, and Closing words: Good luck." in " ".join(read.page_texts(rendered.content)).replace("\r\n", " ")
    assert {name.split("-")[0] for name in read.fonts(rendered.content)} >= {"Mine", "Inter"}
    assert not any(name.startswith("Source") for name in read.fonts(rendered.content))
    assert ord("ẞ") in theme.characters
    assert stylesheet("themes/code.css", theme=theme) == f"\n{theme.texts['theme.css']}"


def test_a_theme_sets_the_margins(tmp_path: Path) -> None:
    """A theme's page rules are rendered with the paper's geometry, and its `theme.css` follows them."""
    rules = "@page { size: {{ page.width * 2 }}mm {{ page.height }}mm; margin: 9mm }"
    theme = load_theme(str(_folder(tmp_path / "looks", handbook__page_css_j2=rules, theme_css="@page { margin: 8mm }")))
    css = stylesheet("handbook/page.css.j2", theme=theme, values={"page": Paper.A4.page.values(simplex=False)})
    assert css == "@page { size: 420mm 297mm; margin: 9mm }\n@page { margin: 8mm }"
    whole = make_set(tmp_path, authored(1))
    rendered = PRODUCTS["handbook"].render(PackContext(whole, whole, theme=theme))
    assert read.page_sizes(rendered.content) == {(420, 297)}


def _renamed(font: bytes) -> bytes:
    """Return a bundled face under the family name `Mine`."""
    import io

    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(font)) as opened:
        for record in opened["name"].names:
            if record.nameID in {1, 4, 6, 16}:
                record.string = "Mine"
        made = io.BytesIO()
        opened.save(made)
    return made.getvalue()


def test_each_byte_of_a_theme_counts(tmp_path: Path) -> None:
    """Themes are equal when all their files are: names, texts, fonts."""
    one = load_theme(str(_folder(tmp_path / "a", theme_css="a", x_svg=SVG)))
    assert one == load_theme(str(_folder(tmp_path / "b", theme_css="a", x_svg=SVG)))
    assert one != load_theme(str(_folder(tmp_path / "c", theme_css="b", x_svg=SVG)))
    assert one != load_theme(str(_folder(tmp_path / "d", theme_css="a", x_svg=f"{SVG} ")))
    assert one != load_theme(str(_folder(tmp_path / "e", theme_css="a", y_svg=SVG)))
    assert len({one, load_theme(str(tmp_path / "b")), OWN}) == 2


def test_only_what_a_theme_is_made_of_is_read(tmp_path: Path) -> None:
    """Hidden files and files of other types are not part of a theme."""
    folder = _folder(tmp_path / "looks", theme_css="a", sub__x_svg=SVG)
    for name in ("notes.txt", ".hidden.css", "font.exe"):
        (folder / name).write_bytes(b"\xff")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.css").write_bytes(b"\xff")
    theme = load_theme(str(folder))
    assert (list(theme.texts), list(theme.assets)) == (["theme.css"], ["theme:sub/x.svg"])


def test_the_themes_of_the_program_go_before_folders(tmp_path: Path) -> None:
    """The name of a theme that comes with the program always means that theme."""
    assert "plain" in shipped()
    assert load_theme("plain", tmp_path).name == "plain"
    assert "--tint" in load_theme("plain").texts["theme.css"]


@pytest.mark.parametrize("name", ["none", "made.yaml", "x" * 300, "a\0b", "circle"])
def test_a_theme_that_does_not_exist(tmp_path: Path, name: str) -> None:
    """A missing folder, a file and an impossible name are reported with the available themes."""
    (tmp_path / "made.yaml").write_text("", "utf-8")
    (tmp_path / "circle").symlink_to("circle")
    shown = name.replace("\0", r"\x00")
    assert _refused(name, tmp_path) == f'there is no theme "{shown}"; name a folder, or one of: plain'


def test_a_sets_theme_stays_in_the_sets_folder(tmp_path: Path) -> None:
    """A set cannot use a theme outside its own folder by any path."""
    _folder(tmp_path / "outside", theme_css="a")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "link").symlink_to(tmp_path / "outside")
    for name in ("../outside", "link", str(tmp_path / "outside"), "x/../../outside"):
        assert _refused(name, tmp_path / "set") == f'the theme "{name}" is outside the set; move it into the set'
    assert load_theme(str(tmp_path / "outside")).texts == {"theme.css": "a"}


def test_links_out_of_a_theme_are_refused(tmp_path: Path) -> None:
    """A link out of a theme's folder is refused, and a link within it is allowed."""
    folder = _folder(tmp_path / "looks", theme_css="a")
    (folder / "same.css").symlink_to("theme.css")
    assert load_theme(str(folder)).texts["same.css"] == "a"
    (tmp_path / "secret.css").write_text("secret", "utf-8")
    (folder / "far.css").symlink_to(tmp_path / "secret.css")
    assert _refused(str(folder)) == "far.css is a link out of the theme; copy the file"


def test_a_theme_has_a_limit(tmp_path: Path) -> None:
    """A theme of more than 64 MB is refused before its files are read."""
    folder = _folder(tmp_path / "looks", a_ttf=b"", theme_css="a")
    with (folder / "a.ttf").open("wb") as file:
        file.truncate(themes.LARGEST)
    assert _refused(str(folder)) == "the theme looks is larger than 64 MB"


def test_a_text_that_is_none(tmp_path: Path) -> None:
    """A style sheet in another encoding is reported with its name."""
    assert _refused(str(_folder(tmp_path / "looks", theme_css=b"\xff"))).startswith(
        "the theme's theme.css cannot be read, 'utf-8' codec can't decode"
    )


def test_a_damaged_font_is_named(tmp_path: Path) -> None:
    """A damaged font is reported with its name, without a traceback."""
    _folder(tmp_path / "looks", theme_css="a { }", fonts__x_ttf=b"no font")
    path = write_set(tmp_path / "made.yaml", authored(1, theme="looks"))
    with pytest.raises(StudypackError) as caught:
        build(Request(path, options=only("cheatsheet"), output=tmp_path / "out", workers=1))
    assert str(caught.value).startswith("looks/fonts/x.ttf:1:1: the theme's font cannot be used, it is damaged (")


REACHES = {
    '@import url("ADDRESS");': "Failed to load stylesheet at ADDRESS : ValueError: not a file of this question set",
    'p::before { content: url("ADDRESS") }': "Failed to load image at 'ADDRESS': ValueError: not a file of",
    'p { background: url("ADDRESS") }': "Failed to load image at 'ADDRESS': ValueError: not a file of",
    'p { font-family: X } @font-face { font-family: X; src: url("ADDRESS") }': "Font-face 'X' cannot be loaded",
}


@pytest.mark.parametrize("rule", REACHES)
@pytest.mark.parametrize("address", ["file://{}/secret.svg", "http://localhost:9/secret.svg", "theme:secret.svg"])
def test_style_sheets_reach_neither_disk_nor_network(tmp_path: Path, rule: str, address: str) -> None:
    """An address outside the theme in its CSS is never fetched, and is reported."""
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>secret</text></svg>', "utf-8")
    address = address.format(tmp_path)
    theme = Theme("looks", {"themes/print.css": rule.replace("ADDRESS", address)})
    said = lay_out("<p>Text.</p>", stylesheet("themes/print.css", theme=theme), theme.assets).warnings
    assert any(line.startswith(REACHES[rule].replace("ADDRESS", address)) for line in said), said


class _Boom:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("boom"),))


ESCAPES = {
    "class": "{{ ''.__class__.__mro__ }}",
    "attr": "{{ ''|attr('__class__') }}",
    "format": "{{ '{0.__class__}'.format(1) }}",
    "map": "{{ ['']|map(attribute='__class__')|first }}",
    "globals": "{{ lipsum.__globals__ }}",
    "context": "{{ self._TemplateReference__context }}",
    "marker": "{{ marker.__init__.__globals__ }}",
    "read": "{{ set.header.parse_file('/etc/passwd') }}",
    "unpickle": "{{ set.header.parse_raw(files['x'], content_type='application/pickle', allow_pickle=True) }}",
    "construct": "{{ set.questions[0].model_construct() }}",
    "change": "{{ set.files._held.clear() }}",
    "add": "{{ set.files._shelf.put('x') }}",
}


@pytest.mark.parametrize("escape", ESCAPES)
def test_templates_stay_in_their_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, escape: str) -> None:
    """A theme's template cannot access classes, globals, files or pydantic's own methods."""
    monkeypatch.chdir(tmp_path)
    whole = make_set(tmp_path, authored(1))
    theme = Theme("looks", {"x.j2": f"a\nb {ESCAPES[escape]}"})
    with pytest.raises(ContentError) as caught:
        render("x.j2", theme, set=whole, files={"x": pickle.dumps(_Boom())})
    assert str(caught.value).startswith(
        "looks/x.j2:2:1: the theme's template does something that is not allowed, access to attribute"
    )
    assert not (tmp_path / "boom").exists()


MISTAKES = {
    "{{ nope }}": "'nope' is undefined",
    "{% if %}": "Expected an expression, got 'end of statement block'",
    "{{ 1 / 0 }}": "ZeroDivisionError: division by zero",
    "{% for n in range(1000000) %}{% endfor %}": "OverflowError: Range too big. ",
    "{% include 'none.j2' %}": "none.j2",
    "{% include 'x.j2' %}": "RecursionError: ",
    "{{ set.questions[0].answers }}": "'studypack.questions.model.Question object' has no attribute 'answers'",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_templates_mistake_has_its_line(tmp_path: Path, mistake: str) -> None:
    """Any failure in a theme's template is reported with the template, line, reason and remedy."""
    theme = Theme("looks", {"x.j2": f"a\nb\n{mistake}"})
    with pytest.raises(ContentError) as caught:
        render("x.j2", theme, set=make_set(tmp_path, authored(1)))
    assert str(caught.value).startswith(f"looks/x.j2:3:1: the theme's template fails, {MISTAKES[mistake]}")
    assert str(caught.value).endswith("; fix it, or delete it to use the program's own")


def test_a_mistake_in_a_worker_is_told_alike(tmp_path: Path) -> None:
    """A mistake in the template of a handbook's part is reported in the same way from a pool of processes."""
    _folder(
        tmp_path / "looks", handbook__question_html_j2="{% macro question_block(q, files) %}\n{{ q.x }}{% endmacro %}"
    )
    path = write_set(tmp_path / "made.yaml", authored(1))
    request = Request(path, options=only("handbook", theme=str(tmp_path / "looks")), output=tmp_path / "out", workers=2)
    with pytest.raises(BuildError) as caught:
        build(request)
    assert str(caught.value).startswith("looks/handbook/question.html.j2:2:1: the theme's template fails, ")
    assert not (tmp_path / "out").exists()


def test_what_a_template_leaves_out_is_missed(tmp_path: Path) -> None:
    """A theme whose chapters omit the answers fails the build, because completeness is proved for every theme."""
    theme = Theme("looks", {"handbook/chapter.html.j2": _CHAPTER})
    whole = make_set(tmp_path, authored(1))
    with pytest.raises(BuildError, match="Q1"):
        ProductJob("handbook", PackContext(whole, whole, theme=theme)).run()


_CHAPTER = (
    "<html><title>t</title><body><section id='topic-{{ set.header.topics[0].id }}'>{% for q in set.questions %}"
    "<h2 id='{{ q.id }}'>{{ q.label }} {{ q.question }}</h2>{% endfor %}</section></body></html>"
)
