"""Bytes of text in whatever encoding to a string, and warnings where characters were lost before us."""

from __future__ import annotations

import re
from typing import Final

from studypack.errors import ContentError, Diagnostic, Location
from studypack.importers.draft import Skipped

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
MAX_LINES: Final = 200_000
MAX_LINE: Final = 1_000_000
"""Characters of a line."""
_SAMPLE: Final = 200_000
_MOST: Final = 50
"""Warnings of one file that are named one by one."""
_LONGEST: Final = 5_000
"""Characters of a line that are looked at."""
_MOJIBAKE: Final = re.compile("Ã[\x80-\xbf©¤¶¼¨ª§]|â€[™œ\x9d“”¦]|\ufffd")
_LOST: Final = re.compile(r"[^\W\d_]\?[^\W\d_](?![\w-]*=)")  # not in a query such as page?name=x
_ADDRESS: Final = re.compile(r"https?://\S+|\w{1,60}\.\w{1,20}\?\S+")


def decoded(name: str, content: bytes) -> tuple[str, str]:
    """Return the text, with plain ends of lines, and the name of its encoding.

    Raises:
        ContentError: it is no text, or has too many lines or too long ones.
    """
    text, encoding = _decoded(name, content)
    if (lines := text.count("\n") + 1) > MAX_LINES:
        raise ContentError(
            Diagnostic(Location(name), f"the file has {lines} lines", f"the limit is {MAX_LINES}", "split it")
        )
    if len(text) > MAX_LINE and (longest := max(map(len, text.split("\n")))) > MAX_LINE:
        what = f"a line has {longest} characters"
        raise ContentError(Diagnostic(Location(name), what, f"the limit is {MAX_LINE}", "break it"))
    return text, encoding


def _decoded(name: str, content: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _plain(content.decode(encoding, "replace")), encoding
    if encoding := _wide(content[:1000]):
        return _plain(content.decode(encoding, "replace")), encoding
    try:
        return _plain(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    if b"\0" in content[:_SAMPLE]:
        raise ContentError(Diagnostic(Location(name), "this is no text", "it holds zero bytes", "choose with --from"))
    encoding = _likeliest(content[:_SAMPLE])
    return _plain(content.decode(encoding, "replace")), encoding


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wide(start: bytes) -> str:
    """Return which UTF-16 a text without a mark is: Latin letters have a zero byte each."""
    if len(start) < 4 or start.count(0) < len(start) * 0.3:  # two characters
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _likeliest(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(
        sample, cp_isolation=["cp1252", "cp1250", "cp1251", "koi8_r", "cp932", "gb18030", "big5", "cp949"]
    ).best()
    wide = best is not None and best.encoding in {"cp932", "gb18030", "big5", "cp949", "cp1251", "koi8_r"}
    # Few high bytes say little: most files that are not UTF-8 are Windows' Western text.
    few = sum(byte > 127 for byte in sample) < len(sample) * 0.05  # the end of ASCII
    return best.encoding if best is not None and wide and not few else "cp1252"


def damage(name: str, text: str, encoding: str) -> tuple[Skipped, ...]:
    """Return where characters look broken, line by line, and the encoding where it was guessed."""
    found = [] if encoding.startswith(("utf-8", "utf-16")) else [Skipped(Location(name), f"read as {encoding}")]
    if "?" not in text and not _MOJIBAKE.search(text):
        return tuple(found)
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole[:_LONGEST]
        if match := _MOJIBAKE.search(line):
            found.append(
                Skipped(Location(name, number, match.start() + 1), f'broken characters: "{_around(line, match)}"')
            )
        elif match := _LOST.search(_ADDRESS.sub(lambda each: " " * len(each[0]), line)):
            why = f'a question mark within a word, perhaps a lost character: "{_around(line, match)}"'
            found.append(Skipped(Location(name, number, match.start() + 1), why))
    more = len(found) - _MOST
    return (*found[:_MOST], *([Skipped(Location(name), f"{more} more lines look broken")] if more > 0 else []))


def _around(line: str, match: re.Match[str]) -> str:
    return line[max(0, match.start() - 12) : match.end() + 12].strip()
