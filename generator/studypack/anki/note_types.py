"""The note types. Frozen from the first release: Anki clones a note type whose fields or templates change.

Ids, names, fields (and their order), template names (and their order) never change again; new needs take a spare
field. The sides' HTML and the style sheet may change: then the note type's modification time advances.
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

PLACE: Final = ("Id", "Number", "Set", "Topic", "Level", "Language", "Direction")
"""Fields that every note type has: where a card stands, and how its language is written."""
_SPARE: Final = ("Spare 1", "Spare 2", "Spare 3", "Spare 4")


@dataclass(frozen=True, slots=True)
class NoteType:
    """One note type.

    Attributes:
        key: its word in the deck's state and of its template files.
        id: Anki's number for it.
        name: what Anki shows.
        fields: in their frozen order; the first tells notes apart.
        sort_field: the field that asks, by which Anki's browser sorts.
        templates: names of the cards, each with the files `deck/<key>-<n>-{front,back}.html`.
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
        """Return front and back of each card, as Anki wants them."""
        return [
            {
                "name": name,
                "qfmt": stylesheet(f"deck/{self.key}-{n}-front.html"),
                "afmt": stylesheet(f"deck/{self.key}-{n}-back.html"),
            }
            for n, name in enumerate(self.templates, 1)
        ]

    def digest(self) -> str:
        """Return a hash of all that may change: sides and style sheet."""
        return type_digest(self.sides(), card_css())

    def model(self, modified: int) -> TimedModel:
        """Return it as genanki's model, last modified at this time (seconds since 1970)."""
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
    """Return a hash of the sides (with `name`, `qfmt`, `afmt`) and the style sheet of a note type."""
    shown = [(side["name"], side["qfmt"], side["afmt"]) for side in sides]
    return hashlib.sha256(repr((shown, css)).encode()).hexdigest()[:16]


QUESTION: Final = NoteType(
    "question",
    1765843201,
    "studypack question",
    (*PLACE, "Question", "Takeaway", "Key Points", "Answer", "Guidance", "Exhibits", "Pitfalls",
     "Follow-ups", "Sources", *_SPARE),
    "Question",
    ("Question",),
)  # fmt: skip  # the fields of one kind stay on one line
FACT: Final = NoteType(
    "fact", 1765843202, "studypack fact", (*PLACE, "Front", "Back", "Context", *_SPARE), "Front", ("Fact",)
)
CLOZE: Final = NoteType(
    "cloze",
    1765843203,
    "studypack cloze",
    (*PLACE, "Text", "Extra", "Context", *_SPARE),
    "Text",
    ("Cloze",),
    True,
)
TERM: Final = NoteType(
    "term",
    1765843204,
    "studypack term",
    (*PLACE, "Term", "Definition", "Context", *_SPARE),
    "Term",
    ("Term to definition", "Definition to term"),
)

NOTE_TYPES: Final = (QUESTION, FACT, CLOZE, TERM)
