"""Explain YAML syntax errors in terms that authors understand, and repair the line where possible.

A parser reports the place where it cannot continue, which may be several lines after the mistake, in its own terms.
Authors of question sets make few kinds of mistakes: missing quotes, a missing colon or space, tabs, indentation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import yaml

from studypack.questions import model

_KEYS: Final = frozenset(
    key
    for kind in (model.SingleFile, model.AuthoredQuestion, model.Topic, model.Exhibit, model.FollowUp, model.Source)
    for key in kind.model_fields
) | {"term", "definition", "front", "back", "cloze", "levels", "ids"}
"""Words that are certainly meant as keys at the beginning of a line."""
_LINE: Final = re.compile(r"""(?P<lead>\s*(?:-\s+)*)(?:(?P<key>[\w.-]+|"[^"]*"|'[^']*')\s*:(?:\s+|$))?(?P<value>.*)""")
_CURLY: Final = "“”„‘’‚«»"
_SPECIAL: Final = {
    "*": "YAML reads a * there as an alias",
    "&": "YAML reads a & there as an anchor",
    "!": "YAML reads a ! there as a tag",
    "%": "YAML reserves % there",
    "@": "YAML reserves @ there",
    "`": "YAML reserves ` there",
    "|": "YAML reads a | there as a block of text, which begins on the next line",
    ">": "YAML reads a > there as a block of text, which begins on the next line",
    "{": "YAML reads a { there as a mapping",
    "[": "YAML reads a [ there as a list",
    "}": "YAML reads a } there as the end of a mapping",
    "]": "YAML reads a ] there as the end of a list",
    ",": "YAML reads a comma there as the end of an item",
}
_LISTS: Final = {"tags", "ids", "levels", "topics", "key_points", "pitfalls", "passes"}
"""Keys whose values may legitimately begin with a bracket."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a YAML text.

    Attributes:
        line: counted from 1, like `column`.
        what: what is wrong; `what`, `why` and `remedy` are those of a diagnostic.
        repaired: the whole text as it was probably meant; None if that cannot be determined.
        sure: whether the repaired text is certainly what the author meant, so that it can be checked further.
    """

    line: int
    column: int
    what: str
    why: str
    remedy: str
    repaired: str | None = None
    sure: bool = False


class _Text:
    """The lines of a text that is not valid YAML, numbered from 0."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")

    def parts(self, number: int) -> tuple[str, str, str]:
        """Return three parts of a line: everything before the value, the key, and the value."""
        found = _LINE.fullmatch(self.lines[number])
        if found is None:
            return "", "", self.lines[number]
        return self.lines[number][: found.start("value")], found["key"] or "", found["value"]

    def indent(self, number: int) -> int:
        """Return the number of spaces at the beginning of a line."""
        return len(self.lines[number]) - len(self.lines[number].lstrip(" "))

    def column(self, number: int) -> int:
        """Return the number of characters before a line's key, or before its dash if it has no key."""
        before, key, _ = self.parts(number)
        return before.index(key) if key else self.indent(number)

    def owner(self, number: int) -> int:
        """Return the line whose value a line continues: the line itself if it has a key or begins an item."""
        indent = self.indent(number)
        for at in range(number - 1, -1, -1):
            if self.lines[at].strip() and self.column(at) <= indent:
                before, key, value = self.parts(at)
                goes_on = self.column(at) < indent and (key or "-" in before) and value[:1] not in ("", "|", ">")
                return at if goes_on else number
        return number

    def with_line(self, number: int, line: str) -> str:
        """Return the text with one line replaced."""
        return "\n".join([*self.lines[:number], line, *self.lines[number + 1 :]])

    def quoted(self, number: int) -> str:
        """Return the text with the value of a line, including its continuation lines, in single quotes."""
        before, _, value = self.parts(number)
        own, last = self.column(number), number
        for at in range(number + 1, len(self.lines)):
            if self.lines[at].strip() and self.indent(at) <= own:
                break
            last = at if self.lines[at].strip() else last
        block = "\n".join([value, *self.lines[number + 1 : last + 1]]).replace("'", "''").rstrip()
        return "\n".join([*self.lines[:number], f"{before}'{block}'", *self.lines[last + 1 :]])


def explain(text: str, error: yaml.MarkedYAMLError) -> list[Fault]:
    """Return the faults behind a parser's error, in terms that authors understand; several are all of one kind.

    Args:
        text: the text, with normalized line ends.
        error: where the parser stopped, and why.
    """
    source = _Text(text)
    problem, context = error.problem or "", error.context or ""
    mark, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    if mark is None or began is None:
        return [Fault(1, 1, f"not YAML: {problem}", context, "see docs/authoring.md")]
    last = len(source.lines) - 1
    at, start = min(mark.line, last), min(began.line, last)
    if (tabs := _tabs(source, at, mark.column)) and ("tab" in problem or "cannot start" in problem):
        return tabs
    found = (
        _swallowing(text, source, at)
        or _named(source, problem, context, (at, mark.column), (start, began.column))
        or _value(source, start if context.startswith("while scanning") else at)
        or _colon(source, at, problem)
        or _value(source, source.owner(at))
        or _indented(source, at, problem)
    )
    remedy = "quote texts that contain `: ` or ` #`, and check the indentation"
    return [found or Fault(at + 1, mark.column + 1, f"not YAML: {problem}", context, remedy)]


def _tabs(source: _Text, at: int, column: int) -> list[Fault]:
    """Return a fault for each line indented with a tab, but only if the parser stopped at one."""
    line = source.lines[at]
    if "\t" not in line[: column + 1]:
        return []
    lines = [number for number, text in enumerate(source.lines) if number == at or text.startswith("\t")]
    why, remedy = "YAML allows only spaces for indentation", "use spaces instead"
    return [
        Fault(n + 1, source.lines[n].index("\t") + 1, "this line is indented with a tab", why, remedy) for n in lines
    ]


def _named(source: _Text, problem: str, context: str, place: tuple[int, int], began: tuple[int, int]) -> Fault | None:
    """Return the fault if the parser's message alone identifies it."""
    line, column = place
    if "another document" in problem:
        return Fault(
            line + 1, column + 1, '"---" begins another document', "a file can contain only one", "delete the line"
        )
    if "escape character" in problem:
        escape = source.lines[line][column : column + 2]
        why, remedy = (
            "a backslash has a special meaning in double quotes",
            "use single quotes, or write two backslashes",
        )
        what, fixed = f'the escape "{escape}" does not exist', source.quoted(line)
        return Fault(line + 1, column + 1, what, why, remedy, fixed, True)
    if "end of stream" in problem and "quoted" in context:
        return _unclosed(source, *began)
    if "expected ',' or" in problem:
        return _flow(source, *began, problem)
    if "expected ':'" in problem:
        return _missing_colon(source, began[0])
    return None


def _swallowing(text: str, source: _Text, line: int) -> Fault | None:
    """Return the fault of an unclosed quotation mark whose text runs on to the next one, some lines below."""
    last = None
    try:
        for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if token.start_mark.line > line:
                break
            if isinstance(token, yaml.ScalarToken) and token.end_mark.line == line > token.start_mark.line:
                last = token
    except yaml.YAMLError:
        pass
    if last is None or last.plain or source.lines[last.start_mark.line][last.start_mark.column] not in "\"'":
        return None
    return _unclosed(source, last.start_mark.line, last.start_mark.column)


def _unclosed(source: _Text, line: int, column: int) -> Fault:
    apostrophe = source.lines[line][column] == "'"
    remedy = 'put the text in double quotes: "…"' if apostrophe else "write another one at the end of the text"
    what = "the quotation mark is never closed"
    return Fault(line + 1, column + 1, what, "everything up to the next quotation mark is read as one text", remedy)


def _flow(source: _Text, line: int, column: int, problem: str) -> Fault:
    """Return the fault of a list or mapping in brackets."""
    _, key, value = source.parts(line)
    opening = source.lines[line][column]
    if key in _KEYS - _LISTS and value.startswith(opening):
        return _special(source, line)
    if problem.rstrip("'")[-1] not in source.lines[line][column:]:
        return _open_bracket(line, column, opening)
    why = "in brackets, commas, `: ` and quotation marks have a special meaning"
    remedy = "put each text in quotes, or write each on a line that begins with `- `"
    return Fault(line + 1, column + 1, "this list cannot be read", why, remedy)


def _open_bracket(line: int, column: int, opening: str) -> Fault:
    closing = {"[": "]", "{": "}"}[opening]
    what, why = f'the bracket "{opening}" is never closed', f"its {closing} is missing in the rest of the file"
    return Fault(line + 1, column + 1, what, why, f"write {closing} at the end")


def _missing_colon(source: _Text, line: int) -> Fault:
    """Return the fault of a line that is neither a key with a value nor a part of a text."""
    text = source.lines[line]
    lead = re.match(r"\s*(?:-\s+)*", text)
    at = lead.end() if lead else 0
    rest = text[at:]
    word = re.match(r"\w+", rest)
    key = word[0] if word and word[0] in _KEYS else ""
    after = rest[len(key) :]
    if rest.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        return Fault(line + 1, 1, "a merge conflict marker", "the merge was not resolved", "resolve the merge")
    if key and after.startswith(":"):
        fixed = source.with_line(line, f"{text[:at]}{key}: {after[1:]}")
        what, column = f'a space is missing after "{key}:"', at + 1
        return Fault(line + 1, column, what, "without it, the line is read as text", f"write `{key}: …`", fixed, True)
    if key and after[:1] == "：":  # from a Chinese or Japanese keyboard
        fixed, column = source.with_line(line, f"{text[:at]}{key}: {after[1:]}"), at + len(key) + 1
        return Fault(line + 1, column, "a full-width colon", "YAML needs an ASCII colon", "write `: `", fixed, True)
    if key and (not after or after[0] in " ="):
        fixed = source.with_line(line, f"{text[:at]}{key}: {after.lstrip(' =')}")
        what = f'a colon is missing after "{key}"'
        return Fault(line + 1, at + 1, what, "a key must end with one", f"write `{key}: …`", fixed, True)
    return _block_at_its_key(source, line) or _belongs_to_nothing(source, line)


def _value(source: _Text, line: int) -> Fault | None:
    """Return the fault of a line if its text needs quotes."""
    before, _, value = source.parts(line)
    if not value:
        return None
    if value[0] in "\"'":
        if not re.fullmatch(r"""("(\\.|[^"\\])*"|'(''|[^'])*')\s*(#.*|:.*)?""", value):
            what, why = f"the text continues after its closing {value[0]}", "the whole text must be quoted"
            other = "'" if value[0] == '"' else '"'
            end = re.match(r'"(?:\\.|[^"\\])*"' if value[0] == '"' else r"'(?:''|[^'])*'", value)
            column = len(before) + (end.end() if end else 0) + 1
            remedy = f"put the whole text in {other}…{other}"
            return Fault(line + 1, column, what, why, remedy, source.quoted(line), True)
        return None
    return _special(source, line) if value[0] in _SPECIAL or re.match(r"[-?](\s|$)", value) else None


def _special(source: _Text, line: int) -> Fault:
    before, key, value = source.parts(line)
    first = value[0]
    if first in "[{" and key not in _KEYS - _LISTS and not re.search(r"[]}]", value):
        return _open_bracket(line, len(before), first)
    why = _SPECIAL.get(first, f"YAML reads `{first} ` there as the beginning of an item")
    quote = '"' if "'" in value else "'"
    what = f"a text that begins with {first} needs quotes"
    remedy = f"write {quote}{_short(value)}{quote}" if quote not in value else "put it in quotes"
    return Fault(line + 1, len(before) + 1, what, why, remedy, source.quoted(line), True)


def _short(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:39]}…"


def _colon(source: _Text, line: int, problem: str) -> Fault | None:
    """Return the fault of an unquoted text that contains `: `, on its first line or a later one."""
    if "mapping values" not in problem:
        return None
    before, key, value = source.parts(line)
    owner = source.owner(line)
    if owner != line and key in _KEYS:
        return None  # a key that is indented too far
    text, start = (value, len(before)) if owner == line else (source.lines[line], 0)
    found = re.search(r":(\s|$)", text)
    if found is None:
        return None
    first = source.parts(owner)[2][:1]
    if first in _CURLY:
        what, why = "curly quotes do not quote in YAML", "so the text before `: ` is read as a key"
        remedy = "use straight quotes around the text: \"…\" or '…'"
        return Fault(line + 1, start + found.start() + 1, what, why, remedy, source.quoted(owner), True)
    what, why = "a text that contains `: ` needs quotes", "YAML reads the part before it as a key"
    remedy = "put the text in quotes" if owner != line or "'" in text else f"write '{_short(value)}'"
    return Fault(line + 1, start + found.start() + 1, what, why, remedy, source.quoted(owner), True)


def _indented(source: _Text, line: int, problem: str) -> Fault | None:
    """Return the fault of a line whose indentation matches none of the lines above."""
    if not ("indicator" in problem or "expected key" in problem or "mapping values" in problem):
        return None
    text, indent = source.lines[line], source.indent(line)
    above = [at for at in range(line) if source.lines[at].strip() and source.indent(at) < indent]
    for at in (line, *above[-1:]):
        if dash := re.match(r" *-(?=\w)", source.lines[at]):
            fixed = source.with_line(at, f"{dash[0]} {source.lines[at][dash.end() :]}")
            what, why = "a space is missing after the dash", "without it, the line is read as text"
            return Fault(at + 1, dash.end(), what, why, "write `- …`", fixed, True)
    begins = _LINE.fullmatch(text)
    keys, dashes = _open_columns(source, line)
    columns = dashes if begins and begins["lead"].strip() else keys if begins and begins["key"] else []
    if not columns:
        return _block_at_its_key(source, line) or _belongs_to_nothing(source, line)
    nearest = min(columns, key=lambda column: (abs(column - indent), -column))
    what = "the indentation does not match"
    why = f"it is indented by {_spaces(indent)}; the lines above, by {_either(columns)}"
    moved = None if nearest == indent else source.with_line(line, " " * nearest + text.lstrip(" "))
    return Fault(line + 1, indent + 1, what, why, f"indent it by {_spaces(nearest)}", moved)


def _block_at_its_key(source: _Text, line: int) -> Fault | None:
    """Return the fault of the first line of a block of text that is not indented deeper than its key."""
    before = [at for at in range(line) if source.lines[at].strip()]
    if not before or not re.fullmatch(r"[|>][-+\d]*", source.parts(before[-1])[2].strip()):
        return None
    key = source.column(before[-1])
    if source.indent(line) > key:
        return None
    last = line
    while last + 1 < len(source.lines) and source.lines[last + 1].strip() and not source.parts(last + 1)[1]:
        last += 1
    block = [" " * (key + 2) + text.strip() for text in source.lines[line : last + 1]]
    what, why = "the block of text is not indented", "it must begin further to the right than its key"
    fixed = "\n".join([*source.lines[:line], *block, *source.lines[last + 1 :]])
    return Fault(
        line + 1, source.indent(line) + 1, what, why, f"begin each of its lines after {_spaces(key + 2)}", fixed, True
    )


def _belongs_to_nothing(source: _Text, line: int) -> Fault:
    why = "it is neither `key: …` nor indented like the text above it"
    remedy = "indent it like the text that it belongs to, or write a colon after the key"
    fixed = source.with_line(line, "")
    return Fault(line + 1, source.indent(line) + 1, "this line belongs to nothing", why, remedy, fixed)


def _open_columns(source: _Text, line: int) -> tuple[list[int], list[int]]:
    """Return the columns, from 0, of the keys that are still open above a line, and of the dashes of items."""
    keys: set[int] = set()
    dashes: set[int] = set()
    lowest = 1 << 30
    for number in range(line - 1, -1, -1):
        before, key, _ = source.parts(number)
        indent = source.indent(number)
        if not source.lines[number].strip() or indent >= lowest or not (key or before.strip()):
            continue
        keys |= {before.index(key)} if key else set()
        dashes |= {indent} if "-" in before[: indent + 1] else set()
        lowest = indent
        if not indent:
            break
    return sorted(keys), sorted(dashes)


def _spaces(number: int) -> str:
    return "1 space" if number == 1 else f"{number} spaces"


def _either(numbers: list[int]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} or {last}" if first else last
