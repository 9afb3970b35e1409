"""What reads like a question, and what never is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_NUMBER: Final = re.compile(
    r"^\s*(?:\**\s*)?(?:(?:Q|Question|Frage)\s*\.?\s*\d+(?:\.\d+)*\s*[.):\-–]|Q(?:uestion)?\s*[.:]"
    r"|\d{1,4}(?:\.\d+)*\s*[.)](?=\s|(?-i:[^\W\d_a-z])|[*`_¿\"'“])|\d{1,3}(?:\.\d+)*\s*[:\-–](?=\s))\s*(?=\S)",
    re.IGNORECASE,
)
"""A number in front of a question; not that of a `3-way` handshake, nor a year in front of a colon."""
_OPENING: Final = re.compile(
    r"(?:what|why|how|when|where|which|who|whose|is|are|can|could|do|does|did|will|would|should|have|has|was|were|if"
    r"|explain|describe|define|tell|compare|name|list|give|discuss|implement|write|design|outline|state|talk"
    r"|difference|differences|true or false|in which|for which|at what|in what|given|suppose|imagine|consider"
    r"|was|wie|warum|wann|wo|wer|welche[rsmn]?|erklär\w*|nenne\w*|qu\S+|pourquoi|comment|cómo|cuál\w*|por qué"
    r"|expliqu\w*|explica|descreva|como)\b",
    re.IGNORECASE,
)
_CONTENTS: Final = r"(?:table of )?contents?$|toc$|inhalt(?:sverzeichnis)?$|sommaire$|table des matières$|目次$|目录$"
_NEVER: Final = re.compile(
    rf"{_CONTENTS}|contribut\w+|licen[cs]e|acknowledg\w+|credits|authors?$|about( us)?$|introduction$"
    r"|references?$|resources$|further reading|links$|index$|back to top|donat\w+|sponsor\w*|star history|changelog"
    r"|support$|installation|getting started|usage$|disclaimer|other languages|translations?|readme",
    re.IGNORECASE,
)


def unnumbered(text: str) -> str:
    """Return a question without the number, or the `Q:`, in front of it."""
    return _NUMBER.sub("", text, count=1).strip()


def unnumbered_all(texts: Sequence[str]) -> list[str]:
    """Return the questions of a list without their numbers, if it is numbered: one alone may begin with a number."""
    if len(texts) < 2 or sum(map(numbered, texts)) < len(texts) / 2:  # a list
        return list(texts)
    return [unnumbered(text) or text for text in texts]


def numbered(text: str) -> bool:
    """Return whether a text has a number, or `Q:`, in front."""
    return _NUMBER.match(text) is not None


def asks(text: str) -> bool:
    """Return whether a text reads like a question or a task."""
    words = unnumbered(re.sub(r"^[\W_]+(?=\w)", "", text))
    if never(words):
        return False
    return bool(
        re.search(r"[?？؟](?:\W*$|\s)", words) or _OPENING.match(words) or re.search("什么|如何|吗|为什么", words)
    )


def never(text: str) -> bool:
    """Return whether a heading names a part that holds no questions."""
    return _NEVER.match(_bare(text)) is not None


def lists_contents(text: str) -> bool:
    """Return whether a heading is that of a table of contents: questions below it are not about that."""
    return re.match(_CONTENTS, _bare(text), re.IGNORECASE) is not None


def _bare(heading: str) -> str:
    return re.sub(r"^[\W_]+", "", heading).strip(" :*#_")
