"""Check for Markdown that does not do what its author intended.

Markdown has no syntax errors: an unclosed fence turns the rest of the text into code, a table whose header does not
match stays a paragraph, and an undefined reference stays in its brackets. Each gets a warning with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from markdown_it.token import Token

from studypack.checks.texts import Text
from studypack.errors import Diagnostic
from studypack.questions.positions import Positions
from studypack.text.markdown import definitions
from studypack.text.runs import runs
from studypack.text.safe_html import PAIRED, REFUSED
from studypack.text.token_lines import with_lines

_RULE_ROW: Final = re.compile(r"^[ >]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$|^[ >]*\|[ ]*:?-+:?[ ]*\|[ ]*$")
_REFERENCE: Final = re.compile(r"(?<![\w\]])\[[^\[\]]+\]\[([^\[\]]+)\]")
_PIPE: Final = re.compile(r"(?<!\\)\|")

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_CODE: Final = re.compile(r"(`+)(?:.*?[^`])?\1(?!`)", re.DOTALL)
_LETTER_ESCAPE: Final = re.compile(r"\\[A-Za-z]")
_PUNCTUATION_ESCAPE: Final = re.compile(r"\\[!-/:-@\[-`{-~]")

_Fault = tuple[int, str, str]


def markdown_faults(text: Text, positions: Positions) -> Iterator[Diagnostic]:
    """Yield a warning for each doubtful piece of Markdown in a text, with its line."""
    if not text.written.kind.is_markdown:
        return
    faults = [*_open_fences(text.tokens, text.content), *_tables(text.tokens, text.content), *_references(text.tokens)]
    faults += [*_refused_tags(text.tokens), *_unused_definitions(text.content), *_unseen(text)]
    faults += [*_emphasis_in_words(text.tokens), *_lost_backslashes(text.tokens)]
    for line, what, why in sorted(set(faults)):
        where = positions.line(text.path, line, text.where)
        name = next(step for step in reversed(text.path) if isinstance(step, str))
        yield Diagnostic(where, f'{what} in "{name}"', why, "fix it, or mark it as code")


def _emphasis_in_words(tokens: Iterable[Token]) -> Iterator[_Fault]:
    """Yield emphasis inside a word or number (`2*3*4`), and names between underscores (`__init__`)."""
    for token in tokens:
        children = token.children or []
        for place, (child, line) in enumerate(with_lines(token)):
            if child.type not in ("em_open", "strong_open"):
                continue
            end = next((n for n in range(place, len(children)) if _closes(children[n], child)), place)
            before, inside, after = _words(children[:place]), _words(children[place:end]), _words(children[end:])
            source = f"{child.markup}{inside}{child.markup}"
            whole = (before[-1:] + inside[:1]).isalnum() and (inside[-1:] + after[:1]).isalnum()
            if whole and len(before) and len(after):
                yield line, f'the marks of "{before[-1]}{source}{after[0]}" make emphasis', "they are not shown"
            elif child.markup == "__" and _NAME.fullmatch(inside):
                yield line, f'the underscores of "{source}" make bold type', "they are not shown"


def _closes(token: Token, opening: Token) -> bool:
    return token.type == opening.type.replace("_open", "_close") and token.level == opening.level


def _words(children: Iterable[Token]) -> str:
    return "".join(child.content for child in children if child.type in ("text", "code_inline"))


def _lost_backslashes(tokens: Iterable[Token]) -> Iterator[_Fault]:
    r"""Yield patterns and paths such as `\d+\.`, of whose backslashes Markdown drops those before punctuation."""
    for token in tokens:
        if token.type == "inline":
            source = _CODE.sub(_blank, token.content)
            for formula in (child.content for child in token.children or () if child.type.startswith("math")):
                for written in (f"${formula}$", rf"\({formula}\)"):
                    source = source.replace(written, "\n" * written.count("\n") or " ")
            for line, words in enumerate(source.split("\n"), token.map[0] if token.map else 0):
                for word in words.split():
                    if _LETTER_ESCAPE.search(word) and _PUNCTUATION_ESCAPE.search(word):
                        why = "before punctuation they only quote it"
                        yield line, f'backslashes of "{word}" are not shown', why


def _blank(code: re.Match[str]) -> str:
    """Return white space with the line breaks of a code span."""
    return "\n" * code[0].count("\n") or " "


def _refused_tags(tokens: Iterable[Token]) -> Iterator[_Fault]:
    for token in tokens:
        for child, line in with_lines(token):
            if name := child.meta.get(REFUSED):
                why = "the HTML tags are " + ", ".join(sorted({*PAIRED, "br", "img", "details"})) + ", with end tags"
                yield line, f'"<{name}>" is shown as text', why


def _open_fences(tokens: Iterable[Token], text: str) -> Iterator[_Fault]:
    lines = text.split("\n")
    for token in tokens:
        if token.type == "fence" and token.map:
            first, end = token.map
            last = lines[end - 1].strip(" \t>") if end - 1 > first else ""
            if not (last.startswith(token.markup) and not last.strip(token.markup[0])):
                yield first, "the code fence is never closed", "everything after it becomes code"


def _tables(tokens: Iterable[Token], text: str) -> Iterator[_Fault]:
    """Yield the rows of hyphens outside tables, and the rows whose last cells are not shown."""
    lines = text.split("\n")
    inside: set[int] = set()
    for token in tokens:
        if token.map and token.type in ("table_open", "fence", "code_block"):
            inside.update(range(*token.map))
        if token.map and token.type == "table_open":
            head = _cells(lines[token.map[0]])
            for number in range(token.map[0] + 2, min(token.map[1], len(lines))):
                if (cells := _cells(lines[number])) > head:
                    yield number, "a table row has hidden cells", f"it has {cells} cells, the header {head}"
    for number, line in enumerate(lines):
        if number not in inside and "|" in line and _RULE_ROW.match(line):
            yield number, "a row of hyphens does not make a table", "the line above has another number of cells"


def _cells(line: str) -> int:
    row = line.strip(" \t>").removeprefix("|")
    return len(_PIPE.findall(row if not row.endswith("|") or row.endswith("\\|") else row[:-1])) + 1


def _unused_definitions(text: str) -> Iterator[_Fault]:
    """Yield the definitions of links and footnotes that nothing refers to, such as `[Note]: important`."""
    lines = text.split("\n")
    for name, first, end in definitions(text) if "]:" in text else ():
        rest = " ".join(lines[:first] + lines[end:]).casefold()
        if f"[{' '.join(name.split()).casefold()}]" not in " ".join(rest.split()):
            yield first, f'"[{name}]:" is not shown', "it defines a link or a footnote that nothing refers to"


def _unseen(text: Text) -> Iterator[_Fault]:
    if text.content.strip() and next(runs(text.tokens), None) is None:
        yield 0, "nothing can be seen", "comments, definitions and empty tags are not shown"


def _references(tokens: Iterable[Token]) -> Iterator[_Fault]:
    for token in tokens:
        if token.type != "inline" or not token.map:
            continue
        line, words = token.map[0], ""
        for child in token.children or ():
            words += {"text": child.content, "softbreak": "\n", "hardbreak": "\n"}.get(child.type, "\0")
        for match in _REFERENCE.finditer(words):
            at = line + words.count("\n", 0, match.start())
            yield at, f"the link refers to [{match[1]}]", "this text does not define that reference"
