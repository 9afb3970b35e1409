"""GIFT, the plain text format of question banks that Moodle reads and writes.

The format is described in the documentation of Moodle, "GIFT format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from studypack.errors import Location
from studypack.importers.decoding import damage, decoded
from studypack.importers.draft import Draft, DraftChoice, Reading, Skipped, Wishes
from studypack.importers.embedded import EMBEDDED, gaps, under_title
from studypack.importers.html_markdown import escaped, markdown_of
from studypack.importers.kinds import NOT_PRINTED, category, gap, pairs, short_answer
from studypack.importers.refusals import no_questions

_ESCAPE: Final = re.compile(r"\\([\\~=#{}:n])")
_BACK: Final = {chr(0xE010 + at): mark for at, mark in enumerate("\\~=#{}:\n")}
_HIDDEN: Final = {("n" if mark == "\n" else mark): held for held, mark in _BACK.items()}
"""Escaped characters while marks are looked for: characters for private use."""
_TITLE: Final = re.compile(r"\s*::(.*?)::\s*", re.DOTALL)
_FORMAT: Final = re.compile(r"\s*\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_ANSWER: Final = re.compile(r"(?=[=~])")
_WEIGHT: Final = re.compile(r"\s*%(-?\d+(?:\.\d+)?)%\s*")
_TRUTH: Final = re.compile(r"\s*(T|TRUE|F|FALSE)\s*(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_HTML: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-z]+|#\d+);")
ANSWERED: Final = re.compile(r"(?<!\\)\{\s*(?:[=~#]|T\b|F\b|TRUE\b|FALSE\b|\})")
"""An opening brace with an answer behind it."""
_CATEGORY: Final = "$CATEGORY:"


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of the file that belong together, with the number of the first."""

    line: int
    text: str


class Gift:
    """Reads question banks in GIFT."""

    name = "gift"
    suffixes = (".gift", ".txt")
    summary = "question banks in Moodle's GIFT format"
    mapped = ()

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by answers in braces, and titles between double colons."""
        text = content[:20_000].decode("utf-8", "replace")
        named = name.lower().endswith(".gift")
        answers = len(ANSWERED.findall(text))
        if not answers:
            return 0.5 if named else 0.0
        if named or _CATEGORY in text or re.search(r"^\s*::.*?::", text, re.MULTILINE):
            return 0.95
        paragraphs = [
            part for part in re.split(r"\n\s*\n", text) if part.strip() and not part.lstrip().startswith("//")
        ]
        return 0.6 if answers >= len(paragraphs) / 2 else 0.0  # braces are signs of code, too

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the questions as drafts."""
        drafts: list[Draft] = []
        skipped: list[Skipped] = []
        topic: tuple[str, ...] = ()
        text, encoding = decoded(name, content)
        for block in _blocks(text):
            where = Location(name, block.line)
            if block.text.startswith(_CATEGORY):
                topic = category(block.text.removeprefix(_CATEGORY).strip())
                continue
            found = _question(block, where)
            if isinstance(found, Skipped):
                skipped.append(found)
            else:
                drafts.append(replace(found, topic=topic))
        if not drafts:
            raise no_questions(name, "GIFT file")
        return Reading(self.name, tuple(drafts), skipped=tuple(skipped), warnings=damage(name, text, encoding))


def _blocks(text: str) -> Iterator[_Block]:
    """Yield categories and questions: a question ends at an empty line that is not within its braces."""
    held: list[str] = []
    first, is_open = 1, False
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.lstrip().startswith("//"):
            continue
        if line.startswith(_CATEGORY):
            if held:
                yield _Block(first, "\n".join(held))
            held, is_open = [], False
            yield _Block(number, line)
            continue
        if not line.strip() and held and not (is_open and number - first < 200):
            yield _Block(first, "\n".join(held))
            held, is_open = [], False
        if line.strip() or held:
            first = number if not held else first
            held.append(line)
            bare = _ESCAPE.sub("", line)
            is_open = bare.rfind("{") > bare.rfind("}") if "{" in bare or "}" in bare else is_open
    if held:
        yield _Block(first, "\n".join(held))


def _question(block: _Block, where: Location) -> Draft | Skipped:
    text = _ESCAPE.sub(lambda match: _HIDDEN[match[1]], block.text).strip()
    title = ""
    if match := _TITLE.match(text):
        title, text = _shown(match[1]), text[match.end() :]
    form = "moodle"
    if match := _FORMAT.match(text):
        form, text = match[1].lower(), text[match.end() :]
    if EMBEDDED.search(text):
        question, answer = gaps(text, lambda source: _words(source, form))
        doubt = NOT_PRINTED.format("cloze")
        return under_title(Draft(question, where, _shown(answer), key=title, doubts=(doubt,)), title)
    start, end = text.find("{"), text.rfind("}")
    if start < 0:
        return Skipped(where, f'a description, which asks nothing: "{_shown(text)[:60]}"')
    if end < start:
        return Skipped(where, f'the answers have no closing brace: "{_shown(text)[:60]}"')
    before, inside, after = text[:start], text[start + 1 : end], text[end + 1 :]
    body = _words(before, form)
    if after.strip():  # an answer within the sentence
        rest = re.sub(r"^(?=\w)", " ", _words(after, form))
        body = f"{body} {gap()}{rest}".strip()
    if not body:
        return Skipped(where, "a question without text")
    return _answered(Draft(body, where, key=title), inside, form)


def _answered(draft: Draft, inside: str, form: str) -> Draft:
    """Return the draft with what is between the braces."""
    inside, _, general = inside.partition("####")
    explanation = _words(general, form)
    if not inside.strip():
        return replace(draft, answer=explanation)
    if match := _TRUTH.fullmatch(inside):
        wrong, _, right = (match[2] or "").partition("#")  # the first is what a wrong answer is told
        is_true = match[1].upper().startswith("T")
        said = [_words(wrong, form), _words(right, form)]
        choices = (
            DraftChoice("True", is_true, said[is_true]),
            DraftChoice("False", not is_true, said[not is_true]),
        )
        return replace(draft, choices=choices, answer=explanation)
    if inside.lstrip().startswith("#"):
        return replace(draft, answer=_joined(_numbers(inside.lstrip()[1:]), explanation))
    parts = [part for part in _ANSWER.split(inside) if part.strip()]
    if not any(part.lstrip().startswith("~") for part in parts) and any("->" in part for part in parts):
        matched = [tuple(_words(side, form) for side in part.lstrip("=~ ").split("->", 1)) for part in parts]
        question, answer = pairs(draft.question, [pair for pair in matched if len(pair) == 2])
        doubt = "a matching question: its pairs are the answer"
        return replace(draft, question=question, answer=_joined(answer, explanation), doubts=(doubt,))
    answers = [_answer(part, form) for part in parts]
    if all(mark == "=" for mark, _, _ in answers):
        words = short_answer([choice.text for _, _, choice in answers])
        said = [choice.feedback for _, _, choice in answers if choice.feedback]
        return replace(draft, answer=_joined(words, *said, explanation))
    is_weighted = not any(mark == "=" for mark, _, _ in answers)
    marked = tuple(
        replace(choice, correct=mark == "=" or (is_weighted and weight > 0)) for mark, weight, choice in answers
    )
    return replace(draft, choices=marked, answer=explanation)


def _answer(part: str, form: str) -> tuple[str, float, DraftChoice]:
    """Return mark, weight and choice of one answer."""
    part = part.strip()
    mark, text = (part[0], part[1:]) if part[0] in "=~" else ("=", part)
    weight = 0.0
    if match := _WEIGHT.match(text):
        weight, text = float(match[1]), text[match.end() :]
        if mark == "=" and weight <= 0:
            mark = "~"
    if match := _FORMAT.match(text):
        form, text = match[1].lower(), text[match.end() :]
    words, _, feedback = text.partition("#")
    return mark, weight, DraftChoice(_words(words, form), feedback=_words(feedback, form))


def _numbers(text: str) -> str:
    """Return what a numerical question accepts: `3.1 ± 0.2`, or `1 – 5`."""
    accepted = []
    for part in [part for part in _ANSWER.split(text) if part.strip()]:
        words = _WEIGHT.sub("", part.strip().lstrip("=~")).partition("#")[0].strip()
        if part.lstrip().startswith("~") or not words:
            continue
        low, dots, high = words.partition("..")
        value, _, error = words.partition(":")
        accepted.append(f"{low} – {high}" if dots else f"{value} ± {error}" if error.strip(" 0.") else value)
    return short_answer([escaped(_shown(text)) for text in accepted])


def _words(text: str, form: str) -> str:
    """Return a text of the file as Markdown."""
    shown = _shown(text).strip()
    if form == "markdown":
        return shown
    if form != "plain" and _HTML.search(shown):
        return markdown_of(shown if form == "html" else shown.replace("\n", "<br>"))
    return "\n\n".join(escaped(" ".join(part.split())) for part in re.split(r"\n\s*\n", shown))


def _shown(text: str) -> str:
    return "".join(_BACK.get(character, character) for character in text)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


IMPORTER = Gift()
