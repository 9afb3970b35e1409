"""The notes of a question set: one for each question, additional card and glossary term.

Their identity is in `identity`; a note's modification time depends on its content.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from studypack.anki.card_style import label_style
from studypack.anki.escaping import cloze, literal, with_mathjax
from studypack.anki.figures import width_on_cards
from studypack.anki.identity import GLOSSARY, card_key, media_name, term_key
from studypack.anki.note_types import CLOZE, FACT, PLACE, QUESTION, TERM, NoteType
from studypack.anki.package import gaps
from studypack.anki.state import Noted
from studypack.errors import BuildError, Diagnostic, Location
from studypack.questions import pictures
from studypack.questions.model import Card, Exhibit, GlossaryEntry, Question, QuestionSet
from studypack.text import markdown
from studypack.text.languages import language
from studypack.typeset.templating import render

DRAW: Final = "card::draw"
"""The tag of cards that ask for an exhibit, which need paper."""

WORDS: Final = 100
"""The maximum number of characters of a note's words in the deck's state."""


class Note(NamedTuple):
    """A note without a modification time.

    Attributes:
        key: its permanent key: a question's id, or see `card_key` and `term_key`.
        type: its note type.
        fields: the HTML of each field by name, from the author's text; missing fields are empty.
        tags: its tags in Anki.
        topic: the id of its topic, or `GLOSSARY`.
        number: its position among new cards, which is the same in every selection.
        level: the level of its question, if there is one.
        where: the location of its question in the author's files; None for a term.
    """

    key: str
    type: NoteType
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    topic: str
    number: int
    level: str | None = None
    where: Location | None = None

    def values(self) -> list[str]:
        """Return the fields in the note type's order, with everything that Anki would interpret escaped."""
        return [
            literal(self.fields.get(name, ""), gaps_too=(self.type, name) != (CLOZE, "Text"))
            for name in self.type.fields
        ]


def noted(kind: NoteType, values: Iterable[str], tags: Iterable[str]) -> Noted:
    """Return what the deck's state stores about a note, given what the package contains.

    Args:
        kind: its note type.
        values: its fields, in the note type's order.
        tags: its tags, in order.
    """
    fields = dict(zip(kind.fields, values, strict=True))
    body = [
        fields.pop(name)
        for name in kind.fields
        if name not in (*PLACE, kind.sort_field, "Choices", "Context", "Sources")
    ]
    head = (kind.key, sorted(fields.items()), tuple(tags))
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", fields[kind.sort_field])).split())
    return Noted(_hash(head) + _hash(body), words[:WORDS].rstrip())


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def notes_of(whole: QuestionSet) -> list[Note]:
    """Return all notes of a question set, ordered by number.

    Raises:
        BuildError: one or more cards would be empty.
    """
    topics = {topic.id: _line(whole, topic.title) for topic in whole.header.topics}
    made: list[Note] = []
    for question in whole.questions:
        made += [_question_note(whole, question, topics[question.topic])] if question.answered else []
        made += [_card_note(whole, question, topics[question.topic], n, c) for n, c in enumerate(question.cards, 1)]
    by_id = {question.id: question for question in whole.questions}
    for place, entry in enumerate(whole.header.glossary, (len(whole.questions) + 1) * 1000):
        made.append(_term_note(whole, entry, by_id.get(entry.question or ""), place))
    made = [note._replace(fields=_for_anki(note.fields, whole)) for note in made]
    problems = [problem for note in made for problem in _empty(note)]
    if problems:
        raise BuildError(*problems)
    return made


_OF_SET: Final = re.compile(r'(?<= src=")set:([^"]*)(?=")')
"""The address of a picture of the set in HTML for print."""


def _for_anki(fields: Mapping[str, str], whole: QuestionSet) -> dict[str, str]:
    """Return the fields with the media names of their pictures, and with formulas for Anki's MathJax."""

    def named(found: re.Match[str]) -> str:
        path = html.unescape(found[1])
        return media_name(whole.files[path]) if path in whole.files else found[0]

    return {name: with_mathjax(_OF_SET.sub(named, value)) for name, value in fields.items()}


_SHOWN: Final = {QUESTION: ("Question",), FACT: ("Front", "Back"), CLOZE: ("Text",), TERM: ("Term", "Definition")}
"""The fields that must not be empty, because a side of a card would be."""


def _empty(note: Note) -> Iterable[Diagnostic]:
    """Yield a diagnostic for each field without visible text, as Markdown with only comments or references has none."""
    for name in _SHOWN[note.type]:
        if name == "Back" and note.fields.get("Exhibit"):
            continue
        text = html.unescape(re.sub(r"<(?!img)[^>]*>", "", note.fields[name]))
        if not re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", text):
            what = f'the {name.lower()} of "{note.key}" has no visible text'
            yield Diagnostic(note.where, what, "Anki would show an empty card", "write words, or delete it")
    if note.type is CLOZE and not gaps(note.fields["Text"]):
        yield Diagnostic(
            note.where,
            f'the cloze card "{note.key.rpartition(":")[2]}" has no gap',
            "its marks {{c1:: and }} are separated by code, or its number is 0",
            "put both marks inside or both outside the same code",
        )


def _words(whole: QuestionSet) -> Mapping[str, Any]:
    return language(whole.header.language).words


def _place(whole: QuestionSet, question: Question | None, topic: str, key: str) -> dict[str, str]:
    """Return the fields that give a card's place in the set and how its language is written."""
    level = question.level if question else None
    return {
        "Id": f"{whole.id}/{key}",
        "Number": question.label if question else "",
        "Set": _line(whole, whole.header.title),
        "Topic": topic,
        "Level": html.escape(whole.header.level_titles[level]) if level else "",
        "Language": whole.header.language,
        "Direction": language(whole.header.language).direction,
        "Labels": label_style(whole.header.labels),
    }


def _tags(whole: QuestionSet, question: Question) -> tuple[str, ...]:
    level = [f"level::{question.level}"] if question.level else []
    return (f"set::{whole.id}", f"topic::{question.topic}", *level, *question.tags)


def _field(template: str, whole: QuestionSet, **values: Any) -> str:
    return render(f"deck/{template}.html.j2", set=whole, **values).strip()


def _line(whole: QuestionSet, text: str | None) -> str:
    return str(markdown.inline(text or "", lang=whole.header.language))


def _text(whole: QuestionSet, text: str | None) -> str:
    return str(markdown.block(text or "", lang=whole.header.language)).strip()


def _question_note(whole: QuestionSet, question: Question, topic: str) -> Note:
    fields = {
        **_place(whole, question, topic, question.id),
        "Question": _field("question", whole, question=question),
        "Choices": _field("choices", whole, question=question),
        "Solution": _field("solution", whole, question=question),
        "Takeaway": _line(whole, question.takeaway),
        "Key Points": _field("graded", whole, points=question.key_points),
        "Answer": _text(whole, question.answer),
        "Guidance": _text(whole, question.guidance),
        "Exhibits": _exhibits(whole, question.exhibits),
        "Pitfalls": _field("points", whole, points=question.pitfalls),
        "Follow-ups": _field("follow-ups", whole, follow_ups=question.answered_follow_ups),
        "Sources": _field("sources", whole, sources=question.sources),
    }
    return _note(whole, question, question.id, QUESTION, fields, 0)


def _note(
    whole: QuestionSet, question: Question, key: str, kind: NoteType, fields: Mapping[str, str], place: int
) -> Note:
    tags, number = _tags(whole, question), question.number * 1000 + place
    return Note(key, kind, fields, tags, question.topic, number, question.level, question.where)


def _exhibits(whole: QuestionSet, exhibits: Iterable[Exhibit]) -> str:
    return _field("exhibits", whole, exhibits=[_shown(whole, exhibit) for exhibit in exhibits])


def _shown(whole: QuestionSet, exhibit: Exhibit) -> dict[str, Any]:
    """Return the values of the exhibit's template."""
    content = whole.files.get(exhibit.file or "", b"")
    figure = exhibit.figure is not None
    return {
        "exhibit": exhibit,
        "media": media_name(content) if figure else "",
        "width": width_on_cards(content) if figure else 0,
        "drawn": figure and pictures.kind(content) == "SVG",
        "source": content.decode() if exhibit.listing else "",
    }


def _card_note(whole: QuestionSet, question: Question, topic: str, place: int, card: Card) -> Note:
    key = card_key(question, card)
    fields = _place(whole, question, topic, key) | _origin(whole, question)
    if card.cloze is not None:
        return _note(whole, question, key, CLOZE, fields | {"Text": cloze(_text(whole, card.cloze))}, place)
    sides = {"Front": _text(whole, card.front), "Back": _text(whole, card.back)}
    if card.draw is None:
        return _note(whole, question, key, FACT, fields | sides, place)
    shown = [exhibit for exhibit in question.exhibits if exhibit.id == card.draw]
    note = _note(whole, question, key, FACT, fields | sides | {"Exhibit": _exhibits(whole, shown)}, place)
    return note._replace(tags=(*note.tags, DRAW))


def _origin(whole: QuestionSet, question: Question | None) -> dict[str, str]:
    """Return the fields that say to which question a card belongs, and on which sources that relies."""
    if question is None:
        return {}
    return {"Context": _line(whole, question.question), "Sources": _field("cited", whole, sources=question.sources)}


def _term_note(whole: QuestionSet, entry: GlossaryEntry, question: Question | None, place: int) -> Note:
    key = term_key(entry)
    fields = {
        **_place(whole, question, _words(whole)["glossary"], key),
        "Term": _line(whole, entry.term),
        "Definition": _line(whole, entry.definition),
        **_origin(whole, question),
    }
    return Note(
        key,
        TERM,
        fields,
        (f"set::{whole.id}", "topic::glossary"),
        GLOSSARY,
        place,
        question.level if question else None,
    )
