"""What depends on a set's language: the program's own words, the quotation marks and the text direction.

Each language is one file in `templates/languages/`, named after its BCP 47 tag in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, cast

import yaml

from studypack.resources import resource

DEFAULT: Final = "en"
"""The language of a set that does not specify one; its words are also used for languages that have no file."""

LANGUAGES: Final = tuple(sorted(path.stem for path in (resource("templates") / "languages").glob("*.yaml")))
"""The languages that have a file."""

_RTL_LANGUAGES: Final = frozenset(
    {"ar", "arc", "arz", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "ks", "lrc", "mzn", "nqo", "pnb", "prs",
     "ps", "sd", "sdh", "syr", "ug", "ur", "yi"}
)  # fmt: skip  # a list of tags
"""Languages that are usually written from right to left; `iw` and `ji` are old tags of Hebrew and Yiddish."""
_RTL_SCRIPTS: Final = frozenset({"adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"})
"""ISO 15924 codes of the scripts in use that run from right to left."""

_NAMES: Final = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "deutsch": "de", "dutch": "nl", "english": "en",
    "español": "es", "finnish": "fi", "français": "fr", "french": "fr", "german": "de", "greek": "el", "hebrew": "he",
    "hindi": "hi", "hungarian": "hu", "italian": "it", "italiano": "it", "japanese": "ja", "korean": "ko",
    "norwegian": "no", "polish": "pl", "portuguese": "pt", "persian": "fa", "romanian": "ro", "russian": "ru",
    "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip  # a table
"""Names that people write in a tag's place."""

Direction = Literal["ltr", "rtl"]
Quotes = tuple[str, str, str, str]
"""Outer opening and closing mark, inner opening and closing mark."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language.

    Attributes:
        tag: the BCP 47 tag as the set's author wrote it.
        direction: the direction in which text runs.
        quotes: its quotation marks.
        words: the program's own words, by their keys in `templates/languages/en.yaml`.
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

    def marks(self, count: int) -> str:
        """Return `8 marks`."""
        return self._counted("exam_marks", count)

    def count_line(self, questions: int, topics: int) -> str:
        """Return `25 questions in 7 topics`."""
        both = {"questions": self.questions(questions), "topics": self.topics(topics)}
        return str(self.words["count_line"]).format(**both)

    def correct(self, letters: Iterable[str]) -> str:
        """Return `Correct: B, D`."""
        return str(self.words["correct"]).format(letters=str(self.words["comma"]).join(letters))

    def _counted(self, what: str, count: int) -> str:
        form = "one" if count == 1 else "many"
        return str(self.words[f"{what}_{form}"]).format(count=count)


def language_tag(word: str) -> str:
    """Return the BCP 47 tag that a wrong one means: `german` is `de`, `de_DE` is `de-DE`; empty where nobody knows."""
    if re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z0-9]{1,8})+", word):
        return word.replace("_", "-")
    return _NAMES.get(word.casefold(), "")


@cache
def language(tag: str) -> Language:
    """Return a language by its BCP 47 tag.

    Words and quotation marks come from the file with the longest matching prefix of the tag (RFC 4647, 3.4): `de-AT`
    uses `de`. A language without a file uses English. A script in the tag decides the direction: `az-Arab` runs from
    right to left.
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
    """Return the entries of a language's file, with lists as tuples; every value is text, as in a question set."""
    text = (resource("templates") / "languages" / f"{name}.yaml").read_text("utf-8")
    found = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - this loader creates only strings, lists and mappings
    return {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
