"""Markdown to HTML: what an author writes is shown, never executed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studypack.text import markdown

KNOWN = {
    "p": {"class"}, "br": set(), "hr": {"class"}, "em": set(), "strong": set(), "code": set(), "blockquote": set(),
    "ul": {"class"}, "ol": {"start", "class"}, "li": {"class", "id"}, "pre": {"class"}, "span": {"class"},
    "a": {"href", "title", "class", "id"}, "s": set(), "u": set(), "sub": set(), "sup": {"class"}, "kbd": set(),
    "mark": set(), "div": {"class"}, "section": {"class"}, "img": {"class", "src", "alt"},
    **{f"h{n}": set() for n in range(1, 7)},
    "table": set(), "thead": set(), "tbody": set(), "tr": set(), "th": {"scope", "style"}, "td": {"style"},
}  # fmt: skip  # attributes by element


class _Reader(HTMLParser):
    """Parses HTML as a browser does, into elements with attributes and the text between them."""

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
        "<big>bold</big>",
        "<script>alert(1)</script>",
        "<div\nid=x>x</div>",
        "<?x?>",
    ],
)
def test_raw_html_is_shown_as_text(html: str) -> None:
    """Tags are shown literally in a paragraph, a table, a list and a line."""
    line = " ".join(html.split())
    for made in (
        markdown.block(html),
        markdown.inline(html),
        markdown.block(f"- {line}"),
        markdown.block(f"|{line}|\n|-|"),
    ):
        read = _Reader(made)
        assert {name for name, _ in read.elements} <= {"p", "ul", "li", "table", "thead", "tr", "th"}
        assert " ".join(read.text.split()) == line


def test_generics_survive() -> None:
    """`List<String>` in prose is text, not an unknown element."""
    assert markdown.inline("a List<String>") == "a List&lt;String&gt;"


def test_a_line_has_no_paragraph() -> None:
    """Inline text can be put into a heading or a table cell."""
    assert markdown.inline("a *b* **c** `d < e`") == "a <em>b</em> <strong>c</strong> <code>d &lt; e</code>"
    assert markdown.inline("# not a heading") == "# not a heading"


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
        ("<big>x</big>", "<big>x</big>"),
    ],
)
def test_plain_text_is_what_is_read(text: str, words: str) -> None:
    """Plain text is one line with every word and no markup."""
    assert markdown.plain(text) == words


@pytest.mark.parametrize(
    ("written", "top", "made"), [(1, 4, "h4"), (2, 4, "h5"), (3, 4, "h6"), (6, 4, "h6"), (1, 2, "h2")]
)
def test_headings_are_shifted_below_the_pages_own(written: int, top: int, made: str) -> None:
    """A `# heading` in an answer ranks below the question's heading; no level exceeds the deepest of HTML."""
    assert markdown.block("#" * written + " Head", top_heading=top) == f"<{made}>Head</{made}>\n"


def test_a_fence_is_highlighted() -> None:
    """Code in a known language gets classes with our prefix, and its text is unchanged."""
    made = markdown.block('```python\nif a < "b":\n    pass\n```')
    assert '<span class="c-k">if</span>' in made
    assert _Reader(made).text.strip() == 'if a < "b":\n    pass'


@pytest.mark.parametrize(
    "text", ["```\na < b\n```", "```nosuchlanguage\na < b\n```", "    a < b", "~~~ text x=y\na < b\n~~~"]
)
def test_code_of_no_known_language_is_plain(text: str) -> None:
    """Code in an unknown language is shown without colours."""
    assert markdown.block(text) == "<pre class='code'><code>a &lt; b</code></pre>\n"


@pytest.mark.parametrize("space", [" ", "   ", "\u00a0", "\t"])
def test_spaces_behind_a_fence_are_no_language(space: str) -> None:
    """An editor's invisible spaces after the opening fence change nothing."""
    assert markdown.block(f"```{space}\na < b\n```") == markdown.block("```\na < b\n```")


def test_a_listing_is_highlighted_by_its_files_ending() -> None:
    """A file's extension decides its language; an unknown extension gives plain code."""
    assert "c-k" in markdown.code_block("SELECT 1;\n", file="listings/x.sql")
    assert markdown.code_block("a < b\n", file="x.nosuch") == "<pre class='code'><code>a &lt; b</code></pre>\n"


def test_a_table_says_what_its_heads_are() -> None:
    """Each header cell has the scope of its column, for people who use a screen reader."""
    made = markdown.block("|a|b|\n|-|:-:|\n|c|d|")
    heads = [attributes for name, attributes in _Reader(made).elements if name == "th"]
    assert [head["scope"] for head in heads] == ["col", "col"]


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "vbscript:x", "data:text/html,x", "file:///etc/passwd",
     "&#106;avascript:alert(1)", "<javascript:alert(1)>"],
)  # fmt: skip  # a list of targets
def test_links_that_run_or_read_something_are_not_made(target: str) -> None:
    """Such a link is shown as the text that was written."""
    for text in (f"[x]({target})", f"[x][1]\n\n[1]: {target}", f"<{target.strip('<>')}>"):
        assert "a" not in {name for name, _ in _Reader(markdown.block(text)).elements}


def test_links_to_pages_are_made() -> None:
    """An ordinary link is a link."""
    assert markdown.inline("[x](https://example.org/?a=1&b=2)") == '<a href="https://example.org/?a=1&amp;b=2">x</a>'


def test_pictures_are_no_markup() -> None:
    """Figures are exhibits, with a caption; Markdown's picture is a link at most, and fetches nothing."""
    assert "img" not in {name for name, _ in _Reader(markdown.block("![x](https://example.org/x.png)")).elements}


def test_a_line_in_a_list_is_bare() -> None:
    """Where the line itself is a link, it has no links and no pictures, only their words."""
    text = 'A [link](#b) and ![a *tree*](tree.png), <a href="https://example.org">c</a>, `d`, $x$'
    made = markdown.inline(text, bare=True)
    assert made.startswith("A link and a tree, c, <code>d</code>, <img")
    assert {name for name, _ in _Reader(made).elements} == {"code", "img"}  # the formula


@pytest.mark.parametrize(
    ("lang", "text", "shown"),
    [
        ("en", "\"it's 'fine'\"", "“it’s ‘fine’”"),
        ("de", "Er sagte \"das 'war' so\".", "Er sagte „das ‚war‘ so“."),
        ("de-AT", '"so"', "„so“"),
        ("fr", "Il dit \"l'eau 'pure'\".", "Il dit «\u202fl’eau “pure”\u202f»."),
        ("fr", '"a""b" "c"', "«\u202fa\u202f»«\u202fb\u202f» «\u202fc\u202f»"),
        ("es", "dijo \"uno 'dos'\".", "dijo «uno “dos”»."),
        ("ja", 'これは"引用"です。彼は"私は\'猫\'だ"と', "これは「引用」です。彼は「私は『猫』だ」と"),
        ("ja", '"はい"、と"いいえ"', "「はい」、と「いいえ」"),
        ("ja", '"はい", と"いいえ"', "「はい」, と「いいえ」"),
        ("zh", '这是"引用"的。', "这是“引用”的。"),
        ("ko", '그는 "안녕"이라고', "그는 “안녕”이라고"),
        ("ar", 'قال "نعم" و"لا"، ثم "ب"', "قال «نعم» و«لا»، ثم «ب»"),
        ("he", 'אמר "שלום" על צה"ל', 'אמר ”שלום” על צה"ל'),
        ("sw", '"a" it\'s', "“a” it’s"),
    ],
)
def test_straight_marks_become_those_of_the_language(lang: str, text: str, shown: str) -> None:
    """Outer, inner, nested and adjacent quotations convert, also in scripts without spaces; apostrophes become ’."""
    assert _Reader(markdown.inline(text, lang=lang)).text == shown
    assert _Reader(markdown.block(text, lang=lang)).text == shown + "\n"
    assert markdown.plain(text, lang=lang) == shown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("`f()`'s", "<code>f()</code>’s"),
        ('"`x`" and "*y*"', "“<code>x</code>” and “<em>y</em>”"),
        ('**"b"**', "<strong>“b”</strong>"),
        ("'90s", "’90s"),
        ("the users' data", "the users’ data"),
        ('"{{c1::"x"}}"', "“{{c1::“x”}}”"),
        ("{{c1::y::'hint'}}", "{{c1::y::‘hint’}}"),
    ],
)
def test_marks_beside_markup_and_gaps_are_set(text: str, html: str) -> None:
    """Marks convert around and inside code, emphasis and a card's gaps."""
    assert markdown.inline(text, lang="en") == html


@pytest.mark.parametrize(
    "text",
    [
        "“typed” and ‘typed’ and it’s",
        "(c) (tm) -- --- ... +-",
        '3.5" or 6"',
        'a"b"c',
    ],
)
def test_other_characters_stay(text: str) -> None:
    """Typographic marks, dashes, dots, signs and inch marks stay as the author typed them."""
    assert _Reader(markdown.inline(text, lang="de")).text == text


def test_code_and_addresses_stay() -> None:
    """Marks in code spans, fences, indented code, bare addresses and link targets are not converted."""
    made = markdown.block('`"x"` it\n\n```\n\'a\' "b"\n```\n\n    "c"\n', lang="de")
    assert _Reader(made).text == '"x" it\n\'a\' "b"\n"c"\n'
    bare = _Reader(markdown.inline("<https://example.org/it's>", lang="de"))
    assert (bare.text, bare.elements[0][1]["href"]) == ("https://example.org/it's", "https://example.org/it's")
    link = _Reader(markdown.inline("[it's](https://example.org/it's)", lang="de"))
    assert (link.text, link.elements[0][1]["href"]) == ("it’s", "https://example.org/it's")


@pytest.mark.parametrize("text", [r"\"a\" \'b\'", "&quot;a&quot; &#39;b&#39;"])
def test_an_author_can_keep_a_straight_mark(text: str) -> None:
    """A mark after a backslash, or written as an entity, stays straight."""
    assert _Reader(markdown.inline(text, lang="de")).text == "\"a\" 'b'"


def test_without_a_language_marks_stay_as_typed() -> None:
    """Text that is matched or stored, such as a deck's name, does not depend on the language."""
    text = '"a" it\'s'
    assert markdown.plain(text) == _Reader(markdown.inline(text)).text == text
    assert _Reader(markdown.block(text)).text == text + "\n"


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
    """Any text produces only the elements and attributes of our Markdown."""
    plain = (markdown.block(text), markdown.inline(text), markdown.code_block(text, language="html"))
    for made in (*plain, markdown.block(text, lang="fr"), markdown.inline(text, lang="fr")):
        for name, attributes in _Reader(made).elements:
            assert name in KNOWN
            assert set(attributes) <= KNOWN[name]
            assert not str(attributes.get("href", "")).lower().startswith(("javascript", "data", "file", "vbscript"))


@given(MARKDOWN, st.sampled_from(["en", "de", "fr", "ja"]))
@settings(max_examples=200, deadline=None)
def test_marks_change_nothing_else(text: str, lang: str) -> None:
    """Apart from marks and spaces, words and elements are the same in every language."""
    typed, made = _Reader(markdown.block(text)), _Reader(markdown.block(text, lang=lang))
    marks = re.compile(r"[\s\"'“”‘’„‚«»「」『』]")
    assert marks.sub("", made.text) == marks.sub("", typed.text)
    assert made.elements == typed.elements


@given(MARKDOWN)
@settings(max_examples=100, deadline=None)
def test_plain_text_is_one_line(text: str) -> None:
    """Plain text never contains line breaks, outer spaces or double spaces."""
    assert markdown.plain(text) == " ".join(markdown.plain(text).split())
