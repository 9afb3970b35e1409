"""Reads finished products back and proves that every selected question is in each of them.

PDFs are read with PDFium and decks with SQLite: engines that did not make them.
"""

from __future__ import annotations

import html
import io
import re
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

import pypdfium2

from generator.errors import Diagnostic
from generator.markup import plain
from generator.model import Question


class Claim(NamedTuple):
    """What must be found of one question.

    Attributes:
        id: the question's id.
        label: its number, `Q7`.
        texts: words of the question that the product must hold, as plain text.
    """

    id: str
    label: str
    texts: tuple[str, ...]


class Proof(NamedTuple):
    """What was found.

    Attributes:
        found: ids of the questions that the product holds whole.
        problems: what lacks, one diagnostic for each question.
    """

    found: tuple[str, ...]
    problems: tuple[Diagnostic, ...]


def claims(product: str, questions: Iterable[Question]) -> list[Claim]:
    """Return what a product must hold of each question: a cheat sheet its takeaway, the others all its texts."""
    return [Claim(q.id, q.label, _texts(product, q)) for q in questions]


def _texts(product: str, question: Question) -> tuple[str, ...]:
    first = (question.question, *([question.takeaway] if question.takeaway else []))
    if product == "cheatsheet":
        return tuple(plain(text) for text in first)
    blocks = [*re.split(r"\n\s*\n", question.answer), *re.split(r"\n\s*\n", question.guidance or "")]
    lines = [*question.key_points, *question.pitfalls]
    pairs = [text for f in question.follow_ups for text in (f.question, f.answer)]
    return tuple(words for text in (*first, *blocks, *lines, *pairs) if (words := plain(text)))


def prove(product: str, content: bytes, expected: Iterable[Claim]) -> Proof:
    """Read a product back and look for every claim in it.

    Args:
        product: its name; one that this module does not know is a KeyError.
        content: the bytes of its file.
        expected: what must be found.
    """
    return READERS[product](content, list(expected))


def _prove_handbook(content: bytes, expected: list[Claim]) -> Proof:
    text = "".join(letters(page) for page in _pdf_pages(content))
    return _found("the handbook", {claim.id: text for claim in expected}, expected)


def _prove_cheatsheet(content: bytes, expected: list[Claim]) -> Proof:
    pages = _pdf_pages(content)
    text = "".join(letters(page) for page in pages)
    proof = _found("the cheat sheet", {claim.id: text for claim in expected}, expected)
    if len(pages) != 1:
        several = Diagnostic(None, f"the cheat sheet has {len(pages)} pages", "it must have one")
        return Proof((), (several, *proof.problems))
    return proof


def _prove_deck(content: bytes, expected: list[Claim]) -> Proof:
    notes = {key.partition("/")[2]: letters(_text_of_html(words)) for key, words in _deck_notes(content)}
    return _found("the deck", notes, expected)


READERS: Final[Mapping[str, Callable[[bytes, list[Claim]], Proof]]] = {
    "handbook": _prove_handbook,
    "cheatsheet": _prove_cheatsheet,
    "deck": _prove_deck,
}


def _found(where: str, text_of: Mapping[str, str], expected: list[Claim]) -> Proof:
    found: list[str] = []
    problems: list[Diagnostic] = []
    for claim in expected:
        text = text_of.get(claim.id, "")
        labelled = f"{claim.label} {claim.texts[0]}"
        missing = [t for t in (labelled, *claim.texts) if not _holds(text, letters(t))]
        if not missing:
            found.append(claim.id)
            continue
        words = missing[0] if len(missing[0]) < 60 else f"{missing[0][:57]}…"
        problems.append(Diagnostic(None, f'{where} lacks "{words}"', f"a text of {claim.label} ({claim.id})"))
    return Proof(tuple(found), tuple(problems))


def _holds(text: str, words: str) -> bool:
    """Tell whether the letters stand in the text; a paragraph may be broken once, between two pages."""
    if words in text:
        return True
    shortest = 12  # letters: less could be found anywhere
    for cut in range(len(words) - shortest, shortest, -1):
        start = text.find(words[:cut])
        if start >= 0 and text.find(words[cut:], start + cut) >= 0:
            return True
    return False


def letters(text: str) -> str:
    """Return a text's letters and digits alone: line breaks, hyphens and spaces are the typesetter's."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _pdf_pages(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _deck_notes(content: bytes) -> list[tuple[str, str]]:
    """Return id and HTML of each note of an Anki package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        collection = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(collection)
        rows = connection.execute("SELECT flds FROM notes").fetchall()
    finally:
        connection.close()
    notes = []
    for (fields,) in rows:
        key, number, *rest = fields.split("\x1f")
        notes.append((key, " ".join([number, *rest[3:]])))  # without set, topic and level
    return notes


def _text_of_html(words: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", words))
