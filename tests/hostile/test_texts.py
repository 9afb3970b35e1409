"""Text that would run, fetch or be acted upon: shown as it was written, everywhere."""

from __future__ import annotations

import html
import io
import re
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from studypack.checks.content import set_warnings
from studypack.errors import ContentError
from studypack.questions.limits import MAX_LEVELS, MAX_LINE, MAX_MARKS, MAX_TEXT
from studypack.questions.loader import load
from studypack.workflows.build import build
from studypack.workflows.request import Request

from tests import anki_reading as anki
from tests.making import authored, one, only, question, write_set
from tests.pdf_reading import page_texts

MARK = "document.documentElement.className+=' TRIPPED'"
HOSTILE = (
    f'<script>{MARK}</script> <img id=x onerror="{MARK}"> <svg onload="{MARK}"> <a href=\'javascript:{MARK}\'>a</a> '
    f"[link](javascript:{urllib.parse.quote(MARK)}) ![picture](http://127.0.0.1:9/x) <javascript:{MARK.split('+')[0]}> "
    "</title></style></textarea>--><iframe src=//127.0.0.1:9/> {{ 7*7 }} {% include 'x' %} {{FrontSide}} {#x#} "
    "{{c1::x}} [sound:x.mp3] \\(x\\)"
)
SHORT = f'<img srcset=x onerror="{MARK}">'
SHOWN = ("<script>", "onerror=", "onload=", "<iframe", "{{ 7*7 }}", "{% include", "{{FrontSide}}", "{{c1::x}}")


def _everywhere(folder: Path) -> Path:
    """Write a set with the hostile text in every key that takes text."""
    content = authored(1, title=HOSTILE, subtitle=HOSTILE, author=HOSTILE, license=HOSTILE, edition=HOSTILE)
    content |= {"introduction": HOSTILE, "closing": HOSTILE}
    content["topics"] = [{"id": "topic-0", "title": HOSTILE, "summary": HOSTILE}]
    content["glossary"] = [{"id": "term", "term": SHORT, "definition": HOSTILE, "question": "question-0"}]
    content["packs"] = {"quick": {"title": HOSTILE, "topics": ["topic-0"]}}
    changes: dict[str, Any] = dict.fromkeys(("question", "stimulus", "answer", "guidance"), HOSTILE)
    changes |= {"key_points": [HOSTILE], "pitfalls": [HOSTILE], "takeaway": "<img srcset=x onerror=alert(1)> {{7*7}}"}
    changes |= {"follow_ups": [{"question": HOSTILE, "answer": HOSTILE}]}
    changes |= {"sources": [{"title": HOSTILE, "where": HOSTILE, "url": "https://example.org/\"onclick='alert(1)'<b>"}]}
    changes["cards"] = [
        {"id": "one", "front": HOSTILE, "back": HOSTILE},
        {"id": "two", "cloze": f"{{{{c1::gap}}}} {HOSTILE}"},
    ]
    table = f"| a | b |\n|---|---|\n| {HOSTILE.replace('|', '')} | x |"
    changes["exhibits"] = [{"table": table, "caption": HOSTILE}, {"listing": "x.html", "caption": HOSTILE}]
    (folder / "x.html").write_text(f"{HOSTILE}\n```\n</code></pre>", "utf-8")
    content["questions"] = [question(0, "topic-0", **changes)]
    return write_set(folder / "made.yaml", content)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a pack of hostile texts; that it was built proves that each of them is in it."""
    folder = tmp_path_factory.mktemp("texts")
    products = ("handbook", "deck")  # the sheet's own test is below: this much text is too much for one page
    options, output = only(*products), folder / "out"
    request = Request(_everywhere(folder), options=options, output=output, now=1, workers=1, cached=False)
    return build(request).folder


class _Elements(HTMLParser):
    """What a browser would make of HTML: elements and attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def _harmful(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of HTML that run or fetch something."""
    return [
        (tag, attributes)
        for tag, attributes in _Elements(text).found
        if tag in {"script", "iframe", "object", "embed", "img", "svg", "link", "base", "form"}
        or any(name.startswith("on") or name in ("src", "srcdoc") for name in attributes)
        or not re.match(r"(https?:|mailto:|#|$)", attributes.get("href", ""))
    ]


def test_the_search_for_harmful_elements_finds_them() -> None:
    """The hostile text itself, as HTML, is full of them."""
    assert {tag for tag, _ in _harmful(HOSTILE)} >= {"script", "img", "svg", "a"}


def _cards(pack: Path, folder: Path) -> list[str]:
    """Return the HTML of both sides of every card as Anki shows it."""
    with anki.profile(folder) as collection:
        anki.import_deck(collection, (pack / "deck.apkg").read_bytes())
        outputs = [collection.get_card(number).render_output() for number in collection.find_cards("")]
        return [side for output in outputs for side in (output.question_text, output.answer_text)]


def test_no_card_runs_or_fetches_anything(pack: Path, tmp_path: Path) -> None:
    """Hostile text is text on both sides of every card: elements are ours alone, links lead to the web alone."""
    cards = _cards(pack, tmp_path / "anki")
    assert len(cards) == 10  # the question, two further cards, a term's two
    for card in cards:
        assert _harmful(card) == []
    words = html.unescape(" ".join(cards))
    assert all(mark in words for mark in SHOWN)


@pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium on this machine")
def test_a_browser_runs_nothing_of_the_cards(pack: Path, tmp_path: Path) -> None:
    """All cards in one page of a real browser: no text touches the tripwire that it carries; a true script does."""
    body = "\n".join(_cards(pack, tmp_path / "anki"))

    def shown(name: str, inner: str) -> str:
        page = tmp_path / name
        page.write_text(f"<!doctype html><html class=page><meta charset=utf-8><body>{inner}</body></html>", "utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        done = subprocess.run(
            [*command, "--virtual-time-budget=2000", "--dump-dom", page.as_uri()],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        return done.stdout[: done.stdout.index(">", done.stdout.index("<html")) + 1]

    assert "TRIPPED" not in shown("cards.html", body)
    assert "TRIPPED" in shown("tripped.html", f'{body}<img src=x onerror="{MARK}">')


def test_the_handbook_shows_hostile_text_and_links_nowhere_harmful(pack: Path) -> None:
    """The words are on the pages, Jinja's and Anki's marks as written; no action but links to the web."""
    pdf = (pack / "handbook.pdf").read_bytes()
    words = re.sub(r"\s", "", "".join(page_texts(pdf)).replace("\ufffe", ""))
    assert all(re.sub(r"\s", "", mark) in words for mark in SHOWN)
    assert "49" not in words
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [inner for outer in document.objects for inner in _dictionaries(outer)]
        assert {str(o.S) for o in found if str(o.get("/S")) in ACTIONS} == {"/URI"}
        addresses = {str(o.URI) for o in found if "/URI" in o}
    assert addresses == {"http://127.0.0.1:9/x", "https://example.org/%22onclick='alert(1)'%3Cb%3E"}


ACTIONS = {"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/URI"}
"""Kinds of actions that lead out of the file (12.6.4 of ISO 32000-2)."""


def _dictionaries(value: Any) -> Iterator[Any]:
    """Yield the dictionaries within an object of a PDF, itself included; other objects have their own turn."""
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array):
        inner = list(value) if isinstance(value, pikepdf.Array) else [value[key] for key in value.keys()]  # noqa: SIM118
        for item in inner:
            if isinstance(item, pikepdf.Object) and not item.is_indirect:
                yield from _dictionaries(item)


def test_the_sheet_shows_hostile_text(tmp_path: Path) -> None:
    """A takeaway of markup is on the cheat sheet as it was written: the build's own proof has found it."""
    path = one(
        tmp_path, question="<script>alert(1)</script> {{ 7*7 }}", takeaway="<img srcset=x onerror=alert(1)> {% x %}"
    )
    done = build(Request(path, options=only("cheatsheet"), output=tmp_path / "out", now=1, workers=1))
    text = "".join(page_texts((done.folder / "cheatsheet.pdf").read_bytes()))
    assert "<script>alert(1)</script>{{7*7}}" in re.sub(r"\s", "", text)


def _refused(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(path)
    return [str(d).partition("made.yaml:")[2] for d in caught.value.diagnostics]


LEVELS = f"at most {MAX_LEVELS} levels of lists and quotations, and {MAX_MARKS} of emphasis, are allowed; flatten it"
TOO_DEEP = {
    "30 lists": "\n".join(f"{'  ' * n}- level {n}" for n in range(30)),
    "one more than the limit": "\n".join(f"{'  ' * n}- level {n}" for n in range(MAX_LEVELS + 1)),
    "quotations": f"{'>' * (MAX_LEVELS + 1)} deep",
    "on one line": f"{'- ' * 1000}deep",
    "with tabs": "\n".join("\t" * n + "- x" for n in range(MAX_LEVELS + 1)),
    "bottomless": ">" * 90_000,
    "emphasis": f"{'*' * 500}deep{'*' * 500}",
    "mixed": "**a *b " * 45 + "*c** " * 45,
}


@pytest.mark.parametrize("name", TOO_DEEP)
def test_what_is_nested_too_deeply_is_refused(name: str, tmp_path: Path) -> None:
    """The reader of Markdown would drop deep lists without a word, and the typesetter's stack would end."""
    (said,) = _refused(one(tmp_path, answer=TOO_DEEP[name]))
    assert said.endswith(f'"answer" is nested too deeply, {LEVELS}')


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("\n".join(f"{'  ' * n}- word{n}" for n in range(MAX_LEVELS)), [f"word{n}" for n in range(MAX_LEVELS)]),
        (f"{'>' * MAX_LEVELS} deep", ["deep"]),
    ],
    ids=["lists", "quotations"],
)
def test_the_deepest_nesting_is_all_there(text: str, levels: list[str], tmp_path: Path) -> None:
    """At the limit itself nothing is dropped: the pages hold every level, and what comes after."""
    path = one(tmp_path, answer=f"{text}\n\nafterwards")
    done = build(Request(path, options=only("handbook"), output=tmp_path / "out", now=1, workers=1))
    words = re.sub(r"[\s\ufffe]", "", "".join(page_texts((done.folder / "handbook.pdf").read_bytes())))
    assert [word for word in (*levels, "afterwards") if word not in words] == []


def test_a_text_without_end_is_refused(tmp_path: Path) -> None:
    """One value may have 30 pages, not more; what is one line half a page."""
    (said,) = _refused(one(tmp_path, answer="x" * (MAX_TEXT + 1)))
    assert said.endswith(f'"answer" has {MAX_TEXT + 1} characters, the limit is {MAX_TEXT}; split it')
    (said,) = _refused(one(tmp_path, key_points=["x" * (MAX_LINE + 1)]))
    assert said.endswith(f'"key_points" has {MAX_LINE + 1} characters, the limit is {MAX_LINE}; split it')


MISTAKES = {
    "open fence": ("Text.\n\n```python\nx = 1\n", 2, "the code fence is never closed",
                   "everything after it becomes code"),
    "open tildes": ("~~~\nx\n```\n", 0, "the code fence is never closed", "everything after it becomes code"),
    "broken table": ("a\n\n| a | b |\n|---|\n| 1 | 2 |\n", 3, "a row of hyphens does not make a table",
                     "the line above has another number of cells"),
    "cell too many": ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", 2, "a table row has hidden cells",
                      "it has 3 cells, the header 2"),
    "dead reference": ("One.\nSee [the paper][lamport].\n", 1, "the link refers to [lamport]",
                       "this text does not define that reference"),
}  # fmt: skip  # a table to read


@pytest.mark.parametrize("name", MISTAKES)
def test_markdown_that_does_other_than_it_looks_is_a_warning(name: str, tmp_path: Path) -> None:
    """Each has its line in the file, with the reason."""
    text, line, what, why = MISTAKES[name]
    lines = "".join(f"    {row}\n" for row in text.splitlines())
    (tmp_path / "made.yaml").write_text(
        "title: a\ntopics: [{id: t, title: T}]\nquestions:\n- id: one\n  question: q\n  topic: t\n  takeaway: t\n"
        f"  answer: |\n{lines}",
        "utf-8",
    )
    (said,) = set_warnings(load(tmp_path / "made.yaml"))
    assert (said.where and said.where.line) == 9 + line
    assert (said.what, said.why) == (f'{what} in "answer"', why)


SOUND = (
    "```\n[a][b]\n| x |\n|--|--|\n```\n\n> ~~~\n> x\n> ~~~\n\n| a | b |\n|:--|--:|\n| `x` \\| y | 2 |\n\n"
    "[a][b] a[i][j] `[a][c]`\n\n[b]: https://example.org\n\na --- b\n\n---\n\nx | y\n"
)


def test_sound_markdown_is_no_warning(tmp_path: Path) -> None:
    """Fences that are closed, tables that are whole, references that are there, and what only looks alike."""
    assert set_warnings(load(one(tmp_path, answer=SOUND))) == ()
