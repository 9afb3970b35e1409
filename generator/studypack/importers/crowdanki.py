"""Decks as JSON by CrowdAnki, with their pictures in the folder `media` beside the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

from studypack.anki.foreign import LARGEST_MEDIUM, ForeignNote, ForeignType, type_of_json
from studypack.importers.anki_notes import MAPPED, NoteReader, topics_and_title
from studypack.importers.draft import Reading, Wishes
from studypack.importers.json_values import parsed
from studypack.importers.media import Media
from studypack.importers.refusals import no_questions, refusal

_DEEPEST: Final = 30
"""Decks within each other."""


class CrowdAnki:
    """Reads the notes of a CrowdAnki export."""

    name = "crowdanki"
    suffixes = (".json",)
    summary = "decks as JSON by Anki's add-on CrowdAnki, with the folder media/ beside the file"
    mapped = MAPPED
    largest = 67108864

    def recognises(self, name: str, content: bytes) -> float:
        """Return how sure it is: by the keys that every such file has."""
        start = content[:100_000]
        if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return 0.0
        return 1.0 if b'"crowdanki_uuid"' in start and b'"Deck"' in content else 0.0

    def read(self, name: str, content: bytes, wishes: Wishes) -> Reading:
        """Return the notes as drafts."""
        try:
            deck = parsed(content.decode("utf-8-sig"))
            types = dict(_types(deck))
            notes = list(_notes(deck, types, ()))
        except (ValueError, TypeError, AttributeError) as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
            why = "" if isinstance(error, AttributeError | TypeError) else str(error)
            remedy = "export the deck with CrowdAnki again"
            raise refusal(name, "cannot read this CrowdAnki file", why, remedy, line) from error
        folder = Path(name).parent / "media"
        media = Media(lambda medium: _beside(folder, medium))
        reader = NoteReader(name, media, wishes)
        drafts, skipped = reader.read(notes)
        if not drafts:
            raise no_questions(name, "CrowdAnki file")
        drafts, title = topics_and_title(drafts)
        return Reading(self.name, drafts, media.taken, skipped, reader.warnings, title)


def _decks(deck: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each deck with its path. Parents come first."""
    if len(above) > _DEEPEST:
        raise ValueError("its decks are nested too deeply")
    path = (*above, *(part for part in str(deck.get("name", "")).split("::") if part))
    yield path, deck
    for child in deck.get("children") or ():
        name = str(child.get("name", ""))
        whole = "::".join(path)
        inner = child | {"name": name.removeprefix(f"{whole}::")}
        yield from _decks(inner, path)


def _types(deck: Mapping[str, Any]) -> Iterator[tuple[str, ForeignType]]:
    for _, one in _decks(deck):
        for model in one.get("note_models") or ():
            yield str(model.get("crowdanki_uuid")), type_of_json(model)


def _notes(deck: Mapping[str, Any], types: Mapping[str, ForeignType], above: tuple[str, ...]) -> Iterator[ForeignNote]:
    unknown = ForeignType("", (), ())
    for path, one in _decks(deck, above):
        for note in one.get("notes") or ():
            kind = types.get(str(note.get("note_model_uuid")), unknown)
            values = tuple("" if value is None else str(value) for value in note.get("fields") or ())
            tags = tuple(str(tag) for tag in note.get("tags") or ())
            yield ForeignNote(str(note.get("guid") or ""), kind, values, tags, path)


def _beside(folder: Path, name: str) -> bytes:
    """Return a file of the folder `media`."""
    path = folder / name
    if PurePath(name).name != name or not path.is_file() or path.is_symlink():
        raise KeyError(name)
    if path.stat().st_size > LARGEST_MEDIUM:
        raise ValueError(f"it is larger than {LARGEST_MEDIUM >> 20} MB")
    return path.read_bytes()


IMPORTER = CrowdAnki()
