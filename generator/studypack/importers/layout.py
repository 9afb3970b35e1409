"""The layout of imported YAML: that of docs/authoring.md, which people go on editing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from studypack.errors import visible

SHORT: Final = 100
"""Characters of a text that stays on its key's line."""

BLOCKS: Final = frozenset(
    {"stimulus", "answer", "guidance", "text", "feedback", "front", "back", "cloze", "introduction", "summary"}
)
"""Keys whose texts are Markdown of any length."""

_UNREADABLE: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not take, and what it would take for the end of a line."""
_PLAIN: Final = re.compile(r"[^\W\d_][^:#\[\]{}&*!|>'\"%@`\\,\n\t]*(?<! )")
_WORDS: Final = frozenset(["null", "true", "false", "yes", "no", "on", "off", "y", "n"])


def clean(text: str) -> str:
    """Return a text with plain ends of lines and without what YAML or print cannot hold."""
    lines = re.sub("\r\n|[\r\x85\u2028\u2029\x0b\x0c]", "\n", text)
    return _UNREADABLE.sub("", lines).strip("\n").rstrip()


def scalar(text: str) -> str:
    """Return a text of one line as YAML; JSON's quotes are YAML's."""
    plain = len(text) <= SHORT and _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if plain else json.dumps(text, ensure_ascii=False)


def question(fields: Mapping[str, Any], comments: Iterable[str] = ()) -> str:
    """Return one question as an item of the list `questions`, ending in a line break.

    Args:
        fields: from key to text, list of texts or list of mappings, in the order in which they are written.
        comments: lines above the question.
    """
    above = "".join(f"  # {comment_line(comment)}\n" for comment in comments)
    return above + _mapping(fields, 2)


def field(key: str, value: Any, indent: int) -> str:
    """Return one key with its value.

    Args:
        key: of the question, or of one of its parts.
        value: text, list of texts or list of mappings.
        indent: spaces in front of the key.
    """
    space = " " * indent
    if isinstance(value, str):
        return f"{space}{key}: {_text(key, value, indent)}\n"
    if isinstance(value, bool):
        return f"{space}{key}: {str(value).lower()}\n"
    if key == "tags":
        return f"{space}{key}: [{', '.join(map(scalar, value))}]\n"
    items = (
        _mapping(each, indent + 2) if isinstance(each, Mapping) else f"{space}  - {scalar(each)}\n" for each in value
    )
    return f"{space}{key}:\n{''.join(items)}"


def comment_line(text: str) -> str:
    """Return a text as it may be behind a `#`."""
    return visible(" ".join(clean(text).split()))


def _mapping(fields: Mapping[str, Any], indent: int) -> str:
    """Return an item of a list: the first key behind the hyphen, the others below it."""
    whole = "".join(field(key, value, indent + 2) for key, value in fields.items())
    return f"{' ' * indent}- {whole[indent + 2 :]}"


def _text(key: str, text: str, indent: int) -> str:
    if "\n" not in text and (len(text) <= SHORT or key not in BLOCKS):
        return scalar(text)
    lines: Sequence[str] = text.split("\n")
    mark = "|2" if lines[0].startswith((" ", "\t")) else "|"
    return "\n".join([mark, *(f"{' ' * (indent + 2)}{line}" if line.strip(" ") else "" for line in lines)])
