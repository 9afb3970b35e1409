"""Proves that a finished product holds each selected question, whole, in order, and nothing of another in its place."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from studypack.errors import Diagnostic
from studypack.pdf import text_extraction
from studypack.questions.model import Exhibit, Question
from studypack.text import markdown
from studypack.text.markdown import plain

SHORTEST_PIECE: Final = 12
"""Letters of the shorter piece of a text that is broken between two pages: less could be found anywhere."""


VOWELLED: Final = 1 / 3
"""The share of letters of a vowelled text in words that may be read back wrongly: PDFs of many fonts do not name all
glyphs beside a vowel mark, or part words there. A text that is left out lacks nearly all."""


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


class _Part(NamedTuple):
    """What a product holds of one question.

    Attributes:
        letters: all letters and digits, in their order.
        drawn: its words as they are drawn, where any runs from right to left.
    """

    letters: str = ""
    drawn: str = ""


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
        words += markdown.table_rows(exhibit.table)
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
    sections = [s for s in text_extraction.sections(content) if _is_question(s.title)]
    order = _out_of_order("the handbook", [s.title for s in sections], expected)
    by_title = {letters(s.title): s for s in sections}
    own = {c.id: by_title[letters(c.heading)] for c in expected if letters(c.heading) in by_title}
    text_of = {key: _Part(letters(section.text), section.drawn) for key, section in own.items()}
    return _found("the handbook", text_of, expected, order)


def _prove_cheatsheet(content: bytes, expected: list[Claim]) -> Proof:
    """Look for a question's takeaway between its own heading and the next one, on a single page."""
    pages = text_extraction.page_texts(content)
    order = _out_of_order(
        "the cheat sheet", list(filter(_is_question, text_extraction.outline_titles(content))), expected
    )
    if len(pages) != 1:
        order.append(Diagnostic(None, f"the cheat sheet has {len(pages)} pages", "it must have one"))
    text, starts, at = letters("".join(pages)), [], 0
    for claim in expected:
        at = max(at, text.find(letters(claim.heading), at))
        starts.append(at)
    ends = [*starts[1:], len(text)]
    text_of = {c.id: _Part(text[start:end]) for c, start, end in zip(expected, starts, ends, strict=True)}
    if any(text_extraction.is_rtl(words) for claim in expected for words in (claim.question, *claim.texts)):
        by_title = {letters(s.title): s.drawn for s in text_extraction.sheet_sections(content)}
        text_of = {c.id: _Part(text_of[c.id].letters, by_title.get(letters(c.heading), "")) for c in expected}
    return _found("the cheat sheet", text_of, expected, order)


def _prove_deck(content: bytes, expected: list[Claim]) -> Proof:
    """Look for a question's texts in its own note and in the notes of its further cards."""
    notes = [note for note in text_extraction.deck_notes(content) if not note.key.startswith("term:")]
    questions = [note for note in notes if "/" not in note.key]
    by_id = {claim.id: claim for claim in expected}
    titles = [by_id[n.key].heading if n.key in by_id else f"{n.number} {n.key}" for n in questions]
    order = _out_of_order("the deck", titles, expected)
    text_of: dict[str, _Part] = {}
    for note in notes:
        owner = note.key.partition("/")[0]
        text_of[owner] = _Part(text_of.get(owner, _Part()).letters + letters(f"{note.number} {note.text}"))
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
    where: str,
    text_of: Mapping[str, _Part],
    expected: Sequence[Claim],
    problems: Sequence[Diagnostic] = (),
) -> Proof:
    found: list[str] = []
    lacking: list[Diagnostic] = []
    for claim in expected:
        part = text_of.get(claim.id, _Part())
        missing = [*_lacking(part, claim)] if any(part) else [claim.heading]
        if missing:
            why = f"a text of {claim.label} ({claim.id})"
            lacking.append(Diagnostic(None, f'{where} lacks "{_short(missing[0])}"', why))
        else:
            found.append(claim.id)
    return Proof(tuple(found), (*problems, *lacking))


def _lacking(part: _Part, claim: Claim) -> Iterator[str]:
    """Yield the texts that a question's part of a product lacks.

    Text from right to left is drawn in an order that no reader gives back: there the words count. All texts of such a
    question together take their words from what is drawn, so that none can stand in for another.
    """
    to_left = text_extraction.is_rtl(claim.question)
    left = words_of(part.drawn)
    for text in (claim.label, claim.question, *claim.texts):
        counts = part.drawn and (to_left or text_extraction.is_rtl(text))
        words = words_of(text)
        if counts and _letters_in(words - left) <= _letters_in(words) * (VOWELLED if _is_vowelled(text) else 0):
            left -= words
        elif (counts and to_left and text_extraction.is_rtl(text)) or not _holds_all(part.letters, text):
            yield text


def _letters_in(words: Counter[str]) -> int:
    return sum(len(word) * times for word, times in words.items())


def _is_vowelled(text: str) -> bool:
    """Tell whether letters of a text from right to left carry marks that are no part of them."""
    marks = (c for c in unicodedata.normalize("NFC", text) if unicodedata.combining(c))
    return text_extraction.is_rtl(text) and any(marks)


def _short(words: str) -> str:
    return words if len(words) < 60 else f"{words[:57]}…"


def _holds_all(text: str, words: str) -> bool:
    """Tell whether the letters stand in the text, but for letters with marks that no single character has.

    WeasyPrint tells of a glyph but the first letters that it was used for: such marks are read back as others.
    """
    pieces = [""]
    for c in unicodedata.normalize("NFC", words):
        if unicodedata.combining(c):
            pieces[-1] = pieces[-1][:-1]
            pieces.append("")
        else:
            pieces[-1] += c
    return all(_holds(text, letters(piece)) for piece in pieces)


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
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def words_of(text: str) -> Counter[str]:
    """Return how often each word stands in a text, whatever the order of words, and of letters in them.

    Latin within text from right to left, and letters that share a glyph, are read back in either order. Vowel marks
    and letters' own marks are left out (NFKD); each ideograph is a word, because a line may break behind it.
    """
    spaced = ""
    for c in unicodedata.normalize("NFKD", text.replace("\u2010\n", "")).casefold():
        if unicodedata.category(c) in ("Mn", "Cf"):
            continue
        spaced += f" {c} " if unicodedata.east_asian_width(c) == "W" else c if c.isalnum() else " "
    return Counter("".join(sorted(word)) for word in spaced.split())
