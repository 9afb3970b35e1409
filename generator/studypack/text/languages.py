"""What depends on a set's language: the program's own words, quotation marks, and the direction of the text.

Each language is one file of `templates/languages/`, named by its BCP 47 tag in small letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, cast

import yaml

from studypack.resources import resource

DEFAULT: Final = "en"
"""The language of a set that names none, and of the words where a language has no file."""

LANGUAGES: Final = tuple(sorted(path.stem for path in (resource("templates") / "languages").glob("*.yaml")))
"""The languages that have a file."""

_RTL_LANGUAGES: Final = frozenset(
    {"ar", "arc", "arz", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo", "pnb", "prs",
     "ps", "sd", "sdh", "syr", "ug", "ur", "yi"}
)  # fmt: skip  # tags, not lines
"""Languages that are usually written from right to left; `iw` and `ji` are old tags of Hebrew and Yiddish."""
_RTL_SCRIPTS: Final = frozenset({"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
"""ISO 15924 codes of the scripts in use that run from right to left."""

Direction = Literal["ltr", "rtl"]
Quotes = tuple[str, str, str, str]
"""Outer opening and closing mark, inner opening and closing mark."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        tag: the set's own BCP 47 tag, as its author wrote it.
        direction: in which its text runs.
        quotes: its quotation marks.
        words: the program's own words by their key in `templates/languages/en.yaml`.
    """

    tag: str
    direction: Direction
    quotes: Quotes
    words: Mapping[str, Any]

    def questions(self, count: int) -> str:
        """Return `25 questions`."""
        return self._counted("questions", count)

    def topics(self, count: int) -> str:
        """Return `7 topics`."""
        return self._counted("topics", count)

    def count_line(self, questions: int, topics: int) -> str:
        """Return `25 questions in 7 topics`."""
        both = {"questions": self.questions(questions), "topics": self.topics(topics)}
        return str(self.words["count_line"]).format(**both)

    def _counted(self, what: str, count: int) -> str:
        form = "one" if count == 1 else "many"
        return str(self.words[f"{what}_{form}"]).format(count=count)


@cache
def language(tag: str) -> Language:
    """Return a language by its BCP 47 tag.

    The longest beginning of the tag that has a file gives words and marks (RFC 4647, 3.4): `de-AT` those of `de`; a
    language without a file those of English. A script in the tag decides the direction: `az-Arab` runs to the left.
    """
    parts = tag.lower().split("-")
    beginnings = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
    name = next((beginning for beginning in beginnings if beginning in LANGUAGES), None)
    entries = dict(_entries(name or DEFAULT))
    own, quotes = entries.pop("direction"), entries.pop("quotes")
    scripts = [part for part in parts[1:] if len(part) == 4 and part.isalpha()]
    if scripts:
        own = "rtl" if scripts[0] in _RTL_SCRIPTS else "ltr"
    elif name is None:
        own = "rtl" if parts[0] in _RTL_LANGUAGES else "ltr"
    return Language(tag, cast("Direction", own), cast("Quotes", quotes), entries)


@cache
def _entries(name: str) -> Mapping[str, Any]:
    """Return what the file of a language says, its lists as tuples; every value is text, as in a question set."""
    text = (resource("templates") / "languages" / f"{name}.yaml").read_text("utf-8")
    found = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists and mappings
    return {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
