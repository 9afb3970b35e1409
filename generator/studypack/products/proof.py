"""Proves that a finished product is complete, in two steps.

First, exactly: every run of every text that a product guarantees, taken from one parse of its whole field, is in the
typeset HTML, within its own question and in order. This catches a template that drops or swaps something.

Second, from the finished file: the words that an engine reads back are compared with the same runs, for each question.
Line and page breaks, hyphens, white space and ligatures do not count. Not everything that was drawn can be extracted
again: right-to-left text comes back in another order, and vowel marks and glyphs without names come back as other
characters. Text that cannot be compared for such a reason leads to a remark, "not fully verified", never to a problem.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, NamedTuple, Protocol

from studypack.errors import Diagnostic
from studypack.products.choices import choice_groups
from studypack.products.interface import Claim, ReadBack
from studypack.questions.fields import Kind, Leaf, leaves
from studypack.questions.model import Question, QuestionSet
from studypack.text.languages import language
from studypack.text.markdown import inline_tokens, plain, tokens
from studypack.text.runs import Held, Run, code_runs, runs, squeezed

LONGEST_GAP: Final = 3
"""Missing letters in a row that count as a problem; a shorter gap is taken for a misreading of the library."""
SHORTEST_PIECE: Final = 12
"""The minimum length, in letters, of a piece searched for separately when a page break interrupts a run."""


MOST_COUNTED: Final = 500
"""The most runs of a question whose repetitions are counted; comparing every pair of more would be too slow."""
LEAST_SHARE: Final = 1 / 2
"""The share of letters that must be extracted from the file for a question that contains right-to-left text."""


_NAMELESS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
"""What PDFium returns for a glyph without a name, which may be drawn for more than one letter."""
_LETTERS: Final = {n: chr(n).casefold() if chr(n).isalnum() else None for n in range(128)}
"""What `letters` makes of each character of ASCII."""
APART: Final = {"exhibits", "cards"}
"""Fields whose texts a product may set in any order, such as captions, exhibits and separate cards."""
INSTEAD: Final = {"choices", "short"}
"""Fields that are claimed in a way of their own: choices with their letters, a short title in the question's place."""


class Proof(NamedTuple):
    """The result of a proof.

    Attributes:
        found: the ids of the questions that the product contains in full.
        problems: what is missing or should not be there, one diagnostic for each question.
        unproved: the ids of questions that could not be compared completely with the finished file.
    """

    found: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    unproved: tuple[str, ...] = ()


class Finding(NamedTuple):
    """What was found out about one question.

    Attributes:
        id: the question's id.
        label: its number, `Q7`.
        question: its words, as plain text.
        missing: what is missing of it; None if it is complete.
        doubtful: whether it could not be compared completely with the finished file.
    """

    id: str
    label: str
    question: str
    missing: str | None
    doubtful: bool


def claims_of(question_set: QuestionSet, fields: Collection[str], *, headed: bool = True) -> list[Claim]:
    """Return what a product that guarantees these fields must contain of each question.

    Args:
        question_set: the selected questions, and the files that they show.
        fields: names of a question's fields.
        headed: whether the question and its number are claimed too.
    """
    lang = question_set.header.language
    to_left = language(lang).direction == "rtl"
    return [
        Claim(q.id, q.label, plain(q.question, lang=lang), (*_head(q, headed), *groups), to_left)
        for q in question_set.questions
        for groups in [_groups(q, {*fields, *(["question"] if headed else [])}, question_set.files, lang)]
    ]


def _head(question: Question, headed: bool) -> Iterator[tuple[Run, ...]]:
    if headed:
        yield (Run("text", question.label),)


def _groups(
    question: Question, fields: Collection[str], files: Mapping[str, bytes], lang: str
) -> Iterator[tuple[Run, ...]]:
    """Yield groups of runs that must be in order: those of one field, or of one text if its field may be reordered."""
    if question.choices and "choices" in fields:
        yield from choice_groups(question, lang)
    wanted = {*fields} - INSTEAD
    chosen = [leaf for leaf in leaves(question) if leaf.key in wanted]
    for _, group in groupby(chosen, key=lambda leaf: leaf.path if leaf.key in APART else leaf.key):
        yield tuple(run for leaf in group for run in _runs(leaf, files, lang))


def _runs(leaf: Leaf, files: Mapping[str, bytes], lang: str) -> Iterator[Run]:
    match leaf.written.kind:
        case Kind.LINE:
            yield from runs(inline_tokens(leaf.text, lang))
        case Kind.BLOCK | Kind.TABLE:
            yield from runs(tokens(leaf.text, lang))
        case Kind.LISTING:
            yield from code_runs(files[leaf.text].decode("utf-8-sig"))
        case Kind.FIGURE:
            yield Run("picture", leaf.text)


class Titled(Protocol):
    """A product, or another document that is proved; messages use its title."""

    @property
    def title(self) -> str:
        """Its name in messages."""


def prove(product: Titled, read: ReadBack, expected: Sequence[Claim], held: Mapping[str, Held] | None = None) -> Proof:
    """Look for every claim in the typeset HTML and in the finished file.

    Args:
        product: what was made; messages use its title.
        read: what was read back from the file.
        expected: the claims, in the order of the questions.
        held: what the HTML contained of each question; None if only the file is available.
    """
    texts = texts_of(read, expected)
    return conclude(product, read, [examine(claim, texts.get(claim.id), held) for claim in expected], held)


def texts_of(read: ReadBack, expected: Iterable[Claim | Question]) -> dict[str, str]:
    """Return what a file contains of each question, by its id."""
    by_name = {name: each.id for each in expected for name in (each.id, each.label)}
    return {by_name[found.name]: found.text for found in reversed(read.questions) if found.name in by_name}


def examine(claim: Claim, text: str | None, held: Mapping[str, Held] | None) -> Finding:
    """Look for what is claimed of one question.

    Args:
        claim: the claim.
        text: what the file contains of the question; None if it is not there.
        held: what the HTML contained of this question at least; None if only the file is available.
    """
    missing, doubtful = None if held is None else _not_set(claim, held.get(claim.id)), False
    if missing is None:
        missing, doubtful = _not_drawn(claim, text)
    return Finding(claim.id, claim.label, claim.question, missing, doubtful)


def conclude(
    product: Titled, read: ReadBack, found: Sequence[Finding], held: Mapping[str, Held] | None = None
) -> Proof:
    """Return the proof of a whole file.

    Args:
        product: what was made; messages use its title.
        read: what was read back from the file.
        found: what is missing of each question that is expected, in their order.
        held: what the HTML contained of each question; None if only the file is available.
    """
    where = f"the {product.title}"
    by_name = {name: finding for finding in found for name in (finding.id, finding.label)}
    problems = [*read.problems, *_out_of_order(where, [each.name for each in read.questions], by_name, found)]
    if held is not None and not problems:
        problems += _out_of_order(where, list(held), by_name, found)
    for finding in found:
        if finding.missing is not None:
            why = f"it belongs to {finding.label} ({finding.id})"
            problems.append(Diagnostic(None, f'{where} is missing "{_short(finding.missing)}"', why))
    complete = tuple(finding.id for finding in found if finding.missing is None)
    return Proof(complete, tuple(problems), tuple(finding.id for finding in found if finding.doubtful))


def _out_of_order(
    where: str, present: Sequence[str], by_name: Mapping[str, Finding], expected: Sequence[Finding]
) -> Iterator[Diagnostic]:
    """Yield the problems in the sequence of questions: unexpected, repeated or reordered ones."""
    seen: dict[str, Finding] = {}
    for name in present:
        found = by_name.get(name)
        if found is None:
            yield Diagnostic(None, f'{where} contains "{_short(name)}"', "it was not selected")
        elif found.id in seen:
            yield Diagnostic(None, f'{where} contains "{_short(f"{found.label} {found.question}")}" twice')
        else:
            seen[found.id] = found
    if [*seen] != [each.id for each in expected if each.id in seen]:
        labels = ", ".join(found.label for found in seen.values())
        yield Diagnostic(None, f"{where} has the questions in the wrong order", labels)


def _not_set(claim: Claim, held: Held | None) -> str | None:
    """Return the first run of a question that is missing from its HTML or out of order, or None."""
    if held is None:
        return claim.heading
    if rare := _too_rare(claim, held.text) or _too_few(claim, held.pictures):
        return rare
    for group in claim.groups:
        at = 0
        pictures = iter(held.pictures)
        for run in group:
            if run.kind in ("picture", "formula"):
                if run.content not in pictures:  # an iterator: those before it are used up
                    return run.content
                continue
            sought = squeezed(run.content)
            at = held.text.find(sought, at)
            if at < 0:
                return run.content
            at += len(sought)
    return None


def _too_rare(claim: Claim, text: str) -> str | None:
    """Return a run that occurs less often in a text than in the question, or None."""
    sought = {squeezed(run.content): run.content for group in claim.groups for run in group if run.kind == "text"}
    if len(sought) > MOST_COUNTED:
        return None
    written = (squeezed(run.content) for group in claim.groups for run in group if run.kind in ("text", "code"))
    every = "\n".join(written)  # a break that no run contains
    return next((content for words, content in sought.items() if text.count(words) < every.count(words)), None)


def _too_few(claim: Claim, pictures: Sequence[str]) -> str | None:
    """Return a picture or a formula that occurs less often than in the question, or None."""
    wanted = Counter(run.content for group in claim.groups for run in group if run.kind in ("picture", "formula"))
    there = Counter(pictures)
    return next((content for content, count in wanted.items() if there[content] < count), None)


def _not_drawn(claim: Claim, text: str | None) -> tuple[str | None, bool]:
    """Return the first run that is missing from a file, and whether any run could not be compared."""
    if text is None:
        return claim.heading, False
    wanted = [run for group in claim.groups for run in group if run.kind in ("text", "code")]
    nameless = len(_NAMELESS.findall(text))
    text = letters(text)
    if claim.to_left or any(runs_to_left(run.content) for run in wanted):
        whole = sum(len(letters(run.content)) for run in wanted)
        return (claim.heading, False) if len(text) + nameless < LEAST_SHARE * whole else (None, True)
    at, doubtful = 0, False
    for run in wanted:
        sought = letters(run.content)
        found = text.find(sought, at)
        if found < 0:
            found = text.find(sought)
        if found >= 0:
            at = found + len(sought)
        elif (gap := _gap(sought, text, at)) >= min(LONGEST_GAP, len(sought)) and _bare(sought) not in _bare(text):
            if is_plain(run.content) and gap > nameless:
                return run.content, doubtful
            doubtful = True
    return None, doubtful


def _gap(sought: str, text: str, at: int) -> int:
    """Return the length of the longest sequence of letters of `sought` that is missing from a text.

    Args:
        sought: letters that are not in the text as one piece.
        text: the letters of a question.
        at: where they probably begin; if they do not, the whole text is compared.
    """
    if _in_pieces(sought, text):
        return 0
    window = text[at : at + 2 * len(sought) + 2000]
    return min(_unmatched(sought, window), _unmatched(sought, text) if len(text) < 20_000 else len(sought))


def _in_pieces(sought: str, text: str) -> bool:
    """Return whether a text contains the letters in order, interrupted only by what is printed at page breaks."""
    at = 0
    while sought:
        if (found := text.find(sought, at)) >= 0:
            return True
        low, high = 0, len(sought)
        while low < high:  # find the longest prefix that the text contains
            middle = (low + high + 1) // 2
            low, high = (middle, high) if text.find(sought[:middle], at) >= 0 else (low, middle - 1)
        if low < min(SHORTEST_PIECE, len(sought)):
            return False
        found = text.find(sought[:low], at)
        at, sought = found + low, sought[low:]
    return True


def _unmatched(sought: str, text: str) -> int:
    longest = at = 0
    for block in SequenceMatcher(None, sought, text, autojunk=False).get_matching_blocks():
        if block.size >= LONGEST_GAP or block.a == len(sought):  # fewer letters match anything
            longest, at = max(longest, block.a - at), block.a + block.size
    return longest


def runs_to_left(text: str) -> bool:
    """Return whether a text contains right-to-left text, around which libraries extract text in another order."""
    return not text.isascii() and any(
        unicodedata.bidirectional(c) in {"R", "AL", "AN", "RLE", "RLO", "RLI"} for c in text
    )


def is_plain(text: str) -> bool:
    """Return whether libraries extract the letters of a text exactly as they were drawn.

    They do for the scripts of the program's own fonts, in which no letter has a mark that is a separate character. A
    letter that is missing from every font is drawn as a box without a name.
    """
    return all(
        unicodedata.name(c, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for c in unicodedata.normalize("NFC", text)
        if c.isalpha() or unicodedata.combining(c)
    )


def _bare(text: str) -> str:
    """Return letters without their marks, because a library may attach marks to the wrong letter."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _short(words: str) -> str:
    return words if len(words) < 60 else f"{words[:57]}…"


def letters(text: str) -> str:
    """Return only the letters and digits of a text, without the typesetter's line breaks, hyphens and spaces."""
    return "".join(
        line.translate(_LETTERS)
        if line.isascii()
        else "".join(filter(str.isalnum, unicodedata.normalize("NFKC", line).casefold()))
        for line in text.splitlines()  # most lines have only characters of ASCII, which are much faster
    )
