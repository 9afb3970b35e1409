"""Notes of Anki to draft questions, whichever file they come from.

The first card that has a front becomes the question, as Anki would show it; further cards become cards of the same
question. A cloze note becomes a question with gaps, its whole text as the answer, and a cloze card.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from studypack.anki.foreign import ForeignNote
from studypack.errors import ContentError, Diagnostic, Location, counted, listed, suggestion
from studypack.importers.anki_templates import back_of, fields_of, rendered
from studypack.importers.draft import Draft, DraftCard, Skipped, Wishes
from studypack.importers.html_markdown import markdown_of
from studypack.importers.media import Media

_GAP: Final = re.compile(r"\{\{c\d+::((?:(?!\{\{c\d).)*?)(?:::((?:(?!\{\{c\d).)*?))?\}\}", re.DOTALL)
_SOUND: Final = re.compile(r"\[sound:([^\]\n]+)\]")
MAPPED: Final = ("question", "answer", "level", "guidance", "takeaway")
"""The keys that `--map` takes."""
_NESTING: Final = 8
"""Clozes within each other."""


class NoteReader:
    """Turns notes into drafts, and counts what no card shows.

    Args:
        file: the file's name, for locations; the line is the note's number.
        media: the file's pictures and sounds.
        wishes: fields by our keys, where the user named them.
    """

    def __init__(self, file: str, media: Media, wishes: Wishes) -> None:
        self._file, self._media, self._wishes = file, media, wishes
        self._unseen: Counter[tuple[str, str]] = Counter()

    def read(self, notes: Iterable[ForeignNote]) -> tuple[tuple[Draft, ...], tuple[Skipped, ...]]:
        """Return the drafts of notes, and those that gave none.

        Raises:
            ContentError: the user named a field that no note has.
        """
        notes = tuple(notes)
        self._check(notes)
        drafts, skipped = [], []
        for number, note in enumerate(notes, 1):
            where = Location(self._file, number)
            draft = self._draft(note, where)
            if draft is None:
                skipped.append(Skipped(where, self._why(note)))
            else:
                drafts.append(draft)
        return tuple(drafts), tuple(skipped)

    def _check(self, notes: Sequence[ForeignNote]) -> None:
        names = list(dict.fromkeys(name for note in notes for name in note.type.fields))
        most = max((len(note.values) for note in notes), default=0)
        lowered = {name.lower() for name in names}
        lost = [
            each
            for key, each in self._wishes.columns.items()
            if key in MAPPED and each.lower() not in lowered and not (each.isdecimal() and 0 < int(each) <= most)
        ]
        if lost:
            where, why = Location(self._file), f"its notes have {listed(names)}"
            raise ContentError(
                *(Diagnostic(where, f'no field "{each}"', why, suggestion(each, names)) for each in lost)
            )

    @property
    def warnings(self) -> tuple[Skipped, ...]:
        """What the notes hold, and no card of theirs shows."""
        return tuple(
            Skipped(
                Location(self._file),
                f'the field "{name}" of the note type "{kind}" is on no card: left out of {counted(count, "question")};'
                f" --map answer={name} takes it",
            )
            for (kind, name), count in self._unseen.items()
        )

    @staticmethod
    def _why(note: ForeignNote) -> str:
        words = " ".join(" ".join(note.values).split())[:60]
        return f'the note holds no text and no picture: "{words}"' if words else "the note is empty"

    def _draft(self, note: ForeignNote, where: Location) -> Draft | None:
        names = note.type.fields or tuple(f"Field {n}" for n in range(1, len(note.values) + 1))
        values = dict(zip(names, note.values, strict=False))
        self._media.doubts.clear()
        columns = self._wishes.columns
        if "question" in columns or "answer" in columns:
            draft = self._mapped(values, columns, where)
        elif note.type.cloze:
            draft = self._cloze(note, values, where)
        else:
            draft = self._cards(note, values, where)
        if draft is None or not (draft.question or draft.answer):
            return None
        doubts = (*draft.doubts, *dict.fromkeys(self._media.doubts))
        return replace(draft, key=note.guid, topic=note.deck, tags=note.tags, doubts=doubts)

    def _mapped(self, values: Mapping[str, str], columns: Mapping[str, str], where: Location) -> Draft | None:
        def text(key: str) -> str:
            return self._markdown(value_of(values, columns[key])) if key in columns else ""

        first = next(iter(values), "")
        question = text("question") if "question" in columns else self._markdown(values.get(first, ""))
        draft = Draft(question, where, text("answer"), level=text("level"), guidance=text("guidance"))
        return replace(draft, takeaway=text("takeaway")) if question else None

    def _cards(self, note: ForeignNote, values: Mapping[str, str], where: Location) -> Draft | None:
        sides = []
        for template in note.type.templates:
            front = self._markdown(rendered(template.front, values))
            has_field = any(values.get(name, "").strip() for name in fields_of(template.front))
            if front and (has_field or not fields_of(template.front)):
                sides.append((front, self._markdown(rendered(back_of(template.back), values))))
        doubts: tuple[str, ...] = ()
        if not sides:  # the first field asks, the others answer
            filled = [field for field in map(self._markdown, values.values()) if field]
            if not filled:
                return None
            sides = [(filled[0], "\n\n".join(filled[1:]))]
            if note.type.templates:
                doubts = ("no card of this note has a front; its first field was taken as the question",)
        else:
            self._count_unseen(note, values)
        (question, answer), *others = dict.fromkeys(sides)
        cards = tuple(DraftCard(front, back) for front, back in others if back)
        return Draft(_without_heading(question), where, answer, cards=cards, doubts=doubts)

    def _cloze(self, note: ForeignNote, values: Mapping[str, str], where: Location) -> Draft | None:
        template = note.type.templates[0] if note.type.templates else None
        asked = [name for name in values if "{{c" in values[name]]
        if not asked:
            return self._cards(note, values, where)
        front = rendered(template.front, values) if template else values[asked[0]]
        cloze = self._markdown(front if _GAP.search(front) else values[asked[0]])
        extra = set()
        if template:
            extra = fields_of(template.back) - fields_of(template.front) - set(asked)
        more = [self._markdown(values[name]) for name in values if name in extra and values[name].strip()]
        self._count_unseen(note, values)
        full = _filled(cloze, "**{}**")
        answer = "\n\n".join([full, *more])
        return Draft(_gaps(cloze), where, answer, cards=(DraftCard(cloze=cloze),))

    def _count_unseen(self, note: ForeignNote, values: Mapping[str, str]) -> None:
        if not note.type.templates:
            return
        seen: set[str] = set().union(*(fields_of(t.front) | fields_of(t.back) for t in note.type.templates))
        for name, value in values.items():
            if name not in seen and value.strip():
                self._unseen[note.type.name, name] += 1

    def _markdown(self, value: str) -> str:
        return markdown_of(_SOUND.sub(self._sound, value), self._media.picture)

    def _sound(self, match: re.Match[str]) -> str:
        """Return what names a sound by its path in the set; a sound that the file does not hold keeps its name."""
        if not (path := self._media.sound(match[1])):
            return match[0]
        self._media.doubts.append(f'the sound "{match[1]}" is kept beside the questions; print cannot play it')
        return f"[sound:{path}]"


def value_of(values: Mapping[str, str], column: str) -> str:
    """Return the value of a column that the user named, or numbered from 1; empty without one."""
    if column in values:
        return values[column]
    lowered = {name.lower(): value for name, value in values.items()}
    if column.lower() in lowered:
        return lowered[column.lower()]
    listed = list(values.values())
    return listed[int(column) - 1] if column.isdecimal() and 0 < int(column) <= len(listed) else ""


def _without_heading(question: str) -> str:
    """Return a question without the mark of a heading: it is one already."""
    return re.sub(r"\A#{1,6}\s+", "", question)


def _gaps(cloze: str) -> str:
    """Return a cloze text as it is asked: each hidden part a gap, or its hint."""
    return _substituted(cloze, lambda _, hint: f"[{hint}]" if hint else "[…]")


def _filled(cloze: str, form: str) -> str:
    """Return a cloze text as it is answered."""
    simple = re.compile(r"[^\s*`\n](?:[^*`\n]*[^\s*`\n])?")
    return _substituted(cloze, lambda text, _: form.format(text) if simple.fullmatch(text) else text)


def _substituted(cloze: str, form: Callable[[str, str], str]) -> str:
    for _ in range(_NESTING):
        made = _GAP.sub(lambda match: form(match[1], match[2] or ""), cloze)
        if made == cloze:
            break
        cloze = made
    return cloze


def topics_and_title(drafts: tuple[Draft, ...]) -> tuple[tuple[Draft, ...], str]:
    """Return drafts with topics, and the file's title: the deck that all notes share, if there is one.

    Topics are what is below that deck. Where nothing is, each question's first tag of several levels (`a::b`) is one.
    """
    decks = {draft.topic for draft in drafts}
    shared = 0
    while decks and all(len(deck) > shared for deck in decks) and len({deck[shared] for deck in decks}) == 1:
        shared += 1
    title = " – ".join(next(iter(decks))[:shared]) if decks else ""
    title = "" if title == "Default" else title
    if decks and all(len(deck) == shared for deck in decks):
        return tuple(map(_by_tag, drafts)), title
    return tuple(replace(draft, topic=draft.topic[shared:]) for draft in drafts), title


def _by_tag(draft: Draft) -> Draft:
    tag = next((tag for tag in draft.tags if "::" in tag.strip(":")), "")
    path = tuple(part.replace("_", " ") for part in tag.split("::") if part)
    return replace(draft, topic=path, tags=tuple(other for other in draft.tags if other != tag))
