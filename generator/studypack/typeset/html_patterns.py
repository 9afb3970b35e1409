"""The patterns by which tinyhtml5 reads HTML, made once.

tinyhtml5 2.1 keeps the pattern of each set of characters under a wrong key, so that it makes it anew for each piece of
text: half of its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any


class Patterns(dict[tuple[Iterable[str], bool], re.Pattern[str]]):
    """Patterns of runs of these characters, or of all others, as `tinyhtml5.inputstream` makes them."""

    def __missing__(self, key: tuple[Iterable[str], bool]) -> re.Pattern[str]:
        characters, those = key
        listed = "".join(f"\\x{ord(character):02x}" for character in characters)
        self[key] = made = re.compile(f"[{'' if those else '^'}{listed}]+")
        return made


def keep_patterns(inputstream: Any) -> None:
    """Let the module `tinyhtml5.inputstream` keep its patterns."""
    inputstream.characters_until_regex = Patterns()
