"""The deck of a selection: a subdeck for each topic, and one for the glossary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from html import escape
from typing import Final

import genanki

from studypack.anki.card_fonts import font_media
from studypack.anki.figures import as_media
from studypack.anki.id_guard import acknowledge, renamed_sets, suspicions
from studypack.anki.identity import GLOSSARY, deck_name, deck_names, guid, keys_of, media_name
from studypack.anki.note_types import NOTE_TYPES
from studypack.anki.notes import Note, noted, notes_of
from studypack.anki.package import TimedNote, package
from studypack.anki.state import Changes, DeckState, Present, advance, dumps, loads, searches
from studypack.errors import BuildError, Diagnostic, counted
from studypack.products.deck import DeckOptions
from studypack.products.interface import Checked, PackContext, Rendered
from studypack.questions.model import QuestionSet
from studypack.resources import VERSION
from studypack.text import markdown
from studypack.text.html_text import held_by
from studypack.text.runs import Held

ROW_IDS: Final = 1_600_000_000_000
"""Row ids of notes and cards begin above this many milliseconds (2020-09-13)."""
_NEXT_LEVEL: Final = 100_000_000
"""Added to the position of a new card for each earlier level: more than 1000 times any question's number."""
_MOST_SOUGHT: Final = 20
"""The most retired notes that a remark lists; the search for more would be too long for a line."""


def present(whole: QuestionSet, notes: Iterable[Note]) -> Present:
    """Return the data that the deck's state is compared with.

    Args:
        whole: a whole question set.
        notes: all its notes.
    """
    return Present(
        whole.id,
        deck_names(whole),
        {kind.key: kind.digest() for kind in NOTE_TYPES},
        {note.key: noted(note.type, note.values(), note.tags) for note in notes},
    )


def render_deck(pack: PackContext) -> Rendered:
    """Return the deck of the selection, and the state of the whole set's notes.

    Raises:
        BuildError: an id was changed or used again, or a card would be empty.
    """
    notes = notes_of(pack.whole)
    now = present(pack.whole, notes)
    before = _state(pack)
    known = acknowledge(before, now, pack.options[DeckOptions].retire)
    if doubts := _doubts(pack, known, now, notes):
        raise BuildError(*doubts)
    state, changes = advance(known, now, pack.now)
    gone = tuple(key for key in before.notes if key not in now.notes)  # including those that `retire` named
    wanted = keys_of(pack.question_set)
    chosen = [note for note in notes if note.key in wanted]
    decks = _decks(pack, chosen, state)
    first = ROW_IDS + int.from_bytes(hashlib.sha256(pack.whole.id.encode()).digest()[:4])
    media = {**_figures(chosen, pack.whole), **font_media()}
    return Rendered(
        file=package(decks, media, first),
        amount=sum(len(note.cards) for deck in decks for note in deck.notes),
        unit="cards",
        remarks=tuple(_unanswered(pack.question_set)),
        news=_news(changes._replace(retired=gone), pack.whole.id),
        state=dumps(state),
        held=_held(chosen, pack.whole.files),
    )


def check(pack: PackContext) -> Checked:
    """Return warnings about ids that look like mistakes, and the state after retiring what was confirmed.

    Raises:
        BuildError: a card would be empty, or there is nothing to retire.
    """
    before = _state(pack)
    notes = notes_of(pack.whole)
    now = present(pack.whole, notes)
    state = acknowledge(before, now, pack.options[DeckOptions].retire)
    return Checked(tuple(_doubts(pack, state, now, notes)), dumps(state) if state != before else None)


def _doubts(pack: PackContext, known: DeckState, now: Present, notes: Iterable[Note]) -> list[Diagnostic]:
    """Return what looks like a mistake with the ids of notes, or with that of the set."""
    others = []
    for state in pack.neighbours:
        with suppress(BuildError):  # damaged, and not ours
            others.append(loads(state.content, state.file))
    places = {note.key: note.where for note in notes if note.where}
    return [*renamed_sets(others, now), *suspicions(known, now, places)]


def _held(notes: Iterable[Note], files: Mapping[str, bytes]) -> dict[str, Held]:
    """Return what the notes contain of each question: its own fields and those of its further cards."""
    own: dict[str, list[str]] = {}
    for note in notes:
        if note.topic != GLOSSARY:
            own.setdefault(note.key.partition("/")[0], []).extend(note.values())
    paths = {media_name(content): path for path, content in files.items()}
    made = {}
    for key, values in own.items():
        held = held_by(f"<div>{'<p>'.join(values)}</div>", lambda _: None, key)[key]
        made[key] = held._replace(pictures=tuple(paths.get(name, name) for name in held.pictures))
    return made


def _state(pack: PackContext) -> DeckState:
    return loads(pack.state.content, pack.state.file) if pack.state else DeckState()


def _figures(notes: Iterable[Note], whole: QuestionSet) -> dict[str, bytes]:
    shown = "".join(value for note in notes for value in note.fields.values())
    named = {media_name(content): content for content in whole.files.values()}
    return {name: as_media(content) for name, content in named.items() if name in shown}


def _decks(pack: PackContext, notes: Iterable[Note], state: DeckState) -> list[genanki.Deck]:
    """Return the set's deck, which contains only the description, and a deck with notes for each topic."""
    title, about = deck_name(pack.whole.header.title), _description(pack.whole)
    models = {kind.key: kind.model(state.note_types[kind.key].modified) for kind in NOTE_TYPES}
    decks = {title: genanki.Deck(deck_id(title), title, about)}
    levels = [*pack.whole.header.level_titles, None]  # questions without a level come last
    by_level = pack.options[DeckOptions].order == "level"
    for note in notes:
        name = state.decks[note.topic]
        deck = decks.setdefault(name, genanki.Deck(deck_id(name), name, about))
        deck.add_note(
            TimedNote(
                state.notes[note.key].modified,
                model=models[note.type.key],
                fields=note.values(),
                tags=list(note.tags),
                guid=guid(pack.whole.id, note.key),
                due=note.number + (levels.index(note.level) * _NEXT_LEVEL if by_level else 0),
            )
        )
    return list(decks.values())


def deck_id(name: str) -> int:
    """Return a number for a deck's name. Anki matches decks by name, so the number only has to be unique."""
    return (1 << 30) + int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % (1 << 30)


def _description(whole: QuestionSet) -> str:
    """Return the description that Anki shows below the deck's name: subtitle, edition, author and licence."""
    header = whole.header
    lines = [header.subtitle, header.edition, header.author, header.license]
    plain = [markdown.plain(line, lang=header.language) for line in (header.title, *lines) if line]
    return "<br>".join(escape(line) for line in [*plain, f"{whole.id} · studypack {VERSION}"])


def _unanswered(selected: QuestionSet) -> Iterator[str]:
    """Yield a remark about the questions and one about the follow-ups that cannot be on cards, if there are any."""
    questions = selected.questions
    follow_ups = sum(len(q.follow_ups) - len(q.answered_follow_ups) for q in questions if q.answered)
    for count, noun in ((sum(not q.answered for q in questions), "question"), (follow_ups, "follow-up")):
        verbs = ("has", "is") if count == 1 else ("have", "are")
        if count:
            yield f"{counted(count, noun)} {verbs[0]} no answer and {verbs[1]} not in the deck"


def _news(changes: Changes, set_id: str) -> tuple[str, ...]:
    said = f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.retired)} retired"
    if changes.retired:
        more = len(changes.retired) - _MOST_SOUGHT
        rest = f", and {more} more: see `studypack deck-state`" if more > 0 else ""
        said += f" (in Anki, search: {searches(set_id, changes.retired[:_MOST_SOUGHT])}{rest})"
    moved = [
        f'the deck "{before}" is "{after}" now: rename it in Anki before the import, or its cards stay where they are'
        for before, after in changes.moved
    ]
    return (said, *moved)
