"""Multiple-choice questions as people type them: a question, lines `A.`, `B)`, `c)` …, and what says which is right.

Aiken is the strictest form of it. The right choice may also be named in another line, in a key at the end, or be marked
by itself: with a sign, a word in parentheses, or as the only one in bold type.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from studypack.importers.question_words import asks, numbered

_CHOICE: Final = re.compile(
    r"^\s*(?:[-+•]\s+)?(?P<mark>[*✓✔]\s*)?(?P<bold>\*\*|__|)\(?(?P<letter>[A-Ha-h])(?P=bold)?(?:[.):]|\\\))(?P<text>.*)$"
)
_LETTERS: Final = r"(?P<letters>[A-Ha-h](?:(?:[\s,;&/]|\band\b|\bund\b)*[A-Ha-h])*)"
_ANSWER: Final = re.compile(
    r"^\W*(?:(?:the\s+)?(?:correct|right)\s+)?(?:answers?|ans|solution|key|antwort|lösung|réponse|respuesta|correct)\b"
    rf"(?:\s+(?:key|is|option))*\W*?(?:option\s+)?\b{_LETTERS}\b(?P<more>[\W_].*|)$",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"^\W*(?P<letters>[A-H](?:[\s,&/]*[A-H])*|[a-h](?:[\s,&/]*[a-h])*)\W*$")
_SAID: Final = re.compile(
    r"^\s*(?:[-*+•]\s+)?\(?(?P<letter>[A-Ha-h])\)?\s*[-–—:=]\s*(?:correct|right|true|richtig)\W*$", re.IGNORECASE
)
"""A letter in a list of them that is said to be right: `- B - Correct`."""
_EXPLAINED: Final = re.compile(
    r"^\W*(?:explanation|rationale|reason|feedback|erklärung|begründung|explication)\b\W*", re.IGNORECASE
)
_RIGHT: Final = re.compile(
    r"\s*(?:[(\[](?:correct|right|true|richtig|wahr|x|✓)(?:\s+answer)?[)\]]|[✓✔☑✅]|(?<=[^\s*])\s*\*)\s*$",
    re.IGNORECASE,
)
_WRONG: Final = re.compile(r"\s*[(\[](?:incorrect|wrong|false|falsch)[)\]]\s*$", re.IGNORECASE)
_BOLD: Final = re.compile(r"\s*(?:\*\*(.+)\*\*|__(.+)__|<mark>(.+)</mark>)\s*")
_KEY: Final = re.compile(r"(?:^|[\s,;(])(\d{1,3})\s*[-.):=]*\s*\(?([A-Ha-h])\)?(?=$|[\s,;.)])")
_AROUND: Final = re.compile(r"^\W*(?:option|choice|answer|ans)[\s_-]*|\band\b|\bund\b", re.IGNORECASE)
_FEWEST: Final = 2


def places_of(said: str, count: int) -> set[int]:
    """Return the places, from 0, of the choices that a text names: `B`, `2`, `AD`, `a and c`, `option_b`.

    Args:
        said: the text; another one names none.
        count: how many choices there are.
    """
    words = re.findall(r"[A-Za-z0-9]+", _AROUND.sub(" ", said.strip()))
    marks: list[str] = []
    for word in words:
        together = word.isupper() and word.isalpha() and len(set(word)) == len(word)
        marks += word if together else [word]
    places = [ord(m.lower()) - ord("a") if m.isalpha() else int(m) - 1 for m in marks if len(m) == 1 and m.isascii()]
    return set(places) if len(places) == len(marks) and all(0 <= place < count for place in places) else set()


def marked(texts: Sequence[str]) -> list[tuple[str, bool]]:
    """Return choices without the letters in front of them, if all have one, and whether each is marked as right."""
    matches = [_CHOICE.match(text) for text in texts]
    if any(match is None or ord(match["letter"].lower()) - ord("a") != n for n, match in enumerate(matches)):
        return [(text, False) for text in texts]
    return [_read(match) for match in matches if match]


@dataclass
class Item:
    """A question with its choices.

    Attributes:
        line: where it begins, from 0.
        asked: the lines of the question.
        choices: texts, and whether each is right.
        answer: the lines that explain it.
    """

    line: int
    asked: list[str]
    choices: list[tuple[str, bool]]
    answer: list[str] = field(default_factory=list)


def items(lines: Sequence[str], code: Collection[int] = (), headings: Collection[int] = ()) -> tuple[list[Item], int]:
    """Return the multiple-choice questions of a text, and the line behind the last.

    Args:
        lines: of the text.
        code: numbers of lines, from 0, that are code: nothing begins in them.
        headings: numbers of lines that begin another part, or are questions themselves.
    """
    plain = ["" if number in code else line for number, line in enumerate(lines)]
    found: list[Item] = []
    before = 0
    for start, end, choices in _runs(plain):
        head = _head(plain, before, start, headings)
        if found:
            _tell(found[-1], lines[before : min(head, _next(headings, before, head))])
        if any(line.strip() for line in lines[head:start]):
            found.append(Item(head, "\n".join(lines[head:start]).strip("\n").split("\n"), choices))
        before = end
    if found:
        rest = _next(headings, before, len(lines))
        keyed = _by_key(found, lines[before:])
        _tell(found[-1], [] if keyed else lines[before:rest])
        before = len(lines) if keyed else rest
    for item in found:
        item.choices = by_bold(item.choices)
    return found, before


def _next(headings: Collection[int], first: int, end: int) -> int:
    return next((number for number in range(first, end) if number in headings), end)


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int, list[tuple[str, bool]]]]:
    """Yield start, end and choices of each list from A on; a line directly below a choice belongs to it."""
    start = end = 0
    choices: list[tuple[str, bool]] = []
    for number, line in enumerate([*lines, "-"]):
        match = _CHOICE.match(line)
        place = ord(match["letter"].lower()) - ord("a") if match else -1
        if match and place == len(choices):
            start = start if choices else number
            choices.append(_read(match))
            end = number + 1
        elif choices and line.strip():
            if not match and number == end < len(lines) and not _ends(line):
                choices[-1] = (f"{choices[-1][0]}\n{line.strip()}", choices[-1][1])
                end = number + 1
                continue
            if len(choices) >= _FEWEST:
                yield start, end, choices
            choices = [_read(match)] if match and place == 0 else []
            start, end = number, number + 1


def _ends(line: str) -> bool:
    return bool(
        _ANSWER.match(line) or _SAID.match(line) or _BARE.match(line) or _EXPLAINED.match(line) or numbered(line)
    )


def _read(match: re.Match[str]) -> tuple[str, bool]:
    """Return the text of a choice, and whether it is marked as right."""
    text = match["text"].strip()
    right = bool(match["mark"]) or _RIGHT.search(text) is not None
    text = _WRONG.sub("", _RIGHT.sub("", text))
    if match["bold"] and text.endswith(match["bold"]):
        text = match["bold"] + text
    return text.strip(), right


def _head(lines: Sequence[str], first: int, end: int, headings: Collection[int]) -> int:
    """Return where the question above some choices begins."""
    filled = [n for n in range(first, end) if lines[n].strip()]
    told = [n for n in filled if any(form.match(lines[n]) for form in (_ANSWER, _SAID, _BARE))]
    parts = [n for n in filled if n in headings and not (asks(lines[n]) or numbered(lines[n].lstrip("# ")))]
    after = max([first - 1, *told, *parts])
    rest = [n for n in filled if n > after]
    if not rest:
        return end
    heads = [n for n in rest if numbered(lines[n].lstrip("# ")) or n in headings]
    if heads:
        return heads[0]
    explained = any(_EXPLAINED.match(lines[n]) for n in rest)
    if (told or parts) and not explained:
        return rest[0]
    last = rest[-1]
    while last > rest[0] and lines[last - 1].strip():
        last -= 1
    return last if first == 0 or explained or asks(lines[last]) else rest[0]


def _tell(item: Item, lines: Sequence[str]) -> None:
    """Put what is below a question's choices into it: which are right, and why."""
    said = [match for line in lines if (match := _SAID.match(line))]
    if said and not any(right for _, right in item.choices):
        letters = "".join(match["letter"].upper() for match in said)
        item.choices = [(text, chr(65 + n) in letters) for n, (text, _) in enumerate(item.choices)]
        lines = [line for line in lines if not (_SAID.match(line) or _BARE.match(line))]
    for line in lines:
        match = _ANSWER.match(line) or _BARE.match(line)
        if match and not any(right for _, right in item.choices):
            right = places_of(match["letters"].upper(), len(item.choices))
            item.choices = [(text, n in right) for n, (text, _) in enumerate(item.choices)]
            more = match.groupdict().get("more", "").strip(" \t.:)*-–")
            same = any(more.casefold() == text.casefold() for text, _ in item.choices)
            item.answer += [more] if more and not same else []
        else:
            item.answer.append(_EXPLAINED.sub("", line))


def _by_key(found: Sequence[Item], lines: Sequence[str]) -> bool:
    """Mark the choices that a key at the end names by the questions' numbers; return whether there is one."""
    named = dict(_KEY.findall("\n".join(lines)))
    if any(right for item in found for _, right in item.choices) or len(named) < len(found) / 2:
        return False
    for number, item in enumerate(found, 1):
        letter = named.get(str(number), "").lower()
        item.choices = [(text, chr(97 + n) == letter) for n, (text, _) in enumerate(item.choices)]
    return True


def by_bold(choices: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Return choices of which those in bold type are right, if nothing else says so."""
    bold = [_BOLD.fullmatch(text) for text, _ in choices]
    if all(bold) or not any(bold) or any(right for _, right in choices):
        return choices
    return [
        (next(filter(None, m.groups())), True) if m else (t, False) for (t, _), m in zip(choices, bold, strict=True)
    ]
