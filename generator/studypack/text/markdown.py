"""Markdown to HTML, and code to highlighted HTML. Of raw HTML a handful of tags count, the rest stays text.

Straight quotation marks become those of a language where one is given (`lang`, a BCP 47 tag), and straight
apostrophes ’; code, addresses, typographic marks and marks behind a backslash stay as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import takewhile
from typing import Any, Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape
from mdit_py_plugins.gfm import gfm_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.util import ClassNotFound

from studypack.digest import digest
from studypack.text.languages import Quotes, language
from studypack.text.quotes import apostrophes_after, quotes_before
from studypack.text.runs import is_remote
from studypack.text.safe_html import REFUSED_TAG, safe_html

_CODE_CLASS: Final = "c-"
"""Prefix of highlighting classes, so that they never meet a template's own."""

NESTING: Final = 32
"""Levels of blocks that are read; what is nested deeper is dropped, so limits refuse it long before."""

_EASY_COLUMNS: Final = 6
"""Columns of a table that fits the page unless a word is very long: other words stay whole."""
_EASY_WORD: Final = 30
"""Letters of a word that may stay whole in such a table."""
_ROW: Final = 72
"""Letters of a row of a table, across the page: the share of its column is what a very long word is broken by."""

_SPACES: Final = re.compile(r"[^\S\u00a0\u202f]+")
"""Spaces at which a line may break; those within French quotation marks are not."""


class _Renderer(RendererHTML):
    """CommonMark's output with table heads that say so, highlighted fences and shifted headings."""

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("scope", "col")
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Mark what may break within words for a table to stay on the page: all cells, or the very long words."""
        inside = list(takewhile(lambda token: token.type != "table_close", tokens[idx:]))
        columns = sum(token.type == "th_open" for token in inside)
        if columns > _EASY_COLUMNS:
            tokens[idx].attrSet("class", "tight")
        elif max(map(len, (word for token in inside for word in token.content.split())), default=0) > _EASY_WORD:
            for child in (child for token in inside for child in token.children or ()):
                child.meta = {**child.meta, "longest": _ROW // columns}
        return self.renderToken(tokens, idx, options, env)

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _breakable(tokens[idx])

    def code_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<code>{_breakable(tokens[idx])}</code>"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        return str(code_block(token.content, language=next(iter(token.info.split()), None)))

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return str(code_block(tokens[idx].content))

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<{self._heading(tokens[idx], env)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{self._heading(tokens[idx], env)}>\n"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Draw the box of a task with a class: its mark is the style sheet's matter."""
        if "checked" not in tokens[idx].meta:
            return self.renderToken(tokens, idx, options, env)
        done = " done" if tokens[idx].meta["checked"] else ""
        return f'<li class="task-list-item"><span class="task{done}"></span>'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show a picture of the set, from where `env` says it is; of an address elsewhere, its words and a link."""
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        name = unquote(str(token.attrs.get("src", "")))
        if is_remote(name):
            return f'<a href="{escape(str(token.attrs["src"]))}">{escape(alt or name)}</a>'
        source = env.get("pictures", {}).get(name, f"set:{name}")
        return f'<img class="picture" src="{escape(source)}" alt="{escape(alt)}">'

    @staticmethod
    def _heading(token: Token, env: EnvType) -> str:
        return f"h{min(6, int(token.tag[1]) + int(env.get('shift', 0)))}"


def _breakable(token: Token) -> str:
    """Return a token's text as HTML; words longer than it allows are marked as such that may break anywhere."""
    longest = token.meta.get("longest")
    if not longest:
        return escapeHtml(token.content)
    pieces = ((escapeHtml(piece), len(piece) > longest) for piece in re.split(r"(\s+)", token.content))
    return "".join(f'<span class="long">{html}</span>' if long else html for html, long in pieces)


@cache
def _parser(quotes: Quotes | None = None) -> MarkdownIt:
    """GitHub's dialect: tables, strikethrough, task lists, footnotes, addresses, alerts; HTML as `safe_html` has it."""
    options = {"html": True, "typographer": True, "quotes": quotes, "maxNesting": NESTING}
    parser = MarkdownIt("commonmark", options, renderer_cls=_Renderer).use(gfm_plugin).disable("html_block")
    parser.core.ruler.after("inline", "safe_html", safe_html)
    parser.add_render_rule(REFUSED_TAG, lambda _, tokens, idx, *__: escapeHtml(tokens[idx].content))
    parser.add_render_rule("footnote_anchor", lambda *_: "")  # an arrow back is of no use on paper
    if quotes is not None:
        parser.enable("smartquotes")
        parser.core.ruler.before("smartquotes", "quotes_before", quotes_before)
        parser.core.ruler.after("smartquotes", "apostrophes_after", apostrophes_after)
    return parser


def _parser_for(lang: str | None) -> MarkdownIt:
    return _parser(language(lang).quotes if lang else None)


def block(
    text: str, *, top_heading: int = 4, lang: str | None = None, pictures: Mapping[str, str] | None = None
) -> Markup:
    """Return the Markdown text as HTML; a `# heading` becomes `<h{top_heading}>`.

    Args:
        text: Markdown.
        top_heading: the level of a heading of the first level.
        lang: BCP 47; whose quotation marks straight ones become.
        pictures: addresses of pictures, by their paths in the set; `set:` and the path without.
    """
    return Markup(_parser_for(lang).render(text, _env(text, pictures, shift=top_heading - 1)))  # noqa: S704 - escaped


def inline(text: str, *, lang: str | None = None, pictures: Mapping[str, str] | None = None) -> Markup:
    """Return one line of Markdown as HTML without a paragraph around it."""
    return Markup(_parser_for(lang).renderInline(text, _env(text, pictures)))  # noqa: S704 - escaped by the renderer


def _env(text: str, pictures: Mapping[str, str] | None, **more: Any) -> dict[str, Any]:
    """Return what a rendering needs; ids of footnotes are those of their text, which must differ in a document."""
    return {"pictures": pictures or {}, "docId": digest(text)[:8], **more}


def pictures_in(text: str) -> list[str]:
    """Return the paths of the set's pictures that a Markdown text shows, in their order."""
    if "![" not in text and "<img" not in text.lower():
        return []
    found = (child for token in tokens(text) for child in token.children or () if child.type == "image")
    names = (unquote(str(child.attrs.get("src", ""))) for child in found)
    return [name for name in names if name and not is_remote(name)]


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
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "" if token.type == "html_inline" else token.content


def code_block(source: str, *, language: str | None = None, file: str | None = None) -> Markup:
    """Return source code as `<pre>`, highlighted if its language or its file's ending is known."""
    try:
        lexer = get_lexer_for_filename(file) if file else get_lexer_by_name(language or "text")
    except ClassNotFound:
        return Markup("<pre class='code'><code>{}</code></pre>\n").format(escape(source.rstrip("\n")))
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix=_CODE_CLASS)
    marked = Markup(highlight(source, lexer, formatter).rstrip("\n"))  # noqa: S704 - Pygments escapes
    return Markup("<pre class='code'><code>{}</code></pre>\n").format(marked)
