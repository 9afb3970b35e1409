"""The one Jinja environment: everything is escaped, nothing is silently empty."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from markupsafe import Markup

from generator import templating


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in the place of `templates/`."""
    monkeypatch.setattr(templating, "resource", lambda _: tmp_path)
    templating.environment.cache_clear()
    monkeypatch.setattr(templating, "environment", templating.environment.__wrapped__)
    return tmp_path


@pytest.mark.parametrize("name", ["x.html.j2", "x.txt"])
def test_values_are_escaped(made: Path, name: str) -> None:
    """Whatever a template is called, a text is shown as it is and makes no element."""
    (made / name).write_text('<a title="{{ value }}">{{ value }}</a>', "utf-8")
    assert templating.render(name, value='"<b>') == '<a title="&#34;&lt;b&gt;">&#34;&lt;b&gt;</a>'


def test_ready_html_is_not_escaped_twice(made: Path) -> None:
    """Markdown's HTML passes as it is."""
    (made / "x").write_text("{{ html }} {{ text | inline }}", "utf-8")
    assert templating.render("x", html=Markup("<b>"), text="*a* <") == "<b> <em>a</em> &lt;"


@pytest.mark.parametrize("template", ["{{ value }}", "{{ given.value }}", "{% if value %}x{% endif %}"])
def test_a_value_that_is_not_given_is_an_error(made: Path, template: str) -> None:
    """A misspelt name never prints as nothing."""
    (made / "x").write_text(template, "utf-8")
    with pytest.raises(jinja2.UndefinedError):
        templating.render("x", given={})


def test_our_markdown_and_code_are_filters(made: Path) -> None:
    """Templates turn texts into HTML by `block`, `inline`, `plain` and `code`."""
    (made / "x").write_text("{{ t | block }}|{{ t | inline }}|{{ t | plain }}|{{ t | code }}", "utf-8")
    assert templating.render("x", t="*a*") == (
        "<p><em>a</em></p>\n|<em>a</em>|a|<pre class='code'><code>*a*</code></pre>\n"
    )


def test_style_sheets_are_joined_in_the_given_order(made: Path) -> None:
    """Later sheets override earlier ones; nothing in CSS is escaped."""
    (made / "a.css").write_text("a > b {}", "utf-8")
    (made / "b.css").write_text('c { content: "é" }', "utf-8")
    assert templating.stylesheet("b.css", "a.css") == 'c { content: "é" }\na > b {}'


def test_every_template_of_ours_can_be_parsed() -> None:
    """No template has a mistake that only its first use would show."""
    environment = templating.environment()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)
