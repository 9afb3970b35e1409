"""Display names and the ids derived from them: topics, levels and tags may have any name.

Files, anchors, decks and the command line use ids. A name that is already an id is used unchanged.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

from anyascii import anyascii

LONGEST_ID: Final = 80
"""The maximum length of an id, in characters."""
_SPOKEN: Final = {
    "++": "pp", "&": "-and-", "@": "-at-", "%": "-percent",
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue",
}  # fmt: skip  # pairs
"""Exceptions to transliteration: `C++` becomes `cpp`, `C#` becomes `c-sharp`, `Größe` becomes `groesse`."""


class Titles(dict[str, str]):
    """Display names by id; an id without a display name is shown as it is."""

    def __missing__(self, key: str) -> str:
        return key


def id_of(name: str) -> str:
    """Return the id for a display name: lower-case ASCII words joined by hyphens, never empty."""
    text = unicodedata.normalize("NFC", name)
    for written, spoken in _SPOKEN.items():
        text = text.replace(written, spoken)
    text = re.sub(r"(?<=[^\W\d_])#", "-sharp", text)  # in C#, but not in #1
    words = "-".join(re.findall(r"[a-z0-9]+", re.sub(r"['`’]", "", anyascii(text)).lower()))
    if words and len(words) <= LONGEST_ID:
        return words
    exact = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{words[: LONGEST_ID - 9].rstrip('-')}-{exact}".strip("-")


def folded(name: str) -> str:
    """Return the form in which spellings are compared: it ignores case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "-", unicodedata.normalize("NFKC", name).casefold().strip())


def free_id(name: str, taken: Iterable[str]) -> str:
    """Return the id for a name, with a number (from 2) appended if another name already uses that id."""
    first = wanted = id_of(name)
    used, number = set(taken), 1
    while wanted in used:
        number += 1
        ending = f"-{number}"
        wanted = first[: LONGEST_ID - len(ending)].rstrip("-") + ending
    return wanted


def with_ids(entries: Any) -> Any:
    """Return plain data of topics, levels or tags with an id for each entry; an entry that is a string is a title.

    Data of any other shape is returned unchanged, so that the model reports it.
    """
    if not isinstance(entries, (list, tuple)):
        return entries
    made = [{"title": entry} if isinstance(entry, str) and entry.strip() else entry for entry in entries]
    taken = {entry["id"] for entry in made if isinstance(entry, dict) and isinstance(entry.get("id"), str)}
    for place, entry in enumerate(made):
        if isinstance(entry, dict) and "id" not in entry and isinstance(entry.get("title"), str) and entry["title"]:
            made[place] = {"id": free_id(entry["title"], taken), **entry}
            taken.add(made[place]["id"])
    return made


class Names:
    """Finds ids by the names that authors and users write: an id or a display name, in any case.

    Args:
        pairs: ids with their display names; if two names are equal, the first one is used.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.titles = Titles(pairs)
        self._known: dict[str, str] = {}
        for key in self.titles:
            self._known.setdefault(folded(key), key)
        for key, title in self.titles.items():
            self._known.setdefault(folded(title), key)

    def written(self, key: str) -> str:
        """Return what an author would write for an id: the display name, if the id was derived from it."""
        title = self.titles[key]
        derived = re.fullmatch(re.escape(id_of(title)) + r"(-\d+)?", key)
        return title if derived and folded(title) != folded(key) else key

    def find(self, word: str) -> str:
        """Return the id that a word means, or the word itself if there is none."""
        if word in self.titles:
            return word
        found = self._known.get(folded(word))
        return found if found is not None else word


def tag_titles(declared: Iterable[tuple[str, str]], words: Iterable[str]) -> Titles:
    """Return the display names of tags by id.

    Args:
        declared: ids with display names that the set's header declares.
        words: the tags of all questions, as authors wrote them; different spellings of a tag are the same tag.
    """
    titles = Titles(declared)
    known = {folded(name) for pair in titles.items() for name in pair}
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(folded(word), word)
    for form, word in sorted(
        first.items(), key=lambda item: item[0] != id_of(item[0])
    ):  # tags that are ids stay unchanged
        if form not in known:
            titles[free_id(word, titles)] = word
    return titles
