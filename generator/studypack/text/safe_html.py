"""The few HTML tags that Markdown files really use; every other tag is shown as text.

A tag is recognized only together with its counterpart in the same paragraph, so no text can change what follows it.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

PAIRED: Final = {"sub", "sup", "kbd", "mark", "u", "summary", "a", "b", "strong", "i", "em", "code", "s", "del"}
"""Tags that need an end tag."""
_SHOWN_AS: Final = {"summary": "strong", "b": "strong", "i": "em", "del": "s"}
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*?)?)\s*/?>$", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"""([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_COMMENT: Final = re.compile(r"<!--.*-->$", re.DOTALL)

REFUSED: Final = "refused HTML"
"""The key in a token's `meta` that marks a tag as shown as text."""
REFUSED_TAG: Final = "html_text"
"""The type of such a tag's token."""


def safe_html(state: StateCore) -> None:
    """Turn the tags that the parser found into safe tags, line breaks, pictures or text."""
    for token in state.tokens:
        if token.children and any(child.type == "html_inline" for child in token.children):
            _tidy(token.children, state)


def _tidy(children: list[Token], state: StateCore) -> None:
    open_tags: list[tuple[str, Token, str]] = []
    for child in children:
        if child.type != "html_inline" or _is_single(child):
            continue
        match = _TAG.match(child.content)
        name = match[2].lower() if match else ""
        child.meta = {REFUSED: name or child.content}  # text, unless its counterpart follows
        if match is None or name not in PAIRED:
            continue
        if not match[1]:
            open_tags.append((name, child, _opening(name, _attributes(match[3]), state)))
        elif open_tags and open_tags[-1][0] == name:
            _, opening, html = open_tags.pop()
            if html:
                opening.content, child.content = html, f"</{_SHOWN_AS.get(name, name)}>"
                opening.meta = child.meta = {}
    for child in children:
        if child.type == "html_inline" and REFUSED in child.meta:
            child.type = REFUSED_TAG  # the rules for quotation marks and for joining text skip this type


def _is_single(tag: Token) -> bool:
    """Replace a tag that does not need a counterpart with what it means; return whether it was one."""
    match = _TAG.match(tag.content)
    name = match[2].lower() if match else ""
    attributes = _attributes(match[3]) if match else {}
    if _COMMENT.match(tag.content) or name == "details":
        _become(tag, "text", "")
    elif name == "br":
        _become(tag, "hardbreak", "")
    elif name == "img" and attributes.get("src"):
        _become(tag, "image", "")
        tag.tag, tag.children = "img", [Token("text", "", 0, content=attributes.get("alt", ""))]
        tag.attrs = {"src": attributes["src"], "alt": ""}
    else:
        return False
    return True


def _attributes(source: str) -> dict[str, str]:
    return {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(source)}


def _opening(name: str, attributes: dict[str, str], state: StateCore) -> str:
    """Return the tag to write, or an empty string for a link without a valid address."""
    if name != "a":
        return f"<{_SHOWN_AS.get(name, name)}>"
    address = state.md.normalizeLink(attributes.get("href", ""))
    if not address or not state.md.validateLink(address) or not re.match(r"https?:|mailto:|#", address):
        return ""
    return f'<a href="{address.replace("&", "&amp;").replace(chr(34), "&quot;")}">'


def _become(token: Token, kind: str, content: str) -> None:
    token.type, token.content, token.meta = kind, content, {}
