"""HTML in the cells of tables and the values of JSON to Markdown; what only mentions a tag stays as it is."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from studypack.importers.draft import Draft, with_texts
from studypack.importers.html_markdown import markdown_of

_BLOCKS: Final = "p|div|span|font|center|ul|ol|li|pre|blockquote|h[1-6]|table|tr|td|th|tbody|dl|dt|dd"
_INLINE: Final = "b|strong|i|em|u|s|del|code|tt|sub|sup|small|big|a|mark|kbd"
_PAIR: Final = re.compile(rf"<({_BLOCKS})(?:\s[^<>]*)?>.*?</\1\s*>|<img\s[^<>]*\bsrc\s*=", re.IGNORECASE | re.DOTALL)
_WITHIN: Final = re.compile(rf"<({_INLINE})(?:\s[^<>]*)?>[^<]+</\1\s*>|<br\s*/?>", re.IGNORECASE)
_MARKDOWN: Final = re.compile(r"\*\*|`|\]\(|^\s*(?:[-*+]|#{1,6}|\d+[.)])\s", re.MULTILINE)
_CODE: Final = re.compile(r"^(```|~~~).*?^\1|(`+)(?!`).+?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)
_ENTITY: Final = re.compile(r"&(?:quot|apos|nbsp|#0?39|amp|[lg]t|[a-zA-Z]{3,8}|#\d{2,5});")
_TAG: Final = re.compile(r"<(?=[a-zA-Z/!?])")
_USUAL: Final = 0.3
"""The share of questions with HTML from which on the file is HTML; in others, a tag may be what a question is about."""
_DOUBT: Final = "its HTML tags were read as formatting; put tags that the text is about in backticks"


def without_html(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Return drafts whose texts are Markdown. Where few questions of a file have HTML, each conversion is a doubt."""
    every = tuple(drafts)
    held = [is_html(draft.question) or is_html(draft.answer) for draft in every]
    usual = sum(held) >= _USUAL * len(every)
    return tuple(_converted(draft, usual=usual) for draft in every)


def is_html(text: str) -> bool:
    """Return whether a text is plainly HTML: it has an element with its end, outside code, and no Markdown beside."""
    if "<" not in text:
        return False
    bare = _CODE.sub("", text)
    return bool(_PAIR.search(bare) or (_WITHIN.search(bare) and not _MARKDOWN.search(text)))


def _converted(draft: Draft, *, usual: bool) -> Draft:
    found = False

    def change(text: str) -> str:
        nonlocal found
        if is_html(text):
            found = True
            return markdown_of(text)
        if "&" not in text or not _ENTITY.search(text):
            return text
        return _TAG.sub(r"\\<", html.unescape(text).replace("\xa0", " "))

    changed = with_texts(draft, change)
    return replace(changed, doubts=(*changed.doubts, _DOUBT)) if found and not usual else changed
