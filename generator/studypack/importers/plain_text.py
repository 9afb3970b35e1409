"""Plain text: numbered lists, "Sample Answer:" articles, pairs with a separator, OpenTrivia and Aiken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final

from studypack.errors import Diagnostic, Location
from studypack.importers import lettered
from studypack.importers.decoding import damage, decoded
from studypack.importers.draft import Draft, DraftChoice, Reading, Skipped, Wishes
from studypack.importers.question_words import asks, unnumbered
from studypack.importers.refusals import NoQuestionsError

_Shape = Callable[[str, list[str]], tuple[list[Draft], list[Skipped]]]
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|~$])")
_START: Final = re.compile(r"^(\s{0,3})([#>+=-]|\d+[.)](?=\s))")
_ITEM: Final = re.compile(r"\s*[-*•·–]\s+([^\W\d_].*)$")
_NUMBER: Final = re.compile(r"^\s{0,4}(?:Q(?:uestion)?\.?\s*)?\d{1,4}\s*[.):]\s+(\S.*)$", re.IGNORECASE)
_SAMPLE: Final = re.compile(
    r"^\s*(?:sample|model|example|suggested)?\s*(?:answer|ans|response|solution)\s*\d*\s*:\s*(.*)$", re.IGNORECASE
)
_LONGEST_TITLE: Final = 60
_RULE: Final = re.compile(r"^\s*(?:[-–—•*·]|[-=_*]{3,})\s*$")


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is; its lines stay lines, and lines behind hyphens are a list."""
    made = ""
    before = ""
    for line in text.strip("\n").split("\n"):
        item = _ITEM.match(line)
        kind = "item" if item else "line" if line.strip() else ""
        if before:
            made += "\n" if kind == "item" or not kind else "\n\n" if before == "item" else "\\\n"
        elif made:
            made += "\n"
        made += f"- {_escaped(item[1])}" if item else _escaped(line)
        before = kind
    return made.strip()


def _escaped(line: str) -> str:
    plain = re.sub(r"(?<=\w)\\(_)(?=\w)", r"\1", _MARKUP.sub(r"\\\1", line.strip()))
    if mark := _START.match(plain):
        sign = mark[2]
        plain = f"{sign[:-1]}\\{sign[-1]}{plain[mark.end() :]}" if sign[0].isdigit() else f"\\{plain.lstrip()}"
    return re.sub(r"&(?=#?\w+;)", "&amp;", plain)


class _PlainText:
    name = "text"
    suffixes = (".txt", ".text")
    summary = "plain text: numbered lists, sample answers, Quizlet, OpenTrivia, Aiken"
    mapped = ()

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
            drafts, skipped = max(found, key=lambda each: (_weight(each[0]), -len(each[1])))
        if not drafts:
            why = "neither numbers nor question marks, answers or separators were found"
            remedy = "number the questions, or name the separators with --separators"
            raise NoQuestionsError(
                Diagnostic(Location(name), "nothing here reads like a list of questions", why, remedy)
            )
        return Reading(self.name, tuple(drafts), {}, tuple(skipped), damage(name, text, encoding))


def _weight(drafts: list[Draft]) -> int:
    """Return how much a shape finds: questions, those with choices twice."""
    return len(drafts) + sum(bool(draft.choices) for draft in drafts)


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


def _lettered(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read questions with lettered choices, Aiken's among them."""
    found, end = lettered.items(lines)
    drafts = []
    for item in found:
        choices = tuple(DraftChoice(escaped(text), right) for text, right in item.choices)
        question, answer = escaped(unnumbered("\n".join(item.asked))), escaped("\n".join(item.answer))
        drafts.append(Draft(question, Location(name, item.line + 1), answer, choices))
    first = found[0].line if found else 0
    return drafts, [*_prose(name, lines, 0, first), *_prose(name, lines, end, len(lines))] if drafts else []


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
                    escaped(unnumbered(lines[own[0]])),
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
    asked = {n: match[1] for n, line in enumerate(lines) if (match := _NUMBER.match(line))}
    if len(asked) < 2 or sum(map(asks, asked.values())) < len(asked) * 0.4:  # a list
        return [], []
    return _listed(name, lines, asked)


def _questions(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read lines that end in a question mark; what follows one is its answer."""
    asked = {
        n: unnumbered(re.sub(r"^[-*•·]\s*", "", line.strip()))
        for n, line in enumerate(lines)
        if line.strip().endswith("?") and len(line) < 400  # a question
    }
    if len(asked) < 2 or any(_SAMPLE.match(line) for line in lines):  # a list
        return [], []
    return _listed(name, lines, asked)


def _listed(name: str, lines: list[str], asked: Mapping[int, str]) -> tuple[list[Draft], list[Skipped]]:
    """Return questions by their lines; what follows one is its answer, and a short line in front of one its topic."""
    titles = {n: line.strip().rstrip(":").strip() for n, line in enumerate(lines) if _heads(lines, n, asked)}
    drafts: list[Draft] = []
    topic: tuple[str, ...] = ()
    for start, end in pairwise([*sorted({*asked, *titles}), len(lines)]):
        if start in titles:
            topic = (titles[start],)
            continue
        rest = [line for line in lines[start + 1 : end] if not _RULE.match(line)]
        said = re.sub(r"^\s*(?:A|Ans|Answer)\s*[:.]\s*", "", "\n".join(rest).strip("\n"), flags=re.IGNORECASE)
        drafts.append(Draft(escaped(asked[start]), Location(name, start + 1), escaped(said), topic=topic))
    return drafts, _prose(name, lines, 0, min({*asked, *titles}))


def _heads(lines: list[str], number: int, asked: Mapping[int, str]) -> bool:
    """Return whether a line is the title of the questions below it: short, by itself, underlined or with a colon."""
    line = lines[number].strip()
    if not line or number in asked or len(line) > _LONGEST_TITLE or _RULE.match(line):
        return False
    below = next((n for n in range(number + 1, len(lines)) if lines[n].strip() and not _RULE.match(lines[n])), None)
    ruled = number + 1 < len(lines) and bool(_RULE.match(lines[number + 1]))
    apart = number == 0 or not lines[number - 1].strip()
    open_below = number + 1 < len(lines) and not lines[number + 1].strip()
    return below in asked and (ruled or line.endswith(":") or (apart and open_below))


def _pairs(name: str, lines: list[str]) -> tuple[list[Draft], list[Skipped]]:
    """Read Quizlet's exports: a term, a tab or ` - `, and a definition."""
    filled = [line for line in lines if line.strip()]
    for separator in ("\t", "---", " :: ", "::", " — ", " – ", " - ", " = "):
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


_SHAPES: Final[tuple[_Shape, ...]] = (_trivia, _lettered, _articles, _pairs, _numbered, _questions)

IMPORTER: Final = _PlainText()
