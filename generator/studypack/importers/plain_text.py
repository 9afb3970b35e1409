"""Plain text: numbered lists, "Sample Answer:" articles, pairs with a separator, OpenTrivia and Aiken."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from studypack.errors import Diagnostic, Location
from studypack.importers.decoding import damage, decoded
from studypack.importers.draft import Draft, DraftChoice, Reading, Skipped, Wishes
from studypack.importers.question_words import asks, unnumbered
from studypack.importers.refusals import NoQuestionsError

_Shape = Callable[[str, list[str]], tuple[list[Draft], list[Skipped]]]
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|~$])")
_START: Final = re.compile(r"^(\s{0,3})([#>+=-]|\d+[.)](?=\s))")
_NUMBER: Final = re.compile(r"^\s{0,4}(?:Q(?:uestion)?\.?\s*)?\d{1,4}\s*[.):]\s+(\S.*)$", re.IGNORECASE)
_SAMPLE: Final = re.compile(
    r"^\s*(?:sample|model|example|suggested)?\s*(?:answer|ans|response|solution)\s*\d*\s*:\s*(.*)$", re.IGNORECASE
)
_LETTER: Final = re.compile(r"^\s*([A-Z])\s*[.)]\s+(\S.*)$")
_AIKEN: Final = re.compile(r"^ANSWER:\s*([A-Z])\s*$")
_RULE: Final = re.compile(r"^\s*(?:[-–—•*·]|[-=_*]{3,})\s*$")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is; `a_b` within words and lone signs stay readable."""
    lines = []
    for line in text.strip("\n").split("\n"):
        plain = re.sub(r"(?<=\w)\\(_)(?=\w)", r"\1", _MARKUP.sub(r"\\\1", line.strip()))
        mark = _START.match(plain)
        if mark:
            sign = mark[2]
            plain = f"{sign[:-1]}\\{sign[-1]}{plain[mark.end() :]}" if sign[0].isdigit() else f"\\{plain.lstrip()}"
        lines.append(re.sub(r"&(?=#?\w+;)", "&amp;", plain))
    return re.sub(r"(?<=\S)\n(?=\S)", "\\\\\n", "\n".join(lines)).strip()


class _PlainText:
    name = "text"
    suffixes = (".txt", ".text")
    summary = "plain text: numbered lists, sample answers, Quizlet, OpenTrivia, Aiken"

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the name, and by the marks of OpenTrivia and Aiken."""
        if re.search(rb"^#Q ", content[:5000], re.MULTILINE) or re.search(
            rb"^ANSWER: [A-Z]\s*$", content[:20_000], re.MULTILINE
        ):
            return 0.8
        return 0.4 if name.lower().endswith(self.suffixes) else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the questions of a text.

        Raises:
            ContentError: it holds none that can be told from other text.
        """
        text, encoding = decoded(name, content)
        lines = text.split("\n")
        if any(wishes.separators):
            drafts, skipped = _separated(name, text, wishes.separators[0] or "\t", wishes.separators[1] or "\n")
        else:
            found = [shape(name, lines) for shape in _SHAPES]
            drafts, skipped = max(found, key=lambda each: (len(each[0]), -len(each[1])))
        if not drafts:
            why = "neither numbers nor question marks, answers or separators were found"
            remedy = "number the questions, or name the separators with --separators"
            raise NoQuestionsError(
                Diagnostic(Location(name), "nothing here reads like a list of questions", why, remedy)
            )
        return Reading(self.name, tuple(drafts), {}, tuple(skipped), damage(name, text, encoding))


def _trivia(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read OpenTrivia: `#Q` and a question, `^` and the right choice, `A` to `D` and the choices."""
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    starts = [n for n, line in enumerate(lines) if line.startswith("#Q")]
    for start, end in pairwise([*starts, len(lines)]):
        asked, right, choices = [lines[start][2:].strip()], "", list[str]()
        for line in lines[start + 1 : end]:
            if line.startswith("^"):
                right = line[1:].strip()
            elif right and (match := re.match(r"([A-Z]) (.*)$", line)):
                choices.append(match[2].strip())
            elif line.strip() and choices:
                choices[-1] += f"\n{line.strip()}"
            elif line.strip() and right:
                right += f"\n{line.strip()}"
            elif line.strip():
                asked.append(line)
        made = tuple(DraftChoice(escaped(each), each == right) for each in choices)
        where = Location(name, start + 1)
        doubt = () if not choices or any(c.correct for c in made) else ("the right answer is none of the choices",)
        drafts.append(
            Draft(escaped("\n".join(asked)), where, "" if made and not doubt else escaped(right), made, doubts=doubt)
        )
    return drafts, skipped


def _aiken(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read Aiken: a question, choices `A.` or `A)`, and `ANSWER:` with a letter."""
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    asked: list[str] = []
    choices: list[tuple[str, str]] = []
    first = 0
    for number, line in enumerate(lines):
        if (match := _AIKEN.match(line)) and choices:
            made = tuple(DraftChoice(escaped(text), letter == match[1]) for letter, text in choices)
            drafts.append(Draft(unnumbered(escaped(chr(10).join(asked))), Location(name, first + 1), choices=made))
            asked, choices = [], []
        elif (match := _LETTER.match(line)) and asked:
            choices.append((match[1], match[2]))
        elif line.strip() and choices:
            skipped.append(Skipped(Location(name, first + 1), f'a question without ANSWER: "{asked[0][:60]}"'))
            asked, choices, first = [line], [], number
        elif line.strip():
            first = first if asked else number
            asked.append(line)
    return drafts, skipped if drafts else []


def _articles(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read an article: blocks of a question, perhaps guidance, and `Sample Answer:` with an answer."""
    samples = [n for n, line in enumerate(lines) if _SAMPLE.match(line)]
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    last = 0
    for sample, end in pairwise([*samples, len(lines)]):
        start = last if drafts else _block_start(lines, last, sample)
        skipped += _prose(name, lines, last, start) if not drafts else []
        own = [n for n in range(start, sample) if lines[n].strip() and not _RULE.match(lines[n])]
        stop = _block_start(lines, sample + 1, end) if end < len(lines) else _answer_end(lines, sample + 1)
        match = _SAMPLE.match(lines[sample])
        answer = "\n".join([match[1] if match else "", *(x for x in lines[sample + 1 : stop] if not _RULE.match(x))])
        if own:
            guidance = escaped("\n\n".join(lines[n] for n in own[1:]))
            drafts.append(
                Draft(
                    unnumbered(escaped(lines[own[0]])),
                    Location(name, own[0] + 1),
                    _unquoted(escaped(answer)),
                    guidance=guidance,
                )
            )
        last = stop
    return drafts, [*skipped, *(_prose(name, lines, last, len(lines)) if drafts else [])]


def _block_start(lines: list[str], first: int, end: int) -> int:
    """Return where the block of a question begins: behind the last rule, else at the last question."""
    for number in range(end - 1, first - 1, -1):
        if _RULE.match(lines[number]) and any(line.strip() for line in lines[number + 1 : end]):
            return number + 1
    for number in range(end - 1, first - 1, -1):
        if _NUMBER.match(lines[number]):
            return number
    asking = [n for n in range(first, end) if lines[n].strip() and asks(lines[n]) and len(lines[n]) < 250]  # a heading
    return asking[-1] if asking else first


def _answer_end(lines: list[str], first: int) -> int:
    """Return where the last answer ends: at its closing quotation mark, at a rule, or at a second blank line."""
    if first < len(lines) and lines[first].lstrip().startswith("“"):
        quoted = next((n for n in range(first, len(lines)) if lines[n].rstrip().endswith("”")), None)
        if quoted is not None:
            return quoted + 1
    for number in range(first + 1, len(lines)):
        if _RULE.match(lines[number]):
            return number
        if not lines[number].strip() and not lines[number - 1].strip():
            return number
    return len(lines)


def _prose(name: str, lines: list[str], first: int, end: int) -> list[Skipped]:
    said = [n for n in range(first, end) if lines[n].strip() and not _RULE.match(lines[n])]
    return [Skipped(Location(name, n + 1), f'text outside the questions: "{lines[n].strip()[:60]}"') for n in said]


def _unquoted(text: str) -> str:
    return text[1:-1].strip() if text.startswith("“") and text.endswith("”") and text.count("“") == 1 else text


def _numbered(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read a numbered list; what follows a question is its answer."""
    starts = [n for n, line in enumerate(lines) if _NUMBER.match(line)]
    asked = [match[1] if (match := _NUMBER.match(lines[n])) else "" for n in starts]
    if len(starts) < 2 or sum(map(asks, asked)) < len(starts) * 0.4:  # a list
        return [], []
    drafts = []
    for question, (start, end) in zip(asked, pairwise([*starts, len(lines)]), strict=True):
        rest = [line for line in lines[start + 1 : end] if not _RULE.match(line)]
        said = re.sub(r"^\s*(?:A|Ans|Answer)\s*[:.]\s*", "", "\n".join(rest).strip("\n"), flags=re.IGNORECASE)
        drafts.append(Draft(escaped(question), Location(name, start + 1), escaped(said)))
    return drafts, _prose(name, lines, 0, starts[0])


def _questions(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read lines that end in a question mark; what follows one is its answer."""
    starts = [n for n, line in enumerate(lines) if line.strip().endswith("?") and len(line) < 400]  # a question
    if len(starts) < 2 or any(_SAMPLE.match(line) for line in lines):  # a list
        return [], []
    drafts = []
    for start, end in pairwise([*starts, len(lines)]):
        answer = escaped(re.sub(r"^\s*(?:A|Answer)\s*[:.]\s*", "", "\n".join(lines[start + 1 : end]).strip("\n")))
        drafts.append(
            Draft(
                unnumbered(escaped(re.sub(r"^[-*•·]\s*", "", lines[start].strip()))), Location(name, start + 1), answer
            )
        )
    return drafts, _prose(name, lines, 0, starts[0])


def _pairs(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read Quizlet's exports: a term, a tab or ` - `, and a definition."""
    filled = [line for line in lines if line.strip()]
    for separator in ("\t", " :: ", "::", " – ", " - "):
        if len(filled) > 1 and sum(line.count(separator) == 1 for line in filled) > len(filled) * 0.9:  # nearly all
            return _separated(name, "\n".join(lines), separator, "\n")
    return [], []


def _separated(name: str, text: str, term: str, item: str) -> tuple[list[Draft], list[Skipped]]:
    """Read items with a separator between question and answer."""
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    line = 1
    for piece in text.split(item):
        question, found, answer = piece.partition(term)
        where = Location(name, line + len(piece[: len(piece) - len(piece.lstrip("\n"))]))
        line += piece.count("\n") + item.count("\n")
        if found and question.strip():
            drafts.append(Draft(escaped(question), where, escaped(answer)))
        elif piece.strip():
            skipped.append(Skipped(where, f'no separator in "{piece.strip()[:60]}"'))
    return drafts, skipped


_SHAPES: Final[tuple[_Shape, ...]] = (_trivia, _aiken, _articles, _pairs, _numbered, _questions)

IMPORTER: Final = _PlainText()
