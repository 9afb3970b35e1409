r"""Formulas in Markdown: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`, LaTeX environments, and GitHub's two other notations.

A dollar sign opens a formula by Pandoc's rule: no white space after the opening sign, none before the closing one, and
no digit after that. Sums of money therefore stay text, as do variables of shells and programs (`$PATH:$HOME`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import escape

from studypack.text.token_lines import with_lines

INLINE: Final = "math_inline"
DISPLAY: Final = "math_inline_display"
BLOCK: Final = "math_block"
"""Types of tokens: an inline formula, a display formula within a line of text, and one that is its own block."""

PLACEHOLDER: Final = re.compile(r'<img class="formula(?: display)?" src="(tex:[^"]*)" alt="[^"]*">')
"""The placeholder of a formula in HTML; its group is the formula's address."""

_SCHEME: Final = {False: "tex:", True: "tex:display:"}
"""The prefixes of a formula's address in HTML: for inline formulas, and for display formulas."""

_ENVIRONMENTS: Final = "equation|align|alignat|gather|multline|eqnarray|displaymath|math"
_BEGIN: Final = re.compile(rf"\\begin\{{({_ENVIRONMENTS})(\*?)\}}")
_DOLLAR: Final = re.compile(r"\$(?![\s$])((?:\\.|[^\\$])*?(?:\\\S|[^\\$\s]))\$(?![\dA-Z_{])", re.DOTALL)
_DISPLAY: Final = re.compile(r"\$\$(?!\$)((?:\\.|[^\\$]|\$(?!\$))+?)\$\$(?!\$)", re.DOTALL)
_PAREN: Final = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
_BRACKET: Final = re.compile(r"\\\[(.+?)(?<!\\)\\\]", re.DOTALL)
_TICKED: Final = re.compile(r"\$`([^`]+)`\$")
_LOOKS_LIKE_TEX: Final = re.compile(r"\\[a-zA-Z]|[\^=]|_\S")
"""What never occurs in ordinary text between escaped brackets or parentheses."""
_FENCES: Final = {"$$": "$$", r"\[": r"\]"}


def formulas_plugin(parser: MarkdownIt) -> None:
    """Make a parser recognize formulas before it looks for escapes, code and emphasis."""
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list", "footnote_def"]}
    parser.block.ruler.before("fence", BLOCK, _block, interrupts)
    parser.inline.ruler.before("escape", INLINE, _inline)
    parser.core.ruler.after("block", "math_fence", _fences)
    for name in (INLINE, DISPLAY, BLOCK):
        parser.add_render_rule(name, _rendered)


def address(latex: str, *, display: bool) -> str:
    """Return the address that represents a formula in HTML."""
    return _SCHEME[display] + quote(latex, safe="")


def formula_at(source: str) -> tuple[str, bool] | None:
    """Return the LaTeX of an address, and whether it is a display formula; None if it is not a formula's address."""
    for display in (True, False):
        if source.startswith(_SCHEME[display]):
            return unquote(source.removeprefix(_SCHEME[display])), display
    return None


def about(text: str) -> int:
    """Return about how many formulas a Markdown text has, without parsing it; code may look like some."""
    found = 0
    for pattern in (_PAREN, _BRACKET, _DISPLAY, _DOLLAR):
        text, count = pattern.subn("", text)
        found += count
    return found


def formula_tokens(tokens: Sequence[Token]) -> Iterator[tuple[Token, int]]:
    """Yield each formula of a parsed text, and the number of its line, from 0."""
    for token in tokens:
        if token.type == BLOCK:
            yield token, token.map[0] if token.map else 0
        yield from ((child, line) for child, line in with_lines(token) if child.type in (INLINE, DISPLAY))


def _rendered(self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """Return a placeholder picture for a formula, which every product replaces with its own form."""
    token = tokens[idx]
    display = token.type != INLINE
    kind = "formula display" if display else "formula"
    html = f'<img class="{kind}" src="{address(token.content, display=display)}" alt="{escape(token.content)}">'
    return f'<div class="formula">{html}</div>\n' if token.type == BLOCK else html


def _inline(state: StateInline, silent: bool) -> bool:
    found = _formula(state.src, state.pos)
    if found is None:
        return False
    kind, match = found
    if not silent:
        token = state.push(kind, "math", 0)
        token.content, token.markup = match[1].strip(), match[0][:2] if kind == DISPLAY else match[0][:1]
    state.pos = match.end()
    return True


def _formula(text: str, at: int) -> tuple[str, re.Match[str]] | None:
    """Return the kind of the formula that begins at a position, and its match, whose first group is the LaTeX."""
    if text[at] == "$":
        if match := _TICKED.match(text, at):
            return INLINE, match
        if text.startswith("$$", at):
            match = _DISPLAY.match(text, at)
            return (DISPLAY, match) if match and match[1].strip() else None
        match = _DOLLAR.match(text, at)
        return (INLINE, match) if match and "`" not in match[1] else None
    if text.startswith(r"\(", at) and (match := _PAREN.match(text, at)):
        apart = at == 0 or not text[at - 1].isalnum()
        return (INLINE, match) if match[1].strip() and (apart or _LOOKS_LIKE_TEX.search(match[1])) else None
    if text.startswith(r"\[", at) and (match := _BRACKET.match(text, at)) and _LOOKS_LIKE_TEX.search(match[1]):
        return DISPLAY, match
    return None


def _block(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    r"""Read a display formula that begins a line and ends one: `$$ … $$`, `\[ … \]`, `\begin{…} … \end{…}`."""
    if state.is_code_block(first):
        return False
    line = _line(state, first)
    begin = _BEGIN.match(line)
    opening = begin[0] if begin else line[:2]
    closing = rf"\end{{{begin[1]}{begin[2]}}}" if begin else _FENCES.get(opening, "")
    end = _end(state, first, last, opening, closing) if closing else None
    if end is None:
        return False
    source = state.getLines(first, end, state.blkIndent, False).strip()
    content = source if begin else source[2:-2].strip()
    if not content or closing in source[2:-2] or (opening == r"\[" and not _LOOKS_LIKE_TEX.search(content)):
        return False
    if not silent:
        token = state.push(BLOCK, "math", 0)
        token.block, token.content, token.markup, token.map = True, content, opening, [first, end]
        state.line = end
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _end(state: StateBlock, first: int, last: int, opening: str, closing: str) -> int | None:
    """Return the line after the one that ends with the closing mark; None if a blank line or the end comes first."""
    for number in range(first, last):
        line = _line(state, number)
        if number > first and (not line or state.sCount[number] < state.blkIndent):
            return None
        if line.endswith(closing) and (number > first or len(line) > len(opening)):
            return number + 1
    return None


def _fences(state: StateCore) -> None:
    """Treat a fenced block with the language `math` as a display formula, as GitHub does."""
    for token in state.tokens:
        if token.type == "fence" and token.info.strip() == "math" and token.content.strip():
            token.type, token.content = BLOCK, token.content.strip()
