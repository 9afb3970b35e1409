"""Permanent ids, made once from the words of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from anyascii import anyascii

from studypack.digest import digest

LONGEST: Final = 48
"""Characters of an id that is made here; the model allows 80, and a number may follow."""

ID: Final = re.compile(r"(?=.{1,80}$)[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id as the model takes it."""

_SIGNS: Final = {"c++": "cpp", "c#": "c-sharp", "f#": "f-sharp", ".net": "dotnet", "&": " and ", "ß": "ss", "æ": "ae",
                 "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ð": "d", "ä": "ae", "ö": "oe", "ü": "ue",
                 "’": "", "'": ""}  # fmt: skip  # one list
_SIGN: Final = re.compile("|".join(map(re.escape, _SIGNS)))
_EMPTY: Final = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "can", "did", "do", "does", "for", "from", "give", "has", "have",
     "how", "in", "into", "is", "it", "its", "me", "of", "on", "or", "should", "some", "than", "that", "the", "their",
     "there", "these", "this", "to", "us", "was", "were", "what", "when", "where", "which", "who", "why", "will",
     "with", "would", "you", "your", "explain", "describe", "tell", "define", "der", "die", "das", "und", "ist", "wie"}
)  # fmt: skip  # one list
"""Words that say little of what a question is about."""


def kebab(text: str) -> str:
    """Return the letters and digits of a text, transliterated, as lower-case words joined by hyphens; may be empty."""
    known = _SIGN.sub(lambda match: _SIGNS[match[0]], unicodedata.normalize("NFC", text).lower())
    return "-".join(re.findall(r"[a-z0-9]+", anyascii(known).lower()))


def name_of(text: str, otherwise: str = "q") -> str:
    """Return a kebab-case name for a text; where it has no letters, one with the start of its hash."""
    words = kebab(text).split("-")
    telling = [word for word in words if word not in _EMPTY] or words
    name = telling[0][:LONGEST]
    for word in telling[1:]:
        if len(name) + 1 + len(word) > LONGEST:
            break
        name += f"-{word}"
    return name or f"{otherwise}-{digest(text)[:8]}"


def given(key: str) -> str:
    """Return a source's own name of a question, where it is an id that people chose; empty for numbers and hashes."""
    is_word = re.search(r"[a-z]{3}", key) and not re.fullmatch(r"[0-9a-f-]{8,}", key)
    return key if is_word and ID.fullmatch(key) else ""


def unused(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it where it is taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
