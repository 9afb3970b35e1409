"""Languages: each file of the catalogue is complete, and a tag finds its words, quotation marks and direction."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from studypack.anki.identity import deck_name
from studypack.anki.notes import notes_of
from studypack.anki.package import gaps
from studypack.errors import ContentError
from studypack.products.cheatsheet.fragments import fragments
from studypack.products.cheatsheet.galley import Geometry
from studypack.products.cheatsheet.planning import Page
from studypack.questions.model import QuestionSet
from studypack.questions.yaml_reading import read_yaml
from studypack.text import languages
from studypack.text.languages import LANGUAGES, language
from studypack.typeset.geometry import Paper
from studypack.typeset.templating import render

from tests.making import authored, make_set

CATALOGUE = Path(__file__).parents[2] / "templates" / "languages"
SCRIPTS = {"ar": "\u0600-\u06ff", "he": "\u0590-\u05ff", "ja": "\u3040-\u30ff\u4e00-\u9fff", "zh": "\u4e00-\u9fff"}
"""Characters of which each word in such a language contains at least one."""


def _entries(name: str) -> dict[str, Any]:
    source = read_yaml((CATALOGUE / f"{name}.yaml").read_bytes(), name)
    assert source.problems == []
    assert isinstance(source.data, dict)
    return source.data


def _shape(value: Any) -> Any:
    """Return what must be the same in all languages: keys, list lengths and placeholders."""
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return sorted(re.findall(r"\{.*?\}", value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for inner in (value.values() if isinstance(value, dict) else value) for text in _texts(inner)]


def test_the_languages_are_there() -> None:
    """Every language that the program promises has a file."""
    assert {"en", "de", "fr", "es", "ja", "zh", "ar", "he"} <= set(LANGUAGES)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_file_says_the_same(name: str) -> None:
    """Each language has the same keys in the same order as English, the same list lengths and placeholders."""
    entries = _entries(name)
    assert _shape(entries) == _shape(_entries("en"))
    assert list(entries) == list(_entries("en"))
    assert all(text.strip() for text in _texts(entries))


@pytest.mark.parametrize("name", LANGUAGES)
def test_marks_and_direction_are_possible(name: str) -> None:
    """Each language has four quotation marks, none of them straight, and a direction that HTML knows."""
    entries = _entries(name)
    assert len(entries["quotes"]) == 4
    assert not set("".join(entries["quotes"])) & set("\"'\\")
    assert entries["direction"] in {"ltr", "rtl"}


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_key_hides_behind_a_method(name: str) -> None:
    """No key is named like a dictionary method: `words.items` in a template would return that method."""
    assert [key for key in (*_entries(name), *_entries(name)["levels"]) if hasattr(dict, key)] == []


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_nothing_is_left_in_another_script(name: str) -> None:
    """Each word of such a language is written in its script; boxes may hold digits."""
    words = {
        key: value for key, value in _entries(name).items() if key not in ("direction", "quotes", "passes", "comma")
    }
    bare = [
        re.sub(r"\{.*?\}", "", text) for key, value in words.items() if key != "count_line" for text in _texts(value)
    ]
    assert [text for text in bare if not re.search(f"[{SCRIPTS[name]}]", text) or re.search("[A-Za-z]", text)] == []


@pytest.mark.parametrize("name", LANGUAGES)
def test_counts_read_well(name: str) -> None:
    """The line contains both numbers and no placeholder."""
    line = language(name).count_line(25, 7)
    assert re.findall(r"\d+", line) in (["25", "7"], ["7", "25"])
    assert "{" not in line


def test_one_is_told_from_many() -> None:
    """Counts use the singular or the plural where a language distinguishes them."""
    assert language("en").count_line(1, 1) == "1 question in 1 topic"
    assert language("en").count_line(25, 7) == "25 questions in 7 topics"
    assert (language("de").questions(1), language("de").topics(2)) == ("1 Frage", "2 Themen")


@pytest.mark.parametrize("tag", ["de", "de-AT", "DE-at", "de-Latn-CH-1996"])
def test_a_region_has_the_words_of_its_language(tag: str) -> None:
    """The file with the longest matching prefix of the tag is used; the tag itself stays as it was written."""
    found = language(tag)
    assert (found.tag, found.words["contents"], found.quotes) == (tag, "Inhalt", ("„", "“", "‚", "‘"))


def test_a_region_may_have_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`de-ch.yaml` is used for `de-CH` but not for `de`."""
    (tmp_path / "languages").mkdir()
    for name, word in (("de", "Inhalt"), ("de-ch", "Inhaltsverzeichnis")):
        text = (CATALOGUE / "de.yaml").read_text("utf-8").replace("contents: Inhalt", f"contents: {word}")
        (tmp_path / "languages" / f"{name}.yaml").write_text(text, "utf-8")
    monkeypatch.setattr(languages, "resource", lambda _: tmp_path)
    monkeypatch.setattr(languages, "LANGUAGES", ("de", "de-ch"))
    monkeypatch.setattr(languages, "_entries", languages._entries.__wrapped__)
    found = {tag: language.__wrapped__(tag).words["contents"] for tag in ("de-CH", "de-AT")}
    assert found == {"de-CH": "Inhaltsverzeichnis", "de-AT": "Inhalt"}


def test_an_unknown_language_has_english_words_and_its_own_tag() -> None:
    """A set in any language can be built."""
    found = language("sw-KE")
    assert (found.tag, found.direction) == ("sw-KE", "ltr")
    assert (found.words, found.quotes) == (language("en").words, language("en").quotes)


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("en", "ltr"), ("ar", "rtl"), ("ar-EG", "rtl"), ("he", "rtl"), ("fa", "rtl"), ("ur-PK", "rtl"), ("yi", "rtl"),
     ("ar-Latn", "ltr"), ("az-Arab-IR", "rtl"), ("pa-arab", "rtl"), ("sw", "ltr"), ("de-1996", "ltr")],
)  # fmt: skip  # a list of tags
def test_direction_comes_from_script_file_or_language(tag: str, direction: str) -> None:
    """The tag's script decides, then the language's file, then the usual direction of the language."""
    assert language(tag).direction == direction


def _made(folder: Path, tag: str) -> QuestionSet:
    """Return a set of one question that contains straight quotation marks."""
    content = authored(1, language=tag, title='A "set"')
    content["questions"][0] |= {
        "question": 'What is "it"?',
        "key_points": ['a "point"'],
        "follow_ups": [{"question": 'And "then"?', "answer": 'Then "this".'}],
        "exhibits": [{"table": '| "a" |\n|---|\n| `"b"` |', "caption": 'A "table"', "cheatsheet": True}],
        "sources": [{"title": 'A "book"'}],
        "cards": [
            {"id": "gap", "cloze": '{{c1::"x"}} is `{{c2::"y"}}`'},
            {"id": "pair", "front": '"f"', "back": '"b"'},
        ],
    }
    content["glossary"] = [{"id": "it", "term": '"It"', "definition": 'A "thing".'}]
    return make_set(folder, content)


def _read(markup: str) -> str:
    """Return the text outside of code."""
    return html.unescape(re.sub(r"<code>.*?</code>|<[^>]*>", "", markup))


def test_the_sheet_is_in_its_language(tmp_path: Path) -> None:
    """The document declares language and direction; words and marks are the language's, in the outline too."""
    whole = _made(tmp_path, "he")
    (first, *_) = whole.questions
    values: dict[str, Any] = {
        "set": whole,
        "files": {},
        "document_title": 'A "set"',
        "keywords": [],
        "titles": {},
    }
    page = Page(Geometry.at(7.0, Paper.A4), [], {}, [], 0.0)
    sheet = render("cheatsheet/sheet.html.j2", page=page, topics={}, **values)
    assert '<html lang="he" dir="rtl">' in sheet
    assert "<title>A ”set”: דף סיכום</title>" in sheet
    assert "<h1>A ”set”</h1>" in sheet
    assert "מספר השאלות: 1 · המספור כמו במדריך · מהדורה 1" in sheet
    galley = render("cheatsheet/galley.html.j2", fragments=fragments(first, "he"), again=[], **values)
    assert 'data-bookmark="Q1 What is ”it”?"' in galley
    assert '"' not in _read(galley)


def test_cards_have_the_marks_of_their_set(tmp_path: Path) -> None:
    """Every field except code gets the marks, cloze gaps are still found, and the deck's name stays as typed."""
    whole = _made(tmp_path, "de")
    fields = [(name, value) for note in notes_of(whole) for name, value in note.fields.items()]
    read = [_read(value) for _, value in fields]
    assert [text for text in read if '"' in text] == []
    assert sum("„" in text for text in read) == 18
    (text,) = [value for name, value in fields if name == "Text"]
    assert text == "<p>{{c1::„x“}} is <code>{{c2::&quot;y&quot;}}</code></p>"
    assert gaps(text) == {1, 2}
    assert deck_name(whole.header.title, "T") == 'A "set"::T'


@pytest.mark.parametrize(
    ("word", "said"), [("german", "de"), ("English", "en"), ("de_DE", "de-DE"), ("PT_br", "PT-br")]
)
def test_a_languages_name_is_answered_with_its_tag(tmp_path: Path, word: str, said: str) -> None:
    """A word that is no tag would print English words in a German book: it is refused, and the tag suggested."""
    with pytest.raises(
        ContentError, match=f'"{word}" is not a language tag, BCP 47 is expected; did you mean "{said}"'
    ):
        make_set(tmp_path, authored(1, language=word))
