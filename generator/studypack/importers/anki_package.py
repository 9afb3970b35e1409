"""Anki packages, `.apkg` and `.colpkg`, of all generations."""

from __future__ import annotations

from typing import Final

from studypack import bounded
from studypack.anki.foreign import COLLECTIONS, MOST_FILES, ForeignDeck
from studypack.importers.anki_notes import MAPPED, NoteReader, topics_and_title
from studypack.importers.draft import Reading, Wishes
from studypack.importers.media import Media
from studypack.importers.refusals import no_questions, refusal

_SUFFIXES: Final = (".apkg", ".colpkg")


class AnkiPackage:
    """Reads the notes of an Anki package, with their media."""

    name = "anki"
    suffixes = _SUFFIXES
    summary = "Anki decks and collections (.apkg, .colpkg) of all versions"
    mapped = MAPPED
    largest = 1073741824

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the collection that the archive holds, or by the file's name."""
        named = 0.6 if name.lower().endswith(_SUFFIXES) else 0.0
        if not content.startswith(b"PK"):
            return named
        try:
            with bounded.archive(content, MOST_FILES) as archive:
                return 1.0 if set(COLLECTIONS) & set(archive.namelist()) else named
        except Exception:  # a damaged archive, in whatever way zipfile says so
            return named

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the notes as drafts."""
        try:
            deck = ForeignDeck(content)
        except MemoryError:
            raise
        except Exception as error:  # the readers may raise anything
            why = str(error) or type(error).__name__
            raise refusal(name, "cannot read this Anki package", why, "export the deck from Anki again") from error
        media = Media(deck.medium)
        reader = NoteReader(name, media, wishes)
        drafts, skipped = reader.read(deck.notes)
        if not drafts:
            raise no_questions(name, "Anki package")
        drafts, title = topics_and_title(drafts)
        return Reading(self.name, drafts, media.taken, skipped, reader.warnings, title)


IMPORTER = AnkiPackage()
