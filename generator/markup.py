"""Markdown to HTML, and code to highlighted HTML. Raw HTML in an author's text stays text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.util import ClassNotFound

_CODE_CLASS: Final = "c-"
"""Prefix of highlighting classes, so that they never meet a template's own."""


class _Renderer(RendererHTML):
    """CommonMark's output with table heads that say so, highlighted fences and shifted headings."""

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("scope", "col")
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
def _parser() -> MarkdownIt:
    """CommonMark and tables; no raw HTML; no images (figures are exhibits, with a caption and an alt)."""
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    return parser.disable(["image", "html_block", "html_inline"])


def block(text: str, *, top_heading: int = 4) -> Markup:
    """Return the Markdown text as HTML; a `# heading` becomes `<h{top_heading}>`."""
    return Markup(_parser().render(text, {"shift": top_heading - 1}))  # noqa: S704 - escaped by the renderer


def inline(text: str) -> Markup:
    """Return one line of Markdown as HTML without a paragraph around it."""
    return Markup(_parser().renderInline(text))  # noqa: S704 - escaped by the renderer


def plain(text: str) -> str:
    """Return the words of the Markdown text as they are read: no marks, one line."""
    words: list[str] = []
    for token in _parser().parse(text):
        if token.type in ("fence", "code_block"):
            words.append(token.content)
        words += [_leaf(child) for child in token.children or ()]
        if token.nesting == -1 or token.type in ("fence", "code_block"):
            words.append(" ")
    return " ".join("".join(words).split())


def table_rows(text: str) -> list[str]:
    """Return the words of each row of the tables in a Markdown text, in their order."""
    rows: list[str] = []
    cells: list[str] = []
    for token in _parser().parse(text):
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append("".join(map(_leaf, token.children or ())))
        elif token.type == "tr_close":
            rows.append(" ".join(cells))
    return rows


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
