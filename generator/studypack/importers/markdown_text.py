"""Markdown of other people's files to Markdown of our dialect: their HTML, their links, what surrounds an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from textwrap import dedent
from typing import Final

FENCE: Final = re.compile(r"^\s{0,12}(?:>\s*)*(`{3,}(?=[^`]*$)|~{3,})")
"""What opens or closes a block of code; ```` ```x``` ```` in one line does not ("CommonMark Spec", 4.5)."""
_TOP: Final = re.compile(r"\b(?:back to top|⬆|go to top|return to top|↥)\b|⬆|↥", re.IGNORECASE)
_RULE: Final = re.compile(r"^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_PAIRS: Final = {"b": "**", "strong": "**", "i": "*", "em": "*", "code": "`", "tt": "`"}
_PAIR: Final = re.compile(r"<(b|strong|i|em|code|tt)>[ \t]*([^<\n]+?)[ \t]*</\1>", re.IGNORECASE)
_DROPPED: Final = re.compile(
    r"</?(?:p|div|center|span|font|section|article|b|strong|i|em|big|small|nobr|ul|ol|h[1-6]|blockquote|tt|code)(?:\s[^<>]*)?/?>"
    r"|<a\s+(?:name|id)=[^<>]*>(?:\s*</a>)?|<hr\s*/?>|</li>",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"\b(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"^ {0,3}\[([^\]\n]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*[\"')])?\s*$")
_USED: Final = re.compile(r"(!?)\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])?(?![\[(:])")
_LOCAL: Final = re.compile(
    r"(?<!!)\[([^\[\]\n]*)\]\(\s*(?!https?:|mailto:)[^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s+\"[^\"\n]*\")?\s*\)"
)
_LABEL: Final = re.compile(
    r"^\s*(?:\*\*|__|#{1,6}\s*)?(?:answer|ans|a|solution|réponse|antwort|respuesta)"
    r"\s*(?:\*\*|__)?\s*[:：.]\s*(?:\*\*|__)?[ \t]*\n?",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"\s*(?:<br\s*/?>|\\)\s*$", re.IGNORECASE)
_BREAKS_AROUND: Final = re.compile(
    r"\A(?:[ \t]*(?:<br\s*/?>|\\)?[ \t]*\n)+|\A(?:\s*<br\s*/?>)+(?:[ \t]*\n)?|(?:\s*<br\s*/?>)+\s*\Z", re.IGNORECASE
)
_CODE_SPAN: Final = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")


def references(lines: list[str]) -> dict[str, str]:
    """Return the addresses of reference links by their lower-case names."""
    found: dict[str, str] = {}
    for line in outside_code(lines):
        if (match := _REFERENCE.match(line)) and not match[1].startswith("^"):
            found.setdefault(match[1].lower(), match[2])
    return found


def outside_code(lines: list[str]) -> Iterator[str]:
    """Yield each line, and an empty one in place of those within fences of code."""
    for line, inside in fenced(lines):
        yield "" if inside else line


def fenced(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield each line with whether it belongs to a fence of code."""
    fence = ""
    for line in lines:
        match = FENCE.match(line)
        if fence:
            yield line, True
            if match and match[1].startswith(fence) and not line.strip().strip("`~> "):
                fence = ""
        else:
            fence = match[1] if match else ""
            yield line, bool(match)


def text_of(lines: list[str], addresses: Mapping[str, str]) -> str:
    """Return what lines say, in our dialect: dedented, without the furniture around it.

    Args:
        lines: of the source.
        addresses: of reference links.
    """
    kept: list[str] = []
    for line, inside in fenced(_dedented(lines)):
        if inside:
            kept.append(line)
        elif not (_TOP.search(line) or _REFERENCE.match(line)):
            if kept and kept[-1].strip() and _PICTURE.fullmatch(line.strip()):  # a paragraph of its own
                kept[-1:] = [_BREAK.sub("", kept[-1]), ""]
            kept.append(_plain(line, addresses))
    while kept and (not kept[-1].strip() or _RULE.match(kept[-1])):
        kept.pop()
    while kept and (not kept[0].strip() or _RULE.match(kept[0]) or kept[0].strip() in ("<br>", "<br/>")):
        kept.pop(0)
    return re.sub(r"<!--.*?-->", "", "\n".join(kept), flags=re.DOTALL).strip("\n").rstrip()


def answer_of(text: str) -> str:
    """Return an answer without the word `Answer:` in front, and without breaks of lines around it."""
    return _BREAKS_AROUND.sub("", _LABEL.sub("", _BREAKS_AROUND.sub("", text), count=1)).strip("\n")


def _dedented(lines: list[str]) -> list[str]:
    whole = dedent("\n".join(line.expandtabs(4) if line.startswith((" ", "\t")) else line for line in lines)).split(
        "\n"
    )
    first = next((line for line in whole if line.strip()), "")
    if len(first) - len(first.lstrip()) >= 2 and whole and any(line[:1] == " " for line in whole):
        shift = len(first) - len(first.lstrip())  # some lines of a list's item are written without its indentation
        return [line[min(shift, len(line) - len(line.lstrip())) :].rstrip("\n") for line in whole]
    return whole


def _plain(line: str, addresses: Mapping[str, str]) -> str:
    """Return a line outside code with our HTML, and with links that can be followed."""
    if "<" not in line and "[" not in line:
        return line
    spans: list[str] = []

    def hidden(match: re.Match[str]) -> str:
        spans.append(match[0])
        return f"\ue000{len(spans) - 1}\ue001"

    bare = _CODE_SPAN.sub(hidden, line)
    if "<" in bare:
        bare = _PICTURE.sub(_picture, bare)
        bare = _PAIR.sub(lambda m: f"{_PAIRS[m[1].lower()]}{m[2]}{_PAIRS[m[1].lower()]}", bare)
        bare = re.sub(r"<li(?:\s[^<>]*)?>\s*", "- ", _DROPPED.sub("", bare), flags=re.IGNORECASE)
    if "[" in bare:
        bare = _LOCAL.sub(r"\1", _USED.sub(lambda m: _inline(m, addresses), bare))
    return re.sub("\ue000(\\d+)\ue001", lambda m: spans[int(m[1])], bare)


def _picture(match: re.Match[str]) -> str:
    """Return an element `img` as Markdown; without an address it stays."""
    given = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(match[1])}
    if not given.get("src"):
        return match[0]
    words = re.sub(r"[\[\]]", "", given.get("alt", ""))
    return f"![{words}](<{given['src']}>)"


def _inline(match: re.Match[str], addresses: Mapping[str, str]) -> str:
    address = addresses.get((match[3] or match[2]).lower())
    return f"{match[1]}[{match[2]}]({address})" if address else match[0]
