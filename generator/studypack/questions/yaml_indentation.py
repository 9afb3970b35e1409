"""Explain lines of YAML whose indentation is wrong."""

from __future__ import annotations

import re

from studypack.questions.yaml_lines import LINE, Fault, Lines


def indented(source: Lines, line: int, problem: str) -> Fault | None:
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
    begins = LINE.fullmatch(text)
    keys, dashes = _open_columns(source, line)
    columns = dashes if begins and begins["lead"].strip() else keys if begins and begins["key"] else []
    if not columns:
        return block_at_its_key(source, line) or belongs_to_nothing(source, line)
    nearest = min(columns, key=lambda column: (abs(column - indent), -column))
    what = "the indentation does not match"
    why = f"it is indented by {_spaces(indent)}; the lines above, by {_either(columns)}"
    moved = None if nearest == indent else source.with_line(line, " " * nearest + text.lstrip(" "))
    return Fault(line + 1, indent + 1, what, why, f"indent it by {_spaces(nearest)}", moved)


def block_at_its_key(source: Lines, line: int) -> Fault | None:
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


def belongs_to_nothing(source: Lines, line: int) -> Fault:
    """Return the fault of a line that no other explains."""
    why = "it is neither `key: …` nor indented like the text above it"
    remedy = "indent it like the text that it belongs to, or write a colon after the key"
    fixed = source.with_line(line, "")
    return Fault(line + 1, source.indent(line) + 1, "this line belongs to nothing", why, remedy, fixed)


def _open_columns(source: Lines, line: int) -> tuple[list[int], list[int]]:
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
