"""Explain YAML syntax errors in terms that authors understand, and repair the line where possible.

A parser reports the place where it cannot continue, which may be several lines after the mistake, in its own terms.
Authors of question sets make few kinds of mistakes: missing quotes, a missing colon or space, tabs, indentation.
"""

from __future__ import annotations

import re
from typing import Final

import yaml

from studypack.questions import model
from studypack.questions.yaml_indentation import belongs_to_nothing, block_at_its_key, indented
from studypack.questions.yaml_lines import Fault, Lines

_KEYS: Final = frozenset(
    key
    for kind in (model.SingleFile, model.AuthoredQuestion, model.Topic, model.Exhibit, model.FollowUp, model.Source)
    for key in kind.model_fields
) | {"term", "definition", "front", "back", "cloze", "levels", "ids"}
"""Words that are certainly meant as keys at the beginning of a line."""
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


def explain(text: str, error: yaml.MarkedYAMLError) -> list[Fault]:
    """Return the faults behind a parser's error, in terms that authors understand; several are all of one kind.

    Args:
        text: the text, with normalized line ends.
        error: where the parser stopped, and why.
    """
    source = Lines(text)
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
        or indented(source, at, problem)
    )
    remedy = "quote texts that contain `: ` or ` #`, and check the indentation"
    return [found or Fault(at + 1, mark.column + 1, f"not YAML: {problem}", context, remedy)]


def _tabs(source: Lines, at: int, column: int) -> list[Fault]:
    """Return a fault for each line indented with a tab, but only if the parser stopped at one."""
    line = source.lines[at]
    if "\t" not in line[: column + 1]:
        return []
    lines = [number for number, text in enumerate(source.lines) if number == at or text.startswith("\t")]
    why, remedy = "YAML allows only spaces for indentation", "use spaces instead"
    return [
        Fault(n + 1, source.lines[n].index("\t") + 1, "this line is indented with a tab", why, remedy) for n in lines
    ]


def _named(source: Lines, problem: str, context: str, place: tuple[int, int], began: tuple[int, int]) -> Fault | None:
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


def _swallowing(text: str, source: Lines, line: int) -> Fault | None:
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


def _unclosed(source: Lines, line: int, column: int) -> Fault:
    apostrophe = source.lines[line][column] == "'"
    remedy = 'put the text in double quotes: "…"' if apostrophe else "write another one at the end of the text"
    what = "the quotation mark is never closed"
    return Fault(line + 1, column + 1, what, "everything up to the next quotation mark is read as one text", remedy)


def _flow(source: Lines, line: int, column: int, problem: str) -> Fault:
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


def _missing_colon(source: Lines, line: int) -> Fault:
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
    return block_at_its_key(source, line) or belongs_to_nothing(source, line)


def _value(source: Lines, line: int) -> Fault | None:
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


def _special(source: Lines, line: int) -> Fault:
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


def _colon(source: Lines, line: int, problem: str) -> Fault | None:
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
