"""Markdown to HTML: what an author writes is shown, never executed."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import markup

KNOWN = {
    "p": set(), "br": set(), "hr": set(), "em": set(), "strong": set(), "code": set(), "blockquote": set(),
    "ul": set(), "ol": {"start"}, "li": set(), "a": {"href", "title"}, "pre": {"class"}, "span": {"class"},
    **{f"h{n}": set() for n in range(1, 7)},
    "table": set(), "thead": set(), "tbody": set(), "tr": set(), "th": {"scope", "style"}, "td": {"style"},
}  # fmt: skip  # element: attributes


class _Reader(HTMLParser):
    """Reads HTML as a browser does: elements with attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(html))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "html",
    [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<!-- x -->",
        "<div\nid=x>x</div>",
        "<?x?>",
    ],
)
def test_raw_html_is_shown_as_text(html: str) -> None:
    """Tags in an author's text are letters for the reader: of a paragraph, a table, a list and a line."""
    line = " ".join(html.split())
    for made in (markup.block(html), markup.inline(html), markup.block(f"- {line}"), markup.block(f"|{line}|\n|-|")):
        read = _Reader(made)
        assert {name for name, _ in read.elements} <= {"p", "ul", "li", "table", "thead", "tr", "th"}
        assert " ".join(read.text.split()) == line


def test_generics_survive() -> None:
    """`List<String>` in prose is what a Java programmer wrote, not an unknown element."""
    assert markup.inline("a List<String>") == "a List&lt;String&gt;"


def test_a_line_has_no_paragraph() -> None:
    """Inline text can stand in a heading or a table cell."""
    assert markup.inline("a *b* **c** `d < e`") == "a <em>b</em> <strong>c</strong> <code>d &lt; e</code>"
    assert markup.inline("# not a heading") == "# not a heading"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a *b* `c`\nd", "a b c d"),
        ("# head\n\ntext", "head text"),
        ("- one\n- two", "one two"),
        ("```py\nx = 1\n```\nafter", "x = 1 after"),
        ("|a|b|\n|-|-|\n|c|d|", "a b c d"),
        ("[link](https://example.org)", "link"),
        ("a &lt; b", "a < b"),
        ("a  \nb", "a b"),
        ("<b>x</b>", "<b>x</b>"),
    ],
)
def test_plain_text_is_what_is_read(text: str, words: str) -> None:
    """No marks, one line, every word."""
    assert markup.plain(text) == words


@pytest.mark.parametrize(
    ("written", "top", "made"), [(1, 4, "h4"), (2, 4, "h5"), (3, 4, "h6"), (6, 4, "h6"), (1, 2, "h2")]
)
def test_headings_are_shifted_below_the_pages_own(written: int, top: int, made: str) -> None:
    """A `# heading` of an answer stands below the question's; none goes deeper than HTML has levels."""
    assert markup.block("#" * written + " Head", top_heading=top) == f"<{made}>Head</{made}>\n"


def test_a_fence_is_highlighted() -> None:
    """Code of a known language has classes of our own prefix, and its text is unchanged."""
    made = markup.block('```python\nif a < "b":\n    pass\n```')
    assert '<span class="c-k">if</span>' in made
    assert _Reader(made).text.strip() == 'if a < "b":\n    pass'


@pytest.mark.parametrize(
    "text", ["```\na < b\n```", "```nosuchlanguage\na < b\n```", "    a < b", "~~~ text x=y\na < b\n~~~"]
)
def test_code_of_no_known_language_is_plain(text: str) -> None:
    """An unknown language is no error: the code is shown without colours."""
    assert markup.block(text) == "<pre class='code'><code>a &lt; b</code></pre>\n"


@pytest.mark.parametrize("space", [" ", "   ", "\u00a0", "\t"])
def test_spaces_behind_a_fence_are_no_language(space: str) -> None:
    """An editor's invisible spaces after the opening fence change nothing."""
    assert markup.block(f"```{space}\na < b\n```") == markup.block("```\na < b\n```")


def test_a_listing_is_highlighted_by_its_files_ending() -> None:
    """A file's ending tells its language; an unknown ending gives plain code."""
    assert "c-k" in markup.code_block("SELECT 1;\n", file="listings/x.sql")
    assert markup.code_block("a < b\n", file="x.nosuch") == "<pre class='code'><code>a &lt; b</code></pre>\n"


def test_a_table_says_what_its_heads_are() -> None:
    """Each head cell has the scope of its column, for readers who hear the table."""
    made = markup.block("|a|b|\n|-|:-:|\n|c|d|")
    heads = [attributes for name, attributes in _Reader(made).elements if name == "th"]
    assert [head["scope"] for head in heads] == ["col", "col"]


def test_rows_of_a_table_are_read_in_order() -> None:
    """Each row of each table is one text; prose around them is none."""
    assert markup.table_rows("before\n\n|a|*b*|\n|-|-|\n|c|`d`|\n\nafter") == ["a b", "c d"]
    assert markup.table_rows("no table") == []


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x", "file:///etc/passwd",
     "&#106;avascript:alert(1)", "<javascript:alert(1)>"],
)  # fmt: skip  # one target, one word
def test_links_that_run_or_read_something_are_not_made(target: str) -> None:
    """Such a link stays the text that was written."""
    for text in (f"[x]({target})", f"[x][1]\n\n[1]: {target}", f"<{target.strip('<>')}>"):
        assert "a" not in {name for name, _ in _Reader(markup.block(text)).elements}


def test_links_to_pages_are_made() -> None:
    """An ordinary link is a link."""
    assert markup.inline("[x](https://example.org/?a=1&b=2)") == '<a href="https://example.org/?a=1&amp;b=2">x</a>'


def test_pictures_are_no_markup() -> None:
    """Figures are exhibits, with a caption; Markdown's picture is a link at most, and fetches nothing."""
    assert "img" not in {name for name, _ in _Reader(markup.block("![x](https://example.org/x.png)")).elements}


MARKDOWN = st.text("ab<>&\"'`*_#-|![](): \n\t~1.=/\\", max_size=60) | st.lists(
    st.sampled_from(
        [
            "<script>",
            "</script>",
            "```",
            "\n",
            "`",
            "*a*",
            "[x](javascript:y)",
            "|a|",
            "|-|",
            "# ",
            "&lt;",
            "<a href=x>",
        ]
    ),
    max_size=12,
).map("".join)


@given(MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_no_text_makes_an_element_of_its_own(text: str) -> None:
    """Whatever is written: only the elements and attributes of our Markdown come out."""
    for made in (markup.block(text), markup.inline(text), markup.code_block(text, language="html")):
        for name, attributes in _Reader(made).elements:
            assert name in KNOWN
            assert set(attributes) <= KNOWN[name]
            assert not str(attributes.get("href", "")).lower().startswith(("javascript", "data", "file", "vbscript"))


@given(MARKDOWN)
@settings(max_examples=100, deadline=None)
def test_plain_text_is_one_line(text: str) -> None:
    """It never has line breaks, or spaces at its ends or side by side."""
    assert markup.plain(text) == " ".join(markup.plain(text).split())
