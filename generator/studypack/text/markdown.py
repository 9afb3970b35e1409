"""Markdown to HTML, and code to highlighted HTML. A few raw HTML tags are recognized; the rest is shown as text.

If a language is given (`lang`, a BCP 47 tag), straight quotation marks become that language's marks, and straight
apostrophes become ’. Code, addresses, typographic marks and marks after a backslash stay as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
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
from studypack.text.alerts import alert_titles
from studypack.text.formulas import BLOCK, INLINE, formulas_plugin
from studypack.text.languages import Quotes, language
from studypack.text.quotes import apostrophes_after, quotes_before
from studypack.text.readable_maths import readable
from studypack.text.runs import is_remote
from studypack.text.safe_html import REFUSED_TAG, safe_html

CODE_CLASS: Final = "c-"
"""The prefix of the classes for highlighting, so that they never clash with a template's own."""

CODE, NUMBERED = "code", "numbered"
"""The classes of blocks of code, and of those whose lines are numbered."""

MANY_LINES: Final = 6
"""In a block of fewer lines a reader finds each line without numbers."""

PLAIN: Final = 4096
"""The texts whose plain form is kept: titles and questions are asked for many times."""

NESTING: Final = 32
"""Levels of nested blocks that the parser reads. It drops deeper ones, so the limits on texts are far lower."""

_EASY_COLUMNS: Final = 6
"""A table with no more columns fits the page unless it has a very long word, so only such words are broken."""
_EASY_WORD: Final = 30
"""The length in characters up to which a word in such a table is never broken."""
_ROW: Final = 72
"""Characters in a table row across the page; words longer than their column's share of it may be broken."""

_DEFINED: Final = re.compile(r"\[([^\]]+)\]:")
_NOTE: Final = re.compile(r"[ >]*\[(\^[^\]\s]+)\]:")
"""The beginnings of the definitions of links and of footnotes."""

_SPACES: Final = re.compile(r"[^\S\u00a0\u202f]+")
"""Spaces at which a line may break, unlike the no-break spaces inside French quotation marks."""


class _Renderer(RendererHTML):
    """CommonMark output with scoped table headers, highlighted fences and shifted heading levels."""

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tokens[idx].attrSet("scope", "col")
        return self.renderToken(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Mark the words of a table that may be broken to keep it on the page: all words, or only very long ones."""
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
        """Write a task's checkbox as an element with a class; the style sheet draws it."""
        if "checked" not in tokens[idx].meta:
            return self.renderToken(tokens, idx, options, env)
        done = " done" if tokens[idx].meta["checked"] else ""
        return f'<li class="task-list-item"><span class="task{done}"></span>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "" if env.get("bare") else self.renderToken(tokens, idx, options, env)

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "" if env.get("bare") else self.renderToken(tokens, idx, options, env)

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        tag = tokens[idx].content
        return "" if env.get("bare") and tag.startswith(("<a ", "</a>")) else tag

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show a picture of the set, at its address in `env`; replace a remote picture with a link to it."""
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children or [], options, env)
        name = unquote(str(token.attrs.get("src", "")))
        if env.get("bare"):
            return str(escape(alt))
        if is_remote(name):
            return f'<a href="{escape(str(token.attrs["src"]))}">{escape(alt or name)}</a>'
        source = env.get("pictures", {}).get(name, f"set:{name}")
        return f'<img class="picture" src="{escape(source)}" alt="{escape(alt)}">'

    @staticmethod
    def _heading(token: Token, env: EnvType) -> str:
        return f"h{min(6, int(token.tag[1]) + int(env.get('shift', 0)))}"


def _breakable(token: Token) -> str:
    """Return a token's text as HTML, with words that are too long marked so that they may break anywhere."""
    longest = token.meta.get("longest")
    if not longest:
        return escapeHtml(token.content)
    pieces = ((escapeHtml(piece), len(piece) > longest) for piece in re.split(r"(\s+)", token.content))
    return "".join(f'<span class="long">{html}</span>' if long else html for html, long in pieces)


@cache
def _parser(quotes: Quotes | None = None, alerts: tuple[str, ...] = ()) -> MarkdownIt:
    """Return a parser of GitHub's dialect (tables, tasks, footnotes, autolinks, alerts), formulas and safe HTML.

    Args:
        quotes: a language's quotation marks, which replace straight ones.
        alerts: its titles of the kinds in `alerts.KINDS`; GitHub's own without them.
    """
    options = {"html": True, "typographer": True, "quotes": quotes, "maxNesting": NESTING}
    parser = MarkdownIt("commonmark", options, renderer_cls=_Renderer).use(gfm_plugin).disable("html_block")
    parser.use(formulas_plugin)
    parser.core.ruler.after("inline", "safe_html", safe_html)
    parser.add_render_rule(REFUSED_TAG, lambda _, tokens, idx, *__: escapeHtml(tokens[idx].content))
    parser.add_render_rule("footnote_anchor", lambda *_: "")  # a link back is useless on paper
    if alerts:
        parser.core.ruler.after("block", "alert_titles", partial(alert_titles, alerts))
    if quotes is not None:
        parser.enable("smartquotes")
        parser.core.ruler.before("smartquotes", "quotes_before", quotes_before)
        parser.core.ruler.after("smartquotes", "apostrophes_after", apostrophes_after)
    return parser


def _parser_for(lang: str | None) -> MarkdownIt:
    own = language(lang) if lang else None
    return _parser(own.quotes, own.words["alerts"]) if own else _parser()


def block(
    text: str, *, top_heading: int = 4, lang: str | None = None, pictures: Mapping[str, str] | None = None
) -> Markup:
    """Return the Markdown text as HTML; a `# heading` becomes `<h{top_heading}>`.

    Args:
        text: Markdown.
        top_heading: the level of a heading of the first level.
        lang: a BCP 47 tag; straight quotation marks become this language's.
        pictures: the pictures' addresses by their paths in the set; the default address is `set:` and the path.
    """
    return Markup(_parser_for(lang).render(text, _env(text, pictures, shift=top_heading - 1)))  # noqa: S704 - escaped


def block_of(parsed: Sequence[Token], text: str, *, lang: str | None = None) -> Markup:
    """Return a parsed text, whose tokens may have been changed since, as `block` returns a text."""
    parser = _parser_for(lang)
    made = parser.renderer.render(parsed, parser.options, _env(text, None, shift=3))
    return Markup(made)  # noqa: S704 - escaped by the renderer


def inline(
    text: str, *, lang: str | None = None, pictures: Mapping[str, str] | None = None, bare: bool = False
) -> Markup:
    """Return one line of Markdown as HTML without a paragraph around it.

    Args:
        text: Markdown.
        lang: as for `block`.
        pictures: as for `block`.
        bare: whether pictures are replaced by their alternative texts and links by their words: for tables of contents,
            where the whole line is a link, and for other lists of what is printed elsewhere.
    """
    env = _env(text, pictures, bare=bare)
    return Markup(_parser_for(lang).renderInline(text, env))  # noqa: S704 - escaped by the renderer


def _env(text: str, pictures: Mapping[str, str] | None, **more: Any) -> dict[str, Any]:
    """Return the renderer's environment; the text's hash keeps footnote ids unique within a document."""
    return {"pictures": pictures or {}, "docId": digest(text)[:8], **more}


def pictures_in(text: str) -> list[str]:
    """Return the paths of the set's pictures that a Markdown text shows, in order."""
    if "![" not in text and "<img" not in text.lower():
        return []
    found = (child for token in tokens(text) for child in token.children or () if child.type == "image")
    names = (unquote(str(child.attrs.get("src", ""))) for child in found)
    return [name for name in names if name and not is_remote(name)]


@lru_cache(PLAIN)
def plain(text: str, *, lang: str | None = None) -> str:
    """Return the Markdown text as one line of plain text.

    With a language, the characters are those that `inline` produces, for text that appears alongside it (outlines,
    alternative texts). Without one, they are as typed, for text that is matched or stored (deck names, lists, proofs).
    """
    words: list[str] = []
    for token in _parser_for(lang).parse(text):
        if token.type in ("fence", "code_block"):
            words.append(token.content)
        if token.type == BLOCK:
            words.append(f" {readable(token.content)} ")
        words += [_leaf(child) for child in token.children or ()]
        if token.nesting == -1 or token.type in ("fence", "code_block"):
            words.append(" ")
    return " ".join(_SPACES.split("".join(words))).strip()


def tokens(text: str, lang: str | None = None) -> list[Token]:
    """Return the tokens of a Markdown text, from the same parser that `block` uses."""
    return _parser_for(lang).parse(text)


def definitions(text: str) -> list[tuple[str, int, int]]:
    """Return the links and footnotes that a text defines: the name of each, its first line, and the one behind it."""
    env: dict[str, Any] = {}
    _parser_for(None).parse(text, env)
    lines = text.split("\n")
    links = (link["map"] for link in env.get("references", {}).values())
    named = [(found[1], first, end) for first, end in links if (found := _DEFINED.search(lines[first]))]
    notes = env.get("footnotes", {}).get("refs", {})
    heads = ((found[1], n, n + 1) for n, line in enumerate(lines) if (found := _NOTE.match(line)))
    return [*named, *(head for head in heads if f":{head[0].removeprefix('^')}" in notes)]


def inline_tokens(text: str, lang: str | None = None) -> list[Token]:
    """Return the tokens of one line of Markdown."""
    return _parser_for(lang).parseInline(text)


def _leaf(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return " "
    if token.type.startswith(INLINE):
        return readable(token.content)
    return "" if token.type == "html_inline" else token.content


def code_block(source: str, *, language: str | None = None, file: str | None = None, numbered: bool = False) -> Markup:
    """Return source code as `<pre>`, highlighted if its language or its file name extension is known.

    Args:
        source: the code.
        language: the name of its language.
        file: its file name.
        numbered: whether print numbers its lines, if they are not few.
    """
    many = source.rstrip("\n").count("\n") + 1 >= MANY_LINES
    made = Markup("<pre class='{}'><code>{}</code></pre>\n")
    kind = f"{CODE} {NUMBERED}" if numbered and many else CODE
    try:
        lexer = get_lexer_for_filename(file) if file else get_lexer_by_name(language or "text")
    except ClassNotFound:
        return made.format(kind, escape(source.rstrip("\n")))
    formatter: HtmlFormatter[str] = HtmlFormatter(nowrap=True, classprefix=CODE_CLASS)
    marked = Markup(highlight(source, lexer, formatter).rstrip("\n"))  # noqa: S704 - Pygments escapes
    return made.format(kind, marked)
