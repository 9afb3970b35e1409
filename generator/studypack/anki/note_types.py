"""The note types, which are frozen since the first release: Anki clones a note type whose fields or templates change.

Ids, names, fields, template names and the order of both never change; new content goes into a spare field. The HTML
of the sides and the style sheet may change, which advances the note type's modification time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import genanki

from studypack.anki.card_style import card_css
from studypack.anki.package import TimedModel
from studypack.typeset.templating import stylesheet

PLACE: Final = ("Id", "Number", "Set", "Topic", "Level", "Language", "Direction", "Labels")
"""Fields that every note type has: where a card stands, how its language is written, and the set's own labels."""
_SPARE: Final = ("Spare 1", "Spare 2", "Spare 3", "Spare 4")


@dataclass(frozen=True, slots=True)
class NoteType:
    """One note type.

    Attributes:
        key: its name in the deck's state and in the names of its template files.
        id: its id in Anki.
        name: its name in Anki.
        fields: the fields in their frozen order; the first one identifies a note.
        sort_field: the field with the question, by which Anki's browser sorts.
        templates: the names of the cards, each with the files `deck/<key>-<n>-{front,back}.html`.
        cloze: whether it is a cloze note type.
    """

    key: str
    id: int
    name: str
    fields: tuple[str, ...]
    sort_field: str
    templates: tuple[str, ...]
    cloze: bool = False

    def sides(self) -> list[dict[str, str]]:
        """Return the front and back of each card in Anki's format."""
        return [
            {
                "name": name,
                "qfmt": stylesheet(f"deck/{self.key}-{n}-front.html"),
                "afmt": stylesheet(f"deck/{self.key}-{n}-back.html"),
            }
            for n, name in enumerate(self.templates, 1)
        ]

    def digest(self) -> str:
        """Return a hash of what may change: the sides and the style sheet."""
        return type_digest(self.sides(), card_css())

    def model(self, modified: int) -> TimedModel:
        """Return the note type as a genanki model with this modification time (seconds since 1970)."""
        return TimedModel(
            modified,
            model_id=self.id,
            name=self.name,
            fields=[{"name": name} for name in self.fields],
            templates=self.sides(),
            css=card_css(),
            model_type=genanki.Model.CLOZE if self.cloze else genanki.Model.FRONT_BACK,
            sort_field_index=self.fields.index(self.sort_field),
        )


def type_digest(sides: Iterable[Mapping[str, str]], css: str) -> str:
    """Return a hash of a note type's sides (with `name`, `qfmt` and `afmt`) and style sheet."""
    shown = [(side["name"], side["qfmt"], side["afmt"]) for side in sides]
    return hashlib.sha256(repr((shown, css)).encode()).hexdigest()[:16]


QUESTION: Final = NoteType(
    "question",
    1765843211,
    "studypack question",
    (*PLACE, "Question", "Choices", "Solution", "Takeaway", "Key Points", "Answer", "Guidance", "Exhibits", "Pitfalls",
     "Follow-ups", "Sources", *_SPARE),
    "Question",
    ("Question",),
)  # fmt: skip  # groups of fields stay together
FACT: Final = NoteType(
    "fact",
    1765843212,
    "studypack fact",
    (*PLACE, "Front", "Back", "Exhibit", "Context", "Sources", *_SPARE),
    "Front",
    ("Fact",),
)
CLOZE: Final = NoteType(
    "cloze",
    1765843213,
    "studypack cloze",
    (*PLACE, "Text", "Extra", "Context", "Sources", *_SPARE),
    "Text",
    ("Cloze",),
    True,
)
TERM: Final = NoteType(
    "term",
    1765843214,
    "studypack term",
    (*PLACE, "Term", "Definition", "Context", "Sources", *_SPARE),
    "Term",
    ("Term to definition", "Definition to term"),
)

NOTE_TYPES: Final = (QUESTION, FACT, CLOZE, TERM)
