"""Markdown to HTML, and code to highlighted HTML. Raw HTML in an author's text stays text.

Straight quotation marks become those of a language where one is given (`lang`, a BCP 47 tag), and straight
apostrophes ’; code, addresses, typographic marks and marks behind a backslash stay as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.util import ClassNotFound

from studypack.text.languages import Quotes, language

_CODE_CLASS: Final = "c-"
"""Prefix of highlighting classes, so that they never meet a template's own."""

NESTING: Final = 32
"""Levels of blocks that are read; what is nested deeper is dropped, so limits refuse it long before."""

_EASY_COLUMNS: Final = 6
_EASY_WORD: Final = 30
"""Columns, and letters of the longest word, of a table that surely fits the page: its words stay whole."""

_TOUCHING: Final = "[\u0600-\u06ff\u3001-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]"
"""Characters of Arabic, Chinese, Japanese and Korean, whose words may touch a quotation without a space."""
_TOUCHED: Final = [
    re.compile(
        rf"(?:(?<={_TOUCHING})|(?={mark}[^{mark}]+{mark}{_TOUCHING}))"
        rf"{mark}(?![\s,.;:!?)،؛؟、。])([^{mark}]+)(?<!\s){mark}"
    )
    for mark in "\"'"
]
"""A quotation in double, and one in single marks, with such a character before or behind it."""
_APOSTROPHE: Final = re.compile(r"(?<!\w)'(?=\w)")
"""What is left at the beginning of a word, as in '90s."""

_SPACES: Final = re.compile(r"[^\S\u00a0\u202f]+")
"""Spaces at which a line may break; those within French quotation marks are not."""


class _Renderer(RendererHTML):
    """CommonMark's output with table heads that say so, highlighted fences and shifted headings."""

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("scope", "col")
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Mark a table whose cells may have to break within words to stay on the page."""
        inside = list(takewhile(lambda token: token.type != "table_close", tokens[idx:]))
        columns = sum(token.type == "th_open" for token in inside)
        longest = max(map(len, (word for token in inside for word in token.content.split())), default=0)
        if columns > _EASY_COLUMNS or longest > _EASY_WORD:
            tokens[idx].attrSet("class", "tight")
        return self.renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        return str(code_block(token.content, language=next(iter(token.info.split()), None)))

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return str(code_block(tokens[idx].content))

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<{self._heading(tokens[idx], env)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{self._heading(tokens[idx], env)}>\n"

    @staticmethod
    def _heading(token: Token, env: EnvType) -> str:
        return f"h{min(6, int(token.tag[1]) + int(env.get('shift', 0)))}"


@cache
def _parser(quotes: Quotes | None = None) -> MarkdownIt:
    """CommonMark and tables; no raw HTML; no images (figures are exhibits, with a caption and an alt)."""
    options = {"html": False, "typographer": True, "quotes": quotes, "maxNesting": NESTING}
    parser = MarkdownIt("commonmark", options, renderer_cls=_Renderer).enable("table")
    if quotes is not None:
        parser.enable("smartquotes")
        parser.core.ruler.before("smartquotes", "quotes_before", _quotes_before)
        parser.core.ruler.after("smartquotes", "apostrophes_after", _apostrophes_after)
    return parser.disable(["image", "html_block", "html_inline"])


def _parser_for(lang: str | None) -> MarkdownIt:
    return _parser(language(lang).quotes if lang else None)


def _quotes_before(state: StateCore) -> None:
    """Do what markdown-it's own rule does not: leave addresses alone, see quotations where words have no spaces."""
    for token in state.tokens:
        before = None
        for child in token.children or ():
            if before and before.type == "link_open" and before.info == "auto":
                child.type = "text_special"  # the type of escaped text, which that rule passes over
            elif child.type == "text":
                child.content = _touched(child.content, state.md.options["quotes"])
            before = child


def _touched(text: str, quotes: Sequence[str]) -> str:
    for pattern, opening, closing in zip(_TOUCHED, quotes[::2], quotes[1::2], strict=True):
        text = pattern.sub(rf"{opening}\1{closing}", text)
    return text


def _apostrophes_after(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "text":
                child.content = _APOSTROPHE.sub("’", child.content)


def block(text: str, *, top_heading: int = 4, lang: str | None = None) -> Markup:
    """Return the Markdown text as HTML; a `# heading` becomes `<h{top_heading}>`."""
    return Markup(_parser_for(lang).render(text, {"shift": top_heading - 1}))  # noqa: S704 - escaped by the renderer


def inline(text: str, *, lang: str | None = None) -> Markup:
    """Return one line of Markdown as HTML without a paragraph around it."""
    return Markup(_parser_for(lang).renderInline(text))  # noqa: S704 - escaped by the renderer


def plain(text: str, *, lang: str | None = None) -> str:
    """Return the words of the Markdown text as they are read: no marks, one line.

    With a language they have the characters that `inline` gives, for what is seen beside it (outline, alternative
    texts). Without one they are as typed, for what is matched or written down (names of decks, lists, proofs).
    """
    words: list[str] = []
    for token in _parser_for(lang).parse(text):
        if token.type in ("fence", "code_block"):
            words.append(token.content)
        words += [_leaf(child) for child in token.children or ()]
        if token.nesting == -1 or token.type in ("fence", "code_block"):
            words.append(" ")
    return " ".join(_SPACES.split("".join(words))).strip()


def tokens(text: str, lang: str | None = None) -> list[Token]:
    """Return the one parse of a Markdown text that rendering, proof and checks share."""
    return _parser_for(lang).parse(text)


def inline_tokens(text: str, lang: str | None = None) -> list[Token]:
    """Return the parse of one line of Markdown."""
    return _parser_for(lang).parseInline(text)


def _leaf(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def code_block(source: str, *, language: str | None = None, file: str | None = None) -> Markup:
    """Return source code as `<pre>`, highlighted if its language or its file's ending is known."""
    try:
        lexer = get_lexer_for_filename(file) if file else get_lexer_by_name(language or "text")
    except ClassNotFound:
        return Markup("<pre class='code'><code>{}</code></pre>\n").format(escape(source.rstrip("\n")))
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix=_CODE_CLASS)
    marked = Markup(highlight(source, lexer, formatter).rstrip("\n"))  # noqa: S704 - Pygments escapes
    return Markup("<pre class='code'><code>{}</code></pre>\n").format(marked)
