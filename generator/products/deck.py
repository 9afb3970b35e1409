"""The Anki deck: one note for each question, further cards and glossary terms, in a subdeck for each topic.

What a note is (its GUID) depends on ids alone, never on text; when it was modified, on its rendered content.
So a deck can be imported again and again: see "Anki" in the README.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import genanki

from generator import markup
from generator.apkg import TimedNote, gaps, package
from generator.deck_state import Changes, DeckState, advance
from generator.errors import BuildError, Diagnostic
from generator.model import Card, Exhibit, GlossaryEntry, Question, QuestionSet, Topic
from generator.note_types import CLOZE, FACT, NOTE_TYPES, QUESTION, TERM, NoteType
from generator.products.base import PackContext, Rendered
from generator.templating import render

GLOSSARY_TOPIC: Final = "Glossary"
ROW_IDS: Final = 1_600_000_000_000
"""Row ids of notes and cards begin above this many milliseconds (2020-09-13)."""

_ANKI_MARK: Final = re.compile(r"\[(?=sound:|anki:|latex\]|\$|type:)|\\(?=[()\[\]])", re.IGNORECASE)
"""Where Anki would see a sound, speech, LaTeX, a typed answer or MathJax."""
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
        topic: title of the topic, which names the subdeck.
        due: its place among the new cards; the same in every selection.
    """

    key: str
    type: NoteType
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    topic: str
    due: int

    def digest(self) -> str:
        """Return a hash of what Anki would show and file: fields, tags and note type."""
        shown = (self.type.key, self.values(), self.tags)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]

    def values(self) -> list[str]:
        """Return the fields in the note type's order, with nothing in them that Anki would act upon."""
        return [literal(self.fields.get(name, "")) for name in self.type.fields]


def literal(html: str) -> str:
    r"""Return the HTML with entities where Anki would take text for `[sound:…]`, `[latex]`, `\(…\)` and their like.

    MathJax reads the text after the entities are resolved: it passes over the cards for their `mathjax_ignore`.
    """
    return _ANKI_MARK.sub(_entity, html)


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


def deck_id(name: str) -> int:
    """Return a number for a deck's name; Anki matches decks by name, so it only has to differ."""
    return (1 << 30) + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % (1 << 30)


def deck_name(set_title: str, topic_title: str) -> str:
    """Return `Set title::Topic title`; Anki splits names at `::`, so titles lose theirs, and colons at their ends."""
    return "::".join(re.sub(":{2,}", ":", markup.plain(title)).strip(": ") for title in (set_title, topic_title))


def media_name(path: str, content: bytes) -> str:
    """Return the name of a media file: Anki never replaces one, so the content's hash is part of it."""
    ending = path.rsplit(".", 1)[-1].lower()
    return f"studypack-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


def notes_of(whole: QuestionSet) -> list[Note]:
    """Return every note of a question set, in the order of its numbers."""
    topics = {topic.id: topic for topic in whole.header.topics}
    made: list[Note] = []
    for question in whole.questions:
        topic = topics[question.topic]
        made.append(_question_note(whole, question, topic))
        made += [_card_note(whole, question, topic, n, card) for n, card in enumerate(question.cards, 1)]
    by_id = {question.id: question for question in whole.questions}
    for place, entry in enumerate(whole.header.glossary, (len(whole.questions) + 1) * 1000):
        made.append(_term_note(whole, entry, by_id.get(entry.question or ""), place))
    return made


def _place(whole: QuestionSet, question: Question, topic: Topic, key: str) -> dict[str, str]:
    return {
        "Id": f"{whole.id}/{key}",
        "Number": question.label,
        "Set": _line(whole, whole.header.title),
        "Topic": _line(whole, topic.title),
        "Level": question.level or "",
    }


def _tags(whole: QuestionSet, question: Question) -> tuple[str, ...]:
    level = [f"level::{question.level}"] if question.level else []
    return (f"set::{whole.id}", f"topic::{question.topic}", *level, *question.tags)


def _field(template: str, whole: QuestionSet, **values: Any) -> str:
    return render(f"deck/{template}.html.j2", set=whole, **values).strip()


def _line(whole: QuestionSet, text: str | None) -> str:
    return str(markup.inline(text or "", lang=whole.header.language))


def _text(whole: QuestionSet, text: str | None) -> str:
    return str(markup.block(text or "", lang=whole.header.language)).strip()


def _question_note(whole: QuestionSet, question: Question, topic: Topic) -> Note:
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
    return Note(question.id, QUESTION, fields, _tags(whole, question), topic.title, question.number * 1000)


def _shown(whole: QuestionSet, exhibit: Exhibit) -> dict[str, Any]:
    """Return what the exhibit's template needs."""
    content = whole.files.get(exhibit.file or "", b"")
    return {
        "exhibit": exhibit,
        "media": media_name(exhibit.figure, content) if exhibit.figure else "",
        "source": content.decode() if exhibit.listing else "",
    }


def _card_note(whole: QuestionSet, question: Question, topic: Topic, place: int, card: Card) -> Note:
    key = card_key(question, card)
    fields = _place(whole, question, topic, key)
    fields["Context"] = _line(whole, question.question)
    if card.cloze is not None:
        fields["Text"] = _cloze(whole, card.cloze)
        if not gaps(fields["Text"]):
            raise BuildError(
                Diagnostic(
                    question.where,
                    f'no gap is left in the cloze card "{card.id}"',
                    "its marks {{c1:: and }} stand apart, or its number is 0",
                    "put both marks inside the same code or outside of it",
                )
            )
    else:
        fields["Front"] = _text(whole, card.front)
        fields["Back"] = _text(whole, card.back)
    kind = FACT if card.cloze is None else CLOZE
    return Note(key, kind, fields, _tags(whole, question), topic.title, question.number * 1000 + place)


def _cloze(whole: QuestionSet, text: str) -> str:
    """Return the cloze text as HTML in which Anki finds its gaps, also those in code and around it.

    Highlighting would tear gaps apart, so code stays plain. Braces and colons of code are characters and neither the
    end of a gap nor the hint in it, except those of a whole gap in code.
    """
    html = _HIGHLIGHTING.sub("", _text(whole, text))
    return _CODE.sub(_code_around_gaps, html).strip()


def _code_around_gaps(code: re.Match[str]) -> str:
    pieces = _GAP_IN_CODE.split(code[0])  # text, then opening, body and end of a gap, text again, and so on
    pieces[0::4] = [re.sub(r"[{}:]", _entity, text) for text in pieces[0::4]]
    pieces[2::4] = [re.sub(r"[{}]", _entity, body) for body in pieces[2::4]]
    return "".join(pieces)


def _term_note(whole: QuestionSet, entry: GlossaryEntry, question: Question | None, place: int) -> Note:
    key = term_key(entry)
    fields = {
        "Id": f"{whole.id}/{key}",
        "Number": question.label if question else "",
        "Set": _line(whole, whole.header.title),
        "Topic": GLOSSARY_TOPIC,
        "Level": (question.level or "") if question else "",
        "Term": _line(whole, entry.term),
        "Definition": _line(whole, entry.definition),
        "Context": _line(whole, question.question if question else None),
    }
    return Note(key, TERM, fields, (f"set::{whole.id}", "topic::glossary"), GLOSSARY_TOPIC, place)


def _media(notes: Iterable[Note], whole: QuestionSet) -> dict[str, bytes]:
    shown = "".join(value for note in notes for value in note.fields.values())
    named = {media_name(path, content): content for path, content in whole.files.items()}
    return {name: content for name, content in named.items() if name in shown}


def _decks(pack: PackContext, notes: Iterable[Note], state: DeckState) -> list[genanki.Deck]:
    header, set_id = pack.whole.header, pack.whole.id
    models = {kind.key: kind.model(state.note_types[kind.key].modified) for kind in NOTE_TYPES}
    decks: dict[str, genanki.Deck] = {}
    for note in notes:
        name = deck_name(header.title, note.topic)
        deck = decks.setdefault(name, genanki.Deck(deck_id(name), name))
        deck.add_note(
            TimedNote(
                state.notes[note.key].modified,
                model=models[note.type.key],
                fields=note.values(),
                tags=list(note.tags),
                guid=guid(set_id, note.key),
                due=note.due,
            )
        )
    return list(decks.values())


def _remark(changes: Changes, set_id: str) -> str:
    said = f"notes since the last build: {len(changes.added)} added, {len(changes.changed)} changed"
    if changes.retired:
        search = " OR ".join(f'"Id:{set_id}/{key}"' for key in changes.retired)
        said += f"; {len(changes.retired)} retired, which Anki keeps; search it for {search}"
    return said


class Deck:
    """The deck as an Anki package."""

    name = "deck"
    filename = "deck.apkg"

    def render(self, pack: PackContext) -> Rendered:
        """Return the deck of the selection, and the state of the whole set's notes."""
        every = notes_of(pack.whole)
        state, changes = advance(
            pack.deck_state,
            {note.key: note.digest() for note in every},
            {kind.key: kind.digest() for kind in NOTE_TYPES},
            pack.now,
        )
        wanted = keys_of(pack.question_set)
        notes = [note for note in every if note.key in wanted]
        decks = _decks(pack, notes, state)
        first = ROW_IDS + int.from_bytes(hashlib.sha256(pack.whole.id.encode()).digest()[:4])
        content = package(decks, _media(notes, pack.whole), first)
        return Rendered(
            content=content,
            amount=sum(len(note.cards) for deck in decks for note in deck.notes),
            unit="cards",
            remarks=(_remark(changes, pack.whole.id),),
            deck_state=state,
        )
