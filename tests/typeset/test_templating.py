"""The Jinja environments escape everything, never print undefined names, and have each language's words and marks."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import pytest
from markupsafe import Markup
from studypack.text.languages import language
from studypack.typeset import templating


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that replaces `templates/`."""
    monkeypatch.setattr(templating, "resource", lambda _: tmp_path)
    monkeypatch.setattr(templating, "_environment", templating._environment.__wrapped__)
    return tmp_path


@pytest.mark.parametrize("name", ["x.html.j2", "x.txt"])
def test_values_are_escaped(made: Path, name: str) -> None:
    """Text is escaped in every template, whatever the template's name."""
    (made / name).write_text('<a title="{{ value }}">{{ value }}</a>', "utf-8")
    assert templating.render(name, value='"<b>') == '<a title="&#34;&lt;b&gt;">&#34;&lt;b&gt;</a>'


def test_ready_html_is_not_escaped_twice(made: Path) -> None:
    """HTML from Markdown is not escaped again."""
    (made / "x").write_text("{{ html }} {{ text | inline }}", "utf-8")
    assert templating.render("x", html=Markup("<b>"), text="*a* <") == "<b> <em>a</em> &lt;"


@pytest.mark.parametrize("template", ["{{ value }}", "{{ given.value }}", "{% if value %}x{% endif %}"])
def test_a_value_that_is_not_given_is_an_error(made: Path, template: str) -> None:
    """A misspelt name is an error, not an empty string."""
    (made / "x").write_text(template, "utf-8")
    with pytest.raises(jinja2.UndefinedError):
        templating.render("x", given={})


def test_our_markdown_and_code_are_filters(made: Path) -> None:
    """Templates can use the filters `block`, `inline`, `plain` and `code`."""
    (made / "x").write_text("{{ t | block }}|{{ t | inline }}|{{ t | plain }}|{{ t | code }}", "utf-8")
    assert templating.render("x", t="*a*") == (
        "<p><em>a</em></p>\n|<em>a</em>|a|<pre class='code'><code>*a*</code></pre>\n"
    )


def _set(tag: str) -> Any:
    return SimpleNamespace(header=SimpleNamespace(language=tag, words=language(tag).words))


def test_a_template_has_the_words_of_its_set(made: Path) -> None:
    """Words, direction, quotation marks and counts are those of the set's language."""
    (made / "x").write_text("{{ words.contents }} {{ direction }} {{ quotes[0] }} {{ language.questions(2) }}", "utf-8")
    assert templating.render("x", set=_set("de-AT")) == "Inhalt ltr „ 2 Fragen"
    assert "rtl ”" in templating.render("x", set=_set("he"))


def test_the_filters_set_the_marks_of_the_sets_language(made: Path) -> None:
    """`block`, `inline` and `plain` set the same marks, and a set in another language does not affect the first."""
    (made / "x").write_text("{{ t | block }}|{{ t | inline }}|{{ t | plain }}", "utf-8")
    for tag, text in (("de", "„a“ it’s"), ("fr", "«\u202fa\u202f» it’s"), ("de", "„a“ it’s")):
        assert templating.render("x", set=_set(tag), t='"a" it\'s') == f"<p>{text}</p>\n|{text}|{text}"


def test_macros_have_the_language_too(made: Path) -> None:
    """A macro that is imported without context into a template that extends another has the language."""
    (made / "base").write_text("{{ words.notes }} {% block b %}{% endblock %}", "utf-8")
    (made / "m").write_text("{% macro m(t) %}{{ t | inline }} {{ words.notes }}{% endmacro %}", "utf-8")
    (made / "x").write_text('{% extends "base" %}{% from "m" import m %}{% block b %}{{ m(t) }}{% endblock %}', "utf-8")
    assert templating.render("x", set=_set("de"), t='"a"') == "Notizen „a“ Notizen"


def test_without_a_set_the_language_is_english(made: Path) -> None:
    """A template that is rendered without a set uses English."""
    (made / "x").write_text("{{ t | inline }} {{ words.notes }}", "utf-8")
    assert templating.render("x", t='"a"') == "“a” Notes"


def test_a_word_that_does_not_exist_is_an_error(made: Path) -> None:
    """A misspelt key is an error, not an empty string."""
    (made / "x").write_text("{{ words.nothing }}", "utf-8")
    with pytest.raises(jinja2.UndefinedError):
        templating.render("x", set=_set("de"))


def test_code_is_left_alone(made: Path) -> None:
    """The filter `code` does not convert quotation marks."""
    (made / "x").write_text("{{ t | code }}", "utf-8")
    assert templating.render("x", set=_set("de"), t="it's") == "<pre class='code'><code>it's</code></pre>\n"


def test_style_sheets_are_joined_in_the_given_order(made: Path) -> None:
    """Style sheets are joined in the given order, and CSS is not escaped."""
    (made / "a.css").write_text("a > b {}", "utf-8")
    (made / "b.css").write_text('c { content: "é" }', "utf-8")
    assert templating.stylesheet("b.css", "a.css") == 'c { content: "é" }\na > b {}'


def test_every_template_of_ours_can_be_parsed() -> None:
    """No template has a syntax error that only its first use would reveal."""
    environment = templating.environment()
    names = environment.list_templates(extensions=["j2"])
    assert {name.partition("/")[0] for name in names} >= {"handbook", "cheatsheet", "deck", "new"}
    for name in names:
        environment.get_template(name)
