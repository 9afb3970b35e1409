"""Proves that a finished product is complete, in two steps.

First, exactly: every run of every text that a product guarantees, taken from one parse of its whole field, is in the
HTML that was set, in its own question and in order. So a template that drops or exchanges something is caught.

Second, from the finished file: the words that an engine reads back are compared with the same runs, for each question.
Line and page breaks, hyphens, white space and ligatures do not count. Engines do not give back everything that was
drawn: text that runs from right to left comes in another order, vowel marks and glyphs without names come as
something else. What cannot be compared for such a reason is a remark, "not provable", and never a problem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final, NamedTuple

from studypack.errors import Diagnostic
from studypack.products.interface import Claim, Product, ReadBack
from studypack.questions.fields import Kind, Leaf, leaves
from studypack.questions.model import Question, QuestionSet
from studypack.text.markdown import inline_tokens, plain, tokens
from studypack.text.runs import Held, Run, code_runs, runs, squeezed

LONGEST_GAP: Final = 3
"""So many letters in a row that are missing from a finished file are a problem; fewer are an engine's misreading."""
SHORTEST_PIECE: Final = 12
"""Letters of a piece of a run that is looked for by itself where a page break interrupts the run."""


MOST_COUNTED: Final = 500
"""Runs of a question whose repetitions are counted; the comparison of each with each takes too long for more."""
LEAST_SHARE: Final = 1 / 2
"""The share of its letters that a file must give back of a question that holds text from right to left."""


APART: Final = {"exhibits", "cards"}
"""Fields whose texts a product may set in any order: captions above or below, late exhibits, cards of their own."""


class Proof(NamedTuple):
    """What was found.

    Attributes:
        found: ids of the questions that the product holds whole.
        problems: what is missing or too much, one diagnostic for each question.
        unproved: ids of questions of which something could not be compared with the finished file.
    """

    found: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    unproved: tuple[str, ...] = ()


def claims_of(question_set: QuestionSet, fields: Collection[str]) -> list[Claim]:
    """Return what a product must hold that guarantees these fields of each question.

    Args:
        question_set: the selected questions, and the files that they show.
        fields: names of a question's fields; the question itself is always claimed.
    """
    lang = question_set.header.language
    return [
        Claim(q.id, q.label, plain(q.question, lang=lang), tuple(_groups(q, fields, question_set.files, lang)))
        for q in question_set.questions
    ]


def _groups(
    question: Question, fields: Collection[str], files: Mapping[str, bytes], lang: str
) -> Iterator[tuple[Run, ...]]:
    """Yield the runs that belong together, in order: of one field, or of one text where a product sets the order."""
    yield (Run("text", question.label),)
    chosen = [leaf for leaf in leaves(question) if leaf.key == "question" or leaf.key in fields]
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


def prove(product: Product, read: ReadBack, expected: Sequence[Claim], held: Mapping[str, Held] | None = None) -> Proof:
    """Look for every claim in what was set, and in what a finished file holds.

    Args:
        product: what it is called in messages.
        read: what was read back from the file.
        expected: what must be found, in order.
        held: what the HTML held of each question; None where only the file is at hand.
    """
    where = f"the {product.title}"
    by_name = {name: claim for claim in expected for name in (claim.id, claim.label)}
    own = [(found, by_name.get(found.name)) for found in read.questions]
    problems = [*read.problems, *_out_of_order(where, [(f.name, claim) for f, claim in own], expected)]
    if held is not None and not problems:
        problems += _out_of_order(where, [(key, by_name.get(key)) for key in held], expected)
    words = {claim.id: letters(found.text) for found, claim in reversed(own) if claim}
    complete, unproved = [], []
    for claim in expected:
        missing = None if held is None else _not_set(claim, held.get(claim.id))
        if missing is None:
            missing, doubtful = _not_drawn(claim, words.get(claim.id))
            unproved += [claim.id] if doubtful else []
        if missing is None:
            complete.append(claim.id)
        else:
            why = f"it belongs to {claim.label} ({claim.id})"
            problems.append(Diagnostic(None, f'{where} is missing "{_short(missing)}"', why))
    return Proof(tuple(complete), tuple(problems), tuple(unproved))


def _out_of_order(
    where: str, present: Sequence[tuple[str, Claim | None]], expected: Sequence[Claim]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the sequence of questions: one too many, or two that have changed places."""
    seen: list[str] = []
    for name, claim in present:
        if claim is None:
            yield Diagnostic(None, f'{where} holds "{_short(name)}"', "it was not selected")
        elif claim.id in seen:
            yield Diagnostic(None, f'{where} holds "{_short(claim.heading)}" twice')
        else:
            seen.append(claim.id)
    if seen != [claim.id for claim in expected if claim.id in seen]:
        labels = {claim.id: claim.label for claim in expected}
        yield Diagnostic(None, f"{where} has the questions in another order", ", ".join(labels[key] for key in seen))


def _not_set(claim: Claim, held: Held | None) -> str | None:
    """Return the first run of a question that its HTML does not hold in order, or None."""
    if held is None:
        return claim.heading
    if rare := _too_rare(claim, held.text):
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
    """Return a run that a text does not hold as often as the question has it: once is not enough for two."""
    sought = {squeezed(run.content): run.content for group in claim.groups for run in group if run.kind == "text"}
    if len(sought) > MOST_COUNTED:
        return None
    every = [squeezed(run.content) for group in claim.groups for run in group if run.kind in ("text", "code")]
    for words, content in sought.items():
        if text.count(words) < sum(run.count(words) for run in every):
            return content
    return None


def _not_drawn(claim: Claim, text: str | None) -> tuple[str | None, bool]:
    """Return the first run that a file does not hold, and whether any could not be compared."""
    if text is None:
        return claim.heading, False
    wanted = [run for group in claim.groups for run in group if run.kind in ("text", "code")]
    if any(runs_to_left(run.content) for run in wanted):
        whole = sum(len(letters(run.content)) for run in wanted)
        return (claim.heading, False) if len(text) < LEAST_SHARE * whole else (None, True)
    at, doubtful = 0, False
    for run in wanted:
        sought = letters(run.content)
        found = text.find(sought, at)
        if found < 0:
            found = text.find(sought)
        if found >= 0:
            at = found + len(sought)
        elif _gap(sought, text, at) >= min(LONGEST_GAP, len(sought)):
            if is_plain(run.content):
                return run.content, doubtful
            doubtful = True
    return None, doubtful


def _gap(sought: str, text: str, at: int) -> int:
    """Return the length of the longest run of letters of `sought` that a text does not have, in order.

    Args:
        sought: letters that do not stand in the text as one piece.
        text: the letters of a question.
        at: where they are likely to begin; where they are not, the whole text is compared.
    """
    if _in_pieces(sought, text):
        return 0
    window = text[at : at + 2 * len(sought) + 2000]
    return min(_unmatched(sought, window), _unmatched(sought, text) if len(text) < 20_000 else len(sought))


def _in_pieces(sought: str, text: str) -> bool:
    """Return whether the letters stand in a text in order, interrupted by page breaks with what stands there."""
    at = 0
    while sought:
        if (found := text.find(sought, at)) >= 0:
            return True
        low, high = 0, len(sought)
        while low < high:  # the longest beginning that the text has
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
    """Return whether any of a text runs from right to left: engines give all that is around it in another order."""
    return any(unicodedata.bidirectional(c) in {"R", "AL", "AN", "RLE", "RLO", "RLI"} for c in text)


def is_plain(text: str) -> bool:
    """Return whether engines give the letters of a text back as they were drawn.

    They do for the scripts of the program's own fonts, where no letter has a mark that is a character of its own. A
    letter that no font has is drawn as a box, without a name.
    """
    return all(
        unicodedata.name(c, "").startswith(("LATIN", "GREEK", "CYRILLIC"))
        for c in unicodedata.normalize("NFC", text)
        if c.isalpha() or unicodedata.combining(c)
    )


def _short(words: str) -> str:
    return words if len(words) < 60 else f"{words[:57]}…"


def letters(text: str) -> str:
    """Return a text's letters and digits alone: line breaks, hyphens and spaces are the typesetter's."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
