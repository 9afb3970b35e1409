"""The notes of a question set: one for each question, additional card and glossary term.

The identity of a note (its GUID) depends only on ids, never on text; its modification time depends on its content.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from studypack.anki.card_style import label_style
from studypack.anki.note_types import CLOZE, FACT, PLACE, QUESTION, TERM, NoteType
from studypack.anki.package import gaps
from studypack.anki.state import Noted
from studypack.errors import BuildError, Diagnostic, Location
from studypack.questions import pictures
from studypack.questions.model import Card, Exhibit, GlossaryEntry, Question, QuestionSet
from studypack.text import markdown
from studypack.text.formulas import formula_at
from studypack.text.html_text import FOR_MATHJAX
from studypack.text.languages import language
from studypack.typeset.templating import render

GLOSSARY: Final = "term:"
"""The glossary's key in mappings of decks by topic id; ids never contain a colon."""

WORDS: Final = 100
"""The maximum number of characters of a note's words in the deck's state."""

_ANKI_MARK: Final = re.compile(r"\[(?=sound:|anki:|latex\]|\$|type:)|\\(?=[()\[\]])", re.IGNORECASE)
"""The beginning of what Anki would take for a sound, speech, LaTeX, a typed answer or MathJax."""
_GAP_OPENS: Final = re.compile(r"(?<=\{)\{(?=c\d)")
"""The beginning of what another program might take for a gap; only the field `Text` of a cloze note has gaps."""
_MATHJAX: Final = re.compile(
    rf'(<span class="{FOR_MATHJAX}">\\[(\[])(.*?)(\\[)\]]</span>)',
    re.DOTALL,
)
_FORMULA: Final = re.compile(r'<img class="formula(?: display)?" src="(tex:[^"]*)" alt="[^"]*">')
_HIGHLIGHTING: Final = re.compile(r"</?span[^>]*>")
_CODE: Final = re.compile(r"(?<=<code>).+?(?=</code>)", re.DOTALL)
_GAP_IN_CODE: Final = re.compile(r"(\{\{c[\d,]+::)((?:(?!\{\{c[\d,]+::).)+?)(\}\})(?!\})", re.DOTALL)


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
    body = [fields.pop(name) for name in kind.fields if name not in (*PLACE, kind.sort_field, "Choices", "Context")]
    head = (kind.key, sorted(fields.items()), tuple(tags))
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", fields[kind.sort_field])).split())
    return Noted(_hash(head) + _hash(body), words[:WORDS].rstrip())


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def literal(text: str, *, gaps_too: bool) -> str:
    r"""Return the HTML with entities wherever Anki would take text for `[sound:…]`, `[latex]`, `\(…\)` and the like.

    MathJax reads the text after entities are resolved. It skips the cards because of their class `mathjax_ignore`
    and reads only their formulas, whose own marks stay as they are.

    Args:
        text: HTML.
        gaps_too: whether to treat `{{c1::` as text too.
    """
    pieces = _MATHJAX.split(text)  # text, then a formula's opening, LaTeX and end, text again, and so on
    for n, piece in enumerate(pieces):
        if n % 4 in (0, 2):
            made = _ANKI_MARK.sub(_entity, piece)
            pieces[n] = _GAP_OPENS.sub(_entity, made) if gaps_too else made
    return "".join(pieces)


def _entity(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"


def card_key(question: Question, card: Card) -> str:
    """Return the key of an additional card.

    The key contains the kind of card, because an import cannot change the note type of an existing note.
    """
    return f"{question.id}/{card.id}" if card.cloze is None else f"{question.id}/cloze:{card.id}"


def term_key(entry: GlossaryEntry) -> str:
    """Return the key of a term, which differs from all questions' ids because those never contain a colon."""
    return f"term:{entry.id}"


def keys_of(selected: QuestionSet) -> set[str]:
    """Return the keys of the notes in a selection; a question's key is its id."""
    cards = {card_key(question, card) for question in selected.questions for card in question.cards}
    return {q.id for q in selected.questions} | cards | {term_key(entry) for entry in selected.glossary}


def guid(set_id: str, key: str) -> str:
    """Return the note's GUID: a hash of the ids, as 16 characters that do not need escaping."""
    return hashlib.sha256(f"studypack\0{set_id}\0{key}".encode()).hexdigest()[:16]


def deck_name(*titles: str) -> str:
    """Return `Set title::Topic title`; Anki splits names at `::`, so it is removed from titles, as are outer colons."""
    return "::".join(re.sub(":{2,}", ":", markdown.plain(title)).strip(": ") for title in titles)


def deck_names(whole: QuestionSet) -> dict[str, str]:
    """Return the deck names of the topics that have questions, by topic id, and of the glossary."""
    title = whole.header.title
    names = {topic.id: deck_name(title, topic.title) for topic in whole.topics}
    return names | ({GLOSSARY: deck_name(title, _words(whole)["glossary"])} if whole.header.glossary else {})


def media_name(path: str, content: bytes) -> str:
    """Return the name of a media file, which contains a hash because Anki never replaces media files."""
    ending = {"PNG": "png", "JPEG": "jpg", "SVG": "svg"}[pictures.kind(content)]
    return f"studypack-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


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
    made = [note._replace(fields=_with_maths(_with_media(note.fields, whole))) for note in made]
    problems = [problem for note in made for problem in _empty(note)]
    if problems:
        raise BuildError(*problems)
    return made


_OF_SET: Final = re.compile(r'(?<= src=")set:([^"]*)(?=")')
"""The address of a picture of the set in HTML for print."""


def _with_media(fields: Mapping[str, str], whole: QuestionSet) -> dict[str, str]:
    """Return the fields with the media names of their pictures."""

    def named(found: re.Match[str]) -> str:
        path = html.unescape(found[1])
        return media_name(path, whole.files[path]) if path in whole.files else found[0]

    return {name: _OF_SET.sub(named, value) for name, value in fields.items()}


def _with_maths(fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields whose formulas are as Anki's MathJax reads them."""
    return {name: _FORMULA.sub(_for_mathjax, value) for name, value in fields.items()}


def _for_mathjax(picture: re.Match[str]) -> str:
    """Return a formula between MathJax's marks; braces and colons that are no gap's own cannot end or divide one."""
    latex, display = formula_at(html.unescape(picture[1])) or ("", False)
    opening, closing = (r"\[", r"\]") if display else (r"\(", r"\)")
    safe = _around_gaps(html.escape(latex, quote=False))
    return f'<span class="{FOR_MATHJAX}">{opening}{safe}{closing}</span>'


_SHOWN: Final = {QUESTION: ("Question",), FACT: ("Front", "Back"), CLOZE: ("Text",), TERM: ("Term", "Definition")}
"""The fields that must not be empty, because a side of a card would be."""


def _empty(note: Note) -> Iterable[Diagnostic]:
    """Yield a diagnostic for each field without visible text, as Markdown with only comments or references has none."""
    for name in _SHOWN[note.type]:
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
        "Question": _line(whole, question.question),
        "Choices": _field("choices", whole, question=question),
        "Solution": _field("solution", whole, question=question),
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
    """Return the values of the exhibit's template."""
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
    """Return the cloze text as HTML in which Anki finds its gaps, including those inside and around code.

    Code is not highlighted, because that would split gaps. Braces and colons in code are escaped, so that they do not
    end a gap or begin its hint, except those of a complete gap inside code.
    """
    return _CODE.sub(_code_around_gaps, _HIGHLIGHTING.sub("", _text(whole, text))).strip()


def _code_around_gaps(code: re.Match[str]) -> str:
    return _around_gaps(code[0])


def _around_gaps(source: str) -> str:
    """Return code or LaTeX with entities for its braces and colons, except those of whole gaps."""
    pieces = _GAP_IN_CODE.split(source)  # text; the opening, body and end of a gap; text; and so on
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
