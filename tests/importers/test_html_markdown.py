"""HTML of card fields as Markdown of our dialect."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from studypack.importers.html_markdown import escaped, markdown_of
from studypack.text.markdown import plain


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("a<br>b<br><br>c", "a\\\nb\n\nc"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"),
        ("<pre><code class='language-python'>a &lt; 1<br>b</code></pre>", "```python\na < 1\nb\n```"),
        ("<code>a<br>b</code>", "```\na\nb\n```"),
        ("H<sub>2</sub>O, <kbd>x</kbd>, <u>y</u>", "H<sub>2</sub>O, <kbd>x</kbd>, <u>y</u>"),
        ("<table><tr><th>a|b</th></tr><tr><td>1</td></tr></table>", "| a\\|b |\n| --- |\n| 1 |"),
        (r"\(a_b &lt; c\) [$]x*y[/$] [latex]$z$[/latex]", r"\(a_b < c\) \(x*y\) \(z\)"),
        ("{{c1::a_b::hint}} [sound:a_b.mp3]", "{{c1::a_b::hint}} [sound:a_b.mp3]"),
        ("<a href='javascript:x'>a</a> <a href='https://b.c'>d</a>", "a [d](https://b.c)"),
        ("<script>x</script><style>y</style>z", "z"),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢(kan)"),
    ],
)
def test_html_becomes_markdown(source: str, markdown: str) -> None:
    """Structure, code, formulas, clozes and the tags of our dialect are kept."""
    assert markdown_of(source) == markdown


def test_pictures_go_where_they_are_kept() -> None:
    """A picture that the file does not hold leaves its words."""
    kept = {"a b.png": "figures/a-b.png"}
    assert markdown_of("<img src='a%20b.png' alt='x'><img src='c' alt='y'>", lambda name: kept.get(name, "")) == (
        "![x](figures/a-b.png)y"
    )


def test_html_that_is_nested_too_deeply_keeps_its_text() -> None:
    """What would exhaust a recursive reader is read as text."""
    assert markdown_of("<div>" * 5_000 + "a * b" + "</div>" * 5_000) == "a \\* b"


_PIECES = (
    "a", "b1", " ", "*", "_", "`", "#", "# ", "- ", "1. ", "[x](y)", "[a]: b", "<b>", "&amp;", "|", "\\", "~~", "> ",
    "+ ", "===", "![", "]", "$", "$x$", "http://a.b/c_d ", "!", "(", ")",
)  # fmt: skip  # what Markdown makes something of
_TEXT = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@given(_TEXT)
def test_no_character_of_a_text_is_misread(text: str) -> None:
    """Escaped, a text reads as itself; so it does out of HTML."""
    words = " ".join(text.split())
    assert _read(escaped(words)) == words
    assert _read(markdown_of(f"<p>{html.escape(words)}</p>")) == words


def _read(markdown: str) -> str:
    return re.sub(r"\s+", " ", plain(markdown))
