"""GitHub's dialect of Markdown, rendered as GitHub's readers expect; all but a few HTML tags are shown as text."""

from __future__ import annotations

import pytest
from studypack.text.markdown import block, inline, pictures_in, plain, tokens
from studypack.text.runs import Run, runs


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("~~x~~", "<s>x</s>"),
        ("CO<sub>2</sub> x<SUP>2</SUP>", "CO<sub>2</sub> x<sup>2</sup>"),
        ("<kbd>a</kbd> <mark>b</mark> <u>c</u>", "<kbd>a</kbd> <mark>b</mark> <u>c</u>"),
        ("<b>a</b> <i>b</i> <del>c</del>", "<strong>a</strong> <em>b</em> <s>c</s>"),
        ("<code>a < b</code> <strong>c</strong> <em>d</em> <s>e</s>",
         "<code>a &lt; b</code> <strong>c</strong> <em>d</em> <s>e</s>"),
        ("a<br/>b", "a<br />\nb"),
        ("see www.x.org, https://y.org/a_b.", 'see <a href="http://www.x.org">www.x.org</a>, '
         '<a href="https://y.org/a_b">https://y.org/a_b</a>.'),
        ('<a href="https://x.org/?a&b">x</a>', '<a href="https://x.org/?a&amp;b">x</a>'),
        ("a <!-- hidden --> b", "a  b"),
        ("<img src='figures/x.png' alt='An x'>", '<img class="picture" src="set:figures/x.png" alt="An x">'),
        ("![An *x*](figures/a%20b.png)", '<img class="picture" src="set:figures/a b.png" alt="An x">'),
        ("![far](https://x.org/a.png)", '<a href="https://x.org/a.png">far</a>'),
    ],
)  # fmt: skip  # one case per line
def test_what_github_knows_is_shown_as_it_shows_it(text: str, html: str) -> None:
    """Strikethrough, safe tags, bare addresses, comments and pictures are rendered as on GitHub."""
    assert str(inline(text)) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<div>x</div>", "&lt;div&gt;x&lt;/div&gt;"),
        ("<sub>open", "&lt;sub&gt;open"),
        ("close</sub>", "close&lt;/sub&gt;"),
        ("<sub><sup>x</sub></sup>", "&lt;sub&gt;<sup>x&lt;/sub&gt;</sup>"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<a href="javascript:alert(1)">x</a>', "&lt;a href=&quot;javascript:alert(1)&quot;&gt;x&lt;/a&gt;"),
        ('<sub onclick="x">2</sub>', "<sub>2</sub>"),
        ('<a href="https://x.org" onclick="y">x</a>', '<a href="https://x.org">x</a>'),
    ],
)
def test_any_other_html_is_text_and_nothing_runs(text: str, html: str) -> None:
    """Unpaired and unknown tags are shown as text, and attributes that run scripts are dropped."""
    assert str(inline(text)) == html


def test_blocks_of_the_dialect() -> None:
    """Task lists get boxes, alerts a title, and footnotes a list at the end of the text; details are always open."""
    details = "<details><summary>f</summary>\n\ng\n\n</details>"
    made = str(block(f"- [ ] a\n- [x] b\n\n> [!TIP]\n> c\n\nd[^1]\n\n[^1]: e\n\n{details}"))
    for piece in (
        '<span class="task"></span>a', '<span class="task done"></span>b', "markdown-alert-tip", "footnote-ref",
        "<strong>f</strong>", "<p>g</p>",
    ):  # fmt: skip  # a list of pieces
        assert piece in made
    assert "details" not in made
    assert "↩" not in made


def test_an_alert_has_its_title_in_the_language_of_the_text() -> None:
    """A language without a file has GitHub's own titles, as has a text without a language."""
    titles = {lang: plain("> [!WARNING]\n> c", lang=lang) for lang in ("de-AT", "ja", "pt", None)}
    assert titles == {"de-AT": "Warnung c", "ja": "警告 c", "pt": "Warning c", None: "Warning c"}


def test_footnotes_of_two_texts_have_ids_of_their_own() -> None:
    """Two answers in one chapter can each have a first footnote."""
    one, two = (str(block(f"{word}[^1]\n\n[^1]: note")) for word in "ab")
    assert {part.split('"')[0] for part in one.split('id="')[1:]}.isdisjoint(
        part.split('"')[0] for part in two.split('id="')[1:]
    )


def test_pictures_are_runs_and_files_of_the_set() -> None:
    """A picture of the set interrupts the text and names a file; a remote picture is replaced with its text."""
    text = "a ![b](x.png) c ![d](https://x.org/y.png)"
    expected = [Run("text", "a "), Run("picture", "x.png"), Run("text", " c "), Run("text", "d")]
    assert list(runs(tokens(text))) == expected
    assert pictures_in(text) == ["x.png"]


def test_words_hold_no_tags() -> None:
    """Titles and outline entries are plain text."""
    assert plain("CO<sub>2</sub> and <kbd>C</kbd> ~~no~~") == "CO2 and C no"


def test_very_long_words_of_a_table_may_break_and_others_stay_whole() -> None:
    """Only words that would push the table off the page are marked, in text and in code."""
    word = "x" * 40
    made = str(block(f"| yes | {word} & |\n|---|---|\n| no | `{word}` |"))
    assert f'<th scope="col">yes</th>\n<th scope="col"><span class="long">{word}</span> &amp;</th>' in made
    assert f'<td>no</td>\n<td><code><span class="long">{word}</span></code></td>' in made
    assert "long" not in str(block("| yes | no |\n|---|---|\n| x | yyyyyyyyyyyyyyyyyyyyyyyyy |"))
