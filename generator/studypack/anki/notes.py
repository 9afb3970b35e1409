"""The notes of a question set: one for each question, further card and glossary term.

What a note is (its GUID) depends on ids alone, never on text; when it was modified, on its rendered content.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from studypack.anki.note_types import CLOZE, FACT, PLACE, QUESTION, TERM, NoteType
from studypack.anki.package import gaps
from studypack.anki.state import Noted
from studypack.errors import BuildError, Diagnostic, Location
from studypack.questions import pictures
from studypack.questions.model import Card, Exhibit, GlossaryEntry, Level, Question, QuestionSet
from studypack.text import markdown
from studypack.text.languages import language
from studypack.typeset.templating import render

GLOSSARY: Final = "term:"
"""Stands for the glossary where decks are told by their topic's id; no id holds a colon."""

WORDS: Final = 100
"""Characters of a note's words that the deck's state keeps."""

_ANKI_MARK: Final = re.compile(r"\[(?=sound:|anki:|latex\]|\$|type:)|\\(?=[()\[\]])", re.IGNORECASE)
"""Where Anki would see a sound, speech, LaTeX, a typed answer or MathJax."""
_GAP_OPENS: Final = re.compile(r"(?<=\{)\{(?=c\d)")
"""Where another program might see a gap; only the field `Text` of a cloze note has any."""
_HIGHLIGHTING: Final = re.compile(r"</?span[^>]*>")
_CODE: Final = re.compile(r"(?<=<code>).+?(?=</code>)", re.DOTALL)
_GAP_IN_CODE: Final = re.compile(r"(\{\{c[\d,]+::)((?:(?!\{\{c[\d,]+::).)+?)(\}\})(?!\})", re.DOTALL)


class Note(NamedTuple):
    """A note before it gets its modification time.

    Attributes:
        key: see `question_key`, `card_key` and `term_key`; permanent.
        type: its note type.
        fields: HTML of each field by name, as the author's text gives it; the others are empty.
        tags: Anki's tags.
        topic: id of the topic, or `GLOSSARY`.
        number: its place among the new cards; the same in every selection.
        level: of its question, if that has one.
        where: place of its question in the author's files; None for a term.
    """

    key: str
    type: NoteType
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    topic: str
    number: int
    level: Level | None = None
    where: Location | None = None

    def values(self) -> list[str]:
        """Return the fields in the note type's order, with nothing in them that Anki would act upon."""
        return [
            literal(self.fields.get(name, ""), gaps_too=(self.type, name) != (CLOZE, "Text"))
            for name in self.type.fields
        ]


def noted(kind: NoteType, values: Iterable[str], tags: Iterable[str]) -> Noted:
    """Return what the deck's state keeps of a note, from what the package holds of it.

    Args:
        kind: its note type.
        values: its fields, in the note type's order.
        tags: its tags, in order.
    """
    fields = dict(zip(kind.fields, values, strict=True))
    body = [fields.pop(name) for name in kind.fields if name not in (*PLACE, kind.sort_field, "Context")]
    head = (kind.key, sorted(fields.items()), tuple(tags))
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", fields[kind.sort_field])).split())
    return Noted(_hash(head) + _hash(body), words[:WORDS].rstrip())


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def literal(text: str, *, gaps_too: bool) -> str:
    r"""Return the HTML with entities where Anki would take text for `[sound:…]`, `[latex]`, `\(…\)` and their like.

    MathJax reads the text after the entities are resolved: it passes over the cards for their `mathjax_ignore`.

    Args:
        text: HTML.
        gaps_too: whether `{{c1::` is text as well.
    """
    text = _ANKI_MARK.sub(_entity, text)
    return _GAP_OPENS.sub(_entity, text) if gaps_too else text


def _entity(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"


def card_key(question: Question, card: Card) -> str:
    """Return the key of a further card.

    Its kind is part of it: a note cannot change its note type by an import, it would stay as it is for ever.
    """
    return f"{question.id}/{card.id}" if card.cloze is None else f"{question.id}/cloze:{card.id}"


def term_key(entry: GlossaryEntry) -> str:
    """Return the key of a term; no question's id holds a colon."""
    return f"term:{entry.id}"


def keys_of(selected: QuestionSet) -> set[str]:
    """Return the keys of the notes that belong to a selection; a question's is its id."""
    cards = {card_key(question, card) for question in selected.questions for card in question.cards}
    return {q.id for q in selected.questions} | cards | {term_key(entry) for entry in selected.glossary}


def guid(set_id: str, key: str) -> str:
    """Return the note's GUID: a hash of the ids, in 16 characters that need no escaping."""
    return hashlib.sha256(f"studypack\0{set_id}\0{key}".encode()).hexdigest()[:16]


def deck_name(*titles: str) -> str:
    """Return `Set title::Topic title`; Anki splits names at `::`, so titles lose theirs, and colons at their ends."""
    return "::".join(re.sub(":{2,}", ":", markdown.plain(title)).strip(": ") for title in titles)


def deck_names(whole: QuestionSet) -> dict[str, str]:
    """Return the name of the deck of each topic that has questions, by its id, and of the glossary."""
    title = whole.header.title
    names = {topic.id: deck_name(title, topic.title) for topic in whole.topics}
    return names | ({GLOSSARY: deck_name(title, _words(whole)["glossary"])} if whole.header.glossary else {})


def media_name(path: str, content: bytes) -> str:
    """Return the name of a media file: Anki never replaces one, so the content's hash is part of it."""
    ending = {"PNG": "png", "JPEG": "jpg", "SVG": "svg"}[pictures.kind(content)]
    return f"studypack-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


def notes_of(whole: QuestionSet) -> list[Note]:
    """Return every note of a question set, in the order of its numbers.

    Raises:
        BuildError: with every card that would show nothing.
    """
    topics = {topic.id: _line(whole, topic.title) for topic in whole.header.topics}
    made: list[Note] = []
    for question in whole.questions:
        made.append(_question_note(whole, question, topics[question.topic]))
        made += [_card_note(whole, question, topics[question.topic], n, c) for n, c in enumerate(question.cards, 1)]
    by_id = {question.id: question for question in whole.questions}
    for place, entry in enumerate(whole.header.glossary, (len(whole.questions) + 1) * 1000):
        made.append(_term_note(whole, entry, by_id.get(entry.question or ""), place))
    made = [note._replace(fields=_with_media(note.fields, whole)) for note in made]
    problems = [problem for note in made for problem in _empty(note)]
    if problems:
        raise BuildError(*problems)
    return made


_OF_SET: Final = re.compile(r'(?<= src=")set:([^"]*)(?=")')
"""The address of a picture of the set, as print has it."""


def _with_media(fields: Mapping[str, str], whole: QuestionSet) -> dict[str, str]:
    """Return fields whose pictures have the names that they have among the media."""

    def named(found: re.Match[str]) -> str:
        path = html.unescape(found[1])
        return media_name(path, whole.files[path]) if path in whole.files else found[0]

    return {name: _OF_SET.sub(named, value) for name, value in fields.items()}


_SHOWN: Final = {QUESTION: ("Question",), FACT: ("Front", "Back"), CLOZE: ("Text",), TERM: ("Term", "Definition")}
"""The fields without which a side would be empty."""


def _empty(note: Note) -> Iterable[Diagnostic]:
    """Yield what a note shows nothing of: Markdown of comments, references and marks alone is no text."""
    for name in _SHOWN[note.type]:
        text = html.unescape(re.sub(r"<(?!img)[^>]*>", "", note.fields[name]))
        if not re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", text):
            what = f'nothing can be seen of the {name.lower()} of "{note.key}"'
            yield Diagnostic(note.where, what, "Anki would show an empty card", "write words, or delete it")
    if note.type is CLOZE and not gaps(note.fields["Text"]):
        yield Diagnostic(
            note.where,
            f'no gap is left in the cloze card "{note.key.rpartition(":")[2]}"',
            "its marks {{c1:: and }} stand apart, or its number is 0",
            "put both marks inside the same code or outside of it",
        )


def _words(whole: QuestionSet) -> Mapping[str, Any]:
    return language(whole.header.language).words


def _place(whole: QuestionSet, question: Question | None, topic: str, key: str) -> dict[str, str]:
    """Return the fields that tell where a card stands, and how its language is written."""
    level = question.level if question else None
    return {
        "Id": f"{whole.id}/{key}",
        "Number": question.label if question else "",
        "Set": _line(whole, whole.header.title),
        "Topic": topic,
        "Level": _words(whole)["levels"][level.value] if level else "",
        "Language": whole.header.language,
        "Direction": language(whole.header.language).direction,
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
        "Question": _line(whole, question.question),
        "Takeaway": _line(whole, question.takeaway),
        "Key Points": _field("points", whole, points=question.key_points),
        "Answer": _text(whole, question.answer),
        "Guidance": _text(whole, question.guidance),
        "Exhibits": _field("exhibits", whole, exhibits=[_shown(whole, e) for e in question.exhibits]),
        "Pitfalls": _field("points", whole, points=question.pitfalls),
        "Follow-ups": _field("follow-ups", whole, follow_ups=question.follow_ups),
        "Sources": _field("sources", whole, sources=question.sources),
    }
    return _note(whole, question, question.id, QUESTION, fields, 0)


def _note(
    whole: QuestionSet, question: Question, key: str, kind: NoteType, fields: Mapping[str, str], place: int
) -> Note:
    tags, number = _tags(whole, question), question.number * 1000 + place
    return Note(key, kind, fields, tags, question.topic, number, question.level, question.where)


def _shown(whole: QuestionSet, exhibit: Exhibit) -> dict[str, Any]:
    """Return what the exhibit's template needs."""
    content = whole.files.get(exhibit.file or "", b"")
    return {
        "exhibit": exhibit,
        "media": media_name(exhibit.figure, content) if exhibit.figure else "",
        "source": content.decode() if exhibit.listing else "",
    }


def _card_note(whole: QuestionSet, question: Question, topic: str, place: int, card: Card) -> Note:
    key = card_key(question, card)
    fields = _place(whole, question, topic, key) | {"Context": _line(whole, question.question)}
    if card.cloze is not None:
        return _note(whole, question, key, CLOZE, fields | {"Text": _cloze(whole, card.cloze)}, place)
    sides = {"Front": _text(whole, card.front), "Back": _text(whole, card.back)}
    return _note(whole, question, key, FACT, fields | sides, place)


def _cloze(whole: QuestionSet, text: str) -> str:
    """Return the cloze text as HTML in which Anki finds its gaps, also those in code and around it.

    Highlighting would tear gaps apart, so code stays plain. Braces and colons of code are characters and neither the
    end of a gap nor the hint in it, except those of a whole gap in code.
    """
    return _CODE.sub(_code_around_gaps, _HIGHLIGHTING.sub("", _text(whole, text))).strip()


def _code_around_gaps(code: re.Match[str]) -> str:
    pieces = _GAP_IN_CODE.split(code[0])  # text, then opening, body and end of a gap, text again, and so on
    pieces[0::4] = [re.sub(r"[{}:]", _entity, text) for text in pieces[0::4]]
    pieces[2::4] = [re.sub(r"[{}]", _entity, body) for body in pieces[2::4]]
    return "".join(pieces)


def _term_note(whole: QuestionSet, entry: GlossaryEntry, question: Question | None, place: int) -> Note:
    key = term_key(entry)
    fields = {
        **_place(whole, question, _words(whole)["glossary"], key),
        "Term": _line(whole, entry.term),
        "Definition": _line(whole, entry.definition),
        "Context": _line(whole, question.question if question else None),
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
