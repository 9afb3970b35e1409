"""Markdown that `studypack export` wrote, read back word for word by the comments in front of its questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from studypack.errors import Location
from studypack.importers.draft import Draft, DraftChoice

_MARK: Final = re.compile(r"<!-- studypack (topic|question ([a-z0-9-]+)) -->")
_PART: Final = re.compile(r"^<!-- studypack (stimulus|choices|answer) -->$", re.MULTILINE)
_FOLDED: Final = re.compile(r"<details>\n<summary>Answer</summary>\n\n(.*)\n\n</details>", re.DOTALL)
_CHOICE: Final = re.compile(r"- \[([ xX])\] ?(.*)")
_FENCED: Final = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_DEEPER: Final = re.compile(r"^###(?=#{1,3}\s)", re.MULTILINE)


def is_ours(lines: Sequence[str]) -> bool:
    """Return whether a file was written by us."""
    return any(_MARK.fullmatch(line) for line in lines)


def drafts_of(name: str, lines: Sequence[str]) -> Iterator[Draft]:
    """Yield the questions of a file."""
    marks = [(number, match) for number, line in enumerate(lines) if (match := _MARK.fullmatch(line))]
    ends = [*(number for number, _ in marks[1:]), len(lines)]
    topic: tuple[str, ...] = ()
    for (start, match), end in zip(marks, ends, strict=True):
        body = list(lines[start + 1 : end])
        head = body.pop(0) if body else ""
        if match[1] == "topic":
            topic = (head.removeprefix("## ").strip(),)
            continue
        parts = _parts("\n".join(body).strip("\n"))
        question, choices = head.removeprefix("### ").strip(), _choices(parts.get("choices", ""))
        yield Draft(
            question, Location(name, start + 2), parts.get("answer", ""), choices, topic,
            stimulus=parts.get("stimulus", ""), key=match[2], id=match[2],
        )  # fmt: skip  # one value


def _parts(text: str) -> dict[str, str]:
    """Return stimulus, choices and answer below a question; what has no comment in front shows what it is."""
    first, *rest = _PART.split(text)
    first = first.strip("\n")
    parts = {"choices" if _CHOICE.match(first) else "answer": first} if first else {}
    parts |= {name: each.strip("\n") for name, each in zip(rest[::2], rest[1::2], strict=True)}
    if folded := _FOLDED.fullmatch(parts.get("answer", "")):
        parts["answer"] = folded[1]
    return {name: each if name == "choices" else _higher(each) for name, each in parts.items()}


def _choices(text: str) -> tuple[DraftChoice, ...]:
    choices: list[tuple[bool, list[str]]] = []
    for line in text.split("\n"):
        if match := _CHOICE.match(line):
            choices.append((match[1] != " ", [match[2]]))
        elif choices:
            choices[-1][1].append(line.removeprefix("  "))
    return tuple(DraftChoice("\n".join(lines).strip("\n"), right) for right, lines in choices)


def _higher(answer: str) -> str:
    """Return an answer with its headings at their own levels; what is in code stays."""
    made, at = [], 0
    for fence in _FENCED.finditer(answer):
        made += [_DEEPER.sub("", answer[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*made, _DEEPER.sub("", answer[at:])])
