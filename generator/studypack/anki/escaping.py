"""Escape everything in a note's HTML that Anki would interpret: sounds, LaTeX, MathJax's marks, gaps in clozes."""

from __future__ import annotations

import html
import re
from typing import Final

from studypack.text.formulas import PLACEHOLDER, formula_at
from studypack.text.html_text import FOR_MATHJAX

_ANKI_MARK: Final = re.compile(r"\[(?=sound:|anki:|latex\]|\$|type:)|\\(?=[()\[\]])", re.IGNORECASE)
"""The beginning of what Anki would take for a sound, speech, LaTeX, a typed answer or MathJax."""
_GAP_OPENS: Final = re.compile(r"(?<=\{)\{(?=c\d)")
"""The beginning of what another program might take for a gap; only the field `Text` of a cloze note has gaps."""
_MATHJAX: Final = re.compile(
    rf'(<span class="{FOR_MATHJAX}">\\[(\[])(.*?)(\\[)\]]</span>)',
    re.DOTALL,
)
_HIGHLIGHTING: Final = re.compile(r"</?span[^>]*>")
_CODE: Final = re.compile(r"(?<=<code>).+?(?=</code>)", re.DOTALL)
_GAP_MARK: Final = re.compile(r"\{\{c\d+(?:,\d+)*::|\}\}+")
_GAP_IN_CODE: Final = re.compile(r"(\{\{c[\d,]+::)((?:(?!\{\{c[\d,]+::).)+?)(\}\})(?!\})", re.DOTALL)


def literal(text: str, *, gaps_too: bool) -> str:
    r"""Return the HTML with entities wherever Anki would take text for `[sound:…]`, `[latex]`, `\(…\)` and the like.

    MathJax reads the text after entities are resolved. It skips the cards because of their class `mathjax_ignore`
    and reads only their formulas, whose own marks stay as they are.

    Args:
        text: HTML.
        gaps_too: whether to treat `{{c1::` as text too.
    """
    pieces = _MATHJAX.split(text)  # text, then a formula's opening, LaTeX and end, text again, and so on
    for n, piece in enumerate(pieces):
        if n % 4 in (0, 2):
            made = _ANKI_MARK.sub(_entity, piece)
            pieces[n] = _GAP_OPENS.sub(_entity, made) if gaps_too else made
    return "".join(pieces)


def _entity(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"


def with_mathjax(text: str) -> str:
    """Return HTML whose formulas are as Anki's MathJax reads them, given HTML for print."""
    return PLACEHOLDER.sub(_for_mathjax, text)


def _for_mathjax(picture: re.Match[str]) -> str:
    """Return a formula between MathJax's marks; braces and colons that are no gap's own cannot end or divide one."""
    latex, display = formula_at(html.unescape(picture[1])) or ("", False)
    opening, closing = (r"\[", r"\]") if display else (r"\(", r"\)")
    safe = _around_gaps(html.escape(latex, quote=False))
    return f'<span class="{FOR_MATHJAX}">{opening}{safe}{closing}</span>'


def cloze(text: str) -> str:
    """Return a cloze note's HTML so that Anki finds its gaps, including those inside and around code.

    Code is not highlighted, because that would split gaps. Braces and colons in code are escaped, so that they do not
    end a gap or begin its hint, except those of a complete gap inside code. Of more braces than end the open gaps, the
    first belong to the text (`{{c1::struct{}}}`); Anki would take the first two for the end.
    """
    return _outer_ends(_CODE.sub(_code_around_gaps, _HIGHLIGHTING.sub("", text)).strip())


def _outer_ends(text: str) -> str:
    """Return HTML with entities for the braces before those that end a gap."""
    opened = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal opened
        if found[0].startswith("{"):
            opened += 1
            return found[0]
        ends = min(opened, len(found[0]) // 2)
        opened -= ends
        return "&#125;" * (len(found[0]) - 2 * ends) + "}}" * ends if ends else found[0]

    return _GAP_MARK.sub(mark, text)


def _code_around_gaps(code: re.Match[str]) -> str:
    return _around_gaps(code[0])


def _around_gaps(source: str) -> str:
    """Return code or LaTeX with entities for its braces and colons, except those of whole gaps."""
    pieces = _GAP_IN_CODE.split(source)  # text; the opening, body and end of a gap; text; and so on
    pieces[0::4] = [re.sub(r"[{}:]", _entity, text) for text in pieces[0::4]]
    pieces[2::4] = [re.sub(r"[{}]", _entity, body) for body in pieces[2::4]]
    return "".join(pieces)
