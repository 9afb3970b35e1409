"""Proves that a finished product holds each selected question, whole, in order, and nothing of another in its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from generator import markup, readback
from generator.errors import Diagnostic
from generator.markup import plain
from generator.model import Exhibit, Question

SHORTEST_PIECE: Final = 12
"""Letters of the shorter piece of a text that is broken between two pages: less could be found anywhere."""


class Claim(NamedTuple):
    """What must be found of one question.

    Attributes:
        id: the question's id.
        label: its number, `Q7`.
        question: its words, as plain text.
        texts: further words of it that the product must hold, as plain text.
    """

    id: str
    label: str
    question: str
    texts: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Number and question, as they stand above it and in the outline."""
        return f"{self.label} {self.question}"


class Proof(NamedTuple):
    """What was found.

    Attributes:
        found: ids of the questions that the product holds whole.
        problems: what lacks or is too much, one diagnostic for each question.
    """

    found: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def claims(product: str, questions: Iterable[Question], files: Mapping[str, bytes]) -> list[Claim]:
    """Return what a product must hold of each question: a cheat sheet its takeaway, the others all its texts.

    Args:
        product: its name.
        questions: the selected ones, in order.
        files: the set's files, for the text of listings.
    """
    return [Claim(q.id, q.label, plain(q.question), _texts(product, q, files)) for q in questions]


def _texts(product: str, question: Question, files: Mapping[str, bytes]) -> tuple[str, ...]:
    takeaway = [question.takeaway] if question.takeaway else []
    if product == "cheatsheet":
        return tuple(map(plain, takeaway))
    prose = [*re.split(r"\n\s*\n", question.answer), *re.split(r"\n\s*\n", question.guidance or "")]
    pairs = [text for f in question.follow_ups for text in (f.question, f.answer)]
    lines = [*takeaway, *prose, *question.key_points, *question.pitfalls, *pairs, *(s.title for s in question.sources)]
    words = [*map(plain, lines), *(text for e in question.exhibits for text in _of_exhibit(e, files))]
    if product == "deck":
        words += [plain(side) for card in question.cards for side in (card.front, card.back, card.cloze) if side]
    return tuple(filter(None, words))


def _of_exhibit(exhibit: Exhibit, files: Mapping[str, bytes]) -> list[str]:
    words = [plain(exhibit.caption)]
    if exhibit.table:
        words += markup.table_rows(exhibit.table)
    if exhibit.listing:
        words += files[exhibit.listing].decode().splitlines()
    return words


def prove(product: str, content: bytes, expected: Iterable[Claim]) -> Proof:
    """Read a product back and look for every claim in it.

    Args:
        product: its name; one that this module does not know is a KeyError.
        content: the bytes of its file.
        expected: what must be found, in order.
    """
    return READERS[product](content, list(expected))


def _prove_handbook(content: bytes, expected: list[Claim]) -> Proof:
    """Look for a question's texts between its own entry of the outline and the next one."""
    sections = [s for s in readback.sections(content) if _is_question(s.title)]
    order = _out_of_order("the handbook", [s.title for s in sections], expected)
    text_of = {letters(s.title): letters(s.text) for s in sections}
    return _found("the handbook", {c.id: text_of.get(letters(c.heading), "") for c in expected}, expected, order)


def _prove_cheatsheet(content: bytes, expected: list[Claim]) -> Proof:
    """Look for a question's takeaway between its own heading and the next one, on a single page."""
    pages = readback.page_texts(content)
    order = _out_of_order("the cheat sheet", list(filter(_is_question, readback.outline_titles(content))), expected)
    if len(pages) != 1:
        order.append(Diagnostic(None, f"the cheat sheet has {len(pages)} pages", "it must have one"))
    text, starts, at = letters("".join(pages)), [], 0
    for claim in expected:
        at = max(at, text.find(letters(claim.heading), at))
        starts.append(at)
    ends = [*starts[1:], len(text)]
    text_of = {c.id: text[start:end] for c, start, end in zip(expected, starts, ends, strict=True)}
    return _found("the cheat sheet", text_of, expected, order)


def _prove_deck(content: bytes, expected: list[Claim]) -> Proof:
    """Look for a question's texts in its own note and in the notes of its further cards."""
    notes = [note for note in readback.deck_notes(content) if not note.key.startswith("term:")]
    questions = [note for note in notes if "/" not in note.key]
    by_id = {claim.id: claim for claim in expected}
    titles = [by_id[n.key].heading if n.key in by_id else f"{n.number} {n.key}" for n in questions]
    order = _out_of_order("the deck", titles, expected)
    text_of: dict[str, str] = {}
    for note in notes:
        owner = note.key.partition("/")[0]
        text_of[owner] = text_of.get(owner, "") + letters(f"{note.number} {note.text}")
    return _found("the deck", text_of, expected, order)


READERS: Final[Mapping[str, Callable[[bytes, list[Claim]], Proof]]] = {
    "handbook": _prove_handbook,
    "cheatsheet": _prove_cheatsheet,
    "deck": _prove_deck,
}


def _is_question(title: str) -> bool:
    return re.match(r"Q\d+ ", title) is not None


def _out_of_order(where: str, titles: Sequence[str], expected: Sequence[Claim]) -> list[Diagnostic]:
    """Return what is wrong with the sequence of questions: one too many, or two that have changed places."""
    wanted = {letters(claim.heading): claim for claim in expected}
    present = [letters(title) for title in titles]
    problems = [
        Diagnostic(None, f'{where} holds "{_short(title)}"', "it was not selected, or stands there twice")
        for number, title in enumerate(titles)
        if present[number] not in wanted or present[number] in present[:number]
    ]
    sequence = [key for key in dict.fromkeys(present) if key in wanted]
    if sequence != [key for key in wanted if key in present]:
        labels = ", ".join(wanted[key].label for key in sequence)
        problems.append(Diagnostic(None, f"{where} has the questions in another order", labels))
    return problems


def _found(
    where: str, text_of: Mapping[str, str], expected: Sequence[Claim], problems: Sequence[Diagnostic] = ()
) -> Proof:
    found: list[str] = []
    lacking: list[Diagnostic] = []
    for claim in expected:
        text = text_of.get(claim.id, "")
        missing = [t for t in (claim.label, claim.question, *claim.texts) if not _holds(text, letters(t))]
        if not text:
            missing = [claim.heading]
        if missing:
            why = f"a text of {claim.label} ({claim.id})"
            lacking.append(Diagnostic(None, f'{where} lacks "{_short(missing[0])}"', why))
        else:
            found.append(claim.id)
    return Proof(tuple(found), (*problems, *lacking))


def _short(words: str) -> str:
    return words if len(words) < 60 else f"{words[:57]}…"


def _holds(text: str, words: str) -> bool:
    """Tell whether the letters stand in the text; a paragraph may be broken once, between two pages."""
    if words in text:
        return True
    for cut in range(len(words) - SHORTEST_PIECE, SHORTEST_PIECE, -1):
        start = text.find(words[:cut])
        if start >= 0 and text.find(words[cut:], start + cut) >= 0:
            return True
    return False


def letters(text: str) -> str:
    """Return a text's letters and digits alone: line breaks, hyphens and spaces are the typesetter's."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
